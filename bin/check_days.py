"""Whether a date is made from a time, or a time is put into words, anywhere but in the two files that know whose day it
is; and whether a test goes so many times 24 hours on and means days: `python bin/check_days.py [ROOT]`. Part of
`make check`; ruff's DTZ rules find what reads the clock without a zone.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
CODE = ("grievance", "bench", "faults", "bin", "config.py", "wsgi.py")
MAKES_DATES, SAYS_DATES = "grievance/clock.py", "grievance/deadlines/days.py"
APART = "bin/recount.py"
"""Counts by the office's days and must know nothing of the program: its zone is said when it is called."""

BY_ZONE = "say whose day it is: clock.office_day(at), clock.reader_day(at, zone) or clock.day(at, zone)"
IN_WORDS = "use grievance/deadlines/days.py: full_date for a day, time_there and due_day for a moment"
IN_TESTS = "a day has 23, 24 or 25 hours: use tests.times.days_later(days)"
IN_PAGES = "use full_date(reader_day(at)), full_time(at) or due_day(at, zone)"
WORDING = ("format_date", "format_datetime", "format_time", "format_skeleton", "format_interval", "format_timedelta")
FILTERS = ("dateformat", "datetimeformat", "timeformat")
METHODS = {"date": BY_ZONE, "strftime": BY_ZONE, "strptime": "use clock.read_day(text, shape)", "ctime": IN_WORDS}
Fault = tuple[int, str]


def faults_in(root: Path) -> list[str]:
    """One line for each fault: where it stands, and what to use instead."""
    found = []
    for path in _files(root, CODE, "*.py"):
        found += _told(root, path, python_faults(path.read_text(), str(path.relative_to(root))))
    for path in _files(root, ("tests",), "test_*.py"):
        found += _told(root, path, test_faults(path.read_text()))
    for path in _files(root, ("templates",), "*.html"):
        found += _told(root, path, page_faults(path.read_text()))
    for path in _files(root, ("templates",), "*.typ"):
        found += _told(root, path, print_faults(path.read_text()))
    return found


def _files(root: Path, places: tuple[str, ...], pattern: str) -> Iterator[Path]:
    for place in places:
        yield from sorted((root / place).rglob(pattern)) if (root / place).is_dir() else [root / place]


def _told(root: Path, path: Path, faults: list[Fault]) -> list[str]:
    return [f"{path.relative_to(root)}:{line}: {sentence}" for line, sentence in sorted(set(faults))]


# --- Python ------------------------------------------------------------------------------------------------


def python_faults(text: str, name: str = "") -> list[Fault]:
    """`name`: of the file, from the root."""
    if name in (MAKES_DATES, APART):
        return []
    return [(node.lineno, sentence) for node in ast.walk(ast.parse(text)) for sentence in _of_node(node, name)]


def _of_node(node: ast.AST, name: str) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from _of_call(node, name)
    elif isinstance(node, ast.FormattedValue) and _is_shape(node.format_spec):
        yield f"a time is formatted: {BY_ZONE}, or clock.time_of_day(at, zone)"
    elif isinstance(node, ast.Attribute) and ast.unparse(node) == "datetime.date":
        yield f"datetime.date takes a moment's date by no zone: {BY_ZONE}"
    elif isinstance(node, ast.Subscript) and _called(node.value) == "isoformat":
        yield f"a part of isoformat() is a date by no zone: {BY_ZONE}"


def _is_shape(spec: ast.expr | None) -> bool:
    """Whether it writes parts of a time, as "%H:%M"; "%" at the end of one is a share of a hundred."""
    return spec is not None and re.search("%-?[A-Za-z]", ast.unparse(spec)) is not None


def _of_call(call: ast.Call, name: str) -> Iterator[str]:
    called = _called(call)
    if isinstance(call.func, ast.Attribute) and called in METHODS:
        yield f".{called}() stands outside {MAKES_DATES}: {METHODS[called]}"
    if called in WORDING and name != SAYS_DATES:
        yield f"{called}() stands outside {SAYS_DATES}: {IN_WORDS}"
    if called == "date" and any(_is_part(one) for argument in call.args for one in ast.walk(argument)):
        yield f"a date is put together from the parts of another: {BY_ZONE}, or clock.years_after(day, years)"


def _called(node: ast.AST) -> str:
    """The last part of what is called; empty for what is no call."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _is_part(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("year", "month", "day")


def test_faults(text: str) -> list[Fault]:
    """Of a test: `clock.now() + timedelta(days=…)`. With hours or minutes beside them it means a time that passes."""
    added = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)]
    return [(one.lineno, IN_TESTS) for one in added if ast.unparse(one.left) == "clock.now()" and _is_days(one.right)]


def _is_days(node: ast.expr) -> bool:
    said = [one.arg for one in node.keywords] if isinstance(node, ast.Call) else []
    return _called(node) == "timedelta" and said == ["days"]


# --- pages -------------------------------------------------------------------------------------------------


def page_faults(text: str) -> list[Fault]:
    """Of a Jinja template."""
    page = Environment(autoescape=True).parse(text)
    found = [(one.lineno, f"|{one.name} says no zone: {IN_PAGES}") for one in page.find_all(nodes.Filter)
             if one.name in FILTERS]  # fmt: skip
    for call in page.find_all(nodes.Call):
        called = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
        if called in (*METHODS, *WORDING, "isoformat", "astimezone"):
            found.append((call.lineno, f"{called}() says no zone, or not in words: {IN_PAGES}"))
    return found


def print_faults(text: str) -> list[Fault]:
    """Of a Typst template: it gets its days in words, and knows no zone."""
    lines = enumerate(text.split("\n"), 1)
    return [(number, f"a page to print makes no dates: {IN_WORDS}") for number, line in lines
            if re.search(r"\bdatetime\b", line)]  # fmt: skip


if __name__ == "__main__":
    faults = faults_in(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print("\n".join(faults) or "Days: every date says whose it is.")
    sys.exit(bool(faults))
