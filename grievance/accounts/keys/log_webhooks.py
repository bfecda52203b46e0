"""Webhooks of companies in the key log: which of them a company has, and what its people sealed for the worker. A row
that says anything else is told nothing: who can only write to the database sends no company's messages elsewhere.

It is the company's: it stays when whoever made it leaves, and when the company's key is changed.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from grievance.accounts.keys.log_state import ACTIVE, Hook, Moment, State
from grievance.models.people import PartyKind, Role


def made(moment: Moment) -> str:
    """By somebody of a company, for it."""
    if wrong := _not_theirs(moment):
        return wrong
    if moment.text("webhook") in moment.state.webhooks:
        return "there is a webhook of this name already"
    moment.state.webhooks[moment.text("webhook")] = Hook(moment.number("party"), moment.text("of"))
    return ""


def changed(moment: Moment) -> str:
    """Another secret, and for a day the one before too."""
    known = moment.state.webhooks.get(moment.text("webhook"))
    if wrong := _not_theirs(moment):
        return wrong
    if known is None or known.ended or known.party_id != moment.number("party"):
        return "there is no such webhook, or it is of another company"
    moment.state.webhooks[moment.text("webhook")] = replace(known, of=moment.text("of"), former=known.of)
    return ""


def ended(moment: Moment) -> str:
    """By anybody of its company."""
    known = moment.state.webhooks.get(moment.text("webhook"))
    if known is None or moment.actor.party_id != known.party_id:
        return "there is no such webhook, or it is of another company"
    moment.state.webhooks[moment.text("webhook")] = replace(known, ended=True)
    return ""


def _not_theirs(moment: Moment) -> str:
    actor, number = moment.actor, moment.number("party")
    party = moment.state.parties.get(number)
    if actor.standing != ACTIVE or not actor.confirmed or actor.role != Role.COMPANY or actor.party_id != number:
        return "only somebody of a company makes a webhook, for it"
    return "" if party is not None and party.kind == PartyKind.COMPANY else "it is of no company"


@dataclass(frozen=True)
class Sealed:
    """What a row has. `former`: of the secret before, where there is one."""

    party_id: int
    host: str
    address: bytes
    sealed: bytes
    former: bytes | None = None

    def of(self, secret: bytes) -> str:
        """SHA-256 of all of it, with this secret."""
        parts = (self.host.encode(), self.address, secret)
        return sha256(b"".join(sha256(one).digest() for one in parts)).hexdigest()


def is_good(state: State, name: str, row: Sealed) -> bool:
    """Whether the log has this webhook of this company with exactly what is sealed here."""
    held = state.webhooks.get(name)
    if held is None or held.ended or (held.party_id, held.of) != (row.party_id, row.of(row.sealed)):
        return False
    return row.former is None or held.former == row.of(row.former)


def stated(name: str, row: Sealed) -> dict[str, Any]:
    """As an entry states it."""
    return {"party": row.party_id, "webhook": name, "of": row.of(row.sealed)}
