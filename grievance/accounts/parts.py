"""The parts of a complaint: what another company does is a case of its own, and the same receipts open it.

A part has a master of its own. Its complainant key lies sealed under a key that HKDF makes of the first case's
complainant key and the part's id: whoever opens the first case opens the parts, and a company that holds keys of one
derives nothing of another (docs/decisions/0093-several-respondents.md).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance.access import NoSuchCase, Person, fitting, opened
from grievance.accounts.keys import epochs
from grievance.crypto.compartments import commit
from grievance.crypto.sealing import derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import PartKey, ReceiptEnvelope
from grievance.record import chain
from grievance.record.events import Signer


def sealed_key(first_key: bytes, part_id: str, key: bytes) -> PartKey:
    """The part's complainant key, for whoever has the first case's."""
    sealed = seal(derive(first_key, "part", part_id), key, _place(part_id))
    return PartKey(case_id=part_id, sealed=sealed, commit=commit(key))


def _place(part_id: str) -> bytes:
    return place("part", part_id)


def in_part(person: Person, part: Case) -> Person:
    """Who follows the complaint, as they follow this part of it; whoever has an account is who they are everywhere.
    Raises `NoSuchCase` where it is no part of theirs, or was erased, `CannotOpen`, `WrongKey`."""
    if person.complainant_key is None or person.case_id == part.id:
        return person
    row = db.session.get(PartKey, part.id)
    if part.part_of != person.case_id or row is None:
        raise NoSuchCase
    key = open_sealed(derive(person.complainant_key, "part", part.id), row.sealed, _place(part.id))
    return replace(person, case_id=part.id, complainant_key=fitting(key, row.commit), new_after=part.head_seq)


def parts_of(case: Case, *, lock: bool = False) -> list[Case]:
    """Of the complaint's first case, in the order in which they were opened; of all others none, and nothing asked."""
    if not case.parts:
        return []
    query = select(Case).where(Case.part_of == case.id).order_by(Case.part_number)
    return list(db.session.scalars(query.with_for_update(of=Case) if lock else query))


def known(case_id: str) -> list[Case]:
    """The parts of the complaint whose first case this is."""
    first = db.session.get(Case, case_id)
    return parts_of(first) if first else []


def family_of(case: Case) -> list[Case]:
    """The complaint's first case and its parts."""
    first = db.session.get_one(Case, case.part_of) if case.part_of else case
    return [first, *parts_of(first)]


def has_family(case: Case) -> bool:
    return bool(case.parts or case.part_of)


def pass_on(
    case: Case,
    kind: str,
    actor: Person,
    now: datetime,
    facts: Mapping[str, Any],
    *,
    new: ReceiptEnvelope | None = None,
    opener: Person | None = None,
    signed_by: tuple[Signer, ...] = (),
) -> None:
    """What becomes of a receipt becomes of it in each part: its record names it, or says that it ended, and a `new`
    one is given the later keys. `opener`: who opens the part, where that is not who acts. Part of the caller's unit of
    work, which holds the first case's lock."""
    if not facts:
        return
    for part in parts_of(case, lock=True):
        if part.erased_at:
            continue
        if new:
            epochs.share_with_receipt(part, opened(in_part(opener or actor, part), part), new)
        chain.append(part, kind, in_part(actor, part), now, now, facts, signed_by=signed_by)
        part.version += 1
