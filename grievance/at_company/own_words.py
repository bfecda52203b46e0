"""Words that a company keeps for itself: written under its key, opened by it, and gone with their case.

The office's chain vouches for them, and says of each change only that somebody of a company kept something: neither of
which case, nor whether it was a note, a wording, or who is in charge.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from grievance import clock
from grievance.access import CLOCK, Person, envelope_place
from grievance.accounts.keys.party_keys import company_key
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.at_company import CaseAtCompany, CompanyWords, Kept
from grievance.record import chain

KEPT = "kept_by_company"
"""The one kind of event of all this. No page shows it, and its facts are none."""


def put(row: CaseAtCompany | CompanyWords, says: Mapping[str, str]) -> None:
    """Seal the words into a row that has its id and its company. Part of the caller's unit of work. Raises `Refused`
    for a key that the record does not vouch for."""
    key = company_key(row.company_id)
    text = json.dumps(dict(says), ensure_ascii=False).encode()
    row.sealed, row.commit = seal_committed(key.public_key, text, place_of(row))
    row.key_id = key.key_id


def place_of(row: CaseAtCompany | CompanyWords) -> bytes:
    return envelope_place("at-company" if isinstance(row, CaseAtCompany) else "company-words", row.id)


def opened(person: Person, row: CaseAtCompany | CompanyWords) -> dict[str, str] | None:
    """None where nothing is sealed, or it does not open."""
    if row.sealed is None or row.key_id is None:
        return None
    with suppress(CannotOpen):
        text = open_committed(person.seed_for(row.key_id), row.sealed, place_of(row), row.commit)
        found: dict[str, str] = json.loads(text)
        return found
    return None


def note(by: Person, now: datetime) -> None:
    """The one event of a change, in the office's chain. Part of the caller's unit of work."""
    chain.append(None, KEPT, by, now, now)


def forget(case_id: str, company_id: int | None = None) -> None:
    """The case is erased, or this company lost it: what it kept of it is gone. Part of the caller's unit of work."""
    rows = list(_of_case(CaseAtCompany, case_id, company_id)) + list(_of_case(CompanyWords, case_id, company_id))
    for row in rows:
        db.session.delete(row)
    if rows:
        note(CLOCK, clock.now())


def _of_case(table: Any, case_id: str, company_id: int | None) -> Iterable[Any]:
    query: Select[Any] = select(table).where(table.case_id == case_id)
    return db.session.scalars(query if company_id is None else query.where(table.company_id == company_id))


def of_company(person: Person, kind: Kept, case_id: str | None = None) -> list[CompanyWords]:
    """Its notes on one case, or its wordings, the oldest first."""
    mine = (CompanyWords.company_id == person.company_id, CompanyWords.kind == kind, CompanyWords.case_id == case_id)
    return list(db.session.scalars(select(CompanyWords).where(*mine).order_by(CompanyWords.written_at)))
