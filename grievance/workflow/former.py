"""What a company that lost a case can still do: say that its copies are destroyed."""

from datetime import datetime

from sqlalchemy import Select, select

from grievance import clock
from grievance.access import NoSuchCase, Person
from grievance.models.case import Case, Conflict, Respondent
from grievance.record import chain
from grievance.record.transaction import owe_letter, unit_of_work
from grievance.workflow.events import DESTROYED


def lost(person: Person) -> Select[Respondent, Case]:
    """The cases that this person's company lost, each with the respondent that it was; none to somebody who must not
    see the case."""
    mine = select(Conflict.case_id).where(Conflict.account_id == person.account_id)
    theirs = (Respondent.company_id == person.company_id, Respondent.notice.is_not(None))
    query = select(Respondent, Case).join(Case, Case.id == Respondent.case_id).where(*theirs, Case.id.not_in(mine))
    return query.order_by(Respondent.ended_at.desc())


def confirm_destroyed(person: Person, reference: str, now: datetime | None = None) -> None:
    """A person of the company that lost a case says that its copies are destroyed; said twice, it is noted once.
    Raises `NoSuchCase`."""
    now = now or clock.now()
    with unit_of_work() as session:
        query = lost(person).where(Case.reference == reference, Respondent.confirmed_at.is_(None))
        rows = session.execute(query.with_for_update(of=Case)).all()
        if not rows and session.execute(lost(person).where(Case.reference == reference)).first() is None:
            raise NoSuchCase
        for respondent, case in rows:
            respondent.confirmed_at = now
            case.version += 1
            event = chain.append(case, DESTROYED.kind, person, now, now, {"respondent": respondent.n})
            for letter in DESTROYED.letters:
                owe_letter(event, letter.recipient, letter.text.template, {"respondent": respondent.n})
