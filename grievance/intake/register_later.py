"""A later export of a register that was taken over: what it says otherwise, where nobody has gone on with a case."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from grievance.access import CLOCK, Person, opened
from grievance.companies.imported import COUNTED
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.intake import register_cases
from grievance.intake.register_cases import Run
from grievance.intake.register_rows import BadRow, Read
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import IdentityEntry
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.models.register import RegisterEntry
from grievance.record import chain
from grievance.workflow import closing, respondents
from grievance.workflow.context import StepContext
from grievance.workflow.custody import seal_entry
from grievance.workflow.execute import ensure_next_step

LATER, UNDONE, RUN_UNDONE = "register_later", "register_undone", "register_run_undone"
OWN = ("imported", LATER, UNDONE, COUNTED)
"""Kinds of events that come of the register itself."""


def gone_on(case_id: str) -> bool:
    """Whether somebody has done something in the case here; what the clock notes is not that."""
    done = select(Event.id).where(Event.chain == case_id, Event.kind.not_in(OWN), Event.role != Role.CLOCK.value)
    return db.session.scalar(done.limit(1)) is not None


def bring(
    one: Read, case_id: str, companies: list[int], calendar: Callable[[int], bool], run: Run, by: Person | None
) -> bool:
    """Bring what the register says now, as an event; False where it says what it said before. Of a case of before there
    was a note of what was said, nothing is brought. Raises `BadRow` where somebody has gone on with the case."""
    entry = db.session.get(RegisterEntry, case_id)
    if entry is None or entry.said == one.said:
        return False
    case = db.session.scalars(select(Case).where(Case.id == case_id).with_for_update(of=Case)).one()
    if case.erased_at or gone_on(case_id):
        raise BadRow(f"the register says something else now, and the office has gone on with {case.reference}")
    before = {"state": case.state.value, "said": entry.said, "run": entry.run_id, **_closing(case)}
    keys = opened(by, case) if by else CaseKeys()
    context = StepContext(case, CLOCK, {}, run.now, run.now, keys)
    sealed = _words(context, one, case)
    if companies and companies[0] != case.company_id:
        before["company"] = case.company_id
        respondents.name(case, companies[0], run.now)
        db.session.flush()
    _move(case, one, context, bool(companies) and calendar(companies[0]), run)
    case.country, case.topics = one.country or case.country, one.topics or case.topics
    entry.said, entry.run_id = one.said, run.number
    case.version += 1
    facts = one.facts | run.by | {"before": before} | context.facts
    chain.append(case, LATER, CLOCK, run.now, run.now, facts, sealed, number=context.event_id, signed_by=run.signed_by)
    return True


def _closing(case: Case) -> dict[str, Any]:
    """What a closed case has of its end, as facts."""
    if case.closed_at is None:
        return {}
    kept = case.retain_until.isoformat() if case.retain_until else None
    return {"closed_at": case.closed_at.isoformat(), "retain_until": kept, "reason": case.closing_reason}


def _words(context: StepContext, one: Read, case: Case) -> list[bytes]:
    """The register's words of now, where somebody gave their password: to seal them takes the case's keys. Of whose it
    is only what was not there: a name needs public keys alone."""
    if context.keys.can_open(Compartment.CORRESPONDENCE):
        context.seal(Compartment.CORRESPONDENCE, LATER, one.says)
    else:
        one.notes.append((one.lines[0], "its words are not taken over, only its state and days: give --by for them"))
    there = set(db.session.scalars(select(IdentityEntry.kind).where(IdentityEntry.case_id == case.id)))
    new = [seal_entry(case, "complainant", kind, text, context.at) for kind, text in one.identity.items()
           if kind not in there]  # fmt: skip
    return [*(row.sealed for row in context.writings), *(row.sealed for row in new)]


def _move(case: Case, one: Read, context: StepContext, counted: bool, run: Run) -> None:
    """To the state that the register says now; what was owed in the other one is owed no more."""
    state = State(one.facts["state"])
    if state != case.state:
        deadlines.stop(case, None, run.now)
        db.session.flush()
    case.state = state
    case.admitted = case.admitted or state == State.REFERRED
    if state == State.CLOSED:
        register_cases.close(case, one, run)
    else:
        case.closed_at = case.closing_reason = case.closed_by = case.retain_until = None
        closing.forget_retention(case)
    if not _has_answer_limit(case):
        register_cases.limits(case, one.facts, context, counted)
    if deadlines.is_open(case, Deadline.COMPANY_RESPONSE):
        deadlines.stop(case, (Deadline.NEXT_MOVE,), run.now)
    ensure_next_step(context)


def _has_answer_limit(case: Case) -> bool:
    """Whether the answer's limit stands in the case already: one complaint is late once."""
    query = select(Limit.id).where(Limit.case_id == case.id, Limit.key == Deadline.COMPANY_RESPONSE)
    return db.session.scalar(query.limit(1)) is not None
