"""What a company that lost a case can still do: say that its copies are destroyed."""

from datetime import datetime

from sqlalchemy import Select, select

from grievance import clock
from grievance.access import NoSuchCase, Person
from grievance.models.case import Case, Conflict, Respondent
from grievance.models.desk import PLAIN
from grievance.record import chain
from grievance.record.letters import owe_letters
from grievance.record.transaction import mark_for_officer, unit_of_work
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
        query = lost(person).where(Case.reference == reference)
        if not session.execute(query.with_for_update(of=Case)).all():
            raise NoSuchCase
        unsaid = query.where(Respondent.confirmed_at.is_(None)).execution_options(populate_existing=True)
        for respondent, case in session.execute(
            unsaid
        ).all():  # read again under the lock: of two presses, one notes it
            respondent.confirmed_at = now
            case.version += 1
            event = chain.append(case, DESTROYED.kind, person, now, now, {"respondent": respondent.n})
            owe_letters(case, event, DESTROYED.letters, {"respondent": respondent.n})
            mark_for_officer(event, case.officer_id, PLAIN)
