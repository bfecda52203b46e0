"""Proposals as the office reads them: who proposed what and when, and what was refused, so that its author finds it and
writes it again. Reads only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from grievance.access import Person, opened, visible
from grievance.crypto.compartments import CaseKeys
from grievance.extensions import Label, db
from grievance.forms.fields import Kind
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES, Account
from grievance.models.writing import Decision, Outcome, Writing
from grievance.record.writings import read_writing
from grievance.workflow import steps
from grievance.workflow.procedure import PROPOSED, find_row, proposed_row
from grievance.workflow.row import Row

_NEVER_AGAIN = (Kind.FILES, Kind.HIDDEN)
"""A page cannot keep files; what is hidden says what was looked at, and must be looked at again."""


@dataclass(frozen=True)
class Proposer:
    """`name`: empty where it is the complainant's own, with a receipt that was replaced a short time ago."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Refusal:
    """`proposer`: as above. `again`: whether this person may take the step, and so write it again."""

    id: str
    step: str
    title: Label
    proposer: Proposer
    by: str
    at: datetime
    reason: str
    again: bool


def proposer_of(decision: Decision) -> Proposer:
    return Proposer(_name(decision.proposed_by), decision.proposed_at)


def _name(account_id: int | None) -> str:
    account = db.session.get(Account, account_id) if account_id else None
    return account.name if account else ""


_OF_CASE = select(Decision).where(Decision.case_id == bindparam("case_id")).order_by(Decision.proposed_at)


def of_case(case: Case) -> tuple[list[Decision], list[Decision]]:
    """The open proposals of a case, and of each step the last one where that was refused and nobody did it since."""
    every = list(db.session.scalars(_OF_CASE, {"case_id": case.id}))
    last = {decision.step: decision for decision in every}
    refused = [one for one in last.values() if one.outcome == Outcome.REFUSED and _possible(one, case)]
    return [one for one in every if one.outcome is None], refused


def _possible(decision: Decision, case: Case) -> bool:
    return not case.erased_at and proposed_row(decision.step, decision.proposed_by is not None, case.state) is not None


def refusals(person: Person, case: Case, refused: Iterable[Decision], keys: CaseKeys | None = None) -> list[Refusal]:
    """What was refused, by whom, when and why. Nothing is asked where nothing was."""
    refused = list(refused)
    reasons = _reasons(keys or opened(person, case), case) if refused else {}
    return [
        Refusal(
            one.id, one.step, PROPOSED[one.step], proposer_of(one), _name(one.decided_by), one.decided_at,
            reasons.get((one.step, one.decided_at), ""), find_row(one.step, person.role, case.state) is not None,
        )
        for one in refused
        if one.decided_at
    ]  # fmt: skip


def _reasons(keys: CaseKeys, case: Case) -> dict[tuple[str, datetime], str]:
    """By step and moment. The event says which step it was; the reason lies sealed in the writing that came with it."""
    query = select(Writing, Event.facts).join(Event, Event.id == Writing.event_id)
    rows = db.session.execute(query.where(Writing.case_id == case.id, Writing.step == "refused"))
    return {
        (json.loads(facts)["step"], writing.written_at): read_writing(keys, writing)["reason"]
        for writing, facts in rows
        if keys.can_open(writing.compartment, writing.n, writing.epoch)
    }


def refused_step(person: Person, case: Case, step: str) -> Refusal | None:
    """The refusal that stands above the form of a step."""
    if person.role not in SECRETARIAT_ROLES:
        return None
    refused = [one for one in of_case(case)[1] if one.step == step]
    return next(iter(refusals(person, case, refused)), None)


def written_before(person: Person, case: Case, row: Row | None, decision_id: str | None) -> dict[str, Any]:
    """What was typed into a proposal that was refused, for the form of the same step; nothing where there is none."""
    if row is None or decision_id is None or person.role not in SECRETARIAT_ROLES:
        return {}
    found = next((one for one in of_case(case)[1] if (one.id, one.step) == (decision_id, row.step)), None)
    values = steps.proposal_of(person, found)["values"] if found else {}
    return {f.name: values[f.name] for f in row.asks if f.name in values and f.kind not in _NEVER_AGAIN}


def in_queue(person: Person, case_ids: list[str]) -> dict[str, list[Refusal]]:
    """By case, what was refused to this person, for the page of the queue that lists nothing else."""
    cases = db.session.scalars(visible(person).where(Case.id.in_(case_ids))) if case_ids else ()
    return {case.id: refusals(person, case, _own(person, of_case(case)[1])) for case in cases}


def _own(person: Person, refused: list[Decision]) -> list[Decision]:
    return [one for one in refused if one.proposed_by == person.account_id]
