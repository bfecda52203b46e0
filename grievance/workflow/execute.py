"""Doing a step that was found allowed: seal, move, note, count, write letters. The caller's transaction holds all."""

from datetime import datetime
from typing import Any

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.forms.fields import Field, Kind
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.record import chain, files, letters
from grievance.record.events import EventRow
from grievance.workflow import family, her_files, parts, release, rounds, sent_elsewhere
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.overtaken import overtake
from grievance.workflow.procedure import ROWS, flow
from grievance.workflow.readers import sealed_in
from grievance.workflow.row import Row
from grievance.workflow.visibility import mark_new, taken


def _seal_answers(row: Row, context: StepContext) -> None:
    """Each answer into the compartment that its question names; words and files without one into the audience's. What
    is nobody's words stands in plain on the record."""
    by_compartment: dict[Compartment, dict[str, Any]] = {}
    for field in row.asks:
        if field.name not in context.values or field.by_effect:
            continue
        value = context.values[field.name]
        if field.kind == Kind.FILE:
            by_compartment.setdefault(Compartment.SHARED, {})["files"] = [_handed_file(context, value)]
            continue
        if where := sealed_in(field, context.person.side, context.values.get("audience")):
            by_compartment.setdefault(where, {})[field.name] = _kept(field, value, context)
        elif field.beside_the_event or field.kind in (Kind.CHOICE, Kind.CHOICES, Kind.DATE):
            context.facts[field.name] = value
    for compartment, says in by_compartment.items():
        writing = context.seal(compartment, row.step, says)
        if row.step != "share_file":  # what is shared lies in the folder already
            files.note(writing, says.get("files", []))


def _kept(field: Field, value: Any, context: StepContext) -> Any:
    """As it is sealed: files without what they say, and one of hers, or a part, by its name, as its number says
    nothing."""
    if field.kind == Kind.FILES:
        return files.described(value)
    if field.kind == Kind.DOOR:
        return sent_elsewhere.frozen_of(value)
    if field.kind == Kind.PART:
        return parts.named_to_her(context.case, context.keys, value)
    return dict(her_files.options(context.case, context.keys))[value] if field.kind == Kind.OWN_FILE else value


def _handed_file(context: StepContext, file_id: str) -> dict[str, Any]:
    """Numbered among what the company has: a first file that is not number 1 would tell it of another company."""
    known = files.of_case(context.case, context.keys)
    number = len(files.with_the_company(context.case, context.keys)) + 1
    return files.for_the_company(next(one for one, _where in known if one.id == file_id), number)


def execute(row: Row, context: StepContext, missed: Limit | None = None, dated: datetime | None = None) -> EventRow:
    """Take the step: everything that its row says, one event, its letters, and a next step where none is left.

    `dated`: when it happened, where that is not when its limits begin to count (a breach that the clock found).
    """
    case = context.case
    before, had, told = case.state, case.officer_id, release.begin(row, context)
    if row.hands_over or (row.step == "recall_packet" and "packet" in context.values):
        case.handovers += 1  # the packet is the first writing of the new referral
    if context.person.company_id:
        case.company_opened = case.handovers  # whoever acts on it has it
    _seal_answers(row, context)
    flow.fire(case, row.step)
    if case.state != before:
        case.escalation_unseen = False
    for effect in row.then:  # before any query: a closed case without its date would not pass the database's check
        effect(context)
    _count(row, context)
    if case.state != before:
        case.admitted = case.admitted or case.state in (State.REFERRED, State.ESCALATED)
        context.facts |= {"from": before.value, "to": case.state.value}
    if row.recorded:
        context.facts["recorded_for"] = "complainant"
    case.version += 1
    sealed = [w.sealed for w in context.writings]
    event = chain.append(
        case,
        row.step,
        context.person,
        dated or context.at,
        context.now,
        context.facts,
        sealed,
        missed,
        context.event_id,
        exact=context.exact,
    )
    owe_letters(case, event, (*row.letters, *context.letters), context)
    taken(case, context, had)
    mark_new(case, event, row, context, had)
    overtake(context)
    ensure_next_step(context)
    release.hold(context, told, event["seq"])
    if row.of_family and case.parts:
        for one in list(family.along(row, context, lock=True)):
            execute(row, one)
    return event


def _count(row: Row, context: StepContext) -> None:
    deadlines.meet(context.case, row.meets, context.at)
    if row.stops_all_but is not None:  # an open proposal ends with its decision, never by itself
        deadlines.stop(context.case, None, context.at, but=(*row.stops_all_but, Deadline.PROPOSAL))
    deadlines.stop(context.case, row.stops, context.at)
    if row.begins_round:
        rounds.begin(context)
    for key in row.opens:
        deadlines.set_off(context.case, key, context.at)


def owe_letters(case: Case, event: EventRow, row_letters: tuple[LetterTo, ...], context: StepContext) -> None:
    """A letter for each recipient, by what was answered and by what goes on the record."""
    letters.owe_letters(case, event, row_letters, {**context.values, **context.facts})


def ensure_next_step(context: StepContext) -> None:
    """Promise 1: an open case without a next step gets "decide the next move"."""
    if context.case.state != State.CLOSED and not deadlines.has_next_step(context.case):
        deadlines.stop(
            context.case, (Deadline.NEXT_MOVE,), context.now
        )  # a missed one makes room for one that can be kept
        deadlines.open_limit(context.case, Deadline.NEXT_MOVE, context.now)
    deadlines.queue(context.case)


def clock_row(step: str, case: Case) -> Row | None:
    """The clock's own row of a step, where the table has one for the case's state."""
    return next((r for r in ROWS if r.step == step and r.who == {"clock"} and case.state in r.source), None)
