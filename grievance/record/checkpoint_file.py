"""The file of checkpoints: outside of the database, only added to, for whoever asks later whether the record was taken
back or written anew. On SQLite it is the only witness.

One line of JSON a checkpoint, each with all that it takes to check it (`grievance/verify.py`). A line is written after
its checkpoint was committed; what a crash left out, the next one brings.
"""

import base64
import fcntl
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.event import Checkpoint
from grievance.record.record_key import announced
from grievance.storage.folder import sync_folder

TAIL = 64 * 1024
"""Bytes at the file's end that are looked at first: a line of format 2 has seven thousand."""


def path_of_file() -> Path:
    path: Path = current_app.config["CHECKPOINTS_FILE"]
    return path


def catch_up() -> None:
    """Add what the file lacks. Raises OSError. Two workers of one machine do not add the same line twice."""
    path = path_of_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _add(file, _last_number(file))
        os.fsync(file)
    if new:
        sync_folder(path.parent)


def _add(file: io.FileIO, after: int) -> None:
    """It begins with a new line, so that one that a power cut tore before it does no harm to this one."""
    for line in lines(after):
        file.write(f"\n{json.dumps(line)}\n".encode())


def lines(after: int = 0) -> Iterator[dict[str, Any]]:
    """Each checkpoint from the next one on, as the file and an export have it."""
    keys = {one.digest: one.public for one in announced()}
    query = select(Checkpoint).where(Checkpoint.id > after).order_by(Checkpoint.id)
    for checkpoint in db.session.scalars(query.execution_options(yield_per=10)):
        yield line_of(checkpoint, keys)


def line_of(checkpoint: Checkpoint, keys: dict[str, bytes]) -> dict[str, Any]:
    """Of format 2 the row only names the key; one that nothing names stays a name, and then nobody can check it."""
    key = keys.get(checkpoint.public_key.hex(), checkpoint.public_key)
    return {
        "checkpoint": checkpoint.id,
        "body": checkpoint.body,
        "signature": base64.b64encode(checkpoint.signature).decode(),
        "key": base64.b64encode(key).decode(),
    }


def _last_number(file: io.FileIO) -> int:
    """The number of the last whole line; 0 where there is none."""
    size = file.seek(0, os.SEEK_END)
    for start in (max(0, size - TAIL), 0):
        file.seek(start)
        text = file.read(size - start).decode("utf-8", "replace")
        found = [one.number for line in text.splitlines() if (one := _witness(line))]
        if found:
            return found[-1]
    return 0


# --- held against the database --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witness:
    """A checkpoint as somebody outside remembers it: its number and its hash. `previous`: the hash of the one before
    it, where the whole line was kept."""

    number: int
    hash: str
    previous: str | None = None


def _witness(line: str) -> Witness | None:
    try:
        said = json.loads(line)
        previous = json.loads(said["body"])["previous"]
        return Witness(int(said["checkpoint"]), sha256(said["body"].encode()).hexdigest(), previous)
    except (ValueError, TypeError, KeyError):
        return None


_NUMBER, _HASH = re.compile(r"\bcheckpoint:\s*([0-9]+)\s*$"), re.compile(r"\bhash:\s*([0-9a-f]{64})\s*$")


def witnesses(path: Path) -> Iterator[Witness | str]:
    """What a file of checkpoints, or the text of weekly mails, remembers, in its order; a sentence for each line that
    seems to be one and cannot be read. Raises OSError."""
    number = None
    with path.open(encoding="utf-8", errors="replace") as file:
        for place, line in enumerate(file, 1):
            if found := _witness(line):
                yield found
            elif line.lstrip().startswith("{"):
                yield f"line {place} of the file cannot be read"
            elif said := _NUMBER.search(line):
                number = int(said[1])
            elif (said := _HASH.search(line)) and number is not None:
                yield Witness(number, said[1])
                number = None


@dataclass
class Compared:
    """What the file and the database say of each other. `told`: what is no fault."""

    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    count: int = 0


def against(path: Path) -> Compared:
    """Where the database is not what the file remembers: a checkpoint that is gone or another one, in a database that
    was taken back or written anew; and where the file itself has a hole. A line that a power cut tore is only told:
    what it lacked stands in the next one. Raises OSError."""
    found, before, known = Compared(), None, dict(_known())
    for one in witnesses(path):
        if isinstance(one, str):
            found.told.append(one)
            continue
        found.faults += [*_of_the_database(one, known.get(one.number)), *(_of_the_file(before, one) if before else ())]
        before, found.count = one, found.count + 1
    if not found.count:
        found.faults.append("the file has no checkpoint")
    return found


def _known() -> Iterator[tuple[int, str]]:
    query = select(Checkpoint.id, Checkpoint.body).order_by(Checkpoint.id)
    for number, body in db.session.execute(query.execution_options(yield_per=10)):
        yield number, sha256(body.encode()).hexdigest()


def _of_the_database(one: Witness, here: str | None) -> Iterator[str]:
    if here != one.hash:
        has = "another checkpoint" if here else "no checkpoint"
        yield f"the database has {has} {one.number}: it was taken back or written anew"


def _of_the_file(before: Witness, one: Witness) -> Iterator[str]:
    if one.number <= before.number:
        yield f"checkpoint {one.number} stands after checkpoint {before.number} in the file"
    elif one.previous is not None and before.previous is not None and one.previous != before.hash:
        yield f"between checkpoints {before.number} and {one.number} the file lacks a line"
