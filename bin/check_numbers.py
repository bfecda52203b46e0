"""Numbers are said once: `make check` runs this over templates, Python and catalogues.

A limit that is written out in a sentence ("within seven days") goes on promising the old time when the timetable or a
constant changes. So such a number comes from a placeholder, and each translation has its message's placeholders.
"""

import ast
import gettext
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half"
)
_NUMBER = rf"\b(?:\d[\d.,]*|{_WORDS})"
_UNIT = r"(?:days?|hours?|weeks?|months?|years?|minutes?|seconds?|[kMG]i?B|megabytes?)\b"
COUNTED = re.compile(
    rf"{_NUMBER}(?:[\s-]+[a-z]+){{0,2}}?[\s-]*{_UNIT}"  # seven days, 15 business days, 24h is not English
    rf"|\b(?:an?|each|every|per)\s(?:hour|week|month|year|minute)\b"
    rf"|\b(?:for|within|in|after|than|least|most)\sa\sday\b(?!\soff)",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
GETTEXT = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "echo"}
FACTS = {
    "Fair Labor Association: 45 days; Directive (EU) 2019/1937: at most three months": "what others say, not we",
    "Regulation (EU) 2016/679, article 12(3): one month": "what others say, not we",
    "UK Financial Reporting Council: every four weeks": "what others say, not we",
    "OECD National Contact Points: about six months": "what others say, not we",
    "OECD National Contact Points: one year": "what others say, not we",
    "Roundtable on Sustainable Palm Oil: four weeks": "what others say, not we",
    "Wait a minute and try again. Nothing is lost.": "advice to a person: nothing counts this minute",
    "A half day: it counts as a business day, and the explanation names it": "a kind of day, and no length of time",
    "a half day, which counts": "a kind of day, and no length of time",
    "Nothing was half-saved. Wait a minute, then send it once more: it is never counted twice.": "advice to a person",
    "Go to a hospital or a clinic as soon as you can, best within 72 hours (three days). After that they still help"
    " you.": "medicine, as the World Health Organization has it",
    "Medicine can keep you from getting HIV. It must begin within 72 hours: the earlier, the better.": "medicine",
    "A pill can prevent a pregnancy. It works within 5 days: the earlier, the better.": "medicine",
    "If a child is hurt, or somebody touched it in a sexual way: bring it to a hospital or a clinic as soon as you can,"
    " best within 72 hours.": "medicine",
    "The company names its membership and its certificate, with the certifying body, the standard, the scope and the"
    " days from which and until which it is good. It tells us within five working days when one of these"
    " changes.": "a clause that clients copy into a contract of theirs",
    "The company takes on staff only after looking into their past, trains them on the Code and on the use of force"
    " before they begin and once a year, pays them in full and on time, and keeps no papers of theirs.": "as that",
    "The company reports to us, within 24 hours, each incident in which a weapon was used or somebody was hurt or"
    " held, looks into it, and tells us what it changed.": "as that",
    "One day a line: the date, a space, the name. For example: 2027-01-01 New Year": "how a line is written",
}
"""Messages in which the number is a fact and not a setting, each with the reason."""


class Fault(NamedTuple):
    path: Path
    line: int
    sentence: str


def check(root: Path) -> list[Fault]:
    """Everything that is wrong below a project's root, in the order of the files."""
    return [
        *(fault for path in sorted((root / "templates").rglob("*.*")) for fault in _in_template(path)),
        *(fault for path in sorted((root / "grievance").rglob("*.py")) for fault in _in_python(path)),
        *(fault for path in sorted((root / "translations").rglob("*.po")) for fault in _in_catalogue(path)),
    ]


def _in_template(path: Path) -> Iterator[Fault]:
    if path.suffix not in (".html", ".txt", ".xml"):
        return
    text = path.read_text("utf-8")
    for fact in FACTS:
        text = text.replace(fact, re.sub(r"\S", "·", fact))
    for found in COUNTED.finditer(text):
        yield _written_out(path, text.count("\n", 0, found.start()) + 1, found.group())


def _in_python(path: Path) -> Iterator[Fault]:
    for line, text in _messages(ast.parse(path.read_text("utf-8"))):
        yield from _in_text(path, line, text)


def _messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every literal that is handed to a function of gettext's or printed, wherever it stands in the call."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in GETTEXT:
            for node in (part for value in call.args for part in ast.walk(value)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.lineno, node.value


def _in_text(path: Path, line: int, text: str) -> Iterator[Fault]:
    if text not in FACTS and (found := COUNTED.search(text)):
        yield _written_out(path, line, found.group())


def _written_out(path: Path, line: int, found: str) -> Fault:
    return Fault(
        path,
        line,
        f'"{" ".join(found.split())}" is written out. Take it from the timetable or its constant by a placeholder '
        "(grievance/deadlines/lengths.py), or give the reason in FACTS of bin/check_numbers.py.",
    )


def _in_catalogue(path: Path) -> Iterator[Fault]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in (message for message in catalogue if message.id):
        for text in _forms(message.id):
            yield from _in_text(path, message.lineno or 0, text)
        yield from _placeholders(path, catalogue, message)


def _forms(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _placeholders(path: Path, catalogue: Catalog, message: Message) -> Iterator[Fault]:
    """What a translation lacks of its message or has besides: placeholders, and numbers in figures."""
    wanted, figures = _named(_forms(message.id)), _digits(_forms(message.id))
    for number, form in enumerate(_forms(message.string)):
        missing, added = wanted - _named((form,)), (_named((form,)) - wanted) | (_digits((form,)) - figures)
        if message.pluralizable and _means_one_number(catalogue, number):
            missing.discard("%(num)d")  # Arabic says "two days" in one word
        if form and (missing or added):
            yield Fault(path, message.lineno or 0, _differs(_forms(message.id)[0], missing, added))


def _named(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def _digits(texts: Iterable[str]) -> set[str]:
    """The numbers that are written out in figures, of whichever script, as `int` reads them."""
    return {str(int(number)) for text in texts for number in re.findall(r"\d+", PLACEHOLDER.sub("", text))}


def _differs(text: str, missing: set[str], added: set[str]) -> str:
    lost = f"lacks {', '.join(sorted(missing))}" if missing else ""
    more = f"has {', '.join(sorted(added))}, which the message has not" if added else ""
    return f'the translation of "{text[:60]}" {" and ".join(part for part in (lost, more) if part)}.'


def _means_one_number(catalogue: Catalog, form: int) -> bool:
    """Whether a plural form is used for a single number, which its words may then say."""
    chosen = gettext.c2py(catalogue.plural_expr)
    return sum(chosen(number) == form for number in range(1000)) == 1


def main(root: Path) -> int:
    """Print what is wrong, a line each; 1 where there is anything."""
    faults = check(root)
    for fault in faults:
        print(f"{fault.path.relative_to(root)}:{fault.line}: {fault.sentence}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent))
