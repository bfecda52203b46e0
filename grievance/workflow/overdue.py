"""What the clock does to one case: reminders, and each passed limit once, dated when it passed."""

from datetime import datetime, timedelta

from grievance.access import CLOCK
from grievance.crypto.compartments import CaseKeys
from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of, passed
from grievance.deadlines.kinds import Deadline, LimitKind
from grievance.deadlines.outages import silence
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.record import chain
from grievance.workflow import beside, rounds
from grievance.workflow.context import StepContext
from grievance.workflow.events import (
    DECISION_WAITS,
    GRACE,
    IN_DANGER,
    MISSED,
    NOBODY_OPENED_IT,
    NOT_NOW,
    REMINDED,
    WARNED,
)
from grievance.workflow.execute import clock_row, ensure_next_step, execute, owe_letters
from grievance.workflow.questions import LIMIT_MISSED
from grievance.workflow.visibility import mark_new

LOOK_AGAIN = timedelta(minutes=5)


def settle(case: Case, now: datetime) -> dict[str, int]:
    """Do whatever the clock owes this case at `now`. Returns counts: reminded, missed, escalated.

    What a miss opens counts from `now`: nobody could act on a breach that nobody knew of, so after an outage
    no limit is born late (docs/decisions/0002). The caller holds the case's lock and the transaction.
    """
    counts = {"reminded": 0, "missed": 0, "escalated": 0}
    while (limit := _next(case, now)) is not None:
        if limit.missed_at:
            counts["escalated"] += int(_escalate_at_last(case, limit, now))
            continue
        if not passed(limit.due_at, now):
            counts["reminded"] += int(_warn(case, limit, now))
            continue
        if limit.held:
            deadlines.rest(limit)
            continue
        if limit.waits_until and not passed(limit.waits_until, now):
            _ask_to_decide(case, limit, now)
            counts["reminded"] += 1
            continue
        if _was_out_of_reach(case, limit, now):
            continue
        if take := deadlines.kind_of(limit).takes:
            _take(case, limit, take, now)
            continue
        state = case.state
        _miss(case, limit, now)
        counts["missed"] += 1
        counts["escalated"] += int(state == State.REFERRED and case.state == State.ESCALATED)
    return counts


def _next(case: Case, now: datetime) -> Limit | None:
    return next((limit for limit in deadlines.owed(case) if limit.wake_at and limit.wake_at <= now), None)


def _context(case: Case, limit: Limit, at: datetime, now: datetime) -> StepContext:
    facts = {"limit": limit.key, "due_on": limit.due_on.isoformat(), "owed_by": limit.owed_by}
    if limit.waits_until:
        facts["extension"] = "undecided"
    return StepContext(case, CLOCK, {}, at, now, CaseKeys(), facts=facts)


def _warn(case: Case, limit: Limit, now: datetime) -> bool:
    """False where nobody is to be warned yet: the clock looks again when somebody is."""
    context = _context(case, limit, limit.wake_at or now, now)
    if not deadlines.owes_a_warning(limit, now):
        deadlines.queue(case)
        return False
    deadlines.remind(limit, now)
    noted = REMINDED if limit.owed_by in (COMPANY, COMPLAINANT) else WARNED
    event = chain.append(case, noted.kind, CLOCK, context.at, now, context.facts)
    context.values = _whom(case, limit)
    owe_letters(case, event, noted.letters, context)
    mark_new(case, event, noted, context)
    return True


def _whom(case: Case, limit: Limit) -> dict[str, str]:
    urgent = limit.key in (Deadline.SAFETY, Deadline.SAFETY_CRITICAL)
    return {
        "reminds": NOBODY_OPENED_IT if _lies_unopened(case, limit) else limit.owed_by,
        "warns": IN_DANGER if urgent else limit.owed_by,
    }


def _lies_unopened(case: Case, limit: Limit) -> bool:
    return limit.owed_by == COMPANY and case.company_opened < case.handovers


def _ask_to_decide(case: Case, limit: Limit, now: datetime) -> None:
    """The company asked for more time, its last day has passed, and it still does not know: it counts as refused in a
    few days, so the officer hears of it while something can be decided."""
    context = _context(case, limit, limit.due_at, now)
    deadlines.remind(limit, now)
    event = chain.append(case, DECISION_WAITS.kind, CLOCK, context.at, now, context.facts)
    owe_letters(case, event, DECISION_WAITS.letters, context)
    mark_new(case, event, DECISION_WAITS, context)


def _was_out_of_reach(case: Case, limit: Limit, now: datetime) -> bool:
    """A company that could not reach the site for over an hour of its last day gets that time again, once (file 2,
    "After an outage"; docs/decisions/0008). While the site is still silent nothing is decided: nobody could act."""
    if limit.owed_by != COMPANY or limit.grace_seconds is not None:
        return False
    lost = silence(beginning_of(limit.due_on, limit.frozen["zone"]), limit.due_at, now)
    if lost is None:
        return False
    if lost.lasts:
        deadlines.look_again(limit, now + LOOK_AGAIN)
        return True
    deadlines.give_again(limit, lost.length, now)
    context = _context(case, limit, now, now)
    context.facts["minutes"] = int(lost.length.total_seconds() // 60)
    event = chain.append(case, GRACE.kind, CLOCK, now, now, context.facts)
    owe_letters(case, event, GRACE.letters, context)
    mark_new(case, event, GRACE, context)
    case.version += 1
    ensure_next_step(context)
    return True


def _miss(case: Case, limit: Limit, now: datetime) -> None:
    """The breach becomes one event; the unique key on it makes a second one impossible, not unlikely."""
    deadlines.miss(limit)
    kind, context = deadlines.kind_of(limit), _context(case, limit, limit.due_at, now)
    row = clock_row("escalate", case) if kind.escalates else None
    if row and not beside.is_held(row, context):
        context.facts["ground"] = LIMIT_MISSED
        context.at = now
        event = execute(row, context, missed=limit, dated=limit.due_at)
    else:
        deadlines.hold(limit, row is not None)
        event = chain.append(case, MISSED.kind, CLOCK, limit.due_at, now, context.facts, missed=limit)
        _after(case, limit, kind, now)
        case.version += 1
        ensure_next_step(context)
    if not kind.lapses:
        owe_letters(case, event, MISSED.letters, context)
        mark_new(case, event, MISSED, context)


def _escalate_at_last(case: Case, limit: Limit, now: datetime) -> bool:
    """What a state beside the state held goes on: the miss is on the record, and the escalation follows it today."""
    row, context = clock_row("escalate", case), _context(case, limit, now, now)
    if row is None or beside.is_held(row, context):
        deadlines.hold(limit, row is not None) if not limit.held else deadlines.rest(limit)
        return False
    deadlines.hold(limit, False)
    context.facts["ground"] = LIMIT_MISSED
    execute(row, context)
    return True


def _take(case: Case, limit: Limit, step: str, now: datetime) -> None:
    """The day that was chosen for it is over: the clock does it, where there is still something to do. In a case that
    was suspended before a suspension held it, it waits like in any other."""
    if case.suspended:
        pauses.hold_what_tells(case, now)
        chain.append(case, NOT_NOW.kind, CLOCK, now, now, {"limit": limit.key})
        return
    if row := clock_row(step, case):
        execute(row, StepContext(case, CLOCK, {}, now, now, CaseKeys(), facts={}))
    else:
        chain.append(case, NOT_NOW.kind, CLOCK, now, now, {"limit": limit.key})
    deadlines.stop(case, (limit.key,), now)


def _after(case: Case, limit: Limit, kind: LimitKind, now: datetime) -> None:
    """The last column of the table of time limits."""
    if kind.repeats:
        deadlines.stop(case, (kind.key,), now)
        deadlines.open_limit(case, kind.key, now)
    if kind.then and not (kind.then == Deadline.FAIRNESS_REVIEW and rounds.answer_is_reviewed(case)):
        deadlines.open_unless_open(case, kind.then, now)
    if kind.next_move and case.state != State.CLOSED:
        deadlines.open_unless_open(case, Deadline.NEXT_MOVE, now)
    if kind.lapses:
        limit.stopped_at, limit.wake_at = now, None
    if kind.holds:  # what opened instead may hold the same
        pauses.go_on(case, now)
