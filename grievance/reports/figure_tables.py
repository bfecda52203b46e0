"""The figures of an office as tables: for the page, where each has bars, and for a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _

from grievance.deadlines.countries import country_name
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import REMEDY_KINDS
from grievance.forms.vocabulary import Labels
from grievance.models.sides import COMPANY
from grievance.reports.exports import csv_row
from grievance.reports.figures import Figures, Took, owed
from grievance.workflow import words


class Of(NamedTuple):
    """So many of so many: one cell of a page, two of a file."""

    number: int
    among: int

    def __str__(self) -> str:
        return str(_("%(number)s of %(all)s", number=self.number, all=self.among))


@dataclass(frozen=True)
class Line:
    """One line of a table: its cells behind its name. `share`: of the bar, from 0 to 100; None where there is none."""

    name: str
    cells: tuple[str | Of, ...]
    share: float | None = None


@dataclass(frozen=True)
class Table:
    key: str
    title: Label
    heads: tuple[str, ...]
    lines: list[Line]
    note: Label = ""


TITLES: dict[str, Label] = {
    "channel": _l("How they came"), "topic": _l("What they are about"), "country": _l("Where"),
    "company": _l("About which company"), "language": _l("In which language"), "severity": _l("How severe"),
    "reason": _l("How those that are closed ended"),
}  # fmt: skip
TIMES: dict[str, Label] = {
    "acknowledge": _l("Until it was acknowledged"), "decide": _l("Until admissibility was decided"),
    "answer": _l("From the hand-over until the company answered"), "close": _l("Until it was closed"),
}  # fmt: skip


def tables(found: Figures) -> list[Table]:
    """All of them, in the order of the page."""
    return [
        _volume(found), _times(found), _lateness(found), _remedies(found), _afterwards(found),
        *(_list(found, key) for key in TITLES if found.by[key]),
        *([_registers(found)] if found.from_registers.number else ()),
        *([_workload(found)] if found.workload else ()),
    ]  # fmt: skip


def _volume(found: Figures) -> Table:
    of = found.received
    lines = [
        Line(_("Received"), (str(of),)),
        Line(_("of these still open"), (Of(found.open_then, of),), _share(found.open_then, of)),
        Line(_("of these without leave to know who complains"), (Of(found.unknown, of),), _share(found.unknown, of)),
        Line(_("of these brought by somebody who speaks for the complainant"), (Of(found.represented, of),),
             _share(found.represented, of)),
        *_incidents(found),
        Line(_("Closed in the period, whenever they were received"), (str(found.closed),)),
    ]  # fmt: skip
    note = _l("Each complaint is one person's, also where somebody speaks for a group.")
    return Table("volume", _l("Complaints"), (_("Complaints"), _("Number")), lines, note)


def _incidents(found: Figures) -> list[Line]:
    """Of now alone: there is none as of an earlier day."""
    if found.incidents is None:
        return []
    name = _("Incidents that they tell of, where the office or a spokesperson said which are the same"
             " (of now, not in the recount)")  # fmt: skip
    return [Line(name, (str(found.incidents),))]


def _registers(found: Figures) -> Table:
    old = found.from_registers
    lines = [
        Line(_("Taken over"), (str(old.number),)),
        Line(_("of these still open"), (Of(old.still_open, old.number),), _share(old.still_open, old.number)),
        Line(_("of these late by the register's own rule"), (Of(old.late, old.number),), _share(old.late, old.number)),
        *(
            Line(_name(found, "company", company), (Of(number, old.number),), _share(number, old.number))
            for company, number in old.by_company
        ),
    ]
    note = _l("Received in the period, and handled by the rules of another time. They are in no other figure.")
    return Table("registers", _l("Of old registers"), (_("Complaints"), _("Number")), lines, note)


def _times(found: Figures) -> Table:
    longest = max((one.p90 or 0 for one in found.took.values()), default=0)
    lines = [Line(str(TIMES[key]), _days(one), _share(one.p90 or 0, longest)) for key, one in found.took.items()]
    heads = (_("Days it took"), _("Half within"), _("Nine of ten within"), _("Cases behind it"))
    return Table("times", _l("How long it took"), heads, lines, _l("Days of the calendar, by the office's clock."))


def _days(one: Took) -> tuple[str, ...]:
    if one.median is None:
        return _("not known yet"), _("not known yet"), "0"
    return f"{one.median:g}", str(one.p90), str(one.number)


def _lateness(found: Figures) -> Table:
    first = ("office", COMPANY)
    names = {"office": _("The office, in all"), COMPANY: _("Companies")}
    keys = [key for key in first if key in found.late] + sorted(key for key in found.late if key not in first)
    lines = []
    for key in keys:
        one, name = found.late[key], names.get(key) or _("The office: %(what)s", what=owed(key))
        lines.append(Line(name, (Of(one.missed, one.due), str(one.corrected)), _share(one.missed, one.due)))
    note = _l("Of what was due in the period. A miss that two people found to be none is not counted as late.")
    return Table("late", _l("What came late"), (_("Who owed it"), _("Late"), _("Corrected")), lines, note)


def _remedies(found: Figures) -> Table:
    lines = [
        Line(str(REMEDIES.get(kind, kind)),
             (str(one.agreed), Of(one.verified, one.agreed), str(one.disputed), str(one.waived)),
             _share(one.verified, one.agreed))
        for kind, one in sorted(found.remedies.items())
    ]  # fmt: skip
    heads = (_("Form of remedy"), _("Agreed"), _("Verified"), _("Disputed now"), _("Waived"))
    return Table("remedies", _l("Remedies"), heads, lines)


def _afterwards(found: Figures) -> Table:
    of = found.received
    lines = [
        Line(_("Asked whether there was retaliation"), (Of(found.asked, of),), _share(found.asked, of)),
        Line(_("Retaliation was reported or found"), (Of(found.retaliation, of),), _share(found.retaliation, of)),
    ]
    return Table("afterwards", _l("Afterwards"), (_("Cases"), _("Number")), lines)


def _list(found: Figures, key: str) -> Table:
    of = found.received if key != "reason" else sum(number for _key, number in found.by[key])
    lines = [Line(_name(found, key, one), (Of(number, of),), _share(number, of)) for one, number in found.by[key]]
    note = _l("A complaint can be about several things.") if key == "topic" else ""
    return Table(key, TITLES[key], (str(TITLES[key]), _("Complaints")), lines, note)


def _name(found: Figures, key: str, value: Any) -> str:
    if value is None:
        return str(_("Not said"))
    if key == "country":
        return country_name(value)
    if key == "company":
        return found.companies.get(value, "")
    if key == "reason":
        return str(BY_A_STEP.get(value) or ENDS[value])
    return str(_NAMES[key].get(getattr(value, "value", value), value)) if key in _NAMES else str(value)


REMEDIES: dict[str, Label] = dict(REMEDY_KINDS)


BY_A_STEP: dict[str, Label] = {
    "withdrawn": _l("Withdrawn by the complainant"), "concern": _l("Taken up as a concern"),
    "wish_for_deletion": _l("Deleted at the complainant's wish"),
}  # fmt: skip
"""Endings that no list of the vocabulary has: the step is the reason."""
ENDS = Labels("dismissals", "closings")
_NAMES: Mapping[str, Mapping[str, Label]] = {
    "channel": words.CHANNELS, "topic": words.TOPICS, "language": words.LANGUAGES, "severity": words.SEVERITIES,
}  # fmt: skip


def _workload(found: Figures) -> Table:
    most = max((number for _name, number, _late in found.workload), default=0)
    lines = [Line(name, (str(number), Of(late, number)), _share(number, most)) for name, number, late in found.workload]
    note = _l(
        "For you as the head of the office alone; it is in no file and no report. A case counts for who is in charge of"
        " it, and not for who is beside."
    )
    return Table("workload", _l("Who has what now"), (_("Officer"), _("Open"), _("Overdue")), lines, note)


def _share(number: float, all_of_them: float) -> float:
    return round(100 * number / all_of_them, 1) if all_of_them else 0.0


# --- a file ------------------------------------------------------------------------------------------------


def report_tables(found: Figures) -> list[Table]:
    """Without what is for the head of the office alone."""
    return [table for table in tables(found) if table.key != "workload"]


def heads_of(table: Table) -> Iterator[str]:
    """With a column of its own for the number of which a figure is a part."""
    for place, head in enumerate(table.heads):
        yield head
        if place in _two(table):
            yield str(_("of"))


def rows_of(table: Table) -> Iterator[Iterator[str | int]]:
    for line in table.lines:
        yield _cells(table, (line.name, *line.cells))


def _cells(table: Table, cells: tuple[str | Of, ...]) -> Iterator[str | int]:
    for place, cell in enumerate(cells):
        yield cell.number if isinstance(cell, Of) else cell
        if place in _two(table):
            yield cell.among if isinstance(cell, Of) else ""


def _two(table: Table) -> set[int]:
    return {n for line in table.lines for n, cell in enumerate(line.cells, start=1) if isinstance(cell, Of)}


def as_csv(found: Figures) -> Iterator[str]:
    """UTF-8, a table after the other, each under its title."""
    yield csv_row((_("From"), found.period.first.isoformat(), _("until"), found.period.last.isoformat()))
    yield csv_row((_("As of"), found.as_of.isoformat()))
    for table in report_tables(found):
        yield csv_row(())
        yield csv_row((str(table.title),))
        yield csv_row(tuple(heads_of(table)))
        yield from (csv_row(tuple(map(str, row))) for row in rows_of(table))
