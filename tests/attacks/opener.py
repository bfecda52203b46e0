"""Everything that opens with what an attacker has: reading is measured by opening, and not by belief.

`Loot` is what somebody carried away: copies of the database, seeds, passwords with their addresses, server keys,
receipts, secrets of cookies. `opened` tries every key on every sealed column of every copy, and every key that it
finds, until nothing new opens. It uses none of the program's own reading: primitives and the names of places alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from sqlalchemy import MetaData, Table, inspect, select

from grievance.crypto import envelopes, passwords, receipt_codes
from grievance.crypto.hashes import bytes_of
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place

Row = dict[str, Any]
Copy = dict[str, list[Row]]
"""A copy of the database: its tables by name, as lists of rows."""

TO_A_KEY = {
    ("secretariat_envelopes", "sealed"): lambda row: place("envelope", "secretariat", row["case_id"], 0),
    ("company_envelopes", "sealed"): lambda row: place("envelope", "company", row["case_id"], row["n"]),
    ("identity_entries", "secretariat_half"): lambda row: place("identity-half", "secretariat", row["id"]),
    ("identity_entries", "custodians_half"): lambda row: place("identity-half", "custodians", row["id"]),
    ("identity_requests", "words"): lambda row: place("identity-words", row["id"]),
    ("identity_requests", "answer"): lambda row: place("identity-answer", row["id"]),
    ("identity_grants", "sealed"): lambda row: place("identity-grant", row["request_id"], row["entry_id"]),
    ("identity_shares", "sealed"): lambda row: place("identity-share", row["case_id"], row["id"]),
    ("respondents", "notice"): lambda row: place("envelope", "notice", row["case_id"], row["n"]),
    ("party_shares", "sealed"): lambda row: place("party-share", row["party_id"], row["account_id"]),
    ("recovery_shares", "sealed"): lambda row: place("recovery-share", row["party_id"]),
    ("escrow_halves", "sealed"): lambda row: place("escrow-half", row["holder"], row["party_id"], row["opens"]),
    ("escrow_grants", "sealed"): lambda row: place("escrow-grant", row["half_id"], row["account_id"]),
    ("epoch_envelopes", "sealed"): lambda row: place(
        "epoch",
        row["case_id"],
        row["compartment"],
        row["n"],
        row["number"],
        row["holder"],
        row["receipt_id"] or row["party_id"] or "",
    ),
    ("passkeys", "sealed"): lambda row: place("passkey", row["account_id"], bytes(row["credential_id"]).hex()),
    ("signs", "sealed"): lambda row: place("sign", row["case_id"], row["id"]),
    ("spoken_for", "sealed"): lambda row: place("spoken for", row["case_id"]),
    ("concern_words", "sealed"): lambda row: place("envelope", "concern", row["id"], 0),
    ("monitoring", "sealed"): lambda row: place("envelope", "monitoring", row["id"], 0),
    ("cases_at_companies", "sealed"): lambda row: place("envelope", "at-company", row["id"], 0),
    ("company_words", "sealed"): lambda row: place("envelope", "company-words", row["id"], 0),
    ("enquiry_words", "sealed"): lambda row: place("envelope", "enquiry", row["id"], 0),
    ("incidents", "sealed"): lambda row: place("envelope", "incident", row["id"], 0),
    ("search_segments", "sealed"): lambda row: place("envelope", "search", row["id"], 0),
    ("tasks", "sealed_key"): lambda row: place("task", row["id"]),
    ("board_copies", "sealed"): lambda row: place("board", row["paper_id"], row["account_id"]),
    ("public_questions", "sealed_key"): lambda row: place("envelope", "question", row["id"], 0),
    ("editions", "sealed_key"): lambda row: place("envelope", "edition", row["id"], 0),
    ("field_parts", "sealed"): lambda row: place("envelope", "field-part", row["id"], 0),
    ("field_keys", "sealed"): lambda row: place("envelope", "field-key", row["id"], 0),
    ("step_drafts", "sealed_key"): lambda row: place("step-draft", row["account_id"], row["case_id"], row["slot"]),
    ("company_webhooks", "address"): lambda row: place("webhook", row["id"], "address"),
    ("company_webhooks", "sealed"): lambda row: place("webhook", row["id"], "secret"),
    ("company_webhooks", "former"): lambda row: place("webhook", row["id"], "secret"),
}
"""Columns that are sealed to a public key, each with the place of a row."""
UNDER_A_KEY = {
    ("writings", "sealed"): lambda row: place(
        "writing",
        row["case_id"],
        row["id"],
        row["compartment"],
        row["n"],
        *([row["epoch"]] if row.get("epoch") else []),
    ),
    ("identity_entries", "sealed"): lambda row: place("identity", row["case_id"], row["id"]),
    ("receipt_envelopes", "sealed"): lambda row: place("receipt", row["case_id"], row["id"]),
    ("part_keys", "sealed"): lambda row: place("part", row["case_id"]),
    ("filings", "sealed_receipt"): lambda row: place("filing", row["case_id"]),
    ("drafts", "sealed"): lambda row: place("draft", row["secret_hash"]),
    ("draft_receipts", "sealed_secret"): lambda row: place("draft receipt", row["lookup"]),
    ("account_sessions", "sealed_seed"): lambda row: place("session", row["account_id"]),
    ("follow_sessions", "sealed_key"): lambda row: place("follow", row["envelope_id"]),
    ("code_mails", "sealed"): lambda row: place("code-mail", row["account_id"], row["what"].lower()),
    ("app_codes", "sealed"): lambda row: place("app-code", row["account_id"]),
    ("company_tokens", "sealed"): lambda row: place("company-token", row["id"]),
    ("accounts", "wrapped_seed"): lambda row: place("account-seed", row["id"]),
    ("tasks", "sealed"): lambda row: place("task", row["id"]),
    ("public_questions", "sealed"): lambda row: place("envelope", "question", row["id"], 0),
    ("public_questions", "sealed_answer"): lambda row: place("answer to a question", row["id"]),
    ("editions", "sealed"): lambda row: place("envelope", "edition", row["id"], 0),
    ("step_drafts", "sealed"): lambda row: place("step-draft", row["account_id"], row["case_id"], row["slot"]),
}
"""Columns that are sealed under a symmetric key."""
NOTHING_SEALED = {
    ("accounts", "public_key"), ("parties", "public_key"), ("rotations", "old_public_key"),
    ("recovery_shares", "paper_key"), ("recovery_shares", "proof"), ("party_shares", "proof"), ("filings", "said"),
    ("checkpoints", "signature"), ("checkpoints", "public_key"), ("week_roots", "signature"),
    ("week_roots", "public_key"), ("editions", "content"), ("parties", "sign_key"), ("accounts", "sign_key"),
    ("receipt_envelopes", "public_key"), ("receipt_envelopes", "sign_key"), ("signatures", "signature"),
    ("passkeys", "credential_id"), ("passkeys", "public_key"), ("passkeys", "half"),
    ("field_keys", "public"), ("search_segments", "contents"), ("search_blocks", "sealed"),
}  # fmt: skip
"""Bytes that are public halves, signatures and MACs."""
SEED, PAIR_OF_KEYS = 96, 64
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
HAND_OVERS = range(6)
CODE = re.compile(rb"(?<!\d)(?:\d{4} ?){5}(?!\d)")


@dataclass
class Loot:
    """What an attacker has. `passwords`: (address, password). `server`: with SECRET_KEYS and PEPPER.
    `staff_peppers`: of STAFF_PEPPER, which only the staff's own process has."""

    copies: list[Copy] = field(default_factory=list)
    seeds: list[bytes] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)
    peppers: list[bytes] = field(default_factory=list)
    staff_peppers: dict[str, bytes] = field(default_factory=dict)
    server_keys: list[bytes] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def copy_of(engine: Any, *only: str) -> Copy:
    """Every row of every table, or of these alone, as whoever copies the database has it."""
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(bind=connection, only=only or None, resolve_fks=False)
        return {name: [dict(row) for row in _rows(connection, table)] for name, table in tables.tables.items()}


def _rows(connection: Any, table: Table) -> Any:
    return connection.execute(select(table)).mappings()


def binary_columns(engine: Any) -> set[tuple[str, str]]:
    """Of the database as it is: what could be sealed."""
    found = inspect(engine)
    return {
        (table, column["name"])
        for table in found.get_table_names()
        for column in found.get_columns(table)
        if column["type"].python_type is bytes
    }


def opened(loot: Loot) -> list[bytes]:
    """Every plain text that opens with it."""
    return Opener(loot).run()


class Opener:
    """Keys and seeds that are known, and which of them was tried on which ciphertext."""

    def __init__(self, loot: Loot) -> None:
        self.loot = loot
        self.seeds = set(loot.seeds)
        self.keys: set[bytes] = set()
        self.texts: dict[bytes, bytes] = {}
        self.halves: dict[str, set[bytes]] = {}
        self.tried: set[tuple[bytes, bytes]] = set()
        for key in (*loot.server_keys, *self._from_passwords(), *self._from_cookies()):
            self.learn(key)
        self._with_receipts(set(loot.receipts))

    def run(self) -> list[bytes]:
        known = -1
        while known != len(self.seeds) + len(self.keys) + len(self.texts):
            known = len(self.seeds) + len(self.keys) + len(self.texts)
            for copy in self.loot.copies:
                self._try(copy)
            self._join()
        return list(self.texts.values())

    def _of_parts(self, key: bytes) -> Iterator[bytes]:
        """What a complainant's key, or a master, gives for each part of a complaint that stands in a copy."""
        ids = {row["case_id"] for copy in self.loot.copies for row in copy.get("part_keys", ())}
        for parent in (key, derive(key, "complainant")):
            yield from (derive(parent, "part", one) for one in ids)

    def learn(self, secret: bytes) -> None:
        """A secret that was found: of each length that a key or a seed has, and all that follows from it."""
        if len(secret) == SEED:
            self.seeds.add(secret)
        if len(secret) >= 32:
            parts = {secret[at : at + 32] for at in range(0, len(secret) - 31, 32)}
            for part in parts - self.keys:
                self.keys |= {part, *_children(part), *self._of_parts(part)}
        if len(secret) == PAIR_OF_KEYS:  # in a receipt, the second is a seed of its own
            self.seeds.add(_pair_of_receipt(secret[32:]))

    def _try(self, copy: Copy) -> None:
        for (table, column), where in TO_A_KEY.items():
            for row in copy.get(table, ()):
                if row.get(column) is not None:
                    named = {**_epoch_of(row, copy), **row}
                    self._with_seeds(table, row, bytes(row[column]), where(named))
        for (table, column), where in UNDER_A_KEY.items():
            for row in copy.get(table, ()):
                if row.get(column) is not None:
                    self._with_keys(bytes(row[column]), where(row))

    def _with_seeds(self, table: str, row: Row, sealed: bytes, where: bytes) -> None:
        for seed in self._untried(self.seeds, sealed):
            text = _hpke(seed, sealed, where)
            if text is None:
                continue
            self.texts[sealed] = text
            if table in ("identity_entries", "identity_grants"):
                self.halves.setdefault(row.get("entry_id") or row["id"], set()).add(text)
            elif table in ("escrow_halves", "escrow_grants"):
                self.halves.setdefault("escrow", set()).add(text)
            else:
                self.learn(text)

    def _with_keys(self, sealed: bytes, where: bytes) -> None:
        for key in self._untried(self.keys, sealed):
            try:
                text = open_sealed(key, sealed, where)
            except CannotOpen:
                continue
            self.texts[sealed] = text
            if len(text) in (32, PAIR_OF_KEYS, SEED):
                self.learn(text)
            if codes := CODE.findall(text):
                self._with_receipts({re.sub(rb"\D", b"", code).decode() for code in codes})

    def _untried(self, keys: set[bytes], sealed: bytes) -> Iterator[bytes]:
        if sealed in self.texts:
            return
        for key in list(keys):
            if (key, sealed) not in self.tried:
                self.tried.add((key, sealed))
                yield key

    def _join(self) -> None:
        """Any two halves of one thing, whoever they were sealed to."""
        for found in self.halves.values():
            for one, other in product(found, repeat=2):
                if one != other and len(one) == len(other):
                    self.learn(envelopes.join(one, other))

    def _from_passwords(self) -> Iterator[bytes]:
        for (email, password), copy in product(self.loot.passwords, self.loot.copies):
            for row in copy.get("accounts", ()):
                if row["email"] == email and row["password"]:
                    record = passwords.PasswordRecord(**row["password"])
                    for pepper in (passwords.NO_PEPPER, *self._peppers(row["id"])):
                        wrapping = passwords.unlock(password, record, pepper)
                        yield from [wrapping] if wrapping else []

    def _peppers(self, account_id: int) -> Iterator[passwords.Pepper]:
        for name, key in self.loot.staff_peppers.items():
            yield passwords.pepper_of(name, key, account_id)

    def _with_receipts(self, codes: set[str]) -> None:
        """Receipts, and codes to hand over, that are known or were found in something that opened."""
        salts = {
            row["value"]
            for copy in self.loot.copies
            for row in copy.get("settings", ())
            if row["name"] == "receipt_salt"
        }
        for code, salt in product(codes, salts):
            stretched = receipt_codes.stretch(code, bytes.fromhex(salt)) if self.loot.peppers else b""
            for pepper in self.loot.peppers:
                self.learn(receipt_codes.receipt_keys(stretched, pepper).wrapping)

    def _from_cookies(self) -> Iterator[bytes]:
        for secret, what in product(self.loot.cookies, ("session", "follow", "filing", "draft")):
            yield derive(bytes_of(secret), what)


def _epoch_of(row: Row, copy: Copy) -> Row:
    """To which compartment and number an epoch's envelope belongs."""
    known = (one for one in copy.get("epochs", ()) if one["id"] == row.get("epoch_id"))
    return next(({name: one[name] for name in ("compartment", "n", "number")} for one in known), {})


@cache
def _private(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Made once: an attacker has time, and a test has not."""
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(seed[:64]), X25519PrivateKey.from_private_bytes(seed[64:])
    )


def _hpke(seed: bytes, sealed: bytes, where: bytes) -> bytes | None:
    try:
        return SUITE.decrypt(sealed[1:], _private(seed), info=sealed[:1] + where)
    except (InvalidTag, ValueError):
        return None


def _pair_of_receipt(secret: bytes) -> bytes:
    return b"".join(derive(secret, "receipt", part) for part in ("ml-kem d", "ml-kem z", "x25519"))


def _children(key: bytes) -> Iterator[bytes]:
    """What follows from a case's key by the names that are fixed in the code, if it is its master or its
    complainant's key."""
    complainant = derive(key, "complainant")
    yield from (complainant, derive(key, "internal"))
    yield from (derive(key, "company", str(n)) for n in HAND_OVERS)
    for parent in (key, complainant):
        yield derive(parent, "correspondence")
        yield from (derive(parent, "shared", str(n)) for n in HAND_OVERS)


# --- planted words -------------------------------------------------------------------------------------------

PLANTED = re.compile(rb"Zq([a-z]+)Zq([a-z]+)Zq([a-z]+)Zq")


def word(what: str, when: str, case: str) -> str:
    """A word that stands nowhere else, by the compartment, the moment and the case that it was planted in."""
    return f"Zq{what}Zq{when}Zq{case}Zq"


def words_read(loot: Loot) -> set[tuple[str, str, str]]:
    """(compartment, moment, case) of each planted word that opens."""
    found = (PLANTED.findall(text) for text in opened(loot))
    return {tuple(part.decode() for part in one) for words in found for one in words}  # type: ignore[misc]
