"""A case as the product made it, read whole: every row, and what its sealed writings say; and copies of it.

A copy has ids, a master, envelopes, ciphertexts, hashes and a chain of its own, made by the same functions of
`grievance.crypto` and `grievance.workflow` that made the first. One thing is not done again: the Argon2id of its
receipt, 25 ms each. Random bytes stand for what it gives, so no receipt opens a copy; all that is on disk is as it is
for a case whose receipt was written down.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, select

from grievance.access import Person, envelope_place, opened, receipt_pair
from grievance.accounts.keys.identity_places import half_place
from grievance.crypto import receipt_codes, signing
from grievance.crypto.compartments import CaseKeys, Compartment, commit, company_grant, complainant_key, new_master
from grievance.crypto.envelopes import seal_to, split
from grievance.crypto.sealing import place, seal
from grievance.extensions import Base, db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import IdentityEntry
from grievance.models.people import Party, PartyKind
from grievance.models.writing import Writing
from grievance.record import chain, declared, record_key, vouched
from grievance.record.writings import read_writing, writing_place

Row = dict[str, Any]
TABLES = (
    "cases", "respondents", "writings", "secretariat_envelopes", "receipt_envelopes", "company_envelopes",
    "identity_entries", "decisions", "limits", "events", "letters", "filings", "signatures",
)  # fmt: skip
"""Where a case has rows, in the order of their foreign keys."""
NUMBERED = ("limits", "events", "letters", "signatures")
"""Tables whose rows have running numbers; those of all others have random ids."""
VOUCHED = {one.title: one for one in declared.TABLES if one.vouched}
REFERS = ("case_id", "writing_id", "decision_id", "respondent_id")


@dataclass(frozen=True)
class Model:
    """`rows`: by table, values as the database's driver takes them. `says`: by writing, `names`: by identity entry."""

    weight: float
    rows: dict[str, list[Row]]
    events: list[SimpleNamespace]
    says: dict[str, bytes]
    names: dict[str, bytes]
    typed: dict[str, dict[str, Row]]
    """By table and key: the same rows as the program reads them, for their digests."""

    @property
    def reference(self) -> str:
        return str(self.rows["cases"][0]["reference"])


@dataclass(frozen=True)
class Office:
    """The public keys that everything is sealed to, by key id, and the pepper. `signers`: the seeds of whoever acts, by
    signer and its number."""

    keys: dict[str, bytes]
    pepper: bytes = field(repr=False)
    signers: dict[tuple[str, str], bytes] = field(repr=False)


def office_of(pepper: bytes, people: Iterable[Person]) -> Office:
    parties = db.session.scalars(select(Party).where(Party.key_id.is_not(None)))
    signers = {("account", str(one.account_id)): one.own_seed for one in people if one.own_seed}
    signers |= {(one.kind, one.id): one.seed for one in record_key.process()}
    return Office({party.key_id: party.public_key for party in parties}, pepper, signers)  # type: ignore[misc]


def read_model(officer: Person, case_id: str, weight: float, names: dict[str, str]) -> Model:
    """`names`: what an identity entry of each kind says, because no officer can read that alone."""
    rows = {name: list(_raw(Base.metadata.tables[name], case_id)) for name in TABLES}
    keys = opened(officer, db.session.get_one(Case, case_id))
    writings = db.session.scalars(select(Writing).where(Writing.case_id == case_id))
    says = {one.id: json.dumps(read_writing(keys, one), ensure_ascii=False).encode() for one in writings}
    entries = db.session.scalars(select(IdentityEntry).where(IdentityEntry.case_id == case_id))
    events = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq))
    columns = Event.__table__.columns.keys()
    plain = [SimpleNamespace(**{name: getattr(event, name) for name in columns}) for event in events]
    typed = {name: _typed(Base.metadata.tables[name], case_id) for name in TABLES if name in VOUCHED}
    return Model(weight, rows, plain, says, {one.id: names[one.kind].encode() for one in entries}, typed)


def _typed(table: Table, case_id: str) -> dict[str, Row]:
    column = table.c["id" if table.name == "cases" else "case_id"]
    (key,) = table.primary_key.columns
    return {
        str(row[key.name]): dict(row) for row in db.session.execute(select(table).where(column == case_id)).mappings()
    }


_OF_CASE = {
    "cases": "\"id\" = '{}'",
    "signatures": "\"event_hash\" IN (SELECT hash FROM events WHERE chain = '{}')",
}


def _raw(table: Table, case_id: str) -> Iterator[Row]:
    """Rows as the driver gives them, with texts for whatever PostgreSQL would make an object of."""
    postgresql = db.engine.dialect.name == "postgresql"
    where = _OF_CASE.get(table.name, "\"case_id\" = '{}'").format(case_id)
    names = [column.name for column in table.columns]
    columns = ", ".join(f'"{name}"::text AS "{name}"' if postgresql else f'"{name}"' for name in names)
    order = f' ORDER BY {table.name}."{table.primary_key.columns.keys()[0]}"'  # the column: as texts, 100 is before 99
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {columns} FROM {table.name} WHERE {where}{order}")
        for row in found.mappings():
            yield {name: int(value) if _number(table, name, value) else value for name, value in row.items()}


def _number(table: Table, name: str, value: Any) -> bool:
    return value is not None and table.columns[name].type.python_type is int


class _Copied:
    """A row of a copy as the program would read it: what was renamed as it is now, the rest as it was read."""

    def __init__(self, row: Row, typed: Row) -> None:
        self.row, self.typed = row, typed

    def __getitem__(self, name: str) -> Any:
        new = self.row[name]
        if new == self.row["was"][name]:
            return self.typed[name]
        return json.loads(new) if name == "facts" else new


class Copy:
    """One copy while it is made. `first`: for each numbered table, the number of its first row."""

    def __init__(self, model: Model, office: Office, first: dict[str, int], reference: str) -> None:
        self.model, self.office = model, office
        self.master = new_master()
        self.keys = CaseKeys.from_master(self.master)
        self.ids = {
            row["id"]: secrets.token_hex(16)
            for name in TABLES
            if name not in NUMBERED
            for row in model.rows[name]
            if "id" in row
        }
        self.case_id = self.ids[model.rows["cases"][0]["id"]]
        self.reference = reference
        self.numbers = {
            name: {row["id"]: first[name] + i for i, row in enumerate(model.rows[name])} for name in NUMBERED
        }
        self.digests: dict[str, str] = {}
        self.receipts: dict[str, bytes] = {}
        self.named: dict[str, str] = {}
        """What an event says of the first case's receipts, and what it says of this one's."""

    def rows(self) -> dict[str, list[Row]]:
        """Every row of the copy, by table."""
        made = {name: [getattr(self, f"_{name}")(self._renamed(name, row)) for row in self.model.rows[name]]
                for name in TABLES if name not in ("cases", "events", "signatures")}  # fmt: skip
        was = self.model.rows["cases"][0]
        case = {**was, "id": self.case_id, "reference": self.reference, "signed_seq": 0, "was": was}
        made["events"], case["head_hash"] = self._chain({**made, "cases": [case]})
        made["signatures"] = list(self._signatures(made["events"]))
        return {**made, "cases": [case]}

    def _vouched(self, made: dict[str, list[Row]]) -> str:
        """What each row of the copy is, for its last event to say."""
        seqs = {self.numbers["events"][event.id]: event.seq for event in self.model.events}
        said: dict[str, str] = {}
        for name in (one for one in TABLES if one in VOUCHED):
            (key,) = Base.metadata.tables[name].primary_key.columns.keys()
            for row in made[name]:
                value = _Copied(row, self.model.typed[name][str(row["was"][key])]).__getitem__
                event = {"seq": seqs.get(row.get("event_id", 0))}
                named = vouched.name_of_letter(event, row) if name == "letters" else VOUCHED[name].named(value)
                said[named] = VOUCHED[name].digest_of(value)
        return chain.canonical(said)

    def _renamed(self, name: str, row: Row) -> Row:
        new = {**row, "was": row}
        for column in ("id", *REFERS):
            if row.get(column) in self.ids:
                new[column] = self.ids[row[column]]
        if name in NUMBERED:
            new["id"] = self.numbers[name][row["id"]]
        if row.get("event_id") is not None:
            new["event_id"] = self.numbers["events"][row["event_id"]]
        return new

    def _told(self, text: str) -> str:
        """Plain facts that name rows of the first case name those of the copy."""
        for old, new in (*self.ids.items(), *self.named.items()):
            if old in text:
                text = text.replace(old, new)
        return text.replace(self.model.reference, self.reference)

    def _seen(self, row: Row, sealed: bytes) -> Row:
        self.digests[hashlib.sha256(_bytes(row["was"]["sealed"])).hexdigest()] = hashlib.sha256(sealed).hexdigest()
        return {**row, "sealed": sealed}

    def _writings(self, row: Row) -> Row:
        compartment = Compartment(row["compartment"])
        where = SimpleNamespace(case_id=row["case_id"], id=row["id"], compartment=compartment, n=row["n"], epoch=0)
        key = self.keys.key(compartment, row["n"])
        return self._seen(row, seal(key, self.model.says[row["was"]["id"]], writing_place(where)))  # type: ignore[arg-type]

    def _secretariat_envelopes(self, row: Row) -> Row:
        public = self.office.keys[row["key_id"]]
        sealed = seal_to(public, self.master, envelope_place("secretariat", self.case_id))
        return {**row, "sealed": sealed, "commit": commit(self.master)}

    def _receipt_envelopes(self, row: Row) -> Row:
        keys, seed = receipt_codes.receipt_keys(secrets.token_bytes(32), self.office.pepper), secrets.token_bytes(32)
        sealed = seal(keys.wrapping, complainant_key(self.master) + seed, place("receipt", self.case_id, row["id"]))
        public, sign_key = receipt_pair(seed).public, signing.light_public_of(seed)
        self.receipts[row["id"]] = seed
        self.named[_bytes(row["sign_key"]).hex()] = sign_key.hex()
        self.named[signing.digest(_bytes(row["public_key"]))] = signing.digest(public)
        own = {"public_key": public, "sign_key": sign_key}
        return {**row, "lookup": keys.lookup.hex(), "sealed": sealed, **own}

    def _company_envelopes(self, row: Row) -> Row:
        grant = b"".join(company_grant(self.master, row["n"]))
        where = envelope_place("company", self.case_id, row["n"])
        return {**row, "sealed": seal_to(self.office.keys[row["key_id"]], grant, where), "commit": commit(grant)}

    def _identity_entries(self, row: Row) -> Row:
        entry_id, key = row["id"], secrets.token_bytes(32)
        halves = dict(zip(("secretariat", "custodians"), split(key), strict=True))
        for side, half in halves.items():
            row[f"{side}_half"] = seal_to(self.office.keys[row[f"{side}_key_id"]], half, half_place(side, entry_id))
        name = self.model.names[row["was"]["id"]]
        return self._seen(row, seal(key, name, place("identity", self.case_id, entry_id)))

    def _respondents(self, row: Row) -> Row:
        return row

    def _decisions(self, row: Row) -> Row:
        return row

    def _limits(self, row: Row) -> Row:
        return row

    def _letters(self, row: Row) -> Row:
        return {**row, "facts": self._told(row["facts"])}

    def _filings(self, row: Row) -> Row:
        return {**row, "secret_hash": secrets.token_hex(32), "sealed_receipt": None}

    def _chain(self, rows: dict[str, list[Row]]) -> tuple[list[Row], str]:
        """The events, chained by the record's own hash, and the hash that the case's row repeats."""
        made, previous = [], ""
        for event, raw in zip(self.model.events, self.model.rows["events"], strict=True):
            missed = event.missed_limit_id
            changed = {
                "id": self.numbers["events"][event.id],
                "chain": self.case_id,
                "case_id": self.case_id,
                "previous_hash": previous,
                "facts": self._told(event.facts),
                "sealed": chain.canonical([self.digests[one] for one in json.loads(event.sealed)]),
                "missed_limit_id": None if missed is None else self.numbers["limits"][missed],
                "rows": self._vouched(rows) if event is self.model.events[-1] else "",
            }
            previous = chain.hash_of({**event.__dict__, **changed})
            made.append({**raw, **changed, "hash": previous})
        return made, previous

    def _signatures(self, made: list[Row]) -> Iterator[Row]:
        """By whoever signed the first case's events, with the receipts of this one."""
        hashes = {old["hash"]: new["hash"] for old, new in zip(self.model.rows["events"], made, strict=True)}
        for row in self.model.rows["signatures"]:
            new, by, key = hashes[row["event_hash"]], self.ids.get(row["signer_id"], row["signer_id"]), row["key"]
            seed, sign = self.receipts.get(by), signing.sign
            if seed is None:  # one that signs many others
                seed, sign = self.office.signers[row["signer"], by], signing.sign_kept
            else:
                key = signing.digest(signing.light_public_of(seed))
            number, signature = self.numbers["signatures"][row["id"]], sign(seed, bytes.fromhex(new), "event")
            own = {"id": number, "event_hash": new, "signer_id": by, "key": key, "signature": signature}
            yield {**row, **own}


def _bytes(value: Any) -> bytes:
    """Of a column as the driver gives it, or as PostgreSQL writes it."""
    return bytes.fromhex(value.removeprefix("\\x")) if isinstance(value, str) else bytes(value)


def public_key_of(kind: PartyKind) -> bytes:
    """For a yardstick: what a filing seals to."""
    key = db.session.scalars(select(Party.public_key).where(Party.kind == kind)).one()
    if key is None:
        raise LookupError("the party has no key yet")
    return key
