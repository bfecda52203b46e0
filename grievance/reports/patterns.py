"""Patterns of what is alleged, over time and place: from the records that whoever asks may know of, opened with her
keys. In the file that leaves the office no number is shown that few cases stand behind."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from grievance.access import Person
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import WEEKDAYS
from grievance.models.incident import Alleged
from grievance.reports.alleged import Record, everything, standing
from grievance.reports.exports import csv_row

SMALLEST = 5
"""Cases that must stand behind a number before it leaves the office: of fewer somebody who knows the place knows who
they are."""


@dataclass(frozen=True)
class Line:
    """`number`: of records; `cases`: that stand in them; `share`: of the longest bar, from 0 to 100."""

    name: str
    number: int
    cases: int
    share: float


@dataclass(frozen=True)
class Table:
    key: str
    title: Label
    first: Label
    lines: Sequence[Line]


def patterns(person: Person) -> list[Table]:
    """By month, by day of the week, by place, and by what is named."""
    records = everything(person)
    stand = standing(person, [one.id for one in records])
    happened = [one for one in records if one.kind == Alleged.INCIDENT]
    return [
        _table("month", _l("When incidents were, as alleged"), _l("Month"), happened, stand, _month, by_name=True),
        _table(
            "weekday",
            _l("On which day of the week"),
            _l("Day of the week"),
            happened,
            stand,
            _weekday,
            by_name=True,
            says=dict(WEEKDAYS),
        ),
        _table("where", _l("Where"), _l("Place"), records, stand, lambda one: one.where),
        _table("site", _l("At which site"), _l("Site"), _of(records, Alleged.SITE), stand, lambda one: one.name),
        _table("unit", _l("By which unit"), _l("Unit"), _of(records, Alleged.UNIT), stand, lambda one: one.name),
    ]


def _of(records: Iterable[Record], kind: Alleged) -> list[Record]:
    return [one for one in records if one.kind == kind]


def _month(one: Record) -> str:
    return f"{one.day.year}-{one.day.month:02}" if one.day else ""


def _weekday(one: Record) -> str:
    return str(one.day.weekday()) if one.day else ""


def _table(
    key: str, title: Label, first: Label, records: Iterable[Record], stand: Mapping[str, set[str]],
    name: Callable[[Record], str], *, by_name: bool = False, says: Mapping[str, Label] | None = None,
) -> Table:  # fmt: skip
    """The most cases first, or by name where that is a time; what was not said is left out. `says`: what a name is
    called where it is a sign. A case that stands in
    several records of one line is one case. `stand`: the cases of each record."""
    number, of = Counter[str](), defaultdict[str, set[str]](set)
    for one in records:
        number[name(one)] += 1
        of[name(one)] |= stand.get(one.id, set())
    cases = {each: len(of[each]) for each in number}
    names = sorted(filter(None, number), key=lambda each: each if by_name else (-cases[each], each))
    longest = max((cases[each] for each in names), default=0)
    called = {each: str(says[each]) if says else each for each in names}
    lines = [Line(called[each], number[each], cases[each], _share(cases[each], longest)) for each in names]
    return Table(key, title, first, lines)


def _share(number: int, longest: int) -> float:
    return round(100 * number / longest, 1) if longest else 0.0


def as_csv(tables: Iterable[Table]) -> Iterator[str]:
    """UTF-8, a table after the other. A line behind which fewer than `SMALLEST` cases stand is not in it: its name
    alone could tell who complained."""
    for table in tables:
        yield csv_row((str(table.title),))
        yield csv_row((str(table.first), _("Records"), _("Cases")))
        shown = [one for one in table.lines if one.cases >= SMALLEST]
        yield from (csv_row((one.name, str(one.number), str(one.cases))) for one in shown)
        if left := len(table.lines) - len(shown):
            yield csv_row((_("Left out, with fewer than %(number)s cases each", number=SMALLEST), str(left), ""))
        yield csv_row(())
