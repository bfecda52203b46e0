"""The figures of an office as tables: for the page, where each has bars, and for a file."""

import csv
import io
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _

from grievance.deadlines.countries import country_name
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import REMEDY_KINDS
from grievance.forms.vocabulary import Labels
from grievance.models.sides import COMPANY
from grievance.reports.exports import FORMULA
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
        *([_workload(found)] if found.workload else ()),
    ]  # fmt: skip


def _volume(found: Figures) -> Table:
    of = found.received
    lines = [
        Line(_("Received"), (str(of),)),
        Line(_("Incidents that they tell of, where the office or a spokesperson said which are the same"),
             (str(found.incidents),)),
        Line(_("of these still open"), (Of(found.open_now, of),), _share(found.open_now, of)),
        Line(_("of these without leave to know who complains"), (Of(found.unknown, of),), _share(found.unknown, of)),
        Line(_("of these brought by somebody who speaks for the complainant"), (Of(found.represented, of),),
             _share(found.represented, of)),
        Line(_("Closed in the period, whenever they were received"), (str(found.closed),)),
        Line(_("Taken over from old registers, and in no other figure"), (str(found.from_registers),)),
    ]  # fmt: skip
    note = _l("Each complaint is one person's, also where somebody speaks for a group.")
    return Table("volume", _l("Complaints"), (_("Complaints"), _("Number")), lines, note)


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
        Line(_("Asked again after the remedy"), (Of(found.followed_up, of),), _share(found.followed_up, of)),
        Line(_("Retaliation was reported"), (Of(found.retaliation, of),), _share(found.retaliation, of)),
    ]
    return Table("afterwards", _l("Afterwards"), (_("Cases"), _("Number")), lines)


def _list(found: Figures, key: str) -> Table:
    of = found.received if key != "reason" else sum(number for _key, number in found.by[key])
    lines = [Line(_name(key, one), (Of(number, of),), _share(number, of)) for one, number in found.by[key]]
    note = _l("A complaint can be about several things.") if key == "topic" else ""
    return Table(key, TITLES[key], (str(TITLES[key]), _("Complaints")), lines, note)


def _name(key: str, value: Any) -> str:
    if value is None:
        return str(_("Not said"))
    if key == "country":
        return country_name(value)
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
    note = _l("For you as the head of the office alone; it is in no file and no report.")
    return Table("workload", _l("Who has what now"), (_("Officer"), _("Open"), _("Overdue")), lines, note)


def _share(number: float, all_of_them: float) -> float:
    return round(100 * number / all_of_them, 1) if all_of_them else 0.0


# --- a file ------------------------------------------------------------------------------------------------


def as_csv(found: Figures) -> Iterator[str]:
    """UTF-8, a table after the other, each under its title; without what is for the head of the office alone."""
    yield _row((_("From"), found.period.first.isoformat(), _("until"), found.period.last.isoformat()))
    yield _row((_("As of"), found.as_of.isoformat(timespec="minutes")))
    for table in tables(found):
        if table.key != "workload":
            yield _row(())
            yield _row((str(table.title),))
            two = {n for line in table.lines for n, cell in enumerate(line.cells, start=1) if isinstance(cell, Of)}
            heads = [name for n, head in enumerate(table.heads) for name in ((head, _("of")) if n in two else (head,))]
            yield _row(tuple(heads))
            yield from (_row((line.name, *_numbers(line, two))) for line in table.lines)


def _numbers(line: Line, two: Set[int]) -> Iterator[str]:
    for place, cell in enumerate(line.cells, start=1):
        yield str(cell.number) if isinstance(cell, Of) else cell
        if place in two:
            yield str(cell.among) if isinstance(cell, Of) else ""


def _row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return line.getvalue()
