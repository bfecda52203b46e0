"""The key log: whose keys the record vouches for, and what becomes of a key in the database that it does not.

The log is the office's chain of events (`entries`). A process replays it once, with every signature, and from then on
reads what is new. Only what is committed is read, over a connection of its own: what a unit of work wrote and takes
back must not be remembered.
"""

import itertools
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Connection, Engine, Row, Select, select

from grievance.accounts.keys import entries, log_processes, log_state, pins
from grievance.accounts.keys.log_state import ACTIVE, WAITING, Held, Moment, OfAccount, OfParty, Signed, State
from grievance.crypto import signing
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import (
    SECRETARIAT_ROLES,
    Account,
    AccountStatus,
    Party,
    PartyKind,
    RecoveryShare,
    Role,
)
from grievance.models.vouching import Signature
from grievance.record import in_time
from grievance.record.events import EventRow, hash_of
from grievance.record.transaction import once
from grievance.record.words_signed import AS_DEPUTY

log = logging.getLogger(__name__)
HEAD: Select[str] = (
    select(Event.hash).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc()).limit(1)
)  # fmt: skip
"""Where the office's chain ends. Beside another question it costs no statement."""
_SIGNED = (
    select(Event.__table__, Signature.signer, Signature.signer_id, Signature.signature)
    .outerjoin(Signature, Signature.event_hash == Event.hash)
    .where(Event.chain == OFFICE_CHAIN)
    .order_by(Event.seq, Signature.id)
    .execution_options(yield_per=1000)
)
_PARTIES = select(Party.id, Party.public_key).where(Party.public_key.is_not(None))
_LENGTH = 32
KIND_OF: dict[str, str] = {
    **dict.fromkeys(SECRETARIAT_ROLES, PartyKind.SECRETARIAT),
    Role.CUSTODIAN: PartyKind.CUSTODIANS,
    Role.COMPANY: PartyKind.COMPANY,
    Role.OBSERVER: PartyKind.OBSERVERS,
    Role.BOARD: PartyKind.BOARD,
}
"""In which party somebody with a role is."""
OF_THE_OFFICE = (PartyKind.SECRETARIAT, PartyKind.CUSTODIANS)
Companies = Callable[[], Collection[int]]
KeysOf = Callable[[EventRow], Iterable[bytes]]
WITH_SIGNERS = frozenset(kind for kind, entry in entries.ENTRIES.items() if entry.signed_by)
"""Kinds of entries of which the log says itself who must have signed them."""
FOR_THEMSELVES = frozenset(
    {
        "password_changed",
        "locked_anew",
        "app_codes_begun",
        "app_codes_ended",
        "passkey_asked",
        "passkey_taken_back",
        "passkey_added",
        "passkey_removed",
        "calendar_made",
        "calendar_ended",
        "away",
        "back",
    }
)
"""What somebody does who waits to be let in."""


class Broken(Exception):
    """The log is not the one that was checked here before, or is none."""


@dataclass(frozen=True)
class Known:
    """What the log says now. `broken`: why nothing of it is believed; empty where its chain is whole. `judged`: what
    was found of cases by it, by the SHA-256 of all that was read of each: forgotten as soon as the log says more."""

    sequence: int = 0
    hash: str = pins.NO_ENTRY
    state: State = field(default_factory=State, repr=False)
    broken: str = ""
    judged: dict[bytes, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def parties(self) -> Mapping[int, OfParty]:
        return self.state.parties

    @property
    def accounts(self) -> Mapping[int, OfAccount]:
        return self.state.accounts

    @property
    def papers(self) -> Mapping[int, str]:
        """SHA-256 of the public key of each party's recovery code."""
        return self.state.papers

    @property
    def paper_key(self) -> str:
        """SHA-256 of the key that backups are sealed to; empty where there is none."""
        return self.state.paper_key

    @property
    def faults(self) -> list[str]:
        return [self.broken, *self.state.faults] if self.broken else self.state.faults

    def signs_with(self, event: EventRow) -> Collection[bytes]:
        """The verifying keys by which an event of an account is believed: those with which it was in when the event was
        recorded, as what the event says. None while its key is from before the log; one that fits nothing where nobody
        had let it in, or it had left."""
        known = self.accounts.get(event["actor_id"])
        if known is not None and known.from_before and known.standing == ACTIVE:
            return ()
        held = [one for one in self.state.ever.get(event["actor_id"], ()) if one.then(event["recorded_at"])]
        return [one.sign_key for one in held if self._acts_as(one, event)] or (b"",)

    def still_signs(self, event: EventRow) -> bool:
        """Whether the account that an event names is still in, with the keys and as what it was then."""
        held = self.state.ever.get(event["actor_id"], ())
        return any(one.until is None and self._acts_as(one, event) for one in held)

    def signs_in_case(self, events: Sequence[EventRow], companies: Companies) -> KeysOf:
        """As `signs_with`, for the events of one case. A key that is good no more is believed for what was there while
        it was: whoever kept it dates nothing back. `companies`: which this case is, or was, about: people of another
        one do nothing in it."""
        chain = in_time.Chain(events)

        def keys_of(event: EventRow) -> Iterable[bytes]:
            keys = self.signs_with(event)
            if event["role"] == Role.COMPANY and self.is_of_another(event["actor_id"], companies):
                return (b"",)
            good = not any(keys) or self.still_signs(event)
            own = keys if good or chain.is_in_time(event["seq"], event["recorded_at"]) else (b"",)
            return itertools.chain(own, self._tokens(event, chain)) if own else own

        return keys_of

    def signs_in_cases(self, event: EventRow) -> Collection[bytes]:
        """As `signs_with`, and the keys of companies' programs that worked then: for a look over all cases."""
        keys, theirs = self.signs_with(event), self.state.tokens.get(event["actor_id"], {})
        of_programs = [one.sign_key for one in theirs.values() if one.then(event["recorded_at"])]
        return [*keys, *of_programs] if keys and event["role"] == Role.COMPANY else keys

    def _tokens(self, event: EventRow, chain: in_time.Chain) -> Iterator[bytes]:
        """The keys of the company's programs that act as this account, the ended ones for what was there before."""
        theirs = self.state.tokens.get(event["actor_id"], {}) if event["role"] == Role.COMPANY else {}
        for one in sorted(theirs.values(), key=lambda held: held.until is not None):
            at = event["recorded_at"]
            if one.until is None or (one.then(at) and chain.is_in_time(event["seq"], at)):
                yield one.sign_key

    def is_of_another(self, account_id: int | None, companies: Companies) -> bool:
        """Whether an account is, and was, of none of these companies. Of who is from before the log it is not known."""
        number = account_id or 0
        known, ever = self.accounts.get(number, OfAccount()), self.state.ever.get(number, ())
        parties = {known.party_id, *(one.party_id for one in ever)}
        theirs = {self.parties.get(one or 0, OfParty()).company_id for one in parties} - {None}
        return bool(theirs) and theirs.isdisjoint(companies())

    def signs_in_office(self, event: EventRow) -> Collection[bytes]:
        """The same for the office's chain: who waits to be let in does some things too, for themselves alone."""
        keys, known = self.signs_with(event), self.accounts.get(event["actor_id"], OfAccount(standing=""))
        if event["kind"] not in FOR_THEMSELVES:
            return keys
        former = [key for key, until in self.state.former.get(event["actor_id"], ()) if event["recorded_at"] <= until]
        own = [known.sign_key] if known.standing == WAITING and known.sign_key else keys
        return [*own, *former]

    def _acts_as(self, held: Held, event: EventRow) -> bool:
        """Whether it was in with this role, in a party of its kind. Only as a deputy, and where the case names them as
        that, an officer acts as an approver, or an approver as an officer. The role of somebody from before the log may
        stand nowhere in it: then their party's kind tells."""
        role, kind = event["role"], self.parties.get(held.party_id or 0, OfParty()).kind
        fits = not kind or kind == KIND_OF.get(role)
        deputy = event.get(AS_DEPUTY, False) and {held.role, role} <= set(SECRETARIAT_ROLES)
        return fits and role in KIND_OF and (deputy or held.role in (role, ""))

    def is_of_party(self, party_id: int, kind: PartyKind, company_id: int | None, public: bytes) -> bool:
        """Whether this is the party's public key, and the party whose the database says that it is."""
        if self.broken or ("party", party_id) in self.state.stopped:
            return False
        known, key = self.parties.get(party_id, OfParty()), signing.digest(public)
        if not known.from_before:
            return (known.key, known.kind, known.company_id) == (key, kind, company_id)
        named = key[:16] in self.state.before or self.state.unnamed
        return named and self.state.pinned.get(party_id, key) == key

    def is_of_account(self, account: Account) -> bool:
        """Whether this is somebody who is here, or waits, with their own key and in their own party."""
        known = self.accounts.get(account.id)
        if self.broken or known is None or ("account", account.id) in self.state.stopped:
            return False
        here = (signing.digest(account.public_key or b""), account.party_id)
        return known.from_before or (known.standing in (ACTIVE, WAITING) and here == (known.key, known.party_id))

    def vouches_for(self, account: Account) -> bool:
        """Whether a member let them in with this key, so that a new key of the party may be sealed to it."""
        known = self.accounts.get(account.id)
        return bool(known and known.confirmed) and self.is_of_account(account)


class Log:
    """What one process remembers of one office's log. `checked`: the hash of each entry, so that the pin file may stand
    at any of them. `refused`: what was found not to be the log, so that it is not read again for each page."""

    def __init__(self, file: Path, beginning: State | None = None) -> None:
        self.file, self.lock = file, Lock()
        self.known, self.begun, self.checked = Known(state=beginning or State()), False, bytearray()
        self.refused: tuple[tuple[str | None, pins.Pins | None], Known] | None = None

    def look(self, engine: Engine, head: str | None = None) -> Known:
        """Read what is new. `head`: where the chain ends, as somebody has read it already: mostly where it ended."""
        if self.begun and head is not None and head == self.known.hash:
            return self.known
        with self.lock:
            try:
                pinned = pins.read(self.file)
            except pins.BadPins:
                return replace(self.known, broken=f"the pin file {self.file} is damaged or cannot be read")
            if head is not None and self.refused and self.refused[0] == (head, pinned):
                return self.refused[1]
            try:
                self._read_on(engine, pinned)
            except Broken as reason:
                refused = replace(self.known, broken=str(reason))
                self.refused = ((head, pinned), refused)
                return refused
            return self.known

    def _read_on(self, engine: Engine, pinned: pins.Pins | None) -> None:
        """The pins were read before the log: whatever they name is there then. Raises `Broken`."""
        before, state, checked = self.known, self.known.state.copy(), bytearray(self.checked)
        if not self.begun and pinned:
            state.pinned, state.pinned_at = {int(k): v for k, v in pinned.parties.items()}, pinned.sequence
        with engine.connect() as connection:
            parties = connection.execute(_PARTIES).all()  # before the log: what is here then is there
            known = _replayed(connection, before, state, checked)
        if self.begun and known.sequence == before.sequence:
            return
        _pin_from_before(parties, state)
        _stands(known, checked, pinned)
        if pinned is None and known.sequence and not self.begun:
            log.warning("no pin file on this machine: the key log is believed as it is, up to entry %s", known.sequence)
        self._keep(known, checked)
        self.known, self.checked, self.begun, self.refused = known, checked, True, None

    def _keep(self, known: Known, checked: bytearray) -> None:
        """Move the pins forward. A disk that is full stops no complaint: it is said, and this process remembers.
        Raises `Broken`."""
        if not known.state.last[0]:
            return
        try:
            if not pins.move(self.file, pins_of(known), lambda sequence: _hash_at(checked, sequence)):
                raise Broken("the pin file of this machine is of another log")
        except (OSError, pins.BadPins) as reason:
            log.error("the pin file cannot be written: %s", type(reason).__name__)


def pins_of(known: Known) -> pins.Pins:
    """What the file of a machine says that has read so far."""
    parties = {**known.state.pinned, **{n: one.key for n, one in known.parties.items() if one.key}}
    return pins.Pins(*known.state.last, {str(n): key for n, key in sorted(parties.items())})


def _hash_at(checked: bytearray, sequence: int) -> str | None:
    """Of an entry that was checked; empty before the first, None behind the last."""
    found = checked[max(sequence - 1, 0) * _LENGTH : sequence * _LENGTH].hex()
    return found if found or not sequence else None


def _stands(known: Known, checked: bytearray, pinned: pins.Pins | None) -> None:
    """Raises `Broken` where the pin file names what this log does not have."""
    if pinned is None:
        return
    if pinned.sequence > known.sequence:
        raise Broken(
            f"the key log ends at entry {known.sequence}, and this machine has checked entry {pinned.sequence}"
        )
    if _hash_at(checked, pinned.sequence) != pinned.hash:
        raise Broken(f"the key log has another entry {pinned.sequence} than the one that this machine has checked")


def _replayed(connection: Connection, before: Known, state: State, checked: bytearray) -> Known:
    """Everything from the last known entry on, which must still be there. Raises `Broken`."""
    sequence, last, there = before.sequence, before.hash, not before.sequence
    with connection.execute(_SIGNED.where(Event.seq >= sequence)) as rows:
        for number, group in groupby(map(dict, rows.mappings()), key=itemgetter("seq")):
            event, *more = list(group)
            if number == before.sequence and event["hash"] == last:
                there = True
                continue
            if not there or number != sequence + 1 or event["previous_hash"] != last:
                raise Broken(f"entry {number} of the key log does not follow the one that was checked before it")
            if hash_of(event) != event["hash"]:
                raise Broken(f"entry {number} of the key log was changed")
            entries.read(_moment(state, event, (event, *more)), signed=event["format"] > 1)
            sequence, last = number, event["hash"]
            checked += bytes.fromhex(last)
    if not there:
        raise Broken(f"the key log ends before entry {before.sequence}, which was checked here")
    return Known(sequence, last, state)


def _moment(state: State, event: EventRow, rows: Iterable[EventRow]) -> Moment:
    signatures = tuple(Signed(row["signer"], row["signer_id"], row["signature"]) for row in rows if row["signer"])
    return Moment(
        state, event["seq"], event["kind"], event["role"], event["actor_id"], event["recorded_at"], event["hash"],
        log_state.facts_of(event["facts"]), signatures,
    )  # fmt: skip


def _pin_from_before(parties: Iterable[Row[int, bytes | None]], state: State) -> None:
    """Keys from before the log are believed as they are at the first look, and not changed from then on."""
    for number, public in parties:
        key = signing.digest(public or b"")
        if state.parties.get(number, OfParty()).from_before and (key[:16] in state.before or state.unnamed):
            state.pinned.setdefault(number, key)


# --- for this application ----------------------------------------------------------------------------------


def of_application() -> Log:
    """The log that this process remembers."""
    found: Log | None = current_app.extensions.get("key_log")
    if found is None:
        first = Log(current_app.config["PINS_FILE"], log_processes.beginning())
        found = current_app.extensions.setdefault("key_log", first)
    return found


def known() -> Known:
    """What the log says now: one small question, once in a unit of work."""
    return once("key log", lambda: with_head(db.session.scalar(HEAD) or pins.NO_ENTRY))


def with_head(head: str) -> Known:
    """The same without a question, for whoever asked where the chain ends beside something else."""
    return of_application().look(db.engine, head)


def lately() -> Known:
    """As this process knew it when it last asked, which it does for whoever signs in or comes with a session: for what
    a page says beside, where one more question is too many."""
    return of_application().known


def again() -> Known:
    """The same, read anew: for what does not fit, since a lock that was waited for may have given a newer row."""
    return of_application().look(db.engine)


def begin_anew() -> None:
    """After a restore that goes back behind what this machine knew: from here on it knows what is in the database now.
    Raises `Broken`."""
    state = log_processes.beginning()
    with db.engine.connect() as connection:
        parties = connection.execute(_PARTIES).all()
        known = _replayed(connection, Known(), state, bytearray())
    _pin_from_before(parties, state)
    pins.begin_anew(current_app.config["PINS_FILE"], pins_of(known))
    forget()


def forget() -> None:
    """The database is another one: it is read from its beginning, and compared with what the machine knows."""
    current_app.extensions.pop("key_log", None)


def vouches_for_office(key_log: Log, connection: Connection) -> bool:
    """Whether the office's keys in the database are the ones of the log: for whoever watches from outside."""
    office = select(Party.id, Party.kind, Party.company_id, Party.public_key).where(Party.kind.in_(OF_THE_OFFICE))
    rows = connection.execute(office.where(Party.public_key.is_not(None))).all()
    said = key_log.look(connection.engine, connection.scalar(HEAD) or pins.NO_ENTRY)
    one_each = len({row.kind for row in rows}) == len(rows)
    fits = (said.is_of_party(number, kind, company_id, public or b"") for number, kind, company_id, public in rows)
    return not said.broken and one_each and all(fits)


def own_key(account: Account) -> bytes:
    """The public key of somebody, to seal something to them. Raises `Refused` where it is not the one that the log
    has: who can write to the database would read it."""
    if account.public_key is None:
        raise LookupError("who accepted an invitation has a key")
    if not known().is_of_account(account) and not again().is_of_account(account):
        raise Refused(
            _("The key of %(name)s in the database is not the one that the record vouches for. Nothing was sealed to"
              " it. Tell whoever runs the server.", name=account.name)
        )  # fmt: skip
    return account.public_key


# --- for `doctor` ------------------------------------------------------------------------------------------


def faults() -> Iterator[str]:
    """Every fault of the log, and each key in the database that it does not vouch for."""
    said = again()
    yield from said.faults
    for party in db.session.scalars(select(Party).where(Party.public_key.is_not(None)).order_by(Party.id)):
        if not said.is_of_party(party.id, party.kind, party.company_id, party.public_key or b""):
            yield f"{party.kind.value} {party.company_id or ''}".strip() + ": its key is not the one of the key log."
    for account in db.session.scalars(select(Account).order_by(Account.id)):
        yield from _of_account(said, account)


def _of_account(said: Known, account: Account) -> Iterator[str]:
    known = said.accounts.get(account.id, OfAccount(standing=""))
    if account.status in (AccountStatus.ACTIVE, AccountStatus.WAITING):
        if not said.is_of_account(account):
            yield f"account {account.id}: its own key is not the one of the key log."
        elif account.status == AccountStatus.ACTIVE and known.standing != ACTIVE and not known.from_before:
            yield f"account {account.id}: is active, and nobody has admitted it."
    elif account.status == AccountStatus.LEFT and known.standing in (ACTIVE, WAITING):
        yield f"account {account.id}: has left, and nobody said so."
    if known.role and account.role != known.role:
        yield f"account {account.id}: is {account.role.value}, and the key log says {known.role}."


def notes() -> Iterator[str]:
    """What is no fault and worth knowing: whose key nobody has signed for yet."""
    said = again()
    yield from _papers_from_before(said)
    if said.state.signed and not said.state.process_signs:
        yield "what the clock and the command line do about accounts is believed unsigned: set INTAKE_KEY."
    for party in db.session.scalars(select(Party).where(Party.public_key.is_not(None)).order_by(Party.id)):
        name = f"{party.kind.value} {party.company_id or ''}".strip()
        known = said.parties.get(party.id, OfParty())
        if known.from_before:
            yield f"{name}: its key is unconfirmed, until one of its members signs in."
        elif known.stated:
            yield f"{name}: its key is from before, and not changed until an approver has typed its fingerprint."
        elif not known.confirmed:
            yield f"{name}: its key is unconfirmed, until an approver has typed its fingerprint."


def _papers_from_before(said: Known) -> Iterator[str]:
    papers = select(Party).where(Party.id.in_(select(RecoveryShare.party_id))).order_by(Party.id)
    for party in db.session.scalars(papers):
        if party.id not in said.papers:
            yield (
                f"{party.kind.value}: its recovery code is from before its keys were logged. When its key is changed,"
                " the code opens nothing any more: make a new one then."
            )
