"""Why somebody may not admit a person: it was they who brought them in, in one of several ways."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.people import Account, AccountChange, Change

INVITED = _l("You made this person's invitation: somebody else of you must admit them.")
TOOK_BACK = _l("It was you who said that this person has not left: somebody else of you must admit them.")
PROPOSED = _l("It was you who proposed this person's new role: somebody else of you must admit them.")


def why_not(by: Person, account: Account) -> str:
    """For somebody who may not admit this person: what they did last of all that would make two people one."""
    did = max(_did(by, account), default=None, key=lambda one: one[0])
    return str(did[1] if did else INVITED)


def _did(by: Person, account: Account) -> Iterator[tuple[datetime, Label]]:
    back = select(AccountWait.ended_at).where(
        AccountWait.account_id == account.id, AccountWait.what == Began.LEFT_FOR_GOOD,
        AccountWait.ended == Ended.OBJECTED, AccountWait.ended_by == by.account_id,
    )  # fmt: skip
    yield from ((at, TOOK_BACK) for at in db.session.scalars(back) if at)
    proposed = select(AccountChange.decided_at).where(
        AccountChange.account_id == account.id, AccountChange.what == Change.ROLE,
        AccountChange.confirmed.is_(True), AccountChange.proposed_by == by.account_id,
    )  # fmt: skip
    yield from ((at, PROPOSED) for at in db.session.scalars(proposed) if at)
    again = select(AccountWait.ended_at).where(
        AccountWait.account_id == account.id, AccountWait.what.in_((Began.INVITED_AGAIN, Began.CAME_BACK)),
        AccountWait.ended.in_((Ended.CONFIRMED, Ended.ALONE)), AccountWait.ended_by == by.account_id,
    )  # fmt: skip
    yield from ((at, INVITED) for at in db.session.scalars(again) if at)
