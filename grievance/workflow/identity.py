"""Identity: written with public keys alone, opened by two people, and each opening told to the complainant.

Each entry's key is split in two halves. An officer asks; a custodian seals the custodians' half to that officer's
own key. Only that officer then has both halves, for a day (file 3, "Identity: two people").
"""

import json
import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from grievance.access import Person
from grievance.crypto import envelopes
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import IdentityEntry, IdentityGrant, IdentityRequest, IdentityShare
from grievance.models.people import Account, Party, PartyKind
from grievance.workflow.conditions import Answer
from grievance.workflow.fields import Refused
from grievance.workflow.move import Move
from grievance.workflow.people import party_of

IDENTITY = ("name", "phone", "email", "address")
OPEN_FOR = timedelta(hours=24)


# --- writing -----------------------------------------------------------------------------------------------


def seal_entry(case: Case, kind: str, text: str, now: datetime) -> IdentityEntry:
    """A random key of its own, split in two: one half to each party. No single person can open it (promise 5)."""
    entry_id, key = secrets.token_hex(16), secrets.token_bytes(32)
    one, other = envelopes.split(key)
    secretariat, custodians = party_of(PartyKind.SECRETARIAT), party_of(PartyKind.CUSTODIANS)
    entry = IdentityEntry(
        id=entry_id,
        case_id=case.id,
        person="representative" if case.represented else "complainant",
        kind=kind,
        sealed=seal(key, text.encode(), place("identity", case.id, entry_id)),
        secretariat_key_id=secretariat.key_id,
        secretariat_half=envelopes.seal_to(
            secretariat.public_key or b"", one, place("identity-half", "secretariat", entry_id)
        ),
        custodians_key_id=custodians.key_id,
        custodians_half=envelopes.seal_to(
            custodians.public_key or b"", other, place("identity-half", "custodians", entry_id)
        ),
        created_at=now,
    )
    db.session.add(entry)
    return entry


def correct(move: Move) -> None:
    """The complainant writes or corrects; what was there before stays, and is never read back to them."""
    for kind in IDENTITY:
        if text := move.values.get(kind):
            seal_entry(move.case, kind, text, move.now)
    move.facts["written"] = [kind for kind in IDENTITY if kind in move.values]


# --- asking, granting, refusing ----------------------------------------------------------------------------


def _entries(case: Case) -> list[IdentityEntry]:
    query = select(IdentityEntry).where(IdentityEntry.case_id == case.id)
    return list(db.session.scalars(query.order_by(IdentityEntry.created_at, IdentityEntry.id)))


def waiting(case: Case) -> IdentityRequest | None:
    """The request of this case that no custodian decided yet."""
    query = select(IdentityRequest).where(IdentityRequest.case_id == case.id, IdentityRequest.granted.is_(None))
    return db.session.scalars(query).first()


def granted_to(person: Person, case: Case, now: datetime) -> IdentityRequest | None:
    """The grant of this case that is open to this officer now."""
    query = select(IdentityRequest).where(
        IdentityRequest.case_id == case.id,
        IdentityRequest.asked_by == person.account_id,
        IdentityRequest.granted.is_(True),
        IdentityRequest.expires_at > now,
    )
    return db.session.scalars(query.order_by(IdentityRequest.expires_at.desc())).first()


def there_is_an_identity(move: Move) -> Answer:
    return None if _entries(move.case) else _l("The complainant did not say who they are.")


def nobody_asks(move: Move) -> Answer:
    return _l("A custodian was asked already.") if waiting(move.case) else None


def somebody_asks(move: Move) -> Answer:
    request = waiting(move.case)
    if request is None:
        return _l("Nobody asks for this identity.")
    if request.asked_by == move.person.account_id:
        return _l("Who asks does not grant.")
    return None


def is_open_to_me(move: Move) -> Answer:
    return None if granted_to(move.person, move.case, move.now) else _l("No grant is open to you: ask a custodian.")


def may_share_identity(move: Move) -> Answer:
    return (
        None if move.case.share_identity else _l("The complainant did not agree that the company learns who they are.")
    )


def ask(move: Move) -> None:
    custodians = party_of(PartyKind.CUSTODIANS)
    request_id = secrets.token_hex(16)
    if move.person.account_id is None or custodians.public_key is None:
        raise LookupError("an officer asks, and the custodians have a key")
    words = envelopes.seal_to(custodians.public_key, move.values["words"].encode(), place("identity-words", request_id))
    db.session.add(
        IdentityRequest(
            id=request_id, case_id=move.case.id, asked_by=move.person.account_id, asked_at=move.at,
            reason=move.values["reason"], words=words,
        )
    )  # fmt: skip


def _decide(move: Move, granted: bool) -> IdentityRequest:
    request = waiting(move.case)
    if request is None:
        raise LookupError("the condition found a request")
    request.granted, request.decided_at, request.decided_by = granted, move.at, move.person.account_id
    move.facts |= {"reason": request.reason, "asked_by": request.asked_by}
    return request


def grant(move: Move) -> None:
    """Each custodians' half goes to that officer's own key, for 24 hours."""
    request = _decide(move, True)
    request.expires_at = move.now + OPEN_FOR
    officer = db.session.get_one(Account, request.asked_by)
    if move.person.party_seed is None or officer.public_key is None:
        raise LookupError("a custodian with the party's seed grants to an officer with a key")
    db.session.flush()
    for entry in _entries(move.case):
        half = envelopes.open_with(
            move.person.party_seed, entry.custodians_half, place("identity-half", "custodians", entry.id)
        )
        sealed = envelopes.seal_to(officer.public_key, half, place("identity-grant", request.id, entry.id))
        db.session.add(IdentityGrant(request_id=request.id, entry_id=entry.id, sealed=sealed))


def refuse(move: Move) -> None:
    request = _decide(move, False)
    secretariat = party_of(PartyKind.SECRETARIAT)
    why = move.values["why"].encode()
    request.answer = envelopes.seal_to(secretariat.public_key or b"", why, place("identity-answer", request.id))


def asked_words(person: Person, request: IdentityRequest) -> str:
    """What the officer wrote to the custodians. Raises `CannotOpen` for anybody else."""
    if person.party_seed is None:
        return ""
    return envelopes.open_with(person.party_seed, request.words, place("identity-words", request.id)).decode()


# --- opening -----------------------------------------------------------------------------------------------


def read(person: Person, case: Case, now: datetime) -> list[tuple[str, str, str]]:
    """(whose, kind, text) of each entry, for the officer to whom a grant is open. Raises `Refused`."""
    request = granted_to(person, case, now)
    if request is None or person.own_seed is None or person.party_seed is None:
        raise Refused(_("No grant is open to you: ask a custodian."))
    grants = {
        row.entry_id: row.sealed
        for row in db.session.scalars(select(IdentityGrant).where(IdentityGrant.request_id == request.id))
    }
    found = []
    for entry in _entries(case):
        if entry.id not in grants:
            continue  # written after the grant: it needs a new one
        other = envelopes.open_with(person.own_seed, grants[entry.id], place("identity-grant", request.id, entry.id))
        one = envelopes.open_with(
            person.party_seed, entry.secretariat_half, place("identity-half", "secretariat", entry.id)
        )
        key = envelopes.join(one, other)
        text = open_sealed(key, entry.sealed, place("identity", case.id, entry.id)).decode()
        found.append((entry.person, entry.kind, text))
    return found


def forget_expired(now: datetime) -> None:
    """Grants die on time, also where nobody looks again."""
    old = select(IdentityRequest.id).where(IdentityRequest.expires_at <= now)
    db.session.execute(delete(IdentityGrant).where(IdentityGrant.request_id.in_(old)))


# --- telling the company -----------------------------------------------------------------------------------


def prepare_share(move: Move) -> None:
    """The officer who has the grant seals the agreed fields to the company's key; the approver never reads them."""
    party = _party(move.case)
    chosen = [one for one in read(move.person, move.case, move.now) if one[1] in move.values["scope"]]
    if not chosen:
        raise Refused(_("Nothing of what you chose is there."))
    share_id = secrets.token_hex(16)
    sealed = envelopes.seal_to(
        party.public_key or b"", json.dumps(chosen).encode(), place("identity-share", move.case.id, share_id)
    )
    move.values |= {"share_id": share_id, "sealed": sealed.hex()}


def share(move: Move) -> None:
    party = _party(move.case)
    sealed = bytes.fromhex(move.values["sealed"])
    db.session.add(IdentityShare(id=move.values["share_id"], case_id=move.case.id, party_id=party.id, sealed=sealed))


def _party(case: Case) -> Party:
    return db.session.scalars(select(Party).where(Party.company_id == case.company_id)).one()


def shared_with(person: Person, case: Case) -> list[tuple[str, str, str]]:
    """What this company was told of who complained."""
    if person.party_seed is None or person.company_id is None:
        return []
    query = select(IdentityShare).where(IdentityShare.case_id == case.id, IdentityShare.party_id == person.party_id)
    return [
        (whose, kind, text)
        for row in db.session.scalars(query)
        for whose, kind, text in json.loads(
            envelopes.open_with(person.party_seed, row.sealed, place("identity-share", case.id, row.id))
        )
    ]
