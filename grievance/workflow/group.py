"""One of a group: what somebody said for her, and that she says herself whether they go on speaking for her."""

import json
from typing import Any

from sqlalchemy import select

from grievance.accounts.receipts import living_receipts
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.group import SpokenFor
from grievance.models.people import Role
from grievance.models.sides import HER
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.questions import CONSENTS
from grievance.workflow.row import ANY, IDENTITY, Happening, Row

SAID_FOR = "said_for"
"""The fact of the first event: what the spokesperson said that she agrees to; nothing follows from it."""


def said_for(case: Case) -> list[tuple[Label, bool]]:
    """What the spokesperson said that she agrees to, and she has not said herself since."""
    query = select(Event.kind, Event.facts).where(Event.chain == case.id, Event.kind.in_(("file", "change_consent")))
    rows = list(db.session.execute(query.order_by(Event.seq)))
    said: dict[str, Any] = json.loads(rows[0].facts).get(SAID_FOR, {}) if len(rows) == 1 else {}
    return [(one.read_as, said[one.name]) for one in CONSENTS if one.name in said]


def speaks_unasked(case: Case) -> bool:
    """Whether somebody speaks for her of whom she has not said that they may."""
    row = db.session.get(SpokenFor, case.id) if case.represented else None
    if row is None or row.agreed_at:
        return False
    return any(one.id == row.receipt_id for one in living_receipts(case))


def somebody_speaks_unasked(context: StepContext) -> Answer:
    return None if speaks_unasked(context.case) else _l("Nobody speaks for you of whom you were not asked.")


def let_go_on(context: StepContext) -> None:
    row = db.session.get(SpokenFor, context.case.id)
    if row is None:
        raise LookupError("nobody speaks for her")
    row.agreed_at = context.at


LET_SPEAK = Row(
    step="let_speak", title=_l("They may go on speaking for me"), source=ANY, who=frozenset({Role.COMPLAINANT}),
    group=IDENTITY, checked=True,
    only_if=(somebody_speaks_unasked,), then=(let_go_on,),
    put_right=("revoke_authority",),
    event=Happening(_l("The person said that the spokesperson may go on"), HER,
                    _l("You said that who speaks for you may go on")),
    silent="what the spokesperson does then is told of by itself",
)  # fmt: skip
