"""The receipt: made, shown for an hour, and followed back to its case. Only what it gives is stored, never itself."""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import bindparam, select

from grievance import clock
from grievance.access import Person, opened, receipt_pair
from grievance.accounts import parts
from grievance.accounts.keys import epochs
from grievance.crypto import receipt_codes, signing
from grievance.crypto.hashes import bytes_of, sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.group import SpokenFor
from grievance.models.keys import HANDED_OVER_FOR, Filing, FollowSession, Holder, ReceiptEnvelope, Setting
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import unit_of_work

SHOWN_FOR, FOLLOWED_FOR = timedelta(hours=1), timedelta(minutes=15)
NEVER = -1
"""Of a receipt with which nobody has opened the page yet: there is no last time to tell of what came since."""
MADE_ANEW = "new_receipt"
"""The kind of event by which its holder makes a receipt in the place of another."""
CHECKED_FOR = timedelta(days=14)
UNTIL_CONFIRMED = timedelta(days=36_500)
"""For a receipt that a one-use code made: whoever filed for her, had the code made, approved it or read it on the page
of the case could have used it before her. A hundred years, or until she was heard on another way
(`workflow.heard_from_her`).
"""
_KEY = 32
SALT = select(Setting.value).where(Setting.name == "receipt_salt")
"""What each receipt is stretched with, as hexadecimal text. Beside another question it costs no statement."""


def with_new_seed(key: bytes) -> bytes:
    """What a new receipt opens: the complainant key (32 bytes), and a random seed of its own (32), which nothing that
    the Secretariat has gives. A receipt from before opens the key alone."""
    return key[:_KEY] + os.urandom(_KEY)


def seed_in(opens: bytes) -> bytes | None:
    """The receipt's own seed; None in one from before."""
    return opens[_KEY:] or None


def own_keys(envelope: ReceiptEnvelope, opens: bytes) -> None:
    """The public halves of what the seed gives: a pair that later keys are sealed to, and a verifying key."""
    if seed := seed_in(opens):
        envelope.public_key, envelope.sign_key = receipt_pair(seed).public, signing.light_public_of(seed)


def named(envelope: ReceiptEnvelope) -> dict[str, Any]:
    """How the event that makes a receipt names its keys: what is not in the record is sealed to by nobody."""
    if envelope.public_key is None or envelope.sign_key is None:
        return {}
    key = signing.digest(envelope.public_key)
    return {"receipt": {"id": envelope.id, "key": key, "sign_key": envelope.sign_key.hex()}}


def end(receipts: Iterable[ReceiptEnvelope], at: datetime) -> dict[str, Any]:
    """These receipts open nothing from now on. Returns how the event says so: what one signs later is a fault."""
    ending = list(receipts)
    for envelope in ending:
        envelope.revoked_at = at
    return ended(ending)


def ended(receipts: Iterable[ReceiptEnvelope]) -> dict[str, Any]:
    """How an event says that these receipts are no more."""
    names = sorted(envelope.id for envelope in receipts)
    return {"ended": names} if names else {}


def receipt_envelope(
    case: Case, opens: bytes, keys: receipt_codes.ReceiptKeys, holder: Holder, now: datetime
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
    envelope.sealed = seal(keys.wrapping, opens, place("receipt", case.id, envelope.id))
    own_keys(envelope, opens)
    db.session.add(envelope)
    return envelope


def handover_envelope(
    case: Case, opens: bytes, keys: receipt_codes.ReceiptKeys, made_for: Holder, now: datetime
) -> ReceiptEnvelope:
    """A one-use code: `made_for` has the receipt that its first use makes. It has keys of its own until then, so that
    what is written meanwhile is sealed to it, too."""
    envelope = receipt_envelope(case, opens, keys, Holder.HANDOVER, now)
    envelope.made_for = made_for.value
    return envelope


def to_show(case: Case, secret: str, code: str, now: datetime) -> Filing:
    """By which the receipt is shown for an hour to whoever holds the form's secret, and a form sent twice is known."""
    sealed = seal(_shown_key(secret), code.encode(), place("filing", case.id))
    return Filing(secret_hash=sha256(secret), case_id=case.id, sealed_receipt=sealed, expires_at=now + SHOWN_FOR)


def _shown_key(secret: str) -> bytes:
    return derive(bytes_of(secret), "filing")


def shown(secret: str, now: datetime | None = None) -> str | None:
    """The receipt that may still be shown to whoever holds the form's secret; None when kept or after an hour."""
    filing = db.session.get(Filing, sha256(secret))
    if filing is None or filing.sealed_receipt is None or filing.expires_at <= (now or clock.now()):
        return None
    try:
        return open_sealed(_shown_key(secret), filing.sealed_receipt, place("filing", filing.case_id)).decode()
    except (CannotOpen, ValueError):
        return None


def shown_case(secret: str) -> Case | None:
    """The case of the receipt that this secret shows."""
    filing = db.session.get(Filing, sha256(secret))
    return db.session.get(Case, filing.case_id) if filing else None


def stop_showing(secret: str) -> None:
    """ "I kept it": the rows that show the receipts die."""
    with unit_of_work() as session:
        for one in (secret, second_secret(secret)):
            if filing := session.get(Filing, sha256(one)):
                filing.sealed_receipt = None


def receipt_keys(code: str) -> receipt_codes.ReceiptKeys:
    return keys_with(code, db.session.scalar(SALT))


def keys_with(code: str, salt: str | None) -> receipt_codes.ReceiptKeys:
    """The same where the salt was read already."""
    return receipt_codes.receipt_keys(_stretched(code, salt), current_app.config["PEPPERS"].current[1])


def _stretched(code: str, salt: str | None) -> bytes:
    return receipt_codes.stretch(code, bytes.fromhex(salt) if salt else b"\0" * 16)


@dataclass(frozen=True)
class Followed:
    """`session`: the follow session's secret for the cookie. `receipt_secret`: set where a hand-over code was
    used and the complainant's own new receipt waits to be shown."""

    session: str = field(repr=False)
    receipt_secret: str | None = field(default=None, repr=False)


class Tried:
    """What somebody typed as a receipt, in each order that can be meant; derived once each, however often it is looked
    for. Raises `BadReceipt` for a slip."""

    def __init__(self, typed: str) -> None:
        self._codes = receipt_codes.readings(typed)
        self.slipped = self._codes[0] != receipt_codes.typed_digits(typed)
        """In the order in which they stand the digits are none: where the other order opens nothing either, one of them
        is wrong. One slip in ten fits by chance when it is read the other way round."""
        self._stretched: dict[str, bytes] = {}

    def receipts(self) -> Iterator[receipt_codes.ReceiptKeys]:
        """What each gives with each pepper; one that is found at once costs one derivation."""
        for code in self._codes:
            if code not in self._stretched:
                self._stretched[code] = _stretched(code, db.session.scalar(SALT))
            for _pepper_id, pepper in current_app.config["PEPPERS"].keys:
                yield receipt_codes.receipt_keys(self._stretched[code], pepper)


def follow(typed: str | Tried, form: str = "", *, now: datetime | None = None) -> Followed | None:
    """Open the case that a code belongs to. Raises `BadReceipt` for a slip; None for an unknown or dead code. `form`:
    the secret of the form that it was typed into. A hand-over code is dead after its first press; the second press of
    the same form gives the same new receipt for as long as that is shown, for the first answer may never have come."""
    now = now or clock.now()
    if found := _found(typed, now):
        return _take_over(found, form, now) if found.envelope.holder == Holder.HANDOVER else _session(found, now)
    return _taken_over_before(form, now) if form else None


def _taken_over_before(form: str, now: datetime) -> Followed | None:
    code = shown(form, now)
    found = _found(code, now) if code else None
    return replace(_session(found, now), receipt_secret=form) if found else None


def person_with(typed: str, *, visits: bool = False) -> Person | None:
    """Who holds this receipt, for one request and without a session. None for an unknown or dead code, and for a
    hand-over code, whose first use makes a receipt that only a page can show. Raises `BadReceipt` for a slip.
    `visits`: they come to their case with it, so that the day is noted and a receipt from before gets its own keys."""
    now = clock.now()
    found = _found(typed, now)
    if found is None or found.envelope.holder == Holder.HANDOVER:
        return None
    opens = found.opens
    if visits and (not seed_in(opens) or found.envelope.opened_on != clock.office_day(now)):
        envelope_id = found.envelope.id
        with unit_of_work(effect=False) as session:
            opens = opens if seed_in(opens) else _given_keys(envelope_id, found, now)
            _opened(session.get_one(ReceiptEnvelope, envelope_id), now)
    return person_of(found.envelope, opens, now)


def person_of(envelope: ReceiptEnvelope, opens: bytes, now: datetime) -> Person:
    """Who holds this receipt. `opens`: what it opens."""
    role = Role.REPRESENTATIVE if envelope.holder == Holder.REPRESENTATIVE else Role.COMPLAINANT
    checked = envelope.checked_until is not None and now < envelope.checked_until
    checked = checked or (role == Role.REPRESENTATIVE and _speaks_unasked(envelope.case_id))
    return Person(
        role, case_id=envelope.case_id, complainant_key=opens[:_KEY], checked=checked, seen_seq=envelope.seen_seq,
        receipt_id=envelope.id, receipt_seed=seed_in(opens),
    )  # fmt: skip


def new_person(made: ReceiptEnvelope, opens: bytes) -> Person:
    """Who files by a receipt that this very unit of work makes."""
    role = Role.REPRESENTATIVE if made.holder == Holder.REPRESENTATIVE else Role.COMPLAINANT
    return Person(role, case_id=made.case_id, complainant_key=opens[:_KEY], receipt_id=made.id,
                  receipt_seed=seed_in(opens))  # fmt: skip


def _speaks_unasked(case_id: str) -> bool:
    """Of one of a group: until she says herself that the spokesperson may go on, a second person looks first."""
    unasked = select(SpokenFor.case_id).where(SpokenFor.case_id == case_id, SpokenFor.agreed_at.is_(None))
    return db.session.scalar(unasked) is not None


class Found(NamedTuple):
    """`opens`: the complainant key and the receipt's own seed. `wrapping`: what they are sealed under."""

    envelope: ReceiptEnvelope
    opens: bytes
    wrapping: bytes


def _found(typed: str | Tried, now: datetime) -> Found | None:
    """The living envelope of a code, and what is in it. Raises `BadReceipt` for a slip.

    Dead and unknown codes take the same time: the derivation is done before anything is looked up.
    """
    for keys in (typed if isinstance(typed, Tried) else Tried(typed)).receipts():
        query = select(ReceiptEnvelope).where(ReceiptEnvelope.lookup == keys.lookup.hex())
        envelope = db.session.scalars(query).one_or_none()
        if envelope is None or envelope.revoked_at or (envelope.expires_at and envelope.expires_at <= now):
            continue
        opens = open_sealed(keys.wrapping, envelope.sealed, place("receipt", envelope.case_id, envelope.id))
        return Found(envelope, opens, keys.wrapping)
    return None


def ended_receipt(tried: Tried) -> ReceiptEnvelope | None:
    """The envelope of a code that works no more."""
    lookups = [keys.lookup.hex() for keys in tried.receipts()]
    query = select(ReceiptEnvelope).where(ReceiptEnvelope.lookup.in_(lookups), ReceiptEnvelope.revoked_at.is_not(None))
    return db.session.scalars(query).first()


def used_on(tried: Tried) -> date | None:
    """On which day somebody used this one-use code of the office's; None for all others."""
    ended = ended_receipt(tried)
    if ended is None or ended.holder != Holder.HANDOVER:
        return None
    query = select(Event.happened_at).where(Event.chain == ended.case_id, Event.kind == "receipt_taken_over")
    at = db.session.scalar(query.where(Event.facts.contains(f'"{ended.id}"')).order_by(Event.seq).limit(1))
    return clock.office_day(at) if at else None


_LIVING = select(ReceiptEnvelope).where(
    ReceiptEnvelope.case_id == bindparam("family"), ReceiptEnvelope.revoked_at.is_(None)
)


def living_receipts(case: Case) -> list[ReceiptEnvelope]:
    """The codes of a case that were not taken back; a hand-over code among them may be too old by now. A part has those
    of the complaint's first case."""
    return list(db.session.scalars(_LIVING, {"family": case.part_of or case.id}))


def second_secret(secret: str) -> str:
    """The secret under which a form's second receipt is shown: it needs no cookie of its own."""
    return base64.urlsafe_b64encode(derive(bytes_of(secret), "second")).rstrip(b"=").decode()


def second_beside(code: str) -> tuple[bool, bool]:
    """Whether this receipt is a representative's, so that the second one is for the person they speak for; and whether
    there is still one to make."""
    found = _found(code, clock.now())
    if found is None:
        return False, False
    return found.envelope.whose == Holder.REPRESENTATIVE, _may_make_second(found.envelope)


def _may_make_second(first: ReceiptEnvelope) -> bool:
    """A representative makes no further receipt of a complainant who has one: it would stay in the wrong hand. One that
    was made in another's place, without asking anybody, makes none: whoever stole the other would keep it."""
    made = select(Event.id).where(Event.chain == first.case_id, Event.kind == MADE_ANEW)
    if db.session.scalar(made.where(Event.facts.contains(first.id)).limit(1)) is not None:
        return False
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
    if found is None or not _may_make_second(found.envelope):
        return None
    envelope_id, case_id = found.envelope.id, found.envelope.case_id
    code = receipt_codes.make()
    keys = receipt_keys(code)
    with unit_of_work() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if before := shown(other):  # pressed twice at once
            return before
        _add_second(case, envelope_id, found, keys, now)
        session.add(to_show(case, other, code, now))
        case.version += 1
    return code


def _add_second(case: Case, first_id: str, found: Found, keys: receipt_codes.ReceiptKeys, now: datetime) -> None:
    opens = found.opens if seed_in(found.opens) else _given_keys(first_id, found, now)
    first = db.session.get_one(ReceiptEnvelope, first_id)
    theirs = person_of(first, opens, now)
    holder = Holder.REPRESENTATIVE if first.holder == Holder.COMPLAINANT else Holder.COMPLAINANT
    second = receipt_envelope(case, with_new_seed(opens), keys, holder, now)
    second.checked_until = first.checked_until
    epochs.share_with_receipt(case, opened(theirs, case), second)
    chain.append(case, "second_code", theirs, now, now, named(second))
    parts.pass_on(case, "second_code", theirs, now, named(second), new=second)
    second.seen_seq = NEVER


def enter(envelope: ReceiptEnvelope, opens: bytes, now: datetime) -> Followed:
    """Open the case with what a receipt opens, where somebody holds that and no digits."""
    return _session(Found(envelope, opens, b""), now)


def _session(found: Found, now: datetime) -> Followed:
    secret, envelope_id = secrets.token_urlsafe(32), found.envelope.id
    with unit_of_work(effect=False) as session:
        opens = found.opens if seed_in(found.opens) else _given_keys(envelope_id, found, now)
        row = _follow_row(secret, envelope_id, opens, now)
        row.opened_before = _opened(session.get_one(ReceiptEnvelope, envelope_id), now)
        session.add(row)
    return Followed(secret)


def _opened(envelope: ReceiptEnvelope, now: datetime) -> date | None:
    """Note the day on which a receipt opens its case. Returns the one before: who sees a day that was not theirs knows
    that somebody else has it. The hour would tell whoever takes the server away when she is at home."""
    before, envelope.opened_on = envelope.opened_on, clock.office_day(now)
    return before


def _given_keys(envelope_id: str, found: Found, now: datetime) -> bytes:
    """A receipt from before gets keys of its own when its page is opened: from then on what is written for her can go
    under new keys. Nobody is told; the record says that it has them."""
    envelope = db.session.get_one(ReceiptEnvelope, envelope_id)
    case = db.session.get_one(Case, envelope.case_id, with_for_update=True)
    db.session.refresh(envelope, with_for_update=True)
    where = place("receipt", case.id, envelope.id)
    opens = open_sealed(found.wrapping, envelope.sealed, where)
    if seed_in(opens) or envelope.revoked_at:  # somebody was faster
        return opens
    opens = with_new_seed(opens)
    envelope.sealed = seal(found.wrapping, opens, where)
    own_keys(envelope, opens)
    chain.append(case, "receipt_keys", person_of(envelope, opens, now), now, now, named(envelope))
    return opens


def _follow_row(secret: str, envelope_id: str, opens: bytes, now: datetime) -> FollowSession:
    sealed = seal(derive(bytes_of(secret), "follow"), opens, place("follow", envelope_id))
    return FollowSession(secret_hash=sha256(secret), envelope_id=envelope_id, sealed_key=sealed, seen_at=now)


def _take_over(found: Found, form: str, now: datetime) -> Followed:
    """The first use of a hand-over code: the receipt of whom it was made for, which no officer sees. Their earlier ones
    end; the other person's are theirs. What the code opens of later epochs is sealed to the new receipt."""
    unused = form if form and db.session.get(Filing, sha256(form)) is None else ""
    code, secret, shown_secret = receipt_codes.make(), secrets.token_urlsafe(32), unused or secrets.token_urlsafe(32)
    keys, handover_id, opens = receipt_keys(code), found.envelope.id, with_new_seed(found.opens)
    with unit_of_work() as session:
        handover = session.get_one(ReceiptEnvelope, handover_id, with_for_update=True)
        if handover.revoked_at:
            return _taken_over_before(form, now) or Followed(secret)  # somebody was faster: this opens nothing
        case = session.get_one(Case, handover.case_id, with_for_update=True)
        by_code = person_of(handover, found.opens, now)
        envelope, over = _instead_of_earlier(case, handover.whose, opens, keys, now)
        session.flush()  # before the session that names it
        epochs.share_with_receipt(case, opened(by_code, case), envelope)
        session.add_all([_follow_row(secret, envelope.id, opens, now), to_show(case, shown_secret, code, now)])
        person, facts = (
            replace(person_of(envelope, opens, now), role=Role(envelope.holder.value)),
            named(envelope) | over,
        )
        signed_by = _the_code(by_code)
        chain.append(case, "receipt_taken_over", person, now, now, facts, signed_by=signed_by)
        parts.pass_on(case, "receipt_taken_over", person, now, facts, new=envelope, opener=by_code, signed_by=signed_by)
        case.version += 1
    return Followed(secret, shown_secret)


def _instead_of_earlier(
    case: Case, holder: Holder, opens: bytes, keys: receipt_codes.ReceiptKeys, now: datetime
) -> tuple[ReceiptEnvelope, dict[str, Any]]:
    """The new receipt of this person, and how the event says that their earlier ones end: the code itself, and any that
    was lost. What a lost one had not shown is still new."""
    earlier = [one for one in living_receipts(case) if one.whose == holder]
    seen = [one.seen_seq for one in earlier if one.holder != Holder.HANDOVER]
    over = end(earlier, now)
    envelope = receipt_envelope(case, opens, keys, holder, now)
    envelope.checked_until = now + UNTIL_CONFIRMED
    envelope.seen_seq = max(seen, default=case.head_seq)
    _opened(envelope, now)
    return envelope, over


def _the_code(by_code: Person) -> tuple[Signer, ...]:
    """Whoever takes a receipt over shows that they had the code; one from before had no keys."""
    if by_code.receipt_seed is None or by_code.receipt_id is None:
        return ()
    return (Signer("receipt", by_code.receipt_id, by_code.receipt_seed),)


def complainant_of(secret: str) -> Person | None:
    """Who follows a case with this secret, with the key opened; None where the session is unknown or over."""
    row, now = db.session.get(FollowSession, sha256(secret)), clock.now()
    if row is None or row.seen_at <= now - FOLLOWED_FOR:
        return None
    envelope = db.session.get_one(ReceiptEnvelope, row.envelope_id)
    if envelope.revoked_at:
        return None
    try:
        opens = open_sealed(derive(bytes_of(secret), "follow"), row.sealed_key, place("follow", envelope.id))
    except (CannotOpen, ValueError):
        return None
    if seed_in(opens) is None and envelope.sign_key:
        return None  # begun before the receipt had keys: what it writes would be unsigned
    person = replace(person_of(envelope, opens, now), new_after=row.new_after, opened_before=row.opened_before)
    if row.seen_at <= now - timedelta(minutes=1):
        with unit_of_work(effect=False) as session:
            session.get_one(FollowSession, sha256(secret)).seen_at = now
    return person


def looked(person: Person, secret: str, last: int, *, ends: bool) -> int:
    """After which event of the case whatever happened is new for who follows it with this secret: the last one that
    they knew when they came. `last`: of the case now; `ends`: whether somebody looks, and not a browser ahead of them.
    What is kept is which event was seen, and not at which hour."""
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
