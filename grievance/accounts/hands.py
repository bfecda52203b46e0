"""Two people who are two: whoever was let in by one colleague alone could be that colleague. What both decide is marked
until another person of the office, of another hand, has typed the newcomer's digits too (docs/confidentiality.md).
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import fingerprints
from grievance.accounts.keys import log, log_hands, own_keys
from grievance.crypto import signing
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus
from grievance.record import chain
from grievance.record.transaction import unit_of_work

ALONE = _l("You proposed this yourself. If you approve it, it is marked on the record as decided by one person alone.")
WOULD_BE_MARKED = _l("One of you let the other in, or the same colleague let you both in, and nobody else has heard who"
                     " came in. If you approve this now, it is marked on the record as if one person had decided it"
                     " alone. That ends once another colleague, or a custodian, has typed their digits:")  # fmt: skip


def are_one(one: int | None, other: int | None) -> bool:
    """Whether one person could be both accounts, as far as anybody was heard; the command line and a complainant are
    nobody's puppets."""
    return one is not None and other is not None and log_hands.are_one(log.known().state, one, other)


def warned(by: Person, other: int | None) -> Label:
    """What is said before somebody approves what would be marked; empty where they are two."""
    if by.account_id == other:
        return ALONE
    return WOULD_BE_MARKED if are_one(by.account_id, other) else ""


def mark(by: Person, *others: int | None) -> dict[str, Any]:
    """What the record says besides of a decision that `by` and others made together."""
    return {"solo": True} if any(are_one(by.account_id, other) for other in others) else {}


def unheard_by(by: Person, known: log.Known | None = None) -> set[int]:
    """The accounts whose digits it says something to type: of another hand than this person's. `known`: what the log
    says, where the caller knows it already."""
    if by.party_seed is None or by.role not in log_hands.OFFICE or by.account_id is None:
        return set()
    state = (known or log.known()).state
    return {one for one in log_hands.to_hear(state) if log_hands.may_hear(state, by.account_id, one)}


HERE = (Account.status == AccountStatus.ACTIVE, Account.role.in_(log_hands.OFFICE))


def to_hear(by: Person) -> list[Account]:
    """Whose digits this person can type, so that what they decide is marked no more."""
    unheard = unheard_by(by)
    query = select(Account).where(Account.id.in_(unheard), *HERE).order_by(Account.name)
    return list(db.session.scalars(query)) if unheard else []


def heard_by_one_hand(by: Person) -> bool:
    """Whether this person reads their digits out once more."""
    return by.party_seed is not None and by.account_id in log_hands.to_hear(log.known().state)


def _is_here(account: Account) -> bool:
    return account.status == AccountStatus.ACTIVE and account.role in log_hands.OFFICE


def hear(by: Person, account_id: int, typed: str) -> None:
    """`typed`: the fingerprint of their own key, as they read it out. Raises `Refused`, `BadInput`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work() as session:
        account = session.get(Account, account_id, with_for_update={"key_share": True})
        if account is None or account.id not in unheard_by(by) or not _is_here(account):
            raise Refused(_("Somebody of the office does this who did not let this person in, nor was let in by who"
                            " did."))  # fmt: skip
        fingerprints.check(typed, account)
        facts = {"account": account.id, "key": signing.digest(account.public_key or b"")}
        chain.append(None, "heard_too", by, now, now, facts, signed_by=own_keys.by_person(by))
