"""What the record said of keys before they were logged: without signatures, as far as one believes it."""

from collections.abc import Callable
from dataclasses import replace

from grievance.accounts.keys import log_changes, log_hands
from grievance.accounts.keys.log_state import ACTIVE, LEFT, WAITING, Moment, OfAccount, OfParty
from grievance.accounts.roles import ROLES


def _accepted_before(moment: Moment) -> str:
    named, key = moment.state.before, moment.text("party_key")
    standing = WAITING if key in named else ACTIVE
    named.add(key)
    _has_key(moment, moment.account.role)
    moment.keeps(replace(moment.account, standing=standing, old=True))
    if standing == ACTIVE:
        log_hands.unheard(moment.state, moment.number("account"))
    return ""


def _has_key(moment: Moment, role: str) -> None:
    moment.state.kinds |= {one.party.value for one in ROLES.values() if one.role == role}


def _active_before(moment: Moment) -> str:
    return moment.keeps(replace(moment.account, standing=ACTIVE))


def _admitted_before(moment: Moment) -> str:
    _active_before(moment)
    log_hands.hears(moment.state, moment.number("account"), moment.actor_id)
    return ""


def _rotated_before(moment: Moment) -> str:
    number = moment.number("party")
    moment.state.before.discard(moment.text("old_key"))
    moment.state.before.add(moment.text("new_key"))
    known = moment.state.parties.get(number, OfParty())
    moment.state.parties[number] = replace(known, generation=known.generation + 1)
    return ""


def _role_before(moment: Moment) -> str:
    """The first of a party made its key then too, and the record does not say which."""
    moment.state.unnamed = True
    log_changes.ends("role")(moment)
    if moment.account.old:
        _has_key(moment, moment.text("role"))
    return moment.keeps(replace(moment.account, role=moment.text("role")))


def _invited_before(moment: Moment) -> str:
    log_hands.forgets(moment.state, moment.number("account"), moment.actor_id)
    return moment.keeps(OfAccount(role=moment.text("role") or moment.account.role))


def _left_before(moment: Moment) -> str:
    return moment.keeps(replace(moment.account, standing=LEFT))


BEFORE: dict[str, Callable[[Moment], str]] = {
    "invited": _invited_before,
    "accepted": _accepted_before,
    "admitted": _admitted_before,
    "recovered": _active_before,
    "joined_by_escrow": _active_before,
    "left": _left_before,
    "invited_again": _invited_before,
    "came_back": _invited_before,
    "rotation_begun": _rotated_before,
    "role_proposed": log_changes.keep("role"),
    "role_refused": log_changes.ends("role"),
    "role_changed": _role_before,
    "head_proposed": log_changes.keep("head"),
    "head_refused": log_changes.ends("head"),
    "head_changed": log_changes.ends("head"),
    "escrow_opened": lambda moment: moment.hands_half(moment.role),
}
"""What an entry without signatures says, as far as one is believed: until the first that has some."""
