"""Sealed writings: made, and read by whoever holds the key of their compartment."""

import json
import secrets
from typing import Any

from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.models.writing import Writing
from grievance.workflow.move import Move
from grievance.workflow.transaction import event_number


def writing_place(writing: Writing) -> bytes:
    """The place that a writing's ciphertext is bound to: moved to another row, it does not open."""
    return place("writing", writing.case_id, writing.id, writing.compartment.value, writing.n)


def seal_writing(move: Move, compartment: Compartment, step: str, says: dict[str, Any]) -> Writing:
    """A new sealed row. `shared` and `company` go under the number of the referral that is in force. It names the
    step's event by the number that this gives to the move, and that the caller gives to the record."""
    counted = compartment in (Compartment.COMPANY, Compartment.SHARED)
    if move.event_id is None:
        move.event_id = event_number()
    writing = Writing(
        id=secrets.token_hex(16),
        case_id=move.case.id,
        compartment=compartment,
        n=move.case.handovers if counted else 0,
        step=step,
        role=move.person.role.value,
        actor_id=move.person.account_id,
        written_at=move.at,
        event_id=move.event_id,
    )
    key = move.keys.key(writing.compartment, writing.n)
    writing.sealed = seal(key, json.dumps(says, ensure_ascii=False).encode(), writing_place(writing))
    db.session.add(writing)
    move.writings.append(writing)
    return writing


def read_writing(keys: CaseKeys, writing: Writing) -> dict[str, Any]:
    """What a writing says. Raises `NoKey` or `CannotOpen`."""
    key = keys.key(writing.compartment, writing.n)
    says: dict[str, Any] = json.loads(open_sealed(key, writing.sealed, writing_place(writing)))
    return says
