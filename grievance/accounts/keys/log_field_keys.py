"""The keys to which phones seal forms, in the key log: one person of the Secretariat proposes a pair, another confirms
it. Whoever can only write to the database puts no key of their own into the blank form, and takes none out of it."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from grievance.accounts.keys.log_state import ACTIVE, Moment, PhoneKey, State
from grievance.models.people import SECRETARIAT_ROLES


def proposed(moment: Moment) -> str:
    """By somebody of the Secretariat, who was let in."""
    if wrong := _not_the_office(moment):
        return wrong
    if not moment.text("of") or moment.text("key") in moment.state.phone_keys:
        return "it brings no key, or there is one of this name already"
    moment.state.phone_keys[moment.text("key")] = PhoneKey(moment.text("of"), moment.actor_id or 0)
    return ""


def confirmed(moment: Moment) -> str:
    """By another person than who proposed it: phones that load the form from now on seal to it."""
    if wrong := _decides(moment) or _is_the_proposer(moment):
        return wrong
    moment.state.phone_keys[moment.text("key")] = replace(moment.state.phone_keys[moment.text("key")], decided=True)
    moment.state.phone_key = moment.text("key")
    return ""


def refused(moment: Moment) -> str:
    """By anybody of the Secretariat, who proposed it too."""
    if wrong := _decides(moment):
        return wrong
    moment.state.phone_keys[moment.text("key")] = replace(moment.state.phone_keys[moment.text("key")], decided=True)
    return ""


def _not_the_office(moment: Moment) -> str:
    actor = moment.actor
    good = actor.standing == ACTIVE and actor.confirmed and actor.role in SECRETARIAT_ROLES
    return "" if good else "only somebody of the Secretariat decides to which key phones seal"


def _decides(moment: Moment) -> str:
    known = moment.state.phone_keys.get(moment.text("key"))
    if wrong := _not_the_office(moment):
        return wrong
    return "nobody proposed it, or it was decided" if known is None or known.decided else ""


def _is_the_proposer(moment: Moment) -> str:
    known = moment.state.phone_keys[moment.text("key")]
    return "who proposed it confirmed it" if known.proposed_by == moment.actor_id else ""


def is_good(state: State, name: str, public: bytes) -> bool:
    """Whether the log has the key of this name with exactly this public half."""
    known = state.phone_keys.get(name)
    return known is not None and known.of == _of(public)


def stated(name: str, public: bytes) -> dict[str, Any]:
    """As the first entry states it."""
    return {"key": name, "of": _of(public)}


def _of(public: bytes) -> str:
    return sha256(public).hexdigest()
