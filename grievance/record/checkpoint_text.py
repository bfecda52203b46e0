"""A checkpoint in five values, for people who keep it: none of them says anything about a case."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.event import Checkpoint


@dataclass(frozen=True)
class Witnessed:
    """`number`: its place in the database. `root`: over what it signed; empty in one of format 1. `key`: the SHA-256 of
    the key that signed it."""

    number: int
    at: str
    root: str
    hash: str
    key: str


def witnessed(numbers: Collection[int]) -> dict[int, Witnessed]:
    """These checkpoints, by their numbers."""
    rows = db.session.scalars(select(Checkpoint).where(Checkpoint.id.in_(numbers)))
    return {one.id: _witnessed(one) for one in rows}


def _witnessed(one: Checkpoint) -> Witnessed:
    at = one.taken_at.isoformat(timespec="seconds")
    return Witnessed(one.id, at, json.loads(one.body).get("root", ""), one.hash, one.public_key.hex())
