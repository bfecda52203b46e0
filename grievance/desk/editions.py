"""Editions of the public figures: proposed by one person of the office, approved by an approver who is another one."""

import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, envelope_place
from grievance.accounts import hands
from grievance.accounts.keys.party_keys import party_key
from grievance.crypto import envelopes
from grievance.crypto.sealing import open_sealed, seal
from grievance.editions.kept import Kept, from_json
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.edition import Edition
from grievance.models.people import SECRETARIAT_ROLES, PartyKind, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work


@dataclass(frozen=True)
class Made:
    """An edition that was computed and is not kept yet. As it was when that was begun: `after`, the newest public one
    with breakdowns; `instead_of`, the one of the same period that waited, empty where none did."""

    slug: str
    as_of: date
    content: Mapping[str, Any]
    sealed: Mapping[str, Any]
    after: str
    instead_of: str = ""


def of_the_office() -> list[Edition]:
    """Public ones and those that wait, the newest first."""
    query = select(Edition).where(Edition.approved.is_distinct_from(False))
    return list(db.session.scalars(query.order_by(Edition.as_of.desc(), Edition.slug.desc())))


def one(edition_id: str) -> Edition | None:
    return db.session.get(Edition, edition_id)


def kept(person: Person) -> list[Kept]:
    """What the public editions with breakdowns leave for the next one, the earliest first. Raises `CannotOpen`."""
    query = select(Edition).where(Edition.approved.is_(True)).order_by(Edition.slug)
    return [from_json(sealed_of(person, row)["kept"]) for row in db.session.scalars(query) if row.slug.isdigit()]


def newest_year() -> str:
    """The slug of the newest public edition with breakdowns; empty where there is none."""
    query = select(Edition.slug).where(Edition.approved.is_(True))
    return max((slug for slug in db.session.scalars(query) if slug.isdigit()), default="")


def waiting(slug: str) -> str:
    """The id of the edition of this period that waits for an approver; empty where none does."""
    return db.session.scalar(select(Edition.id).where(Edition.slug == slug, Edition.approved.is_(None))) or ""


def is_public(slug: str) -> bool:
    return bool(db.session.scalar(select(Edition.id).where(Edition.slug == slug, Edition.approved.is_(True))))


# --- what is sealed with it ------------------------------------------------------------------------------------


def _seal(edition: Edition, said: Mapping[str, Any]) -> None:
    key, party = secrets.token_bytes(32), party_key(PartyKind.SECRETARIAT)
    edition.key_id = party.key_id
    edition.sealed_key = envelopes.seal_to(party.public_key, key, envelope_place("edition", edition.id))
    packed = zlib.compress(json.dumps(said, separators=(",", ":")).encode(), 9)
    edition.sealed = seal(key, packed, envelope_place("edition", edition.id))


def sealed_of(person: Person, edition: Edition) -> dict[str, Any]:
    """What was counted and the witnesses. Raises `CannotOpen`."""
    place = envelope_place("edition", edition.id)
    key = envelopes.open_with(person.seed_for(edition.key_id), edition.sealed_key, place)
    found: dict[str, Any] = json.loads(zlib.decompress(open_sealed(key, edition.sealed, place)))
    return found


# --- two people ------------------------------------------------------------------------------------------------


def propose(by: Person, made: Made) -> str:
    """It waits for an approver, in the place of the one of the same period that waited when it was begun; returns its
    id. Raises `Refused`, also where somebody else proposed one meanwhile."""
    _only_the_office(by)
    now = clock.now()
    with unit_of_work() as session:
        _still_to_issue(made.slug, made.after)
        if waiting(made.slug) not in ("", made.instead_of):
            raise Refused(_(
                "Somebody else proposed the same period while yours was computed. Yours was not kept: look at the one"
                " that waits."
            ))  # fmt: skip
        for before in session.scalars(select(Edition).where(Edition.slug == made.slug, Edition.approved.is_(None))):
            _decide(before, by, False)
        content = json.dumps(made.content, separators=(",", ":"), ensure_ascii=False).encode()
        edition = Edition(id=chain.new_id(), slug=made.slug, as_of=made.as_of, content=content,
                          proposed_by=by.account_id or 0, proposed_at=now)  # fmt: skip
        _seal(edition, {**made.sealed, "after": made.after})
        session.add(edition)
        session.flush()
        chain.append(None, "edition_proposed", by, now, now, {"edition": edition.id, "of": made.slug})
        return edition.id


def _still_to_issue(slug: str, after: str) -> None:
    if is_public(slug):
        raise Refused(_("These figures are public already, and are never issued again."))
    if slug.isdigit() and after != newest_year():
        raise Refused(_("Another edition became public meanwhile. Propose this one again."))


def may_approve(by: Person, edition: Edition) -> bool:
    """An approver who did not propose it. An office of one person does both, and the record says so."""
    if by.role != Role.APPROVER or by.party_seed is None:
        return False
    return by.account_id != edition.proposed_by or bool(current_app.config["ALLOW_SOLO"])


def decide(by: Person, edition_id: str, approved: bool) -> None:
    """The approver's word. What is approved is public from now on, for ever. Raises `Refused`, `CannotOpen`."""
    _only_the_office(by)
    now = clock.now()
    with unit_of_work() as session:
        found = session.scalars(select(Edition).where(Edition.id == edition_id).with_for_update()).one_or_none()
        if found is None or found.approved is not None:
            raise Refused(_("This was decided already."))
        if approved:
            if not may_approve(by, found):
                raise Refused(_("An approver who did not propose it approves it."))
            _still_to_issue(found.slug, sealed_of(by, found)["after"])
        _decide(found, by, approved)
        session.flush()
        solo = hands.mark(by, found.proposed_by) if approved else {}
        kind = "edition_approved" if approved else "edition_refused"
        chain.append(None, kind, by, now, now, {"edition": found.id, "of": found.slug, **solo})


def _decide(edition: Edition, by: Person, approved: bool) -> None:
    edition.approved, edition.decided_by, edition.decided_at = approved, by.account_id, clock.now()


def _only_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat does this."))
