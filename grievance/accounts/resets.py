"""A new invitation for who forgot a password, or comes back after they left: two people, or one after three days of
which everybody was told (docs/confidentiality.md).

Until then nothing changes: the old password is good, and there is no code that anybody could use. An objection ends it.
Whoever waits for an invitation that nobody has accepted yet gets another at once: behind it stands nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts import leaving, waits
from grievance.accounts.keys import escrow, own_keys, recovery
from grievance.accounts.people import correct_address, give_code
from grievance.deadlines.lengths import length
from grievance.forms.fields import Refused
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.people import Account, AccountStatus, Party
from grievance.record import chain
from grievance.record.transaction import unit_of_work


@dataclass(frozen=True)
class Asked:
    """The new invitation's code, where one person is enough; else empty, and until when it waits for a second one."""

    code: str
    due_at: datetime | None = None


def ask(by: Person | None, account_id: int, code: str = "", email: str = "") -> Asked:
    """A new invitation. Who asked for it once gets it by asking again when the time is over.

    `by`: None only from the command line. `email`: where an invitation that nobody accepted went to a wrong address,
    the right one. `code`: of the recovery paper, where nobody else of the office's party has the key: with the last
    share goes the last hope that the old password is found. Raises `Refused`, `BadInput`.
    """
    now = clock.now()
    if by:
        own_keys.confirm(by)
    with unit_of_work():
        party, account = leaving.locked_account(by, account_id, back=True)
        if by and email and email != account.email:
            correct_address(by, account, email)
        _may_begin(account, party, code)
        what = Began.CAME_BACK if account.status == AccountStatus.LEFT else Began.INVITED_AGAIN
        if _waits_for_nobody(account):
            return Asked(_give(account, by, what, now, {}))
        wait = waits.of(account.id)
        if wait is None:
            wait = waits.begin(account, what, by, now)
            facts = {"account": account.id, "what": what.value}
            chain.append(None, "reset_asked", by or CLOCK, now, now, facts, signed_by=waits.strongly(by))
        elif now >= wait.due_at:
            return Asked(_finish(account, wait, by, now))
        return Asked("", wait.due_at)


def _waits_for_nobody(account: Account) -> bool:
    """Nobody has accepted the invitation: the first one, or the one that two people made, whose code was lost."""
    again = account.status == AccountStatus.INVITED and account.wrapped_seed is None
    return account.public_key is None or again


def _may_begin(account: Account, party: Party, code: str) -> None:
    wait = waits.of(account.id)
    if wait and wait.what in (Began.ADDRESS, Began.PASSKEY):
        waits.overtake(account, clock.now())
    if wait and wait.what == Began.LEFT_FOR_GOOD:
        raise Refused(_("That this person has left is not for good yet. Take it back, or let a second person confirm it"
                        " first."))  # fmt: skip
    if leaving.is_the_only_one(account):
        _show_a_way_back(party, code)


def finish(by: Person, wait_id: int) -> str:
    """The invitation's code, once two people want it, or three days are over. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.INVITED_AGAIN, Began.CAME_BACK)
        if not may_finish(by, account, wait, now):
            raise Refused(_("Another person must confirm this, who may invite them too; or %(time)s must pass.",
                            time=length(waits.ALONE_AFTER)))  # fmt: skip
        if leaving.is_the_only_one(account):
            _show_a_way_back(account.party, "")
        return _finish(account, wait, by, now)


def may_finish(by: Person, account: Account, wait: AccountWait, now: datetime) -> bool:
    """Whoever may invite this person, and did not begin it unless the time is over; never oneself."""
    decides = leaving.may_manage(by, account) or leaving.may_bring_back(by, account)
    return decides and by.account_id != account.id and (leaving.is_a_second(by, wait) or now >= wait.due_at)


def _finish(account: Account, wait: AccountWait, by: Person | None, now: datetime) -> str:
    """Two people where another than who began it confirms, also after three days; else one alone."""
    two = by is not None and leaving.is_a_second(by, wait)
    how = {"confirmed_by": by.account_id} if by and two else {"alone": True}
    waits.end(wait, Ended.CONFIRMED if two else Ended.ALONE, by, now)
    return _give(account, by, wait.what, now, {"asked_by": wait.began_by, **how})


def _give(account: Account, by: Person | None, what: Began, now: datetime, facts: dict[str, object]) -> str:
    leaving.take_keys(account, now)
    account.status = AccountStatus.INVITED
    invitation = give_code(account, by)
    facts = {"account": account.id, **facts}
    chain.append(None, what.value, by or CLOCK, now, now, facts, signed_by=waits.strongly(by))
    return invitation


def object_to(by: Person, wait_id: int) -> None:
    """Anybody who was told ends it, whom it is about too. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.INVITED_AGAIN, Began.CAME_BACK)
        if not waits.sees(by, account):
            raise Refused(_("You cannot object to this."))
        facts = {"account": account.id, "what": wait.what.value, "asked_by": wait.began_by}
        waits.end(wait, Ended.OBJECTED, by, now)
        chain.append(None, "reset_refused", by, now, now, facts, signed_by=waits.strongly(by))


def _show_a_way_back(party: Party, code: str) -> None:
    if party.company_id and escrow.is_deposited(party.id):
        return
    if not party.company_id and code:
        recovery.check(party, code)
        return
    raise Refused(
        _(
            "Nobody else of their party has a key: with a new password nothing could be read any more."
            " Look for the old password, or first admit another person."
        )
    )
