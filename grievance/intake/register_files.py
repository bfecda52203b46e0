"""The lines of an old register, whatever kind of file it is: CSV, XLSX or JSON. Read as often as is asked, a line at a
time, so that a register of a hundred thousand lines takes no more memory than one of a hundred."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grievance.intake import register_tables
from grievance.intake.register_mapping import Plan
from grievance.intake.register_tables import Row

MOST_BYTES = {"csv": 2**29, "xlsx": 2**26, "json": 2**26}
"""Of each kind of file: a spreadsheet is packed, and what is in JSON is in memory all at once."""
LONGEST_CELL = 10_000_000
OF_PHONES = {"told_on", "was_read_back"}
"""Columns that our own form for phones has, and no old register."""
LOOKED_AT = 10
"""How many lines above the columns may be titles, so that a sentence can name them."""


@dataclass(frozen=True)
class Line:
    """One row: the line of the file that it begins on, and its cells by the mapping's names of columns."""

    number: int
    cells: dict[str, str] | None
    fault: str = ""


@dataclass(frozen=True)
class Register:
    """A file that the mapping fits. `names`: its columns, by the mapping's names where it names them."""

    path: Path
    plan: Plan
    names: list[str]

    def lines(self) -> Iterator[Line]:
        """Every row but empty ones. Raises ValueError with a sentence where the file breaks off."""
        for row in _below_the_columns(self.path, self.plan):
            yield _line(row, self.names, self.plan)

    def rows(self) -> Iterator[Row]:
        """The same as they stand in the file."""
        return _below_the_columns(self.path, self.plan)


def open_register(path: Path, plan: Plan) -> Register:
    """Raises ValueError with a sentence where it cannot be read, or the mapping's columns are not there."""
    kind = kind_of(path, plan)
    if path.stat().st_size > MOST_BYTES[kind]:
        raise ValueError(f"The register is larger than {MOST_BYTES[kind] // 2**20} MB: divide it.")
    head = list(itertools.islice(_rows(path, plan), LOOKED_AT))
    if not head:
        raise ValueError("The register is empty.")
    if plan.no_header:
        widest = max(len(row.cells) for row in head)
        names = [str(number) for number in range(1, widest + 1)]
    else:
        names = [cell.strip() if plan.loose_names else cell for cell in head[0].cells]
    _is_no_live_form(names)
    return Register(path, plan, _named(names, plan, head))


def _is_no_live_form(names: list[str]) -> None:
    """What phones fill in now has time limits, keys and readers from its arrival; an old register has none of them."""
    said = {name.rpartition("/")[2].strip() for name in names}
    if said >= OF_PHONES:
        raise ValueError(
            "These are forms that phones fill in now, and no old register: each is a complaint whose time limits run."
            " Let the phones send them to the address that the desk shows at Forms from phones (docs/field.md)."
        )


def kind_of(path: Path, plan: Plan) -> str:
    """By what the mapping says, else by the ending of the file's name; a text file is CSV."""
    ending = path.suffix.lower().lstrip(".")
    if plan.format:
        return plan.format
    if ending in ("xls", "ods", "numbers", "pdf", "doc", "docx"):
        raise ValueError(f"A .{ending} file is not read: save the register as .xlsx or CSV.")
    return ending if ending in MOST_BYTES else "csv"


def _named(names: list[str], plan: Plan, head: list[Row]) -> list[str]:
    """The columns under the names that the mapping has for them. Raises ValueError with a sentence."""
    known = {_folded(name): name for name in plan.wanted}
    found = [known.get(_folded(name), name) if plan.loose_names else name for name in names]
    if missing := set(plan.wanted) - set(found):
        raise ValueError(_why_missing(sorted(missing), names, plan, head))
    if twice := sorted({name for name in found if name and found.count(name) > 1}):
        raise ValueError(f"Two columns of the register have one name: {', '.join(twice)}. Rename one of them.")
    return found


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _why_missing(missing: list[str], names: list[str], plan: Plan, head: list[Row]) -> str:
    known = {_folded(name): name for name in names}
    alike = [(one, known[_folded(one)]) for one in missing if _folded(one) in known]
    if len(alike) == len(missing):
        pairs = ", ".join(f"{one!r} is {other!r} there" for one, other in alike)
        return f"The register writes its columns otherwise: {pairs}. Say loose_names = true, or write them so."
    for above, row in enumerate(head):
        if set(plan.wanted) <= set(row.cells):
            titles = "; ".join(text for one in head[:above] if (text := " ".join(filter(None, one.cells))))
            skip = row.number - 1
            return f"The columns stand on line {row.number}, below titles ({titles[:80]}): say skip_lines = {skip}."
    return f"The register has no column: {', '.join(missing)}. It has: {', '.join(names)[:300]}."


def _line(row: Row, names: list[str], plan: Plan) -> Line:
    if row.fault:
        return Line(row.number, None, row.fault)
    cells = row.cells
    if row.padded and len(cells) < len(names):
        cells = [*cells, *[""] * (len(names) - len(cells))]
    if len(cells) != len(names):
        return Line(row.number, None, "does not have the same number of columns as the first line")
    if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell if char > "\ud7ff"):
        return Line(row.number, None, "has characters that are not in the register's encoding")
    return Line(row.number, dict(zip(names, cells, strict=True)))


# --- rows of each kind of file ------------------------------------------------------------------------------


def _below_the_columns(path: Path, plan: Plan) -> Iterator[Row]:
    rows = _rows(path, plan)
    if not plan.no_header:
        next(rows, None)
    return rows


def _rows(path: Path, plan: Plan) -> Iterator[Row]:
    """From the line with the columns on."""
    match kind_of(path, plan):
        case "xlsx":
            rows = register_tables.of_sheet(path, plan.sheet)
            return (row for row in rows if row.number > plan.skip_lines)
        case "json":
            return register_tables.of_json(path, plan.records)
    return _of_csv(path, plan)


def _of_csv(path: Path, plan: Plan) -> Iterator[Row]:
    """Each row, or why it cannot be read, with its first line; empty lines are no rows. What is above the columns is
    skipped by lines of the file, and one that names the delimiter, as a spreadsheet writes it, is understood."""
    csv.field_size_limit(LONGEST_CELL)  # a field that is too long is the fault of its row, not of the file
    try:
        file = path.open(encoding=plan.encoding, errors="surrogateescape", newline="")
    except LookupError:
        raise ValueError(f"The mapping names an unknown encoding: {plan.encoding}.") from None
    with file:
        lines = (line.replace("\0", "\ufffd") for line in file)
        try:
            yield from _csv_rows(lines, plan)
        except UnicodeError:
            raise ValueError(f"The register is not written in {plan.encoding}: the mapping says another one.") from None


def _csv_rows(lines: Iterator[str], plan: Plan) -> Iterator[Row]:
    skipped, delimiter, first = 0, plan.delimiter, next(lines, "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, first, skipped = first[4], next(lines, ""), 1
    for _number in range(plan.skip_lines):
        first, skipped = next(lines, ""), skipped + 1
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as reason:
            yield Row(number, [], f"cannot be read ({reason})")
            continue
        if any(cells):
            yield Row(number, cells)
