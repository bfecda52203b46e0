"""Checkpoints as the versions before the second format took them."""

import hashlib

from flask import current_app
from sqlalchemy import func, select, update

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import ChainHead, Checkpoint, Event
from grievance.record.checkpoint_faults import server_key
from grievance.record.events import canonical


def take(now):
    """Part of the caller's unit of work, which has no event of its own."""
    last = db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one_or_none()
    said = {
        "taken_at": now.isoformat(),
        "cases": db.session.scalar(select(func.count()).select_from(Case)),
        "last_event": db.session.scalar(select(func.max(Event.id))) or 0,
        "heads": _moved(),
        "previous": last.hash if last else "",
    }
    body, key = canonical(said), server_key(current_app.config["SECRETS"].current[1])
    checkpoint = Checkpoint(
        taken_at=now,
        body=body,
        signature=key.sign(body.encode()),
        public_key=key.public_key().public_bytes_raw(),
        hash=hashlib.sha256(body.encode()).hexdigest(),
    )
    db.session.add(checkpoint)
    return checkpoint


def _moved():
    cases = db.session.execute(select(Case.id, Case.head_seq, Case.head_hash).where(Case.head_seq != Case.signed_seq))
    office = db.session.execute(select(ChainHead.chain, ChainHead.seq, ChainHead.hash))
    moved = {chain: [seq, digest] for chain, seq, digest in (*cases, *office)}
    db.session.execute(update(Case).values(signed_seq=Case.head_seq))
    db.session.execute(update(ChainHead).values(signed_seq=ChainHead.seq))
    return moved
