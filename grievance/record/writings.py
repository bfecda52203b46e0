"""Sealed writings: made, and read by whoever holds the key of their compartment."""

import json
import secrets
from datetime import datetime
from typing import Any

from grievance.access import Person
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.writing import Writing

EXACT = "written_exactly_at"
"""What a writing of hers that no company reads says beside her words: when she wrote it. Its row says the day."""


def writing_place(writing: Writing) -> bytes:
    """The place that a writing's ciphertext is bound to: moved to another row, it does not open. Of the first epoch it
    is what it was before there were others."""
    later = (writing.epoch,) if writing.epoch else ()
    return place("writing", writing.case_id, writing.id, writing.compartment.value, writing.n, *later)


PROPOSAL = "proposal"
"""The step of what a proposal says."""


def is_emptied(writing: Writing) -> bool:
    """Whether it is a proposal that told a name, and went with it where no key was at hand to seal it anew."""
    return writing.step == PROPOSAL and not writing.sealed


def number_of(case: Case, compartment: Compartment) -> int:
    """`shared` and `company` go under the number of the referral that is in force."""
    return case.handovers if compartment in (Compartment.COMPANY, Compartment.SHARED) else 0


def seal_writing(
    case: Case,
    person: Person,
    keys: CaseKeys,
    at: datetime,
    compartment: Compartment,
    step: str,
    says: dict[str, Any],
    event_id: int | None = None,
    epoch: int = 0,
) -> Writing:
    """A new sealed row. `event_id`: the number that the event will have with which it was written. `epoch`: the one
    that is in force in this compartment (`accounts.keys.epochs`)."""
    writing = Writing(
        id=secrets.token_hex(16),
        case_id=case.id,
        compartment=compartment,
        n=number_of(case, compartment),
        epoch=epoch,
        step=step,
        role=person.role.value,
        actor_id=person.account_id,
        written_at=at,
        event_id=event_id,
    )
    key = keys.key(writing.compartment, writing.n, writing.epoch)
    writing.sealed = seal(key, json.dumps(says, ensure_ascii=False).encode(), writing_place(writing))
    db.session.add(writing)
    return writing


def read_writing(keys: CaseKeys, writing: Writing) -> dict[str, Any]:
    """What a writing says. Raises `NoKey` or `CannotOpen`."""
    key = keys.key(writing.compartment, writing.n, writing.epoch)
    says: dict[str, Any] = json.loads(open_sealed(key, writing.sealed, writing_place(writing)))
    says.pop(EXACT, None)
    return says


def written_exactly_at(keys: CaseKeys, writing: Writing) -> datetime:
    """When it was written, for whoever can read it. Raises `NoKey` or `CannotOpen`."""
    key = keys.key(writing.compartment, writing.n, writing.epoch)
    said = json.loads(open_sealed(key, writing.sealed, writing_place(writing))).get(EXACT)
    return datetime.fromisoformat(said) if said else writing.written_at
