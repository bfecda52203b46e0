"""The receipt: made, shown for an hour, and followed back to its case. Only what it gives is stored, never itself."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.crypto import receipt_codes
from grievance.crypto.hashes import bytes_of, sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import HANDED_OVER_FOR, Filing, FollowSession, Holder, ReceiptEnvelope, Setting
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

SHOWN_FOR, FOLLOWED_FOR = timedelta(hours=1), timedelta(minutes=15)
NEVER = -1
"""Of a receipt with which nobody has opened the page yet: there is no last time to tell of what came since."""
CHECKED_FOR = timedelta(days=14)
_SALT = select(Setting.value).where(Setting.name == "receipt_salt")


def receipt_envelope(
    case: Case, key: bytes, keys: receipt_codes.ReceiptKeys, holder: Holder, now: datetime
) -> ReceiptEnvelope:
    envelope = ReceiptEnvelope(
        id=secrets.token_hex(16),
        case_id=case.id,
        holder=holder,
        lookup=keys.lookup.hex(),
        pepper_id=current_app.config["PEPPERS"].current[0],
        created_at=now,
        expires_at=now + HANDED_OVER_FOR if holder == Holder.HANDOVER else None,
        seen_seq=case.head_seq,  # nothing from before is new to a receipt
    )
    envelope.sealed = seal(keys.wrapping, key, place("receipt", case.id, envelope.id))
    db.session.add(envelope)
    return envelope


def handover_envelope(
    case: Case, key: bytes, keys: receipt_codes.ReceiptKeys, made_for: Holder, now: datetime
) -> ReceiptEnvelope:
    """A one-use code: `made_for` has the receipt that its first use makes."""
    envelope = receipt_envelope(case, key, keys, Holder.HANDOVER, now)
    envelope.made_for = made_for.value
    return envelope


def shown_key(secret: str) -> bytes:
    return derive(bytes_of(secret), "filing")


def shown(secret: str, now: datetime | None = None) -> str | None:
    """The receipt that may still be shown to whoever holds the form's secret; None when kept or after an hour."""
    filing = db.session.get(Filing, sha256(secret))
    if filing is None or filing.sealed_receipt is None or filing.expires_at <= (now or clock.now()):
        return None
    try:
        return open_sealed(shown_key(secret), filing.sealed_receipt, place("filing", filing.case_id)).decode()
    except (CannotOpen, ValueError):
        return None


def stop_showing(secret: str) -> None:
    """ "I kept it": the rows that show the receipts die."""
    with unit_of_work() as session:
        for one in (secret, second_secret(secret)):
            if filing := session.get(Filing, sha256(one)):
                filing.sealed_receipt = None


def receipt_keys(code: str) -> receipt_codes.ReceiptKeys:
    return receipt_codes.receipt_keys(_stretched(code), current_app.config["PEPPERS"].current[1])


def _stretched(code: str) -> bytes:
    salt = db.session.scalar(_SALT)
    return receipt_codes.stretch(code, bytes.fromhex(salt) if salt else b"\0" * 16)


@dataclass(frozen=True)
class Followed:
    """`session`: the follow session's secret for the cookie. `receipt_secret`: set where a hand-over code was
    used and the complainant's own new receipt waits to be shown."""

    session: str = field(repr=False)
    receipt_secret: str | None = field(default=None, repr=False)


def follow(typed: str, form: str = "", *, now: datetime | None = None) -> Followed | None:
    """Open the case that a code belongs to. Raises `BadReceipt` for a slip; None for an unknown or dead code. `form`:
    the secret of the form that it was typed into. A hand-over code is dead after its first press; the second press of
    the same form gives the same new receipt for as long as that is shown, for the first answer may never have come."""
    now = now or clock.now()
    if found := _found(typed, now):
        envelope, key = found
        taken_over = envelope.holder == Holder.HANDOVER
        return _take_over(envelope, key, form, now) if taken_over else _session(envelope.id, key, now)
    return _taken_over_before(form, now) if form else None


def _taken_over_before(form: str, now: datetime) -> Followed | None:
    code = shown(form, now)
    found = _found(code, now) if code else None
    return replace(_session(found[0].id, found[1], now), receipt_secret=form) if found else None


def person_with(typed: str) -> Person | None:
    """Who holds this receipt, for one request and without a session. None for an unknown or dead code, and for a
    hand-over code, whose first use makes a receipt that only a page can show. Raises `BadReceipt` for a slip."""
    found = _found(typed, clock.now())
    if found is None or found[0].holder == Holder.HANDOVER:
        return None
    return _person(*found, clock.now())


def _person(envelope: ReceiptEnvelope, key: bytes, now: datetime) -> Person:
    role = Role.REPRESENTATIVE if envelope.holder == Holder.REPRESENTATIVE else Role.COMPLAINANT
    checked = envelope.checked_until is not None and now < envelope.checked_until
    return Person(role, case_id=envelope.case_id, complainant_key=key, checked=checked, seen_seq=envelope.seen_seq)


def _found(typed: str, now: datetime) -> tuple[ReceiptEnvelope, bytes] | None:
    """The living envelope of a code, and the complainant key in it. Raises `BadReceipt` for a slip.

    Dead and unknown codes take the same time: the derivation is done before anything is looked up.
    """
    stretched = _stretched(receipt_codes.normalise(typed))
    for _pepper_id, pepper in current_app.config["PEPPERS"].keys:
        keys = receipt_codes.receipt_keys(stretched, pepper)
        query = select(ReceiptEnvelope).where(ReceiptEnvelope.lookup == keys.lookup.hex())
        envelope = db.session.scalars(query).one_or_none()
        if envelope is None or envelope.revoked_at or (envelope.expires_at and envelope.expires_at <= now):
            continue
        return envelope, open_sealed(keys.wrapping, envelope.sealed, place("receipt", envelope.case_id, envelope.id))
    return None


def living_receipts(case: Case) -> list[ReceiptEnvelope]:
    """The codes of a case that were not taken back; a hand-over code among them may be too old by now."""
    query = select(ReceiptEnvelope).where(ReceiptEnvelope.case_id == case.id, ReceiptEnvelope.revoked_at.is_(None))
    return list(db.session.scalars(query))


def second_secret(secret: str) -> str:
    """The secret under which a form's second receipt is shown: it needs no cookie of its own."""
    return base64.urlsafe_b64encode(derive(bytes_of(secret), "second")).rstrip(b"=").decode()


def second_beside(code: str) -> tuple[bool, bool]:
    """Whether this receipt is a representative's, so that the second one is for the person they speak for; and whether
    there is still one to make."""
    found = _found(code, clock.now())
    if found is None:
        return False, False
    return found[0].whose == Holder.REPRESENTATIVE, _may_make_second(found[0])


def _may_make_second(first: ReceiptEnvelope) -> bool:
    """A representative makes no further receipt of a complainant who has one: it would stay in the wrong hand."""
    if first.whose == Holder.COMPLAINANT:
        return True
    query = select(ReceiptEnvelope).where(ReceiptEnvelope.case_id == first.case_id)
    return all(one.whose != Holder.COMPLAINANT for one in db.session.scalars(query))


def make_second(secret: str) -> str | None:
    """A second receipt, for someone trusted, while the first is shown; the same one however often it is asked for.

    None where the first is shown no more. Its holder is the representative, or the complainant where a
    representative filed; the complainant can cut it.
    """
    now, first, other = clock.now(), shown(secret), second_secret(secret)
    if first is None or (before := shown(other)):
        return None if first is None else before
    found = _found(first, now)
    if found is None or not _may_make_second(found[0]):
        return None
    envelope, key = found
    case_id, was, checked = envelope.case_id, envelope.holder, envelope.checked_until
    holder = Holder.REPRESENTATIVE if was == Holder.COMPLAINANT else Holder.COMPLAINANT
    code = receipt_codes.make()
    keys = receipt_keys(code)
    with unit_of_work() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if before := shown(other):  # pressed twice at once
            return before
        second = receipt_envelope(case, key, keys, holder, now)
        second.checked_until = checked
        sealed = seal(shown_key(other), code.encode(), place("filing", case.id))
        session.add(
            Filing(secret_hash=sha256(other), case_id=case.id, sealed_receipt=sealed, expires_at=now + SHOWN_FOR)
        )
        role = Role.COMPLAINANT if was == Holder.COMPLAINANT else Role.REPRESENTATIVE
        chain.append(case, "second_code", Person(role, case_id=case.id), now, now)
        second.seen_seq = NEVER
        case.version += 1
    return code


def _session(envelope_id: str, key: bytes, now: datetime) -> Followed:
    secret = secrets.token_urlsafe(32)
    with unit_of_work(effect=False) as session:
        session.add(_follow_row(secret, envelope_id, key, now))
    return Followed(secret)


def _follow_row(secret: str, envelope_id: str, key: bytes, now: datetime) -> FollowSession:
    sealed = seal(derive(bytes_of(secret), "follow"), key, place("follow", envelope_id))
    return FollowSession(secret_hash=sha256(secret), envelope_id=envelope_id, sealed_key=sealed, seen_at=now)


def _take_over(handover: ReceiptEnvelope, key: bytes, form: str, now: datetime) -> Followed:
    """The first use of a hand-over code: the receipt of whom it was made for, which no officer sees. Their earlier ones
    end; the other person's are theirs."""
    unused = form if form and db.session.get(Filing, sha256(form)) is None else ""
    code, secret, shown_secret = receipt_codes.make(), secrets.token_urlsafe(32), unused or secrets.token_urlsafe(32)
    keys, handover_id = receipt_keys(code), handover.id
    with unit_of_work() as session:
        handover = session.get_one(ReceiptEnvelope, handover_id, with_for_update=True)
        if handover.revoked_at:
            return _taken_over_before(form, now) or Followed(secret)  # somebody was faster: this opens nothing
        case = session.get_one(Case, handover.case_id, with_for_update=True)
        holder, replaces = handover.whose, _was_followed(case)
        seen = []
        for earlier in living_receipts(case):  # the code itself, and any receipt that was lost
            if earlier.whose == holder:
                earlier.revoked_at = now
                seen += [earlier.seen_seq] if earlier.holder != Holder.HANDOVER else []
        envelope = receipt_envelope(case, key, keys, holder, now)
        envelope.checked_until = now + CHECKED_FOR if replaces else None
        envelope.seen_seq = max(seen, default=case.head_seq)  # what a lost receipt had not shown is still new
        session.flush()  # before the session that names it
        session.add(_follow_row(secret, envelope.id, key, now))
        sealed = seal(shown_key(shown_secret), code.encode(), place("filing", case.id))
        session.add(
            Filing(secret_hash=sha256(shown_secret), case_id=case.id, sealed_receipt=sealed, expires_at=now + SHOWN_FOR)
        )
        chain.append(case, "receipt_taken_over", Person(Role(holder.value), case_id=case.id), now, now)
        case.version += 1
    return Followed(secret, shown_secret)


def _was_followed(case: Case) -> bool:
    """Whether anybody had a receipt of this case before, also one that ended since."""
    query = select(ReceiptEnvelope.id).where(
        ReceiptEnvelope.case_id == case.id, ReceiptEnvelope.holder != Holder.HANDOVER
    )
    return db.session.scalars(query.limit(1)).first() is not None


def complainant_of(secret: str) -> Person | None:
    """Who follows a case with this secret, with the key opened; None where the session is unknown or over."""
    row, now = db.session.get(FollowSession, sha256(secret)), clock.now()
    if row is None or row.seen_at <= now - FOLLOWED_FOR:
        return None
    envelope = db.session.get_one(ReceiptEnvelope, row.envelope_id)
    if envelope.revoked_at:
        return None
    try:
        key = open_sealed(derive(bytes_of(secret), "follow"), row.sealed_key, place("follow", envelope.id))
    except (CannotOpen, ValueError):
        return None
    person = replace(_person(envelope, key, now), new_after=row.new_after)
    if row.seen_at <= now - timedelta(minutes=1):
        with unit_of_work(effect=False) as session:
            session.get_one(FollowSession, sha256(secret)).seen_at = now
    return person


def looked(person: Person, secret: str, last: int, *, ends: bool) -> int:
    """After which event of the case whatever happened is new for who follows it with this secret: the last one that
    they knew when they came. `last`: of the case now; `ends`: whether somebody looks, and not a browser ahead of them.
    What is kept is which event was seen, and not when."""
    new_after = person.seen_seq if person.new_after is None else person.new_after
    new_after = last if new_after == NEVER else new_after
    if ends and (person.new_after is None or person.seen_seq < last):
        with unit_of_work() as session:
            row = session.get(FollowSession, sha256(secret))
            if row:
                row.new_after = new_after
                envelope = session.get_one(ReceiptEnvelope, row.envelope_id)
                envelope.seen_seq = max(envelope.seen_seq, last)
    return new_after


def leave(secret: str) -> None:
    """End a follow session at once."""
    with unit_of_work() as session:
        row = session.get(FollowSession, sha256(secret))
        if row:
            session.delete(row)


def case_of(person: Person) -> Case:
    """The one case that a complainant's session belongs to."""
    return db.session.get_one(Case, person.case_id)
