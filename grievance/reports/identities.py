"""What waits for a custodian: who asks, why, and in which words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grievance.access import Person, visible
from grievance.desk.new_marks import new_cases
from grievance.extensions import db
from grievance.forms.choices import IDENTITY_REASONS
from grievance.models.case import Case
from grievance.models.keys import IdentityRequest
from grievance.models.people import Account
from grievance.workflow.custody import asked_words


@dataclass(frozen=True)
class Request:
    reference: str
    officer: str
    reason: object
    words: str
    asked_at: datetime
    own: bool
    new: bool


def requests_for(person: Person, only: Case | None = None) -> list[Request]:
    """The requests that this custodian may decide, the new ones first, then the oldest; of all cases, or of one."""
    cases = {case.id: case for case in ([only] if only else db.session.scalars(visible(person)))}
    query = select(IdentityRequest, Account.name).join(Account, Account.id == IdentityRequest.asked_by)
    waiting = query.where(IdentityRequest.granted.is_(None)).order_by(IdentityRequest.asked_at)
    if only:
        waiting = waiting.where(IdentityRequest.case_id == only.id)
    reasons, new = dict(IDENTITY_REASONS), new_cases(person)
    found = [
        Request(cases[one.case_id].reference, name, reasons[one.reason], asked_words(person, one), one.asked_at,
                one.asked_by == person.account_id, one.case_id in new)
        for one, name in db.session.execute(waiting)
        if one.case_id in cases
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.new)
