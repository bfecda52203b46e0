"""Proposals that wait for an approver, and those that what happened since has overtaken: nobody owes a decision on
them, and whoever proposed one is told."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.writing import Decision, Outcome, Writing
from grievance.record import chain, letters
from grievance.record.writings import read_writing
from grievance.workflow.context import StepContext
from grievance.workflow.events import OVERTAKEN
from grievance.workflow.procedure import proposed_row
from grievance.workflow.visibility import mark_new


def open_proposals(case: Case) -> list[Decision]:
    query = select(Decision).where(Decision.case_id == case.id, Decision.outcome.is_(None))
    return list(db.session.scalars(query.order_by(Decision.proposed_at)))


def overtake(context: StepContext) -> None:
    """What was proposed from a state that the case has left is overtaken, whoever moved it, the clock too. So is what
    was proposed about a company that the case is not about any more, about a round that is over, or about what is
    taken back by now. In an erased case nobody could even read it."""
    if not deadlines.is_open(context.case, Deadline.PROPOSAL):
        return
    for decision in open_proposals(context.case):
        if _is_overtaken(decision, context):
            _end(decision, context)


def _is_overtaken(decision: Decision, context: StepContext) -> bool:
    row = proposed_row(decision.step, decision.proposed_by is not None, context.case.state)
    if context.case.erased_at or row is None:
        return True
    if row.decides_on and not deadlines.is_open(context.case, *row.meets):
        return True  # nothing waits for that decision any more
    if context.respondent_changed and row.of_respondent_when and row.of_respondent_when(_values(decision, context)):
        return True
    happened = (context.respondent_changed, context.round_began, "to" in context.facts)
    return any(now and so for now, so in zip(happened, (row.of_respondent, row.of_round, row.of_state), strict=True))


def _values(decision: Decision, context: StepContext) -> dict[str, Any]:
    """What was proposed: whoever changes the company of a case reads it."""
    says = read_writing(context.keys, db.session.get_one(Writing, decision.writing_id))
    values: dict[str, Any] = says["values"]
    return values


def _end(decision: Decision, context: StepContext) -> None:
    case = context.case
    decision.outcome, decision.decided_at = Outcome.OVERTAKEN, context.at
    for limit in deadlines.owed(case):
        if limit.decision_id == decision.id:
            limit.stopped_at, limit.wake_at = context.at, None
    told = replace(
        context, values={}, facts={"step": decision.step, "proposed_by": decision.proposed_by}, writings=[], letters=[]
    )
    event = chain.append(case, OVERTAKEN.kind, context.person, context.at, context.now, told.facts)
    if not case.erased_at:
        letters.owe_letters(case, event, OVERTAKEN.letters, told.facts)
        mark_new(case, event, OVERTAKEN, told)
