"""Which server keys a backup needs to be of use: their identifiers and fingerprints, never the keys."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import Connection, Table, select

from grievance.crypto.keyring import Keyring
from grievance.crypto.sealing import derive
from grievance.record import record_key

SECRET_KEYS, PEPPER, STAFF_PEPPER = "SECRET_KEYS", "PEPPER", "STAFF_PEPPER"
CONFIGURED = {SECRET_KEYS: "SECRETS", PEPPER: "PEPPERS", STAFF_PEPPER: "STAFF_PEPPERS"}
WITHOUT = {
    SECRET_KEYS: "checkpoints that it signed cannot be checked",
    PEPPER: "receipts made under it open nothing",
    STAFF_PEPPER: "people whose password is locked with it cannot sign in",
}
RequiredKeys = dict[str, dict[str, str]]
"""SECRET_KEYS, PEPPER or STAFF_PEPPER -> a key's identifier -> its fingerprint, empty where the key was not there
either."""


def required_keys(connection: Connection, tables: dict[str, Table]) -> RequiredKeys:
    """The keys that signed a checkpoint, and those under which a living receipt or a password was made."""
    secrets, peppers = _ring(SECRET_KEYS), _ring(PEPPER)
    signers = {one: name for name, key in secrets.keys for one in (_public(key), _newer(key))}
    signed = connection.scalars(select(tables["checkpoints"].c.public_key).distinct())
    receipts = tables["receipt_envelopes"].c
    living = connection.scalars(select(receipts.pepper_id).where(receipts.revoked_at.is_(None)).distinct())
    by = sorted(signers[one] for one in signed if one in signers)
    return {
        SECRET_KEYS: {name: _fingerprint(secrets.get(name)) for name in by},
        PEPPER: {name: _fingerprint(peppers.get(name)) for name in sorted(living)},
        STAFF_PEPPER: {name: _fingerprint(_ring(STAFF_PEPPER).get(name)) for name in _locked_with(connection, tables)},
    }


def _locked_with(connection: Connection, tables: dict[str, Table]) -> list[str]:
    passwords = connection.scalars(select(tables["accounts"].c.password))
    return sorted({name for one in passwords if one and (name := one.get("pepper_id"))})


def missing(wanted: RequiredKeys) -> list[str]:
    """What of it this place does not have: a sentence for each."""
    found = []
    for variable, keys in wanted.items():
        ring = _ring(variable)
        for name, fingerprint in keys.items():
            here = ring.get(name)
            if here is None:
                found.append(f"{variable} lacks the key {name}: {WITHOUT[variable]}.")
            elif fingerprint and _fingerprint(here) != fingerprint:
                found.append(f"{variable} has another key under the name {name}: {WITHOUT[variable]}.")
    return found


def _ring(variable: str) -> Keyring:
    return current_app.config[CONFIGURED[variable]] or Keyring(())


def _public(key: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(derive(key, "checkpoints")).public_key().public_bytes_raw()


def _newer(key: bytes) -> bytes:
    """How checkpoints of format 2 name what signs them where RECORD_KEY is not set."""
    return bytes.fromhex(record_key.name_of(record_key.without(key)))


def _fingerprint(key: bytes | None) -> str:
    """64 bits of a one-way derivation: they tell two keys apart and give neither away."""
    return derive(key, "fingerprint").hex()[:16] if key else ""
