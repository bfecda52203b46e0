"""What was written of a concern, sealed to its reader: the Secretariat has all of it, the company what is for both."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from grievance.access import Person, envelope_place
from grievance.accounts.keys.party_keys import company_key, party_key
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.compartments import Compartment
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.forms.fields import Field
from grievance.models.concern import Concern, ConcernItem, ConcernWords, Reader
from grievance.models.people import Account, PartyKind, Role
from grievance.record import chain


@dataclass(frozen=True)
class Said:
    """What was written at one step. `says`: None where it does not open for who asks. `by`: empty for a company, which
    reads what the office writes as the office's."""

    id: str
    step: str
    item_id: str | None
    says: dict[str, str] | None
    by: str
    at: datetime


def write(
    by: Person, concern: Concern, item: ConcernItem | None, step: str, says: Mapping[str, Any], reader: Reader,
    now: datetime, *, of_case: bool = False,
) -> ConcernWords:  # fmt: skip
    """Part of the caller's unit of work. Raises `Refused` for a key that the record does not vouch for."""
    row_id = chain.new_id()
    ours = reader == Reader.SECRETARIAT
    key = party_key(PartyKind.SECRETARIAT) if ours else company_key(concern.company_id)
    text = json.dumps(dict(says), ensure_ascii=False).encode()
    sealed, commit = seal_committed(key.public_key, text, envelope_place("concern", row_id))
    row = ConcernWords(
        id=row_id, concern_id=concern.id, item_id=item.id if item else None, step=step, reader=reader, of_case=of_case,
        account_id=by.account_id, written_at=now, sealed=sealed, key_id=key.key_id, commit=commit,
    )  # fmt: skip
    db.session.add(row)
    return row


def opened(person: Person, row: ConcernWords) -> dict[str, Any] | None:
    """None where nothing opens."""
    with suppress(CannotOpen):
        text = open_committed(person.seed_for(row.key_id), row.sealed, envelope_place("concern", row.id), row.commit)
        found: dict[str, Any] = json.loads(text)
        return found
    return None


def of(person: Person, concern: Concern) -> list[Said]:
    """What was written of it for the side of this person, the oldest first; the words of proposals with it."""
    reader = Reader.COMPANY if person.role == Role.COMPANY else Reader.SECRETARIAT
    return _said(person, (ConcernWords.concern_id == concern.id) & (ConcernWords.reader == reader))


def _said(person: Person, which: ColumnElement[bool]) -> list[Said]:
    query = select(ConcernWords, Account.name, Account.role).join(Account, Account.id == ConcernWords.account_id)
    rows = db.session.execute(query.where(which).order_by(ConcernWords.written_at, ConcernWords.id))
    hidden = person.role == Role.COMPANY
    return [
        Said(row.id, row.step, row.item_id, opened(person, row), "" if hidden and role != Role.COMPANY else name,
             row.written_at)
        for row, name, role in rows
    ]  # fmt: skip


def for_both(asks: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the answers that the company reads."""
    names = {one.name for one in asks if one.sealed_into == Compartment.SHARED}
    return {name: value for name, value in values.items() if name in names}


def sealed(asks: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the answers that are words."""
    names = {one.name for one in asks if one.sealed_into}
    return {name: value for name, value in values.items() if name in names}
