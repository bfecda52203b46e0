"""Identity: written with public keys alone, opened by two people, and each opening told to the complainant.

Each entry's key is split in two halves. An officer asks; a custodian seals the custodians' half to that officer's
own key. Only that officer then has both halves, for a day (file 3, "Identity: two people").
"""

import json
import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select

from grievance.access import Person
from grievance.crypto import envelopes
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.keys import OPEN_FOR as OPEN_FOR
from grievance.models.keys import IdentityEntry, IdentityGrant, IdentityRequest, IdentityShare
from grievance.models.people import Account, AccountStatus, PartyKind
from grievance.workflow.conditions import Answer
from grievance.workflow.fields import Refused
from grievance.workflow.identity_places import answer_place, half_place, share_place, words_place
from grievance.workflow.move import Move
from grievance.workflow.party_keys import company_key, office_keys, party_key

IDENTITY = ("name", "phone", "email", "address")


# --- writing -----------------------------------------------------------------------------------------------


def seal_entry(case: Case, kind: str, text: str, now: datetime) -> IdentityEntry:
    """A random key of its own, split in two: one half to each party. No single person can open it (promise 5)."""
    entry_id, key = secrets.token_hex(16), secrets.token_bytes(32)
    one, other = envelopes.split(key)
    office = office_keys()
    secretariat, custodians = office[PartyKind.SECRETARIAT], office[PartyKind.CUSTODIANS]
    entry = IdentityEntry(
        id=entry_id,
        case_id=case.id,
        person="representative" if case.represented else "complainant",
        kind=kind,
        sealed=seal(key, text.encode(), place("identity", case.id, entry_id)),
        secretariat_key_id=secretariat.key_id,
        secretariat_half=envelopes.seal_to(secretariat.public_key, one, half_place("secretariat", entry_id)),
        custodians_key_id=custodians.key_id,
        custodians_half=envelopes.seal_to(custodians.public_key, other, half_place("custodians", entry_id)),
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


WITHOUT_CONSENT = ("safety", "law")
"""Reasons that do not rest on the complainant's consent; the form says so beside it."""


def _not_agreed(case: Case, reason: object) -> Answer:
    """Who lets the company know lets us know, who tell it."""
    if case.known_to_secretariat or case.share_identity or reason in WITHOUT_CONSENT:
        return None
    return _l("The complainant did not agree that we know who they are: only for their safety, or under the law.")


def agreed_to_be_known(move: Move) -> Answer:
    return _not_agreed(move.case, move.values["reason"]) if move.values else None


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


def still_agreed(move: Move) -> Answer:
    """A consent that was taken back meanwhile ends the request."""
    request = waiting(move.case)
    return _not_agreed(move.case, request.reason) if request else None


def who_asked_is_here(move: Move) -> Answer:
    """The grant would be sealed to a key that has gone, or that another password has taken the place of."""
    request = waiting(move.case)
    if request and db.session.get_one(Account, request.asked_by).status == AccountStatus.ACTIVE:
        return None
    return _l("Who asked for it cannot open it any more: refuse this, and they can ask again.")


def is_open_to_me(move: Move) -> Answer:
    grant = granted_to(move.person, move.case, move.now)
    return _not_agreed(move.case, grant.reason) if grant else _l("No grant is open to you: ask a custodian.")


def may_share_identity(move: Move) -> Answer:
    return (
        None if move.case.share_identity else _l("The complainant did not agree that the company learns who they are.")
    )


def ask(move: Move) -> None:
    key, request_id = party_key(PartyKind.CUSTODIANS), secrets.token_hex(16)
    if move.person.account_id is None:
        raise LookupError("an officer asks")
    words = envelopes.seal_to(key.public_key, move.values["words"].encode(), words_place(request_id))
    db.session.add(
        IdentityRequest(
            id=request_id, case_id=move.case.id, asked_by=move.person.account_id, asked_at=move.at,
            reason=move.values["reason"], words=words, words_key_id=key.key_id,
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
    if officer.public_key is None:
        raise LookupError("an officer with a key asked")
    db.session.flush()
    for entry in _entries(move.case):
        seed = move.person.seed_for(entry.custodians_key_id)
        half = envelopes.open_with(seed, entry.custodians_half, half_place("custodians", entry.id))
        sealed = envelopes.seal_to(officer.public_key, half, place("identity-grant", request.id, entry.id))
        db.session.add(IdentityGrant(request_id=request.id, entry_id=entry.id, sealed=sealed))


def refuse(move: Move) -> None:
    request = _decide(move, False)
    key, why = party_key(PartyKind.SECRETARIAT), move.values["why"].encode()
    request.answer = envelopes.seal_to(key.public_key, why, answer_place(request.id))
    request.answer_key_id = key.key_id


def asked_words(person: Person, request: IdentityRequest) -> str:
    """What the officer wrote to the custodians. Raises `CannotOpen` for anybody else."""
    return envelopes.open_with(person.seed_for(request.words_key_id), request.words, words_place(request.id)).decode()


# --- opening -----------------------------------------------------------------------------------------------


def read(person: Person, case: Case, now: datetime) -> list[tuple[str, str, str]]:
    """(whose, kind, text) of each entry, for the officer to whom a grant is open. Raises `Refused`."""
    request = granted_to(person, case, now)
    if request is None or person.own_seed is None:
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
        seed = person.seed_for(entry.secretariat_key_id)
        one = envelopes.open_with(seed, entry.secretariat_half, half_place("secretariat", entry.id))
        key = envelopes.join(one, other)
        text = open_sealed(key, entry.sealed, place("identity", case.id, entry.id)).decode()
        found.append((entry.person, entry.kind, text))
    return found


_EXPIRED = select(IdentityRequest.id).where(IdentityRequest.expires_at <= bindparam("now"))
FORGET_EXPIRED = delete(IdentityGrant).where(IdentityGrant.request_id.in_(_EXPIRED))
"""Grants die on time, also where nobody looks again. `now`: an aware time."""


# --- telling the company -----------------------------------------------------------------------------------


def prepare_share(move: Move) -> None:
    """The officer who has the grant seals the agreed fields to the company's key; the approver never reads them."""
    key = company_key(move.case.company_id)
    chosen = [one for one in read(move.person, move.case, move.now) if one[1] in move.values["scope"]]
    if not chosen:
        raise Refused(_("Nothing of what you chose is there."))
    share_id = secrets.token_hex(16)
    sealed = envelopes.seal_to(key.public_key, json.dumps(chosen).encode(), share_place(move.case.id, share_id))
    move.values |= {"share_id": share_id, "key_id": key.key_id, "sealed": sealed.hex()}


def share(move: Move) -> None:
    """What was sealed when it was proposed: to a key that the company must still have."""
    values, key = move.values, company_key(move.case.company_id)
    if values["key_id"] != key.key_id:
        raise Refused(_("The company has a new key since this was proposed. Refuse it, and propose it again."))
    sealed, case_id = bytes.fromhex(values["sealed"]), move.case.id
    db.session.add(
        IdentityShare(id=values["share_id"], case_id=case_id, party_id=key.party_id, key_id=key.key_id, sealed=sealed)
    )


def shared_with(person: Person, case: Case) -> list[tuple[str, str, str]]:
    """What this company was told of who complained."""
    if person.party_seed is None or person.company_id is None:
        return []
    query = select(IdentityShare).where(IdentityShare.case_id == case.id, IdentityShare.party_id == person.party_id)
    return [
        (whose, kind, text)
        for row in db.session.scalars(query)
        for whose, kind, text in json.loads(
            envelopes.open_with(person.seed_for(row.key_id), row.sealed, share_place(case.id, row.id))
        )
    ]
