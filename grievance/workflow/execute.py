"""Doing a step that was found allowed: seal, move, note, count, write letters. The caller's transaction holds all."""

from datetime import datetime
from typing import Any

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.forms.fields import Kind
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.record import chain, files
from grievance.record.transaction import EventRow, owe_letter
from grievance.workflow.context import Move
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.procedure import ROWS, flow
from grievance.workflow.readers import sealed_in
from grievance.workflow.row import Row


def _seal_answers(row: Row, move: Move) -> None:
    """Each answer into the compartment that its question names; words and files without one into the audience's."""
    by_compartment: dict[Compartment, dict[str, Any]] = {}
    for field in row.asks:
        if field.name not in move.values or field.by_effect:
            continue
        value = move.values[field.name]
        if field.kind == Kind.FILE:
            by_compartment.setdefault(Compartment.SHARED, {})["files"] = [_shared_file(move, value)]
            continue
        if where := sealed_in(field, move.person.side, move.values.get("audience")):
            kept = files.described(value) if field.kind == Kind.FILES else value
            by_compartment.setdefault(where, {})[field.name] = kept
        elif field.kind in (Kind.CHOICE, Kind.CHOICES, Kind.DATE) and field.name != "ground":
            move.facts[field.name] = value
    for compartment, says in by_compartment.items():
        writing = move.seal(compartment, row.step, says)
        if row.step != "share_file":  # what is shared lies in the folder already
            files.note(writing, says.get("files", []))


def _shared_file(move: Move, file_id: str) -> dict[str, Any]:
    known = files.of_case(move.case, move.keys)
    number = sum(where in files.THEIRS for _file, where in known) + 1
    return files.for_the_company(next(one for one, _where in known if one.id == file_id), number)


def walk(row: Row, move: Move, missed: Limit | None = None, dated: datetime | None = None) -> EventRow:
    """Take the step: everything that its row says, one event, its letters, and the net under it all.

    `dated`: when it happened, where that is not when its limits begin to count (a breach that the clock found).
    """
    case = move.case
    before = case.state
    if row.hands_over or (row.step == "recall_packet" and "packet" in move.values):
        case.handovers += 1  # the packet is the first writing of the new referral
    _seal_answers(row, move)
    flow.fire(case, row.step)
    for effect in row.then:  # before any query: a closed case without its date would not pass the database's check
        effect(move)
    _count(row, move)
    if case.state != before:
        case.admitted = case.admitted or case.state in (State.REFERRED, State.ESCALATED)
        move.facts |= {"from": before.value, "to": case.state.value}
    if row.recorded:
        move.facts["recorded_for"] = "complainant"
    case.version += 1
    sealed = [w.sealed for w in move.writings]
    event = chain.append(
        case, row.step, move.person, dated or move.at, move.now, move.facts, sealed, missed, move.event_id
    )
    owe_letters(case, event, row.letters, move)
    net(move)
    return event


def _count(row: Row, move: Move) -> None:
    deadlines.meet(move.case, row.meets, move.at)
    if row.stops_all_but is not None:  # an open proposal ends with its decision, never by itself
        deadlines.stop(move.case, None, move.at, but=(*row.stops_all_but, Deadline.PROPOSAL))
    deadlines.stop(move.case, row.stops, move.at)
    for key in row.opens:
        if deadlines.timetable().kinds[key].once:
            deadlines.open_unless_open(move.case, key, move.at)
        else:
            deadlines.open_limit(move.case, key, move.at)


def owe_letters(case: Case, event: EventRow, letters: tuple[LetterTo, ...], move: Move) -> None:
    """A letter for each recipient. A company that was handed nothing yet is told nothing (whether it still holds what
    it was handed, `transaction` looks for all letters at once); and nobody has the receipt that would show a letter to
    the complainant of a case from an old register."""
    for letter in letters:
        if letter.recipient == "company" and not case.handovers:
            continue
        if letter.recipient == "complainant" and case.register_key:
            continue
        facts = {k: v for k, v in move.facts.items() if k in ("remedy", "limit", "due_on")}
        owe_letter(event, letter.recipient, letter.text.template, facts)


def net(move: Move) -> None:
    """Promise 1: an open case without a next step gets "decide the next move"."""
    if move.case.state != State.CLOSED and not deadlines.has_next_step(move.case):
        deadlines.stop(move.case, (Deadline.NEXT_MOVE,), move.now)  # a missed one makes room for one that can be kept
        deadlines.open_limit(move.case, Deadline.NEXT_MOVE, move.now)
    deadlines.queue(move.case)


def clock_row(step: str, case: Case) -> Row | None:
    """The clock's own row of a step, where the table has one for the case's state."""
    return next((r for r in ROWS if r.step == step and r.who == {"clock"} and case.state in r.source), None)
