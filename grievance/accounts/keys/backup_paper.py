"""The paper key of the backups: a code on paper, without which a stolen backup opens nothing, and with which one opens
where every machine is gone.

Its public half stands in an entry of the key log that is signed by who made it: whoever can write to the database
cannot put another in its place.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts.keys import log
from grievance.crypto import envelopes, paper, signing
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import unit_of_work

KIND = "paper_key"
NONE_YET = _l(
    "There is no paper key yet: where this machine and its server keys are lost, no backup opens. An approver or a"
    " custodian makes one at their page Our key."
)
NOT_OURS = _l(
    "The paper key in the database is not one that somebody of this office made: backups are not sealed to it. Look who"
    " could write to the database. An approver or a custodian makes a new one at their page Our key."
)


@dataclass(frozen=True)
class PaperKey:
    """What backups are sealed to."""

    public: bytes = field(repr=False)
    made_at: datetime

    @property
    def name(self) -> str:
        """As it stands on the paper, and where a restore asks for the code."""
        return envelopes.key_id(self.public)


def may_make(by: Person) -> bool:
    """Those who decide about people: whoever holds the paper reads, with a stolen backup, all that the server knows."""
    return by.party_seed is not None and by.own_seed is not None and by.role in (Role.APPROVER, Role.CUSTODIAN)


def make(by: Person) -> tuple[str, str]:
    """A new code, and the identifier of its key. The code is shown once and stored nowhere; backups that are made from
    now on are not sealed to an earlier one. Raises `Refused`."""
    if not may_make(by) or by.own_seed is None:
        raise Refused(_("Only an approver or a custodian may make the paper key of the backups."))
    code, now = paper.make(), clock.now()
    public = paper.pair_of(code).public
    facts = {"public": signing.digest(public), "key": base64.b64encode(public).decode()}
    with unit_of_work():
        chain.append(None, KIND, by, now, now, facts, signed_by=(Signer.account(by.account_id, by.own_seed),))
    return code, envelopes.key_id(public)


def current() -> tuple[PaperKey | None, str]:
    """The key that backups are sealed to; where there is none, why: a sentence. An entry that nobody of the office
    signed takes no earlier one's place."""
    query = select(Event.facts, Event.recorded_at).where(Event.chain == OFFICE_CHAIN, Event.kind == KIND)
    found = db.session.execute(query.order_by(Event.seq.desc())).all()
    if not found:
        return None, str(NONE_YET)
    ours = log.known().paper_key
    for facts, made_at in found:
        public = _public(facts)
        if public and signing.digest(public) == ours:
            return PaperKey(public, made_at), ""
    return None, str(NOT_OURS)


def _public(facts: str) -> bytes:
    """The whole key that an entry brings along; nothing where it brings none."""
    try:
        return base64.b64decode(json.loads(facts)["key"], validate=True)
    except (ValueError, KeyError, TypeError):
        return b""
