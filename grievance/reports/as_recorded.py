"""Whether a sealed writing is what the record knows: as it was written, or what was left when a part was taken out."""

import json
from hashlib import sha256

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.writing import Writing
from grievance.workflow.taking_out import REMOVE


def is_as_recorded(writing: Writing, recorded: str | None) -> bool:
    """`recorded`: the hashes of what came with its event, as JSON; None of one from before. A second statement only
    where the writing is not as it was written."""
    digest = sha256(writing.sealed).hexdigest()
    return recorded is None or digest in json.loads(recorded) or _lost_a_part(writing, digest)


def _lost_a_part(writing: Writing, digest: str) -> bool:
    events = select(Event.sealed).where(Event.chain == writing.case_id, Event.kind == REMOVE)
    return any(digest in json.loads(sealed) for sealed in db.session.scalars(events))
