"""One root a week over what the checkpoints signed, for everybody to keep (`/verify`).

Who keeps it, or a printed page with it, can show later that the record was written anew. It has no count, no head and
no reference: those would tell when each case moved, and how many there are. So blanks fill the tree up to at least
`LEAST` leaves, and the leaves lie in the order of their hashes, as in the tree of a checkpoint (`signed_heads`).
"""

import base64
import hashlib
import json
import secrets
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from grievance import clock
from grievance.crypto import merkle, signing
from grievance.extensions import db
from grievance.models.event import Checkpoint, WeekRoot
from grievance.record import record_key
from grievance.record.events import canonical

LEAST = 256
"""Leaves of the smallest tree: a week of 168 hours, each with its checkpoint, always looks the same."""
SIGNED_AS = "week"


@dataclass(frozen=True)
class Tree:
    """The leaves of one week's root, in their order. `hashes`: of its checkpoints' bodies, hexadecimal."""

    salt: str
    hashes: Sequence[str]

    @property
    def size(self) -> int:
        return max(LEAST, 1 << (len(self.hashes) - 1).bit_length())

    def leaves(self) -> list[bytes]:
        blanks = range(self.size - len(self.hashes))
        said: tuple[list[Any], ...] = (
            *(["checkpoint", digest] for digest in self.hashes),
            *(["blank", self.salt, number] for number in blanks),
        )
        return sorted(map(_leaf, said))

    def root(self) -> str:
        return merkle.root(self.leaves()).hex()

    def path(self, digest: str) -> tuple[int, list[str]]:
        """Where the leaf of this checkpoint lies, and its path to the root."""
        leaf, leaves = _leaf(["checkpoint", digest]), self.leaves()
        index = bisect_left(leaves, leaf)
        return index, [step.hex() for step in merkle.path(leaves, index)]


def _leaf(said: list[Any]) -> bytes:
    return merkle.leaf(canonical(said).encode())


def sign_week(seed: bytes, now: datetime) -> WeekRoot | None:
    """The root of all that was signed before this Monday (UTC) and is under no root yet: part of the transaction that
    takes a checkpoint. None where this Monday has one, or nothing was signed."""
    day, last = clock.day(now, "UTC"), newest()
    monday = day - timedelta(days=day.weekday())
    if last is not None and last.until >= monday:
        return None
    after, before = last.last_checkpoint if last else 0, datetime.combine(monday, time(), UTC)
    until = db.session.scalar(select(func.max(Checkpoint.id)).where(Checkpoint.taken_at < before))
    if until is None or until <= after:
        return None
    tree = Tree(secrets.token_hex(16), _hashes(after, until))
    said = {"format": 1, "until": monday.isoformat(), "root": tree.root(), "size": tree.size}
    body = canonical({**said, "previous": _digest(last.body) if last else ""})
    week = WeekRoot(
        until=monday,
        last_checkpoint=until,
        salt=tree.salt,
        body=body,
        signature=signing.sign_strongly(seed, body.encode(), SIGNED_AS),
        public_key=bytes.fromhex(record_key.name_of(seed)),
    )
    db.session.add(week)
    db.session.flush()
    return week


def newest() -> WeekRoot | None:
    return db.session.scalars(select(WeekRoot).order_by(WeekRoot.until.desc()).limit(1)).one_or_none()


def _hashes(after: int, until: int) -> list[str]:
    """Of the checkpoints after one and up to another."""
    query = select(Checkpoint.hash).where(Checkpoint.id > after, Checkpoint.id <= until).order_by(Checkpoint.id)
    return list(db.session.scalars(query))


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


# --- what is given away ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A week's root as everybody may read it. `until`: the Monday (UTC) before which all was signed."""

    until: date
    root: str


def published() -> list[Published]:
    """Every week's root, the newest first."""
    rows = db.session.execute(select(WeekRoot.until, WeekRoot.body).order_by(WeekRoot.until.desc()))
    return [Published(until, json.loads(body)["root"]) for until, body in rows]


def lines() -> Iterator[dict[str, Any]]:
    """Each week as `grievance/verify.py` reads it, the oldest first, with what it takes to check it."""
    keys = {one.digest: one.public for one in record_key.announced()}
    columns = (WeekRoot.until, WeekRoot.body, WeekRoot.signature, WeekRoot.public_key)
    for week in db.session.execute(select(*columns).order_by(WeekRoot.until)):
        key = keys.get(week.public_key.hex(), week.public_key)
        yield {
            "week": week.until.isoformat(),
            "body": week.body,
            "signature": base64.b64encode(week.signature).decode(),
            "key": base64.b64encode(key).decode(),
        }


def way_of(checkpoint: Checkpoint) -> dict[str, Any] | None:
    """What leads from this checkpoint to its week's root; None until its week is over and its root is published."""
    query = select(WeekRoot).where(WeekRoot.last_checkpoint >= checkpoint.id).order_by(WeekRoot.until).limit(1)
    week = db.session.scalars(query).one_or_none()
    if week is None:
        return None
    before = select(func.max(WeekRoot.last_checkpoint)).where(WeekRoot.until < week.until)
    tree = Tree(week.salt, _hashes(db.session.scalar(before) or 0, week.last_checkpoint))
    index, path = tree.path(checkpoint.hash)
    return {"until": week.until.isoformat(), "root": json.loads(week.body)["root"], "index": index, "path": path}


# --- whether it fits ---------------------------------------------------------------------------------------


def faults() -> Iterator[str]:
    """What does not fit of what was published, a sentence each: a root that is not of its checkpoints, a signature, a
    week that was taken out."""
    weeks = list(db.session.scalars(select(WeekRoot).order_by(WeekRoot.until)))
    keys = {one.digest: one.public for one in record_key.announced() if one.trusted} if weeks else {}
    after, previous = 0, ""
    for week in weeks:
        name, body = f"week until {week.until}", json.loads(week.body)
        public = keys.get(week.public_key.hex(), b"")
        if not signing.is_signed(public, week.signature, week.body.encode(), SIGNED_AS, strongly=True):
            yield f"{name}: its signature does not fit"
        if body["previous"] != previous:
            yield f"{name}: the week before it is missing or was changed"
        tree = Tree(week.salt, _hashes(after, week.last_checkpoint))
        if body["until"] != week.until.isoformat() or (body["root"], body["size"]) != (tree.root(), tree.size):
            yield f"{name}: what was published is not what its checkpoints give"
        after, previous = week.last_checkpoint, _digest(week.body)
