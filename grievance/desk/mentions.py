"""Where somebody was mentioned in the office's discussion and has not looked since: the front of the desk says it."""

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Select

from grievance.access import Person, visible, without_keys
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.desk import NewMark
from grievance.models.people import SECRETARIAT_ROLES
from grievance.record.marks import MENTION

MOST = 20
"""Cases that the front of the desk names."""


class Mention(NamedTuple):
    """`seq`: of the event of the first note that mentions them and that they have not seen."""

    reference: str
    seq: int


def of(person: Person) -> list[Mention]:
    """The cases in which this person was mentioned, the longest unseen first; none that is closed to them."""
    if person.role not in SECRETARIAT_ROLES:
        return []
    return [Mention(*row) for row in db.session.execute(_asking(without_keys(person)))]


@lru_cache(256)
def _asking(person: Person) -> Select[str, int]:
    cases = visible(person).join(NewMark, NewMark.case_id == Case.id)
    marked = cases.where(NewMark.reader == f"{person.account_id}{MENTION}").order_by(NewMark.since, Case.id)
    return marked.with_only_columns(Case.reference, NewMark.first_seq).limit(MOST)
