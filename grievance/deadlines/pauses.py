"""What holds a time limit: a question and a summary that is being read hold what the office decides, a suspension the
limits that it names.

It goes on when nothing holds it any more, whichever of the two ends last.
"""

from datetime import date, datetime

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY


def ask(case: Case, at: datetime) -> None:
    deadlines.pause(case, Deadline.ADMISSIBILITY, at)


def shown(case: Case, at: datetime) -> None:
    """While she reads what would go out, nobody decides whether it goes."""
    for key in deadlines.timetable().kinds[Deadline.SUMMARY].holds:
        if not _is_seen(case, key):
            deadlines.pause(case, key, at)
    for limit in deadlines.owed(case):
        if limit.paused_at == at:
            deadlines.keep_days_from_company(limit)


def _is_seen(case: Case, key: str) -> bool:
    """A company that has the case would see it stand still, and learn that something is being asked of her."""
    return case.with_company and COMPANY in deadlines.timetable().kinds[key].shown_to


def answered(case: Case, at: datetime) -> None:
    deadlines.meet(case, (Deadline.COMPLAINANT_ANSWER,), at)
    go_on(case, at)


def may_be_held(limit: Limit) -> bool:
    """By a choice of whoever suspends. Whoever may be in danger is no safer meanwhile, so that a look at the safety
    runs on; and what the clock would tell a company waits in any case."""
    kind = deadlines.kind_of(limit)
    return limit.missed_at is None and not kind.in_hours and not kind.takes


def suspend(case: Case, keys: list[str], review_on: date, at: datetime) -> None:
    """The limit that looks at the suspension again remembers what is held until then."""
    for key in keys:
        deadlines.pause(case, key, at)
    hold_what_tells(case, at)
    review = deadlines.open_limit(case, Deadline.SUSPENSION_REVIEW, at, agreed=review_on)
    review.frozen = {**review.frozen, "holds": keys}


def hold_what_tells(case: Case, at: datetime) -> None:
    """No company is told anything by the clock while a case is suspended: the day that was chosen for it moves on."""
    for limit in deadlines.owed(case) if case.suspended else ():
        if deadlines.kind_of(limit).takes:
            deadlines.pause(case, limit.key, at)


def end_suspension(case: Case, at: datetime) -> None:
    deadlines.meet(case, (Deadline.SUSPENSION_REVIEW,), at)
    go_on(case, at)


def go_on(case: Case, at: datetime) -> None:
    for limit in deadlines.owed(case):
        if limit.paused_at is not None and not _is_held(case, limit.key):
            deadlines.resume(limit, limit.paused_at, at)


def wake_what_waited(case: Case, at: datetime) -> None:
    """The clock looks again at what it would have done meanwhile: an escalation for a miss, a day that was chosen."""
    for limit in deadlines.owed(case):
        if not limit.held or case.withdrawn_at:
            continue
        if limit.missed_at:
            deadlines.look_again(limit, at)  # it waits until the clock has looked whether something else holds it
        else:
            deadlines.hold(limit, False)


def _is_held(case: Case, key: str) -> bool:
    """A question whose answer is overdue holds nothing; a suspension from before it was remembered holds all."""
    if case.suspended and deadlines.timetable().kinds[key].takes:
        return True
    open_now = deadlines.owed(case)
    by_suspension = any(
        key in limit.frozen.get("holds", [key]) for limit in open_now if limit.key == Deadline.SUSPENSION_REVIEW
    )
    return by_suspension or any(_waits_for_her(case, limit, key) for limit in open_now)


def _waits_for_her(case: Case, limit: Limit, key: str) -> bool:
    if limit.key == Deadline.SUMMARY and _is_seen(case, key):
        return False
    kind = deadlines.kind_of(limit)
    return key in kind.holds and (limit.missed_at is None or kind.holds_on)
