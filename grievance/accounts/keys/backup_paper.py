"""The paper key of the backups: a code on paper, without which a stolen backup opens nothing, and with which one opens
where every machine is gone.

Its public half stands in an event, vouched for by a server key together with its number: whoever can write to the
database, and has no server key, can neither put another in its place nor bring an earlier one back.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from grievance import clock
from grievance.access import CLOCK
from grievance.crypto import envelopes, paper
from grievance.crypto.keyring import Keyring
from grievance.crypto.sealing import derive, place
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import Setting
from grievance.record import chain
from grievance.record.transaction import unit_of_work

KIND, NOTED = "paper_key", "paper_key_at"
_OURS = (Event.chain == OFFICE_CHAIN, Event.kind == KIND)
NONE_YET = (
    "There is no paper key yet: where this machine and its server keys are lost, no backup opens. Make one with"
    " `flask backup paper`."
)
NOT_OURS = (
    "The paper key in the database was not put there by this office, or the server key that vouched for it is gone:"
    " backups are not sealed to it. Make a new one with `flask backup paper`."
)


@dataclass(frozen=True)
class PaperKey:
    """What backups are sealed to. `fresh`: the newest server key vouches for it."""

    public: bytes = field(repr=False)
    made_at: datetime
    fresh: bool


def make() -> tuple[str, str]:
    """A new code, and the identifier of its key. The code is shown once and stored nowhere; backups that are made from
    now on are not sealed to an earlier one."""
    code = paper.make()
    public = paper.pair_of(code).public
    _note(public)
    return code, envelopes.key_id(public)


def _note(public: bytes) -> None:
    now = clock.now()
    with unit_of_work() as session:
        number = (session.scalar(select(func.count()).select_from(Event).where(*_OURS)) or 0) + 1
        digest, (name, key) = hashlib.sha256(public).hexdigest(), _ring().current
        facts = {"public": digest, "key": base64.b64encode(public).decode(), "number": number}
        facts["vouched"] = f"{name}:{_mac(key, digest, number)}"
        chain.append(None, KIND, CLOCK, now, now, facts)
        session.merge(Setting(name=NOTED, value=now.isoformat()))


def current() -> tuple[PaperKey | None, str]:
    """The key that backups are sealed to; where there is none, why: a sentence."""
    found = db.session.execute(select(Event.facts, Event.recorded_at).where(*_OURS).order_by(Event.seq)).all()
    if not found:
        return None, NONE_YET
    facts, made_at = found[-1]
    try:
        public, fresh = _vouched(json.loads(facts), len(found))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, NOT_OURS
    return PaperKey(public, made_at, fresh), ""


def _vouched(facts: dict[str, Any], number: int) -> tuple[bytes, bool]:
    """Raises ValueError where no server key of here vouches for it, and others for what is no such event."""
    public, (name, _colon, mac) = base64.b64decode(facts["key"], validate=True), facts["vouched"].partition(":")
    digest, key = hashlib.sha256(public).hexdigest(), _ring().get(name)
    if key is None or facts["public"] != digest or not hmac.compare_digest(mac, _mac(key, digest, number)):
        raise ValueError("not vouched for")
    return public, name == _ring().current[0]


def vouch_anew() -> None:
    """Under the newest server key, once there is a newer one: the older may be taken out then."""
    known, _why = current()
    if known and not known.fresh:
        _note(known.public)


def _ring() -> Keyring:
    ring: Keyring = current_app.config["SECRETS"]
    return ring


def _mac(key: bytes, digest: str, number: int) -> str:
    return hmac.digest(derive(key, "paper-key"), place(digest, number), "sha256").hex()
