"""What somebody decided before whoever looks: of two people at one time the second reads what happened and who did it,
and no bare refusal. Only to those who could have decided it themselves. Reads only."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import waits
from grievance.deadlines.days import time_there
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.account_waits import AccountWait
from grievance.models.case import Case, Conflict
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import IdentityRequest
from grievance.models.people import Account, AccountChange, Role
from grievance.models.writing import Decision, Outcome
from grievance.workflow import labels

NEWEST = 200
"""Events of the office that are looked through: what somebody did meanwhile is among the last ones."""
ABOUT_ACCOUNT = frozenset({
    "admitted", "heard_too", "left", "left_for_good", "leaving_taken_back", "invited_again", "came_back",
    "reset_refused", "address_changed", "address_refused",
    "passkey_confirmed", "passkey_refused", "head_changed", "head_refused", "role_changed",
    "role_refused", "recovery_vouched", "recovered", "joined_by_escrow",
})  # fmt: skip
ABOUT_COMPANY = frozenset({"company_key_confirmed"})


def about_account(account_id: int) -> str:
    """The last that was decided about somebody."""
    account = db.session.get(Account, account_id)
    return _last(ABOUT_ACCOUNT, "account", account_id, account.name if account else "")


def about_one(account_id: int, decides_about: Callable[[Account], bool]) -> str:
    """The same, where whoever looks decides about such a person; empty about anybody else."""
    account = db.session.get(Account, account_id)
    return about_account(account_id) if account is not None and decides_about(account) else ""


def about_company(company_id: int, name: str) -> str:
    return _last(ABOUT_COMPANY, "company", company_id, name)


def _last(kinds: frozenset[str], fact: str, number: int, whom: str) -> str:
    found = next((event for event in _newest(kinds) if json.loads(event.facts).get(fact) == number), None)
    if found is None:
        return str(_("This was decided already. What you pressed changed nothing."))
    return _said(f"{labels.OFFICE_LABELS[found.kind]} ({whom})", found.actor_id, found.happened_at)


def _newest(kinds: frozenset[str]) -> Iterator[Event]:
    query = select(Event).where(Event.chain == OFFICE_CHAIN, Event.kind.in_(kinds)).order_by(Event.seq.desc())
    yield from db.session.scalars(query.limit(NEWEST))


def _said(what: Label, account_id: int | None, at: datetime | None) -> str:
    by = db.session.get(Account, account_id) if account_id else None
    said = _(
        "This was decided already. %(what)s: %(who)s, %(time)s. What you pressed changed nothing.",
        what=what, who=by.name if by else _("nobody, its time was over"),
        time=time_there(at or clock.now(), clock.office_zone()),
    )  # fmt: skip
    return str(said)


def of_wait(by: Person, wait_id: int) -> str:
    """What waited for a second person, and is over; empty for who does not see it, and while it waits."""
    wait = db.session.get(AccountWait, wait_id, populate_existing=True)
    over = wait is not None and wait.ended is not None and waits.sees(by, wait.account)
    return about_account(wait.account_id) if wait and over else ""


def of_change(by: Person, change_id: int) -> str:
    """A change of an account that was decided; empty as above."""
    change = db.session.get(AccountChange, change_id, populate_existing=True)
    sees = by.party_seed is not None and by.role != Role.COMPANY
    return about_account(change.account_id) if change and change.decided_at and sees else ""


_OF_PROPOSAL = {Outcome.APPROVED: _l("The proposal was approved"), Outcome.REFUSED: _l("The proposal was refused"),
                Outcome.OVERTAKEN: _l("The proposal fell away with another step")}  # fmt: skip


def of_proposal(case: Case, decision_id: str) -> str:
    """Of a case that whoever looks may see; empty while it is open."""
    found = db.session.get(Decision, decision_id)
    if found is None or found.case_id != case.id or found.outcome is None:
        return ""
    return _said(_OF_PROPOSAL[found.outcome], found.decided_by, found.decided_at)


def of_request(by: Person, reference: str) -> str:
    """To a custodian: the last request of a case that was decided; empty where there was none, or not for them."""
    mine = select(Conflict.case_id).where(Conflict.account_id == by.account_id)
    query = select(IdentityRequest).join(Case, Case.id == IdentityRequest.case_id)
    query = query.where(Case.reference == reference.upper(), Case.id.not_in(mine), IdentityRequest.granted.is_not(None))
    found = db.session.scalars(query.order_by(IdentityRequest.decided_at.desc()).limit(1)).first()
    if found is None or by.role != Role.CUSTODIAN:
        return ""
    what = _("The request was granted") if found.granted else _("The request was refused")
    return _said(what, found.decided_by, found.decided_at)
