"""What a company owes in cases from an old register, once its calendar is confirmed.

Nobody knows by whose days it runs before: the Secretariat owes the next move instead. Then it counts from the day on
which the register says that the complaint was sent.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import aliased

from grievance.access import Person
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import passed
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Company, Party
from grievance.record import chain

COUNTED = "register_counted"
SAYS = ("imported", "register_later")
"""Events that hold what the register says, the last one what it says now."""


def noon(day: str) -> datetime:
    """Of a day that a register names, wherever that was."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def settle(by: Person, company: Company, now: datetime) -> None:
    """Part of the transaction that confirms the calendar. What was over before anybody here could act on it is noted
    as a day, and breaches nobody: the next move stays owed."""
    reached = _somebody_reads(company)
    for case, sent_on in _uncounted(company):
        due_on, due_at = deadlines.would_be_due(case, Deadline.COMPANY_RESPONSE, noon(sent_on))
        if reached and not passed(due_at, now):
            deadlines.open_limit(case, Deadline.COMPANY_RESPONSE, noon(sent_on), made_at=now)
            deadlines.stop(case, (Deadline.NEXT_MOVE,), now)
            db.session.flush()
            deadlines.queue(case)
        case.version += 1
        facts = {"limit": Deadline.COMPANY_RESPONSE, "due_on": due_on.isoformat()}
        chain.append(case, COUNTED, by, now, now, facts)


def _somebody_reads(company: Company) -> bool:
    """Who never signed in has no key, and cannot be late with what nobody there could read."""
    query = select(Party.id).where(Party.company_id == company.id, Party.public_key.is_not(None))
    return db.session.scalars(query).first() is not None


def _uncounted(company: Company) -> Iterator[tuple[Case, str]]:
    """Each with the day on which the register says that it was sent."""
    counted = select(Limit.case_id).where(Limit.key == Deadline.COMPANY_RESPONSE)
    before = aliased(Event)
    noted = select(before.chain).where(before.kind == COUNTED)
    query = select(Case, Event.facts).join(Event, (Event.chain == Case.id) & Event.kind.in_(SAYS))
    query = query.where(Case.company_id == company.id, Case.state == State.REFERRED, Case.id.not_in(counted))
    query = query.where(Case.suspended.is_(False), Case.id.not_in(noted))
    rows = db.session.execute(query.with_for_update(of=Case).order_by(Case.id, Event.seq)).all()
    for case, facts in {case.id: (case, facts) for case, facts in rows}.values():
        if sent_on := json.loads(facts).get("sent_on"):  # a register may not say the day
            yield case, sent_on
