"""Whether the complainant could read what the office wrote: the code that nobody used, and when and how it was written.
Who says that nobody answered says it beside these. Reads the record alone; no word of the case is opened."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import HANDED_OVER_FOR
from grievance.models.people import SECRETARIAT_ROLES, Account, Role
from grievance.workflow.row import Row
from grievance.workflow.unanswered import NO_ANSWER, missing

UNUSED = {
    "phone": _l("Filed by phone; nobody has used the code yet."),
    "letter": _l("Filed by letter; nobody has used the code yet."),
    "in_person": _l("Filed in person; nobody has used the code yet."),
}
_TO_HER = {"complainant": _l("a message on the case's page"), "all": _l("a message that the company reads too")}
_ABOUT_HER_ANSWER = {
    "reminder": _l("a reminder on the case's page"),
    "limit_missed": _l("the time to answer had passed"),
}


@dataclass(frozen=True)
class UnusedCode:
    """`until`: when the newest code ends, or ended."""

    sentence: Label
    until: datetime
    over: bool


@dataclass(frozen=True)
class Written:
    """`by`: the officer's name; empty for the clock."""

    at: datetime
    how: Label
    by: str


@dataclass(frozen=True)
class Reach:
    """`written`: when and how the office wrote, the oldest first. `heard`: when the complainant last did something, on
    the page or through an officer; None where that was only to file. `unused`: nobody could read any of it.
    `missing`: why nobody can be said not to have answered."""

    written: list[Written]
    heard: datetime | None
    unused: UnusedCode | None
    missing: Label | None


def may_claim_no_answer(row: Row) -> bool:
    """Whether a step can be taken with the reason that nobody answered."""
    return any(f.name == "reason" and NO_ANSWER in dict(f.choices) for f in row.asks)


def claims_no_answer(values: dict[str, Any]) -> bool:
    """Whether a proposal is made with it."""
    return values.get("reason") == NO_ANSWER


def unused_code(case: Case, events: Iterable[Any]) -> UnusedCode | None:
    """Where an officer filed for somebody and handed a code over, until its first use makes the receipt. `events`: of
    this case, with `kind`, `role` and `at`."""
    codes = [one for one in events if one.kind in ("file", "reissue_receipt", "receipt_taken_over")]
    if any(one.kind == "receipt_taken_over" for one in codes) or case.channel.value not in UNUSED:
        return None
    if not any(one.kind == "file" and one.role == Role.OFFICER for one in codes):
        return None
    until = max(one.at for one in codes) + HANDED_OVER_FOR
    return UnusedCode(UNUSED[case.channel.value], until, until <= clock.now())


def reach(case: Case) -> Reach:
    query = select(Event.happened_at.label("at"), Event.kind, Event.role, Event.facts, Account.name)
    query = query.outerjoin(Account, Account.id == Event.actor_id).where(Event.chain == case.id).order_by(Event.seq)
    events = [(row, json.loads(row.facts)) for row in db.session.execute(query)]
    written = [Written(row.at, how, row.name or "") for row, facts in events if (how := _how(row, facts))]
    heard = [row.at for row, facts in events if row.kind != "file" and _is_hers(row, facts)]
    unused = unused_code(case, [row for row, _facts in events])
    return Reach(written, heard[-1] if heard else None, unused, missing(case))


def _how(row: Any, facts: dict[str, Any]) -> Label | None:
    """How the office wrote to her with this event; None where it did not."""
    if row.kind in _ABOUT_HER_ANSWER:
        return _ABOUT_HER_ANSWER[row.kind] if facts.get("limit") == Deadline.COMPLAINANT_ANSWER else None
    if row.role not in SECRETARIAT_ROLES:
        return None
    return _l("a question on the case's page") if row.kind == "ask" else _TO_HER.get(facts.get("audience", ""))


def _is_hers(row: Any, facts: dict[str, Any]) -> bool:
    by_her = row.role in (Role.COMPLAINANT, Role.REPRESENTATIVE)
    return by_her or facts.get("recorded_for") == "complainant" or row.kind == "record_message"
