"""Taking a step: settle what the clock owes, check, then execute it or propose it. One verb, one transaction."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person, find_case, opened
from grievance.accounts import absence, hands, who_could
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Case, state_shown
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.writing import Decision, Outcome, Writing
from grievance.record import as_told, chain, files
from grievance.record.transaction import unit_of_work
from grievance.record.writings import PROPOSAL, is_emptied, read_writing
from grievance.workflow import (
    beside,
    choice_sources,
    family,
    her_day,
    kept,
    safety,
    step_drafts,
    summaries,
    unfit,
    whose_word,
)
from grievance.workflow.conditions import Condition, another_than_closed_it, names_deputies
from grievance.workflow.context import SAID_BY, StepContext
from grievance.workflow.events import AGREED, PROPOSED, REFUSED
from grievance.workflow.execute import ensure_next_step, execute, owe_letters
from grievance.workflow.overdue import settle
from grievance.workflow.overtaken import open_proposals as open_proposals
from grievance.workflow.procedure import ROWS, find_row, proposed_row, row_for
from grievance.workflow.row import Row
from grievance.workflow.visibility import is_current, mark_new, taken


class Changed(Refused):
    """The case is not as it was when the page was opened."""


def take(
    step: str,
    person: Person,
    reference: str,
    raw: Mapping[str, Any],
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Decision | None:
    """Take a step, or propose it where its row needs a second person (then the proposal is returned).

    `raw`: the answers to the row's questions as they were sent. `version`: of the case that the person saw.
    Raises `NoSuchCase`, `BadInput`, `Refused`, `Changed`.
    """
    return take_all((step,), person, reference, raw, version=version, now=now)


def take_all(
    wanted: Sequence[str],
    person: Person,
    reference: str,
    raw: Mapping[str, Any],
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Decision | None:
    """Several steps of one case by one press, in this order: all of them, or none. `raw`, `version`, what is returned
    (the last proposal) and raised: as of `take`; of missing answers, those of every step."""
    now = now or clock.now()
    settled, told = bring_up_to_date(person, reference, now), _as_told(wanted[0], person, reference, raw)
    with files.placed(raw), unit_of_work():
        case = find_case(person, reference, lock=True)
        if erased := beside.gone(case):
            raise Refused(erased)
        asked = told or part(wanted[0], person, case)[0]
        if version is not None and asked and not is_current(person, case, version, settled):
            raise Changed(_("This case has changed since you opened it. What you wrote is kept below: look again."))
        _refuse_missing(wanted, person, case, raw)
        made = [_take_one(step, person, case, raw, now, told=told, compared=step != wanted[0]) for step in wanted]
    return made[-1]


def _refuse_missing(wanted: Sequence[str], person: Person, case: Case, raw: Mapping[str, Any]) -> None:
    """Raises `BadInput` with what is missing of any of several steps."""
    if len(wanted) > 1:
        rows = [row for step in wanted if (row := part(step, person, case)[0])]
        clean(tuple(field for row in rows for field in row.asks), raw)


def _take_one(
    step: str, person: Person, case: Case, raw: Mapping[str, Any], now: datetime, *, told: Row | None, compared: bool
) -> Decision | None:
    """One step of a case that is locked. `told`: the row by which a company takes it, by what it was told. `compared`:
    the case's rows were held against the record before another step of the same press changed them. Raises `BadInput`,
    `Refused`."""
    row, taker = part(step, person, case)
    asked = told or row
    if asked is None or not _holds_a_key(taker):
        raise Refused(NOT_POSSIBLE)
    context = _context(case, taker, clean(asked.asks, raw), now)
    context.recorded = asked.recorded
    row = _checked(row, context)
    if not compared:
        unfit.refuse(taker, case)
    step_drafts.forget_sent(taker, case, step, raw)
    if row is None:
        kept.keep(asked, context)
        return None
    if row.needs_approval(context) or (taker.checked and row.checked):
        return _propose(row, context)
    execute(row, context)
    return None


NOT_POSSIBLE = _l("This step is not possible now, or not for you.")


def _as_told(step: str, person: Person, reference: str, raw: Mapping[str, Any]) -> Row | None:
    """The row by which a company takes a step, and that nothing stands against by what it was told: what it was not
    told does not let it do more. None where nobody of a company asks. Raises `Refused`."""
    if as_told.asking() is None:
        return None
    case = find_case(person, reference)
    row = part(step, person, case)[0]
    if row is None:
        raise Refused(NOT_POSSIBLE)
    chosen = {f.name: raw[f.name] for f in row.asks if f.name in raw and f.kind == Kind.REMEDY}
    if sentence := stands_against(row, person, case, opened(person, case), chosen):
        raise Refused(sentence)
    return row


def _checked(row: Row | None, context: StepContext) -> Row | None:
    """The row, where it can be taken now; None where that hangs on what its company was not told, and is kept."""
    try:
        if row is None:
            raise Refused(NOT_POSSIBLE)
        _check(row, context)
    except (BadInput, Refused):
        if not kept.is_kept(context):
            raise
        return None
    return row


def part(step: str, person: Person, case: Case) -> tuple[Row | None, Person]:
    """The row by which this person takes a step, and the person as who takes it: a deputy acts in this one case as what
    they were named there. None where the table lists no such row."""
    if row := row_for(person, step, case):
        return row, person
    for role in who_could.roles_in(person, case)[1:]:
        if row := find_row(step, role, case.state):
            return row, replace(person, role=role, deputy=True)
    return None, person


def could_take(row: Row, case: Case) -> frozenset[int]:
    """The accounts that could take this step now, by who they are: what the case lacks for it is another matter."""
    judges, names = another_than_closed_it in row.only_if, names_deputies in row.only_if
    return who_could.could(row.who, case, judges=judges, names=names)


def could_decide(decision: Decision, case: Case) -> frozenset[int]:
    """The accounts that could approve or refuse this proposal now."""
    standing = who_could.standing(case)
    able, row = standing.deciding(decision.proposed_by), proposed_row(decision.step, True, case.state)
    judges = row is not None and another_than_closed_it in row.only_if and not standing.solo
    return able - who_could.closers(case) if judges else able


def _holds_a_key(person: Person) -> bool:
    """Whoever has an account acts only while they hold their party's key; a complainant has the receipt's."""
    return person.account_id is None or person.party_seed is not None


def _context(case: Case, person: Person, values: dict[str, Any], now: datetime) -> StepContext:
    """A step as this person takes it now; the record says where they stand in for somebody, or act as a deputy."""
    facts = absence.facts_of(person, case, now) | ({"deputy": True} if person.deputy else {})
    at = her_day.moment(case, person, now)
    keys = opened(person, case)
    return StepContext(case, person, values, at, at, keys, facts=facts, exact=now if at != now else None)


def bring_up_to_date(person: Person, reference: str, now: datetime) -> tuple[int, int]:
    """Settle this case's passed limits as the sweep would, whether or not it has run: no race with the clock.

    In a transaction of its own, so that a refused step does not undo what the clock was owed. Returns the case's
    version before and after: what only the clock changed is no reason to send a person back to look again.
    """
    with unit_of_work(effect=False):
        case = find_case(person, reference, lock=True)
        before = case.version
        settle(case, now)
        return before, case.version


def refuse_answers(row: Row, person: Person, case: Case, values: Mapping[str, Any]) -> None:
    """Say before it is taken what would be said when it is. Raises `BadInput`, `Refused`."""
    now = clock.now()
    _check(row, StepContext(case, person, dict(values), now, now, opened(person, case), recorded=row.recorded))


def _check(row: Row, context: StepContext) -> None:
    choice_sources.resolve(row.asks, context)
    if sentence := _against(row, context, row.only_if):
        raise Refused(sentence)


def _against(row: Row, context: StepContext, conditions: Iterable[Condition]) -> Label | None:
    """The first sentence against a step: of a state beside the state, of the row, of whose word it is, of what only a
    query tells."""
    return next((said for said in _said_against(row, context, conditions) if said), None)


def _said_against(row: Row, context: StepContext, conditions: Iterable[Condition]) -> Iterator[Label | None]:
    yield beside.at_once(row, context)
    yield from (condition(context) for condition in conditions)
    yield whose_word.against(row, context)
    yield beside.at_last(row, context)
    yield from family.against(row, context, beside.at_once)


def choices_now(
    person: Person,
    case: Case,
    keys: CaseKeys | None = None,
    standing: who_could.Standing | None = None,
) -> list[tuple[Row, Label | None]]:
    """The rows that the table allows this person from here, each with None or the sentence that stands against it.
    `keys`: what theirs open of the case, where the caller knows it already; and `standing`, who could act in it."""
    found: list[tuple[Row, Label | None]] = []
    if case.erased_at:
        return found
    keys = keys or opened(person, case)
    if person.role in SECRETARIAT_ROLES:
        standing = standing or who_could.standing(case)
    known: dict[str, Any] = {}
    for row, taker in _parts(person, case, standing):
        if state_shown(person.side, case) in row.source:
            found.append((row, stands_against(row, taker, case, keys, standing=standing, known=known)))
    return found


def _parts(person: Person, case: Case, standing: who_could.Standing | None) -> Iterator[tuple[Row, Person]]:
    """The rows of this person's own role, and those of what they are named as in this case."""
    own = {row.step for row in ROWS if person.role in row.who and state_shown(person.side, case) in row.source}
    named = (standing.acts_as.get(person.account_id or 0, frozenset()) if standing else frozenset()) - {person.role}
    for row in ROWS:
        if person.role in row.who:
            yield row, person
        elif row.step not in own and (roles := row.who & named):
            yield row, replace(person, role=min(roles), deputy=True)


PROPOSED_ALREADY = _l("This step is proposed already and waits for an approver.")


def stands_against(
    row: Row,
    person: Person,
    case: Case,
    keys: CaseKeys,
    chosen: Mapping[str, Any] | None = None,
    standing: who_could.Standing | None = None,
    known: dict[str, Any] | None = None,
) -> Label | None:
    """The sentence that stands against a step whatever is answered; None where it can be begun. `chosen`: by the link
    that leads to it, so that it is known before a word is written. `known`: what was asked for the rows before it."""
    now = clock.now()
    context = StepContext(
        case, person, dict(chosen or {}), now, now, keys, recorded=row.recorded, standing=standing, known=known
    )
    with suppress(BadInput):  # a remedy that is gone is said where it was chosen
        choice_sources.resolve(row.asks, context)
    if missing := _against(row, context, row.stands_before):
        return missing
    if row.approved and standing and row.step in standing.proposed:
        return PROPOSED_ALREADY
    among = next((f for f in row.asks if f.kind in choice_sources.NOTHING_TO_CHOOSE), None)
    if among and not choice_sources.something_to_choose(among, context):
        return choice_sources.NOTHING_TO_CHOOSE[among.kind]
    return None


# --- four eyes ---------------------------------------------------------------------------------------------


def _propose(row: Row, context: StepContext) -> Decision:
    if any(decision.step == row.step for decision in open_proposals(context.case)):
        raise Refused(PROPOSED_ALREADY)
    if row.prepare:
        row.prepare(context)
    theirs = context.person.side == "complainant"
    where = Compartment.CORRESPONDENCE if theirs else Compartment.INTERNAL
    writing = context.seal(where, PROPOSAL, {"step": row.step, "values": context.values})
    decision = Decision(
        id=secrets.token_hex(16),
        case_id=context.case.id,
        step=row.step,
        proposed_by=context.person.account_id,
        proposed_at=context.at,
        writing_id=writing.id,
    )
    db.session.flush()
    db.session.add(decision)
    db.session.flush()
    deadlines.open_limit(context.case, Deadline.PROPOSAL, context.at, decision=decision)
    deadlines.queue(context.case)
    safety.raise_if_ticked(context)
    context.case.version += 1
    context.facts["step"] = row.step
    sealed, facts = [writing.sealed], context.facts
    event = chain.append(
        context.case, PROPOSED.kind, context.person, context.at, context.now, facts, sealed,
        number=context.event_id, exact=context.exact,
    )  # fmt: skip
    owe_letters(context.case, event, (*PROPOSED.letters, *safety.LETTERS), context)
    taken(context.case, context, context.case.officer_id)
    mark_new(context.case, event, PROPOSED, context)
    return decision


def proposal_of(person: Person, decision: Decision) -> dict[str, Any]:
    """What was proposed: {"step", "values"}. Raises `NoKey` for whoever is not of the Secretariat."""
    case, writing = db.session.get_one(Case, decision.case_id), db.session.get_one(Writing, decision.writing_id)
    keys = opened(person, case)
    return {"step": decision.step, "values": {}} if is_emptied(writing) else read_writing(keys, writing)


def decide(
    person: Person,
    reference: str,
    decision_id: str,
    approve: bool,
    reason: str = "",
    *,
    now: datetime | None = None,
) -> None:
    """Approve or refuse a proposal. On approval everything is checked again and the step is executed.

    Raises `NoSuchCase`, `BadInput` (no reason), `Refused`.
    """
    now = now or clock.now()
    bring_up_to_date(person, reference, now)
    with unit_of_work():
        case = find_case(person, reference, lock=True)
        decision = db.session.get(Decision, decision_id, populate_existing=True)
        if decision is None or decision.case_id != case.id or decision.outcome is not None:
            raise Refused(_("This proposal is decided already."))
        if not may_decide(person, decision, who_could.roles_in(person, case)):
            raise Refused(_("An approver who did not propose it must decide this."))
        unfit.refuse(person, case)
        context = _context(case, _as_approver(person), {}, now)
        context.facts |= _whose(decision)
        context.proposed_at = decision.proposed_at
        context.facts |= hands.mark(person, decision.proposed_by, *summaries.agreed(decision))
        if approve:
            _approve(decision, context)
        else:
            _refuse(decision, context, reason)


def _whose(decision: Decision) -> dict[str, Any]:
    """Who proposed it, as the record says it; of a representative that it was one."""
    writing = db.session.get_one(Writing, decision.writing_id)
    said_by = {SAID_BY: writing.role} if writing.role == Role.REPRESENTATIVE else {}
    return {"proposed_by": decision.proposed_by} | said_by


def may_decide(person: Person, decision: Decision, roles: Collection[Role]) -> bool:
    """The approver is another person than the proposer; an office of one may set ALLOW_SOLO, and says so. `roles`: what
    this person may act as in the case (`who_could.roles_in`)."""
    if not _holds_a_key(person):
        return False
    alone = current_app.config["ALLOW_SOLO"] and person.role in SECRETARIAT_ROLES
    return alone or (Role.APPROVER in roles and decision.proposed_by != person.account_id)


def _as_approver(person: Person) -> Person:
    """Who decides a proposal does so as an approver, a deputy too; in an office of one it is whoever is there."""
    if person.role == Role.APPROVER or current_app.config["ALLOW_SOLO"]:
        return person
    return replace(person, role=Role.APPROVER, deputy=True)


def against_approval(person: Person, decision: Decision, values: dict[str, Any], keys: CaseKeys) -> Label | None:
    """Which state beside the state stands against approving what was proposed: said before somebody approves it."""
    case = db.session.get_one(Case, decision.case_id)
    row, now = _row_of(decision, case), clock.now()
    if row is None:
        return None
    context = StepContext(case, person, dict(values), now, now, keys, recorded=row.recorded)
    said = beside.at_once(row, context) or beside.at_last(row, context)
    return said and beside.with_what_comes_first(said)


def _row_of(decision: Decision, case: Case) -> Row | None:
    return proposed_row(decision.step, decision.proposed_by is not None, case.state)


def _approve(decision: Decision, context: StepContext) -> None:
    row = _row_of(decision, context.case)
    if row is None:
        raise Refused(_("This step is no longer possible. Refuse the proposal, with this as the reason."))
    context.values = proposal_of(context.person, decision)["values"]
    context.recorded = row.recorded
    try:
        _check(row, context)
    except BadInput:
        raise Refused(
            _("What was proposed names something that is gone. Refuse it, with this as the reason.")
        ) from None
    if summaries.goes_by_silence(row, context) and not summaries.another_agreed(decision, context):
        _agree(decision, context)
        return
    _conclude(decision, Outcome.APPROVED, context)
    execute(row, context)


def _agree(decision: Decision, context: StepContext) -> None:
    """The first of two: it is on the record, and the proposal still waits."""
    context.case.version += 1
    context.facts |= {"step": decision.step, "decision": decision.id}
    event = chain.append(context.case, AGREED.kind, context.person, context.at, context.now, context.facts)
    owe_letters(context.case, event, AGREED.letters, context)
    mark_new(context.case, event, AGREED, context)


def _refuse(decision: Decision, context: StepContext, reason: str) -> None:
    asks = (Field("reason", "", sealed_into=Compartment.INTERNAL),)
    values = clean(asks, {"reason": reason})
    writing = context.seal(Compartment.INTERNAL, "refused", values)
    _conclude(decision, Outcome.REFUSED, context)
    context.case.version += 1
    context.facts["step"] = decision.step
    sealed, facts = [writing.sealed], context.facts
    event = chain.append(
        context.case, REFUSED.kind, context.person, context.at, context.now, facts, sealed, number=context.event_id
    )
    owe_letters(context.case, event, REFUSED.letters, context)
    mark_new(context.case, event, REFUSED, context)
    ensure_next_step(context)


def _conclude(decision: Decision, outcome: Outcome, context: StepContext) -> None:
    decision.outcome, decision.decided_at, decision.decided_by = outcome, context.at, context.person.account_id
    decision.solo = context.facts.get("solo", False)
    for limit in deadlines.owed(context.case):
        if limit.decision_id == decision.id:
            limit.met_at, limit.wake_at = context.at, None
    db.session.flush()
