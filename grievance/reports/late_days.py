"""Misses that were none, because a day off was entered after them: the list from which they are corrected, and what of
them waits for another person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grievance.access import Person, visible
from grievance.accounts import who_could
from grievance.deadlines import corrections
from grievance.deadlines.holidays import Moving, undoing
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.writing import Decision, Holiday
from grievance.reports.proposals import Proposer, proposer_of
from grievance.workflow.corrections import in_the_way
from grievance.workflow.steps import may_decide

STEP, MOST = "correct_breach", 200


@dataclass(frozen=True)
class Undone:
    """One miss. `proposal`: of the case, where somebody proposed a correction in it; `decides`: this person may approve
    it. `entered`: they entered the day off themselves. `against`: why nobody could approve it if they proposed it."""

    limit_id: int
    moving: Moving
    proposal: Decision | None
    proposer: Proposer | None
    decides: bool
    entered: bool
    against: str


def undone(by: Person, now: datetime) -> list[Undone]:
    """Of the cases that this person may see, and by the days of which it is known who entered them and when."""
    open_now = select(Decision).where(Decision.step == STEP, Decision.outcome.is_(None))
    proposals = {one.case_id: one for one in db.session.scalars(open_now)}
    seen = set(db.session.scalars(visible(by).with_only_columns(Case.id)))
    found: list[Undone] = []
    could = who_could.standings()
    for country, days in _entered():
        for case, limit, found_right in corrections.undone_by(country, days, now):
            if case.id in seen and len(found) < MOST:
                entered = corrections.who_entered(case, limit, found_right)
                against = "" if could.office.solo else str(in_the_way(could.of(case.id), by.account_id, entered) or "")
                moving, theirs = undoing(case, limit, found_right), by.account_id in entered
                found.append(_line(by, case, limit.id, moving, proposals.get(case.id), theirs, against))
    return found


def _entered() -> Iterator[tuple[str, dict[date, str]]]:
    """The days that were entered since it is kept by whom, by calendar."""
    calendars: dict[str, dict[date, str]] = {}
    query = select(Holiday.country, Holiday.on, Holiday.name).where(Holiday.added_at.is_not(None))
    for country, on, name in db.session.execute(query.order_by(Holiday.country)):
        calendars.setdefault(country, {})[on] = name
    yield from calendars.items()


def _line(
    by: Person, case: Case, limit_id: int, moving: Moving, proposal: Decision | None, entered: bool,
    against: str,
) -> Undone:  # fmt: skip
    decides = proposal is not None and not entered and may_decide(by, proposal, who_could.roles_in(by, case))
    proposer = proposer_of(proposal) if proposal else None
    return Undone(limit_id, moving, proposal, proposer, decides, entered, against)
