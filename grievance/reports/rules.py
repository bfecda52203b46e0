"""The procedure as the office reads it: each time limit with its rule in words, and each step in a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.deadlines.dates import Rule
from grievance.deadlines.kinds import LimitKind
from grievance.deadlines.rows import timetable
from grievance.deadlines.warnings import LAST
from grievance.extensions import Label
from grievance.models.case import State
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.workflow import words
from grievance.workflow.procedure import TABLE
from grievance.workflow.row import Row


@dataclass(frozen=True)
class LimitLine:
    key: str
    title: Label
    owed_by: str
    rule: str
    remind: str
    most: str
    source: str
    hidden: bool
    standing: bool


@dataclass(frozen=True)
class StepLine:
    title: Label
    source: str
    target: str
    who: str
    two_people: str
    meets: str
    opens: str


def retention_years() -> int:
    return timetable().retention_years


def limit_lines() -> list[LimitLine]:
    return [_limit(kind) for kind in timetable().kinds.values()]


def _limit(kind: LimitKind) -> LimitLine:
    return LimitLine(
        kind.key,
        kind.words,
        kind.owed_by,
        str(words.DAYS["agreed"]) if kind.agreed else in_words(kind.rule),
        _warned(kind),
        in_words(kind.most) if kind.most else "",
        kind.source,
        COMPANY not in kind.shown_to,
        kind.standing,
    )


def _warned(kind: LimitKind) -> str:
    """When whoever owes it is warned; empty where nobody is."""
    if kind.unwarned:
        return ""
    first = in_words(kind.remind) if kind.remind else _("half its time")
    return str(_("%(first)s, and %(last)s before its end", first=first, last=in_words(LAST)))


def in_words(rule: Rule) -> str:
    """As `words.length`, except that calendar days are called so: the office reads both kinds in one column."""
    if rule.unit == "c":
        return str(ngettext("%(num)d calendar day", "%(num)d calendar days", rule.count))
    return words.length(rule)


def step_lines() -> list[StepLine]:
    """The rows of the table; what an officer may record for the complainant follows from them and is left out."""
    return [_step(row) for row in TABLE]


def _step(row: Row) -> StepLine:
    checked = _("yes") if row.approved else _("sometimes") if row.approved_when else ""
    return StepLine(
        row.title,
        _("any")
        if row.source == frozenset(State)
        else _listed(words.STATES[s.value] for s in State if s in row.source),
        str(words.STATES[row.target.value]) if row.target else "",
        _listed(_("an officer") if r == Role.OFFICER else words.PEOPLE[r.value] for r in Role if r in row.who),
        checked,
        ", ".join(row.meets),
        ", ".join(row.opens),
    )


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(dict.fromkeys(str(name) for name in names))
