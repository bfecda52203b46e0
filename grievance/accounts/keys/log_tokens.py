"""Tokens of companies in the key log: each has a signing key of its own, which its maker certifies and which signs
events of cases alone. It is no account's key: no entry of the key log can be signed by it.

A token ends when somebody of its company ends it, and with what it was made by: when its maker leaves, becomes
something else or has a new own key, and when the company's key is changed.
"""

from dataclasses import replace
from typing import Any

from grievance.accounts.keys.log_state import ACTIVE, Held, Moment, State
from grievance.crypto import signing
from grievance.models.people import PartyKind, Role


def made(moment: Moment) -> str:
    """By an account for itself, which somebody let in, of a company."""
    known, number, key = moment.account, moment.number("account"), moment.verifying("sign_key")
    party = moment.state.parties.get(known.party_id or 0)
    if moment.actor_id != number or known.standing != ACTIVE or not known.confirmed or known.role != Role.COMPANY:
        return "only somebody of a company makes a token, for themselves"
    if key is None or party is None or party.kind != PartyKind.COMPANY:
        return "it brings no key, or is of no company"
    if any(moment.text("token") in theirs for theirs in moment.state.tokens.values()):
        return "there is a token of this name already"
    theirs = moment.state.tokens.get(number, {})
    moment.state.tokens[number] = {**theirs, moment.text("token"): Held(key, Role.COMPANY, known.party_id)}
    return ""


def ended(moment: Moment) -> str:
    """By anybody of its company."""
    number, name = moment.number("account"), moment.text("token")
    theirs = moment.state.tokens.get(number, {})
    if name not in theirs or moment.actor.party_id != theirs[name].party_id:
        return "there is no such token, or it is of another company"
    if theirs[name].until is None:
        moment.state.tokens[number] = {**theirs, name: replace(theirs[name], until=moment.at)}
    return ""


def end_with_the_key(moment: Moment, party_id: int) -> None:
    """The company's key that lies in them is its key no more."""
    for number, theirs in moment.state.tokens.items():
        if any(one.party_id == party_id for one in theirs.values()):
            moment.ends_tokens(number)


def is_good(state: State, account_id: int, name: str, sign_key: bytes) -> bool:
    """Whether the log says that this token works, with this key."""
    held = state.tokens.get(account_id, {}).get(name)
    stopped = ("account", account_id) in state.stopped
    return held is not None and held.until is None and held.sign_key == sign_key and not stopped


def stated(account_id: int, party_id: int | None, name: str, sign_key: bytes) -> dict[str, Any]:
    """A token and its key, as an entry states them."""
    return {"account": account_id, "party": party_id, "token": name, "sign_key": signing.digest(sign_key)}
