"""What somebody who complained can keep: that the record of their case ended like this when it was signed.

It names no case, no reference and nobody; and it tells nothing of others (`signed_heads`).
"""

import base64
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Checkpoint, Event
from grievance.record.checkpoint_file import line_of
from grievance.record.events import canonical
from grievance.record.record_key import announced
from grievance.record.signed_heads import SignedHeads
from grievance.record.week_roots import way_of

SKEW = timedelta(minutes=5)
"""Clocks of two machines differ by less."""


def proof_of(case: Case) -> dict[str, Any] | None:
    """The proof for the last signed event of this case, as `grievance/verify.py` reads it. None where no checkpoint has
    signed it, or only one of before there were proofs."""
    query = select(Event.seq, Event.hash, Event.recorded_at)
    event = db.session.execute(query.where(Event.chain == case.id, Event.seq == case.signed_seq)).one_or_none()
    if event is None:
        return None
    checkpoint = _signed(case, event.seq, event.hash, event.recorded_at)
    if checkpoint is None or checkpoint.leaves is None:
        return None
    index, path = SignedHeads.parse(checkpoint.leaves).path(case.id)
    keys = {one.digest: one.public for one in announced()}
    leaf, week = {"chain": case.id, "hash": event.hash}, way_of(checkpoint)
    proof = {"proof": 1, "leaf": leaf, "index": index, "path": path, "checkpoint": line_of(checkpoint, keys)}
    return {**proof, "week": week} if week else proof


def on_paper(proof: dict[str, Any]) -> str:
    """The same, short enough for a square that a camera reads: without the signature, in whose place the published
    root of the week vouches for it. "" until that is there."""
    week = proof.get("week")
    if week is None:
        return ""
    short = {"paper": 1, "leaf": proof["leaf"], "index": proof["index"], "path": _joined(proof["path"])}
    return canonical({**short, "body": proof["checkpoint"]["body"], "week": {**week, "path": _joined(week["path"])}})


def _joined(path: list[str]) -> str:
    return base64.b64encode(b"".join(map(bytes.fromhex, path))).decode()


def _signed(case: Case, seq: int, digest: str, recorded_at: datetime) -> Checkpoint | None:
    """Which checkpoint signed it: the first of about that time, or any, where a clock ran ahead."""
    said = Checkpoint.leaves.contains(f'"{case.id}":[{seq},"{digest}"]')
    signed = select(Checkpoint).where(said).order_by(Checkpoint.id).limit(1)
    soon = db.session.scalars(signed.where(Checkpoint.taken_at >= recorded_at - SKEW)).one_or_none()
    return soon or db.session.scalars(signed).one_or_none()
