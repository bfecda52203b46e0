"""What somebody does who has a shell on the host of one face, as its user, with all that lies there. Told on stdin what
there is to try, it says on stdout what succeeded; it changes nothing but what it forges."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from grievance.crypto import signing
from grievance.crypto.envelopes import derived_key_pair
from grievance.crypto.keyring import parse
from grievance.crypto.sealing import derive, size_of
from grievance.record.events import hash_of

REFUSED = "42501"
VERBS = {
    "select": 'SELECT "{column}" FROM {table} LIMIT 0',
    "insert": 'INSERT INTO {table} ("{column}") SELECT NULL WHERE false',
    "update": 'UPDATE {table} SET "{column}" = NULL WHERE false',
}
COLUMNS = """SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a
    ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped GROUP BY c.relname ORDER BY c.relname"""
MOST = 50
"""Values of a column that are tried with each key."""
PROGRAM = Path(__file__).parent.parent / "grievance"
Tried = dict[str, dict[str, list[str]]]
Values = dict[str, list[Any]]


def allowed(connection: psycopg.Connection[Any], statement: str) -> bool:
    """Whether the role may do it; nothing of it stays."""
    with connection.transaction(force_rollback=True):
        try:
            connection.execute(statement.encode())
        except psycopg.Error as fault:
            return fault.sqlstate != REFUSED
    return True


def tried(connection: psycopg.Connection[Any]) -> Tried:
    """Every verb on every column of every table that there is: table, verb, columns with which it was not refused."""
    found: Tried = {}
    for table, columns in connection.execute(COLUMNS).fetchall():
        made = {verb: [one for one in columns if allowed(connection, line.format(table=table, column=one))]
                for verb, line in VERBS.items()}  # fmt: skip
        made["delete"] = ["*"] if allowed(connection, f"DELETE FROM {table} WHERE false") else []
        found[table] = {verb: those for verb, those in made.items() if those}
    return found


def read(connection: psycopg.Connection[Any], found: Tried) -> Values:
    """All that may be read, by table and column."""
    values: Values = {}
    for table, verbs in found.items():
        if columns := verbs.get("select"):
            names = ", ".join(f'"{one}"' for one in columns)
            rows = connection.execute(f"SELECT {names} FROM {table}".encode()).fetchall()
            values |= {f"{table}.{one}": [row[i] for row in rows] for i, one in enumerate(columns)}
    return values


def logins(url: str, others: dict[str, str]) -> list[str]:
    """As whom else this host gets in: with another role's name and its true password, as if that had been learnt."""
    done = []
    for role, address in {**others, "postgres": re.sub(r"//[^@]*@", "//postgres@", url)}.items():
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.Error:
            continue
        done.append(role)
    return done


def readable(folders: list[str]) -> dict[str, str]:
    """Of all files of all hosts and of the environments of all processes, as far as this user may read: SHA-256 of each
    line's value, and where it stands."""
    places = [Path(where) / name for one in folders for where, _folders, names in os.walk(one) for name in names]
    places += [path / "environ" for path in Path("/proc").iterdir() if path.name.isdigit()]
    found = {}
    for place in places:
        try:
            text = place.read_bytes()
        except OSError:
            continue
        for one in re.split(rb"[\n\0]", text):
            for value in {one, one.partition(b"=")[2]} - {b""}:
                found[hashlib.sha256(value.strip()).hexdigest()] = str(place)
    return found


def at_hand() -> dict[str, bytes]:
    """Each key of this host, and all that the program derives from any key by a name."""
    rings = {name: os.environ.get(f"{name}_FILE") for name in ("SECRET_KEYS", "PEPPER", "INTAKE_KEY")}
    keys = {name: parse(Path(path).read_text().strip()).current[1] for name, path in rings.items() if path}
    source = "\n".join(path.read_text() for path in PROGRAM.rglob("*.py"))
    words = sorted(set(re.findall(r'derive\([^"\n]*"([a-z][a-z ._-]*)"', source)))
    return {**keys, **{f"{name}, {word}": derive(key, word) for name, key in keys.items() for word in words}}


def opens(key: bytes, sealed: bytes) -> bool:
    """Whether this key gives a text in this program's padding. Where it was sealed for is not asked, so that nothing is
    missed because it was not guessed."""
    stream = Cipher(AES(key), CTR(sealed[1:13] + b"\0\0\0\2")).decryptor().update(sealed[13:-16])
    length = int.from_bytes(stream[:4], "big")
    return size_of(length + 4) == len(stream) and not any(stream[4 + length :])


def opened(keys: dict[str, bytes], values: Values) -> list[str]:
    """Columns of which something opens with a key of this host: sealed under it, or to a key that follows from it."""
    found, publics = set(), {bytes(v) for n, all_ in values.items() if n.endswith("public_key") for v in all_ if v}
    for name, all_ in values.items():
        sealed = [
            bytes(one) for one in all_ if isinstance(one, bytes) and one[:1] == b"\1" and len(one) >= 13 + 256 + 16
        ]
        if any(opens(key, one) for one in sealed[:MOST] for key in keys.values()):
            found.add(name)
    for what in ("drill", "paper", "passkey", "receipt", "sign"):
        found |= {
            f"what is sealed to {name}" for name, key in keys.items() if derived_key_pair(key, what).public in publics
        }
    return sorted(found)


def clear(words: list[str], values: Values, files: str) -> list[str]:
    """Where words stand that somebody wrote in confidence, as anybody can read them."""

    def holds(value: Any) -> bool:
        text = bytes(value).decode(errors="replace") if isinstance(value, (bytes, memoryview)) else str(value)
        return any(word in text for word in words)

    stored = [path for path in Path(files).rglob("*") if path.is_file()]
    there = {name for name, all_ in values.items() if any(holds(one) for one in all_ if one is not None)}
    return sorted(there | {"files" for path in stored if holds(path.read_bytes())})


CHECKPOINT = "INSERT INTO checkpoints (taken_at, body, signature, public_key, hash) VALUES (now(), '{}', 'x', 'x', 'x')"


# --- forging -----------------------------------------------------------------------------------------------


def event_after(case: dict[str, Any], kind: str, role: str, actor: int | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    event = {"chain": case["id"], "seq": case["head_seq"] + 1, "case_id": case["id"], "kind": kind, "role": role,
             "actor_id": actor, "happened_at": now, "recorded_at": now, "facts": "{}", "sealed": "[]",
             "missed_limit_id": None, "format": 2, "rows": "", "previous_hash": case["head_hash"]}  # fmt: skip
    return {**event, "hash": hash_of(event)}


def put(connection: psycopg.Connection[Any], event: dict[str, Any], seed: bytes | None) -> None:
    """An event at the end of a case's chain, with its head moved on, and signed as a process signs."""
    names = ", ".join(event)
    marks = ", ".join(["%s"] * len(event))
    with connection.transaction():
        connection.execute(f"INSERT INTO events ({names}) VALUES ({marks})".encode(), list(event.values()))
        moved = [event["seq"], event["hash"], event["case_id"]]
        connection.execute("UPDATE cases SET head_seq = %s, head_hash = %s WHERE id = %s", moved)
        if seed:
            made = signing.sign(seed, bytes.fromhex(event["hash"]), "event")
            half = signing.digest(signing.light_public_of(seed))
            connection.execute("INSERT INTO signatures (event_hash, signer, signer_id, key, signature)"
                               " VALUES (%s, 'intake', 'intake', %s, %s)", [event["hash"], half, made])  # fmt: skip


def forged(connection: psycopg.Connection[Any], references: list[str], officer: int, seed: bytes) -> dict[str, str]:
    """Each try on a case of its own: what was tried, and "done" or the database's answer."""

    def case_of(reference: str) -> dict[str, Any]:
        row = connection.execute(
            "SELECT id, head_seq, head_hash FROM cases WHERE reference = %s", [reference]
        ).fetchone()
        return dict(zip(("id", "head_seq", "head_hash"), row or (), strict=True))

    first, second, third, fourth = map(case_of, references)
    early, signed = event_after(first, "escalate", "clock", None), event_after(fourth, "escalate", "clock", None)
    hers, row = event_after(second, "dismiss", "officer", officer), ["0" * 64, third["id"]]
    tries = {
        "an event of the clock's, unsigned": lambda: put(connection, early, None),
        "an event in an officer's name": lambda: put(connection, hers, seed),
        "a changed row": lambda: connection.execute("UPDATE cases SET head_hash = %s WHERE id = %s", row),
        "an event of the clock's, signed by INTAKE_KEY": lambda: put(connection, signed, seed),
        "a checkpoint": lambda: connection.execute(CHECKPOINT),
    }
    return {name: attempt(make) for name, make in tries.items()}


def attempt(make: Any) -> str:
    try:
        make()
    except psycopg.Error as fault:
        return fault.sqlstate or "no answer"
    return "done"


def answers(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    url = Path(os.environ["DATABASE_URL_FILE"]).read_text().strip().replace("+psycopg", "")
    keys = at_hand()
    with psycopg.connect(url, autocommit=True) as connection:
        found = tried(connection)
        values = read(connection, found)
        yield "tried", found
        yield "rows", {name: len(all_) for name, all_ in values.items()}
        yield "opened", opened(keys, values)
        yield "clear", clear(told["words"], values, told["files"])
        yield "forged", forged(connection, told["references"], told["officer"], keys["INTAKE_KEY"])
    yield "logins", logins(url, told["others"])
    yield "readable", readable(told["folders"])


if __name__ == "__main__":
    json.dump(dict(answers(json.load(sys.stdin))), sys.stdout)
