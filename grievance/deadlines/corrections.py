"""A miss that was none: the day was a day off that somebody entered late, the calendar was wrong, or the site was away.

The miss stays on the record, and stands there as *corrected*, with both dates. What a false escalation took from a
company it gets again: the days that it had left, from the day after the correction on (file 2, `correct_breach`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from grievance import clock
from grievance.access import Person
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Due, beginning_of, thaw
from grievance.deadlines.kinds import DUTIES, SAFETY, Deadline
from grievance.deadlines.outages import is_known, silence
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, Respondent, State
from grievance.models.desk import PLAIN
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import CalendarProposal, Company, Role
from grievance.models.sides import COMPANY, COMPLAINANT, OF_THE_OFFICE
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.record.letters import LetterText, LetterTo, owe_letters, when
from grievance.record.transaction import mark_for

KIND = "breach_corrected"
DAY_OFF, WRONG_CALENDAR, OUTAGE = "day_off", "calendar", "outage"
CAUSES: tuple[tuple[str, Label], ...] = (
    (DAY_OFF, _l("A day off was entered late")),
    (WRONG_CALENDAR, _l("The calendar of whoever owed it was wrong: its weekend or its time zone")),
    (OUTAGE, _l("The site could not be reached")),
)
MOST_AFTER_AN_OUTAGE = timedelta(days=30)
RUNNING = (State.REFERRED, State.ESCALATED)
BREACH_CORRECTED = LetterText(
    KIND,
    _l(
        "A time limit was counted as missed in this case, and it was not. The record now says so. If the Secretariat"
        " took the case over because of it, the company has its remaining days again, and the Secretariat decides"
        " whether the case goes back to the company."
    ),
)
_COMPANYS = [duty.key for duty in DUTIES if duty.owed_by == COMPANY]
_SHOWN_HER = [duty.key for duty in DUTIES if COMPLAINANT in duty.shown_to]
LETTERS = (
    LetterTo(COMPANY, BREACH_CORRECTED, when("limit", *_COMPANYS)),
    LetterTo(COMPLAINANT, BREACH_CORRECTED, when("limit", *_SHOWN_HER)),
)
"""A company is told of its own limits only."""


@dataclass(frozen=True)
class Right:
    """By what a limit should have run, and when it was due by that."""

    frozen: dict[str, Any]
    due: Due


def misses(case: Case) -> list[Limit]:
    """What was missed in this case and not corrected, the first one first. What a company owed that lost the case is
    nobody's breach already."""
    query = select(Limit).where(Limit.case_id == case.id, Limit.missed_at.is_not(None), Limit.corrected_at.is_(None))
    query = query.where(Respondent.not_former(Limit.respondent_id, case.id))
    return list(db.session.scalars(query.order_by(Limit.due_at, Limit.id)))


def right(case: Case, limit: Limit, cause: str, until: date | None = None) -> Right:
    """When it was due, had it been counted right. `until`: after an outage, to which day it should have run."""
    if cause == OUTAGE:
        frozen = {**limit.frozen, "agreed": (until or limit.due_on).isoformat(), "moved_by": 0}
        return Right(frozen, thaw(frozen, limit.opened_at, explain=False))
    return Right(*deadlines.by_calendar_now(case, limit, days_alone=cause == DAY_OFF))


def is_undone(limit: Limit, found: Right, now: datetime) -> bool:
    """Whether it was no miss: it was met, or taken from whoever owed it, before it was due, or is still not due."""
    ended = limit.met_at or limit.stopped_at or now
    return ended < found.due.at and limit.due_at < found.due.at


def could_be_none(case: Case, limit: Limit) -> bool:
    """Whether anything could make it no miss: what was done, or ended, long after it stays one."""
    ended = limit.met_at or limit.stopped_at or clock.now()
    longest = right(case, limit, OUTAGE, limit.due_on + MOST_AFTER_AN_OUTAGE).due.at
    return ended < max(longest, right(case, limit, WRONG_CALENDAR).due.at)


def undone_by(country: str, days: Mapping[date, str], now: datetime) -> Iterator[tuple[Case, Limit, Right]]:
    """The misses that days off would undo, or do undo where they are in the calendar by now, the first one first."""
    if days:
        for limit, case in db.session.execute(_missed(country).where(Limit.due_on >= min(days))):
            found = Right(*deadlines.by_calendar_now(case, limit, more=days))
            if is_undone(limit, found, now):
                yield case, limit, found


def _missed(country: str) -> Select[Limit, Case]:
    """What counts as missed by a calendar; what a company owed that lost the case is nobody's breach already."""
    query = select(Limit, Case).join(Case, Case.id == Limit.case_id)
    query = query.outerjoin(Company, Company.id == Case.company_id)
    query = query.outerjoin(Respondent, Respondent.id == Limit.respondent_id)
    query = query.where(Limit.missed_at.is_not(None), Limit.corrected_at.is_(None), Respondent.ended_at.is_(None))
    return query.where(deadlines.by_calendar(country), Case.erased_at.is_(None)).order_by(Limit.due_at, Limit.id)


def who_entered(case: Case, limit: Limit, found: Right) -> set[int]:
    """The accounts that entered the days off by which it is due later."""
    late, keys = set(found.frozen["holidays"]) - set(limit.frozen["holidays"]), deadlines.keys_for(case, limit)
    query = select(Holiday.added_by).where(
        Holiday.country.in_(keys),
        Holiday.on.in_([date.fromisoformat(day) for day in late]),
        Holiday.on <= found.due.on,
    )
    return {one for one in db.session.scalars(query) if one is not None}


def who_made_the_calendar(case: Case, limit: Limit) -> set[int]:
    """The accounts that proposed and confirmed the calendar that the company has now; of the office's own, nobody."""
    if limit.owed_by != COMPANY or case.company_id is None:
        return set()
    query = select(CalendarProposal.proposed_by, CalendarProposal.decided_by).where(
        CalendarProposal.company_id == case.company_id, CalendarProposal.confirmed.is_(True)
    )
    newest = db.session.execute(query.order_by(CalendarProposal.decided_at.desc(), CalendarProposal.id.desc())).first()
    return {one for one in newest or () if one is not None}


def is_on_record(limit: Limit, found: Right, now: datetime) -> bool:
    """Whether the site's own marks know of the outage by which the office would have had until then: it cannot wipe
    its own misses by its word alone, wherever marks are kept. Others cannot prove that they did not reach it."""
    if limit.owed_by not in OF_THE_OFFICE or not is_known(limit.due_at):
        return True
    zone = limit.frozen["zone"]
    lost = silence(beginning_of(limit.due_on, zone), limit.due_at, now)
    return lost is not None and found.due.on <= clock.day(limit.due_at + lost.length, zone)


# --- correcting it ---------------------------------------------------------------------------------------------


def correct(case: Case, limit: Limit, found: Right, by: Person, at: datetime, facts: Mapping[str, Any]) -> None:
    """Note it, tell each side, and give back what the miss took. Part of the caller's step."""
    limit.corrected_at, limit.corrected_on = at, found.due.on
    dates = {"limit": limit.key, "due_on": found.due.on.isoformat(), "was_due_on": limit.due_on.isoformat()}
    said = {**facts, **dates}
    own = limit.owed_by == COMPANY
    event = chain.append(case, KIND, by, at, at, said if own else {**said, "kept": True})
    owe_letters(case, event, LETTERS, said)
    if own and case.with_company:
        mark_for(event, PLAIN, role=Role.COMPANY)
    _give_back(case, limit, found, at)


def _give_back(case: Case, limit: Limit, found: Right, at: datetime) -> None:
    kind, stopped = deadlines.kind_of(limit), limit.stopped_at
    if limit.key in SAFETY:
        return  # the record is put right; whoever may be in danger is looked at no later for it
    escalated_at = _escalated_at(case, limit) if kind.escalates and case.state in RUNNING else None
    if limit.open:
        limit.stopped_at, limit.wake_at = at, None
        _again(case, limit, found.frozen, limit.pauses, at)
    elif stopped and kind.lapses and case.state == State.CLOSED and not _since(case, limit.key, stopped):
        _days_left(case, limit, found.frozen, at)
    if escalated_at:
        for taken, frozen in _taken_by(case, limit, found, escalated_at):
            if not _since(case, taken.key, escalated_at) and not _answered(case, taken, escalated_at):
                _days_left(case, taken, frozen, at)
        _no_review_before_the_answer(case, at)
    if deadlines.is_open(case, kind.key):
        for held in kind.holds:
            deadlines.pause(case, held, at)


def _no_review_before_the_answer(case: Case, at: datetime) -> None:
    """What the escalation opened for the office waits until there is an answer: her comment opens it then."""
    if deadlines.is_open(case, Deadline.COMPANY_RESPONSE):
        deadlines.stop(case, (Deadline.FAIRNESS_REVIEW,), at)


def _escalated_at(case: Case, limit: Limit) -> datetime | None:
    """When the case was escalated because this was missed; None where that escalated nothing."""
    query = select(func.min(Event.recorded_at)).where(
        Event.chain == case.id, Event.kind == "escalate", Event.facts.contains(f'"limit":"{limit.key}"'),
        Event.facts.contains(f'"due_on":"{limit.due_on.isoformat()}"'), Event.recorded_at >= limit.due_at,
    )  # fmt: skip
    return db.session.scalar(query)


def _taken_by(case: Case, missed: Limit, found: Right, at: datetime) -> Iterator[tuple[Limit, dict[str, Any]]]:
    """What the escalation ended: of the company's, and her time to comment on its answer. What a later round has made
    anew, or does without, stays ended."""
    query = select(Limit).where(
        Limit.case_id == case.id, Limit.stopped_at == at, (Limit.owed_by == COMPANY) | (Limit.key == Deadline.COMMENT),
        Limit.respondent_id.is_not_distinct_from(missed.respondent_id),
        (Limit.id == missed.id) | Limit.missed_at.is_(None),
        Limit.round.is_not_distinct_from(case.respondent.round if case.respondent else None),
    )  # fmt: skip
    for one in db.session.scalars(query.order_by(Limit.id != missed.id, Limit.id)).all():
        yield one, found.frozen if one.id == missed.id else deadlines.by_calendar_now(case, one)[0]


def _since(case: Case, key: str, at: datetime) -> bool:
    """Whether one of this kind was opened since: by going back to the company, for one."""
    query = select(Limit.id).where(Limit.case_id == case.id, Limit.key == key, Limit.opened_at >= at)
    return db.session.scalars(query.limit(1)).first() is not None


def _answered(case: Case, limit: Limit, at: datetime) -> bool:
    """An answer came although none was owed any more: it opens the time for her comment."""
    return limit.key in (Deadline.COMPANY_RESPONSE, Deadline.COMPANY_ACKNOWLEDGEMENT) and _since(
        case, Deadline.COMMENT, at
    )


def _days_left(case: Case, limit: Limit, frozen: dict[str, Any], at: datetime) -> None:
    """It runs on from the day after the correction: the days between are not counted."""
    zone, ended = frozen["zone"], limit.stopped_at or at
    began, ends = clock.day(ended, zone), clock.day(at, zone) + timedelta(days=1)
    if limit.missed_at:
        began = min(began, limit.due_on + timedelta(days=1))
    if frozen["agreed"]:
        frozen = {**frozen, "moved_by": frozen.get("moved_by", 0) + (ends - began).days}
    again = _again(case, limit, frozen, [*limit.pauses, [began.isoformat(), ends.isoformat()]], at)
    if again.waits_until and again.asked_until:
        again.asked_until += ends - began


def run_on(case: Case, limit: Limit, at: datetime) -> None:
    """What was ended is owed again from now on, with the days that it had left."""
    zone, ended = limit.frozen["zone"], limit.stopped_at or at
    began, ends = clock.day(ended, zone), clock.day(at, zone)
    frozen = limit.frozen
    if frozen["agreed"]:
        frozen = {**frozen, "moved_by": frozen.get("moved_by", 0) + (ends - began).days}
    _again(case, limit, frozen, [*limit.pauses, [began.isoformat(), ends.isoformat()]], at)


def _again(case: Case, limit: Limit, frozen: dict[str, Any], held: list[Any], at: datetime) -> Limit:
    """The same limit once more: the row of the miss is its record, and stays."""
    again = Limit(
        case=case, case_id=case.id, key=limit.key, owed_by=limit.owed_by, frozen=frozen, pauses=held,
        respondent_id=limit.respondent_id, remedy_id=limit.remedy_id, decision_id=limit.decision_id,
        opened_at=limit.opened_at, reminded_at=limit.reminded_at, asked_until=limit.asked_until,
        waits_until=limit.waits_until, round=limit.round,
    )  # fmt: skip
    deadlines.date_anew(again, at)
    deadlines.hold(again, deadlines.kind_of(again).held_with_withdrawal and case.withdrawn_at is not None)
    db.session.add(again)
    return again


def is_free_again(case: Case) -> bool:
    """Whether going back to the company is not counted: it undoes an escalation for a miss that was none, and nobody
    has gone back since."""
    handed = select(func.max(Limit.opened_at)).where(
        Limit.case_id == case.id, Limit.key == Deadline.COMPANY_ACKNOWLEDGEMENT
    )
    gone = db.session.scalar(handed)
    if gone is None:
        return False
    escalating = [duty.key for duty in DUTIES if duty.escalates]
    corrected = select(Limit).where(Limit.case_id == case.id, Limit.key.in_(escalating), Limit.corrected_at > gone)
    found = (_escalated_at(case, one) for one in db.session.scalars(corrected).all())
    return any(at is not None and at > gone for at in found)
