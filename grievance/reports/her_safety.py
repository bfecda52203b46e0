"""What her page says about her safety, where she opens it. Whoever holds her phone sees one line, always there.

While a case is frozen, somebody who took her receipt over may have this page: then it says nothing of the alert that
the freeze raised, and of no measure that the office proposed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import SAFETY as SAFETY_LIMITS
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.reports.actions import Choice
from grievance.reports.answer_view import ASKED_AT_FIRST
from grievance.reports.casefile import CaseFile, Happened, Opened
from grievance.reports.protection_cards import STANDS, MeasureCard, cards
from grievance.reports.raised import raises
from grievance.workflow.measures import PROTECT, REVIEW
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import SAFETY, Row

OF_SAFETY = frozenset(row.step for row in ROWS if row.group is SAFETY and row.event.of_safety)
"""What stands in the fold. Whatever else came of it is told in words that say nothing of safety, in its own place."""
_COULD_HARM = ASKED_AT_FIRST["could_harm"].label
_NO = dict(ASKED_AT_FIRST["could_harm"].choices)["no"]


@dataclass(frozen=True)
class HerSafety:
    """`alert`: somebody may be in danger, whoever said so; `by`: the day of the next look, `late` where that is over.
    `withheld`: neither that nor its opposite is said. `offered`: what she can do about it, other than to answer about a
    measure."""

    answered: list[tuple[Label, Any]]
    """What she answered at the form, which stands nowhere else on her page."""
    alert: bool
    withheld: bool
    by: date | None
    late: bool
    measures: list[MeasureCard]
    offered: list[Row]
    writings: list[Opened]
    timeline: list[Happened]

    @property
    def danger(self) -> bool:
        """Whether she may be in danger, as far as she said at the form or anybody since: then whoever takes her phone
        must read nothing before the fold is opened."""
        return self.alert or any(answer is not _NO for _question, answer in self.answered)

    @property
    def asks(self) -> bool:
        return any(one.waits for one in self.measures)


def her_safety(file: CaseFile, rows: Sequence[Choice]) -> HerSafety:
    found = [one for one in cards(file, rows, STANDS) if one.number not in _proposed_since(file)]
    withheld = file.case.safety_alert and _of_the_freeze_alone(file)
    by, late = (None, False) if withheld else _next_look(file.case)
    answers = {row.step for one in found for row in one.rows}
    return HerSafety(
        [pair for w in file.writings for pair in w.fields if pair[0] is _COULD_HARM],
        file.case.safety_alert and not withheld, withheld, by, late, found,
        [row for row, missing in rows if row.group is SAFETY and not missing and row.step not in answers],
        [w for w in file.writings if w.step in OF_SAFETY],
        [one for one in file.timeline if one.kind in OF_SAFETY and not _since_the_freeze(file.case, one)],
    )  # fmt: skip


def _since_the_freeze(case: Case, one: Happened) -> bool:
    """Of what the office did for her safety; what was reported on the page itself stays there."""
    return case.frozen_at is not None and one.at >= case.frozen_at and one.kind in (PROTECT, REVIEW)


def _proposed_since(file: CaseFile) -> set[int]:
    """The numbers of measures that were proposed while the case is frozen."""
    proposed = sorted((one for one in file.timeline if one.kind == PROTECT), key=lambda one: one.at)
    return {number for number, one in enumerate(proposed, 1) if _since_the_freeze(file.case, one)}


def _of_the_freeze_alone(file: CaseFile) -> bool:
    """Whether nothing but *it was not me* raised the alert: it was not up before, and nobody has reported since."""
    frozen_at = file.case.frozen_at
    if frozen_at is None:
        return False
    before = select(Limit.id).where(
        Limit.case_id == file.case.id, Limit.key.in_(SAFETY_LIMITS), Limit.opened_at < frozen_at,
        or_(Limit.met_at.is_(None), Limit.met_at >= frozen_at),
        or_(Limit.stopped_at.is_(None), Limit.stopped_at >= frozen_at),
    )  # fmt: skip
    reported = any(raises(one.kind, one.facts) for one in file.timeline if one.at >= frozen_at)
    return not reported and db.session.scalar(before.limit(1)) is None


def elsewhere(writings: Sequence[Opened]) -> list[Opened]:
    """What was written, as it stands outside of the fold."""
    plain = (one for one in writings if one.step not in OF_SAFETY)
    return [_without_harm(one) for one in plain]


def _without_harm(one: Opened) -> Opened:
    fields = [pair for pair in one.fields if pair[0] is not _COULD_HARM]
    return replace(one, fields=fields) if len(fields) < len(one.fields) else one


def _next_look(case: Case) -> tuple[date | None, bool]:
    """A look that was missed is owed at once, and its day is said all the same."""
    owed = sorted((limit for limit in deadlines.owed(case) if limit.key in SAFETY_LIMITS), key=lambda one: one.due_at)
    return (owed[0].due_on, owed[0].missed_at is not None) if owed else (None, False)
