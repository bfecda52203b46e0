"""What the clock or the command line did about keys: nobody's own keys sign it, so the process does that wrote it.

Who can only write to the database would speak for the clock otherwise. An office without INTAKE_KEY has no such key:
there it is believed unsigned, and the page of what is still to be set up says so.
"""

import base64
from collections.abc import Iterator

from flask import current_app

from grievance.accounts.keys.log_signers import Wanted, by_actor
from grievance.accounts.keys.log_state import Moment, State
from grievance.crypto import signing
from grievance.record.record_key import ANNOUNCED, INTAKE


def beginning() -> State:
    """What this process knows before it reads: its own key, which the worker names with its next checkpoint, and which
    keys of a worker the office says are its own, where the one before them was lost."""
    ring, confirmed = current_app.config["INTAKE_KEY"], current_app.config["RECORD_TRUSTED"]
    own = [signing.light_public_of(seed) for _name, seed in ring.keys] if ring else []
    return State(own=frozenset(own), confirmed=frozenset(confirmed))


def by_actor_or_process(moment: Moment) -> Iterator[Wanted]:
    """Whoever did it; where nobody in particular did, the process that wrote it."""
    if moment.actor_id is not None:
        yield from by_actor(moment)
    elif moment.state.process_signs and not _is_signed(moment):
        yield Wanted("intake", None, "the process that wrote it")


def learn(moment: Moment) -> None:
    """Which keys of processes the record names, each by the worker's; and whether they sign by now."""
    state = moment.state
    if moment.kind in (ANNOUNCED, INTAKE):
        _learn_named(moment)
    state.process_signs = state.process_signs or bool(state.intakes) or _by_intake(moment)


def _learn_named(moment: Moment) -> None:
    state, public = moment.state, _public(moment)
    if signing.digest(public) != moment.text("new"):
        return
    confirmed = moment.text("new") in state.confirmed
    by_last = state.worker is not None and _fits(moment, "record", state.worker, strongly=True)
    if moment.kind == INTAKE:
        state.intakes |= {public} if by_last else set()
    elif _fits(moment, "record", public, strongly=True) and (by_last or state.worker is None or confirmed):
        state.worker = public


def _public(moment: Moment) -> bytes:
    try:
        return base64.b64decode(moment.text("public"))
    except ValueError:
        return b""


def _is_signed(moment: Moment) -> bool:
    worker = moment.state.worker
    return _by_intake(moment) or (worker is not None and _fits(moment, "record", worker, strongly=True))


def _by_intake(moment: Moment) -> bool:
    """By a key that the record names, or by this process's own."""
    return any(_fits(moment, "intake", key) for key in (*moment.state.intakes, *moment.state.own))


def _fits(moment: Moment, signer: str, key: bytes, *, strongly: bool = False) -> bool:
    message = bytes.fromhex(moment.hash)
    return any(
        one.signer == signer and signing.is_signed(key, one.signature, message, "event", strongly=strongly)
        for one in moment.signatures
    )
