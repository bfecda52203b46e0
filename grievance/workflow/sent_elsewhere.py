"""What goes from a case to another door, and how each stands: read from its record, so that no other row can say
otherwise. To whom it goes, what, and what came back lie sealed with her words; on the record stand plain answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys
from grievance.doors import directory, entries
from grievance.extensions import db, speaking
from grievance.models.case import Case
from grievance.models.door import Door
from grievance.models.event import OF_KINDS
from grievance.models.writing import Writing
from grievance.record.writings import read_writing

SHOW, ANSWER, SEND, REPLY = "show_door", "answer_door", "refer_out", "record_reply"
YES, NO = "yes", "no"
_READ = "_sent_elsewhere"
"""What is kept beside a case in memory, with the end of its record at which it was read."""


class Reply(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ASKS = "asks"
    NONE = "none"


@dataclass(frozen=True)
class Elsewhere:
    """`number`: in the order in which they were shown to her. `event_id`: of that, which the sealed words name.
    `agreed`: "" while she has said nothing. `reply`: the newest that was recorded."""

    number: int
    event_id: int
    agreed: str = ""
    went: bool = False
    reply: str = ""


def everything(case: Case) -> list[Elsewhere]:
    """The first one first. A page asks several times, and the record is read once for as long as it stands so."""
    known: tuple[int, list[Elsewhere]] | None = vars(case).get(_READ)
    if known is None or known[0] != case.head_seq:
        known = vars(case)[_READ] = (case.head_seq, _from_record(case))
    return known[1]


def _from_record(case: Case) -> list[Elsewhere]:
    kinds = (SHOW, ANSWER, SEND, REPLY)
    found: dict[int, Elsewhere] = {}
    for event_id, kind, text in db.session.execute(OF_KINDS, {"case_id": case.id, "kinds": kinds}):
        facts = json.loads(text)
        number = int(facts["shown"])
        if kind == SHOW:
            found[number] = Elsewhere(number, event_id)
        elif number in found:
            found[number] = _then(found[number], kind, facts)
    return list(found.values())


def _then(one: Elsewhere, kind: str, facts: Mapping[str, Any]) -> Elsewhere:
    if kind == ANSWER:
        return replace(one, agreed=facts["agrees"])
    return replace(one, went=True) if kind == SEND else replace(one, reply=facts["outcome"])


def newest(case: Case) -> Elsewhere | None:
    """What was shown to her last."""
    return next(iter(everything(case)[-1:]), None)


def sent_last(case: Case) -> Elsewhere | None:
    """What went out last."""
    return next((one for one in reversed(everything(case)) if one.went), None)


def said(case: Case, keys: CaseKeys, one: Elsewhere) -> dict[str, Any]:
    """What she was shown, as far as these keys open it: `door` and `text`."""
    query = select(Writing).where(Writing.case_id == case.id, Writing.step == SHOW, Writing.event_id == one.event_id)
    written = db.session.scalars(query).first()
    if written is None or not keys.can_open(written.compartment, written.n, written.epoch):
        return {}
    return read_writing(keys, written)


# --- which door --------------------------------------------------------------------------------------------


def frozen(door: Door) -> str:
    """Its name and how it is reached, as it is kept with what she was shown: whatever becomes of the list later."""
    return "\n".join([door.name, *directory.reached(door)])


def frozen_of(door_id: str) -> str:
    """Raises LookupError for one that was not to be chosen."""
    return next(frozen(door) for door in directory.in_use() if str(door.id) == door_id)


def is_still_so(text: str) -> bool:
    """Whether the list still has exactly this door, reached in exactly this way."""
    return any(frozen(door) == text for door in directory.in_use())


def country_of(case: Case) -> str:
    """Where it happened; that of the company where nobody said so; "" where neither is known."""
    if case.country:
        return case.country.partition("-")[0]
    return case.company.country if case.company else ""


def options(case: Case) -> list[tuple[str, str]]:
    """All doors, those of the case's country first."""
    with speaking("en"):
        kinds = {key: str(text) for key, text in entries.KINDS}
    doors = directory.in_use()
    near = directory.matching(doors, country_of(case), frozenset())
    ordered = [*near, *(door for door in doors if door not in near)]
    return [(str(door.id), f"{door.name} ({kinds.get(door.kind, door.kind)})") for door in ordered]
