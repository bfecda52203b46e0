"""What an event says for the figures: what a case is from then on that they count by, and which duties were done in
time. Only what changed is said, in the fact `figures` of the last event of the unit of work; so that what an office
reports of a year follows from the record alone, and as of any day.

It is nothing that the case's own row does not have in plain (file 3, "What the server can do alone"); the day on which
a complaint was received stands there too, because an old register's complaints are older than their event.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from grievance import clock
from grievance.extensions import db
from grievance.models.case import CANARY, TAKEN_BACK, Case
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY, OF_THE_OFFICE
from grievance.record.events import canonical
from grievance.record.vouched import QUIET

FACT, KEPT = "figures", "figures"
"""The name of the fact; and where a unit of work remembers what its events have to say."""
SAID = {
    "channel": "channel", "country": "country", "language": "language", "company_id": "company", "severity": "severity",
    "topics": "topics", "represented": "represented", "known_to_secretariat": "known", "closing_reason": "reason",
    "received_at": "received_on", "register_key": "nobody",
}  # fmt: skip
"""Column of a case, and the name under which it is said."""
MET = "met"
COUNTED = (*OF_THE_OFFICE, COMPANY)
"""Whose duties are counted. What a complainant was asked for is nobody's lateness."""


def note(session: Session) -> None:
    """Remember what is about to be written, or was just now. Outside a unit of work, nothing."""
    kept: dict[Any, frozenset[str]] | None = session.info.get(KEPT)
    if kept is None or session.info.get(QUIET):
        return
    for row in session.new:
        if isinstance(row, Case):
            kept[row] = frozenset(SAID)
        elif isinstance(row, Limit) and row.met_at:
            kept[row] = frozenset({MET})
    for row in session.dirty:
        changed = frozenset(instance_state(row).committed_state)
        if isinstance(row, Case) and (names := changed & SAID.keys()):
            kept[row] = kept.get(row, frozenset()) | names
        elif isinstance(row, Limit) and "met_at" in changed:
            kept[row] = frozenset({MET})


@event.listens_for(db.session, "after_flush")
def _after_flush(session: Session, _context: object) -> None:
    note(session)


def told(last: Mapping[str, dict[str, Any]]) -> None:
    """Add what there is to say to the last event of each chain; from now on it is said."""
    kept: dict[Any, frozenset[str]] = db.session.info[KEPT]
    found: dict[str, dict[str, Any]] = {}
    for row, names in list(kept.items()):
        chain = row.id if isinstance(row, Case) else row.case_id
        if chain not in last:
            continue
        del kept[row]
        says = found.setdefault(chain, {})
        if isinstance(row, Case):
            says |= _of_case(row, names)
        elif row.met_at and not row.missed_at and row.owed_by in COUNTED:
            says.setdefault(MET, []).append([row.key, row.owed_by, row.due_on.isoformat()])
    for chain, says in found.items():
        if says:
            last[chain]["facts"] = canonical(json.loads(last[chain]["facts"]) | {FACT: _in_order(says)})


def _of_case(case: Case, names: frozenset[str]) -> dict[str, Any]:
    says = {SAID[name]: _plain(getattr(case, name)) for name in names - {"register_key"}}
    nobodys = "register_key" in names and (case.register_key or "").startswith((CANARY, TAKEN_BACK))
    part = case.part_of is not None and "received_at" in names  # said once, by the event that opened it
    return {**says, **({"nobody": True} if nobodys else {}), **({"part": True} if part else {})}


def _in_order(says: dict[str, Any]) -> dict[str, Any]:
    return {**says, MET: sorted(says[MET])} if MET in says else says


def _plain(value: Any) -> Any:
    return clock.office_day(value).isoformat() if isinstance(value, datetime) else value
