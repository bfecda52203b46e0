"""A step of a concern is taken: asked of the table, of its conditions and, where it takes two people, of a second one.
One transaction and one event each. What the table does not list is refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance import clock as time
from grievance.access import NoSuchCase, Person
from grievance.accounts import hands
from grievance.concerns import board_papers, clock, conditions, limits, seen, told, words
from grievance.concerns import questions as ask
from grievance.concerns.row import Context, Row
from grievance.concerns.table import ROWS, TABLE
from grievance.extensions import Label, db
from grievance.forms.fields import BadInput, Refused, clean
from grievance.models.concern import (
    Cause,
    Concern,
    ConcernItem,
    ConcernProposal,
    ConcernWords,
    Of,
    Reader,
    Rung,
    Source,
    Stands,
    Thing,
)
from grievance.models.people import SECRETARIAT_ROLES, Company, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def roles_of(person: Person) -> frozenset[Role]:
    """What somebody may act as: in an office of one, both."""
    if person.party_seed is None:
        return frozenset()
    alone = current_app.config["ALLOW_SOLO"] and person.role in SECRETARIAT_ROLES
    return SECRETARIAT_ROLES if alone else frozenset({person.role})


def open_to(person: Person, concern: Concern, item: ConcernItem | None = None) -> list[Row]:
    """The steps that the table gives this person now: about the concern where there is no `item`, new actions and
    measures with it; else about that one. Conditions are asked apart (`against`)."""
    mine = roles_of(person)
    rows = [row for row in TABLE if row.who & mine and row.step != "open_concern"]
    if item is not None:
        return [row for row in rows if row.of == item.thing and item.state in row.source]
    about = (row for row in rows if row.is_new or row.of == Thing.CONCERN)
    return [row for row in about if concern.state in (row.source or {Stands.OPEN})]


def against(person: Person, row: Row, concern: Concern, item: ConcernItem | None) -> Label | None:
    """What stands against it whatever is answered."""
    return _against(row, Context(person, concern, item, {}, time.now()))


def _against(row: Row, context: Context) -> Label | None:
    asked = (*row.only_if, *((conditions.nothing_else_proposed,) if row.approved else ()))
    return next((sentence for one in asked if (sentence := one(context))), None)


def open_concern(person: Person, raw: Mapping[str, Any]) -> str:
    """A concern from what is no single complaint. Its number. Raises `BadInput`, `Refused`."""
    row, now = ROWS["open_concern"], time.now()
    if not row.who & roles_of(person):
        raise NoSuchCase
    values = clean(row.asks, raw)
    with unit_of_work():
        concern = made(person, _company(values["company"]), Of(values["kind"]), Source(values["source"]), now)
        context = Context(person, concern, None, values, now)
        _write(row, context)
        _say(row, context)
    return concern.id


def _company(answer: str) -> int:
    found = db.session.get(Company, int(answer)) if answer.isascii() and answer.isdigit() and len(answer) < 10 else None
    if found is None:
        raise BadInput({"company": _("Choose one of the answers in the list.")})
    return found.id


def made(
    by: Person, company_id: int, kind: Of, source: Source, now: datetime, *, case_id: str | None = None,
    may_ask: bool | None = None,
) -> Concern:  # fmt: skip
    """Part of the caller's unit of work."""
    asks = source not in (Source.CASE, Source.FIGURES) if may_ask is None else may_ask
    concern = Concern(
        id=chain.new_id(), company_id=company_id, kind=kind, source=source, case_id=case_id, may_ask=asks,
        state=Stands.OPEN, opened_by=by.account_id, opened_at=now,
    )  # fmt: skip
    db.session.add(concern)
    db.session.flush()
    return concern


def take(
    person: Person, step: str, concern_id: str, raw: Mapping[str, Any], item_id: str = ""
) -> ConcernProposal | None:
    """Take a step, or propose it where it takes two people: then what waits. Raises `BadInput`, `Refused`, and
    `NoSuchCase` for what is not there, or not for this person."""
    row = ROWS.get(step)
    if row is None or not row.who & roles_of(person) or step == "open_concern":
        raise NoSuchCase
    values, now = clean(row.asks, raw), time.now()
    with unit_of_work():
        concern, item = _locked(person, concern_id, item_id)
        context = Context(person, concern, item, board_papers.counted(step, item, values), now)
        clock.settle(context.item, now)
        _refuse(row, context)
        if row.approved:
            return _propose(row, context)
        _execute(row, context)
    return None


def _locked(person: Person, concern_id: str, item_id: str) -> tuple[Concern, ConcernItem | None]:
    if not item_id:
        return seen.one(person, concern_id, lock=True), None
    concern, item = seen.item(person, item_id, lock=True)
    if concern.id != concern_id:
        raise NoSuchCase
    return concern, item


def _refuse(row: Row, context: Context) -> None:
    """Raises `Refused`."""
    here = context.concern.state if row.of == Thing.CONCERN else context.item and context.item.state
    fits = context.item is None if row.is_new or row.of == Thing.CONCERN else (
        context.item is not None and context.item.thing == row.of
    )  # fmt: skip
    if row.is_new:
        here = context.concern.state
    if not fits or here not in (row.source or {Stands.OPEN}):
        raise Refused(_("This step is not possible now."))
    if sentence := _against(row, context):
        raise Refused(sentence)


# --- two people --------------------------------------------------------------------------------------------


def _propose(row: Row, context: Context) -> ConcernProposal:
    item = context.item
    kept = words.write(context.person, context.concern, item, row.step, context.values, Reader.SECRETARIAT, context.now)
    proposal = ConcernProposal(
        id=chain.new_id(), concern_id=context.concern.id, item_id=item.id if item else None, step=row.step,
        words_id=kept.id, proposed_by=context.person.account_id, proposed_at=context.now, solo=False,
    )  # fmt: skip
    db.session.add(proposal)
    facts = {"concern": context.concern.id, "proposal": proposal.id, "step": row.step}
    chain.append(None, "concern_proposed", context.person, context.now, context.now, facts)
    told.owe(context.concern, {Role.APPROVER}, context.now, {context.person.account_id})
    return proposal


def may_decide(person: Person, proposal: ConcernProposal) -> bool:
    """An approver who is another person than the proposer; in an office of one who may do both."""
    if proposal.decided_at or Role.APPROVER not in roles_of(person):
        return False
    return proposal.proposed_by != person.account_id or bool(current_app.config["ALLOW_SOLO"])


def decide(person: Person, proposal_id: str, approve: bool, raw: Mapping[str, Any]) -> None:
    """Approve what waits, or refuse it with a reason. Its conditions are asked again. Raises `BadInput`, `Refused`,
    `NoSuchCase`."""
    now, why = time.now(), {} if approve else clean(ask.REFUSE, raw)
    with unit_of_work():
        concern, proposal = seen.proposal(person, proposal_id, lock=True)
        if not may_decide(person, proposal):
            raise Refused(_("This was decided already, or another person decides it."))
        item = seen.item(person, proposal.item_id, lock=True)[1] if proposal.item_id else None
        alone = person.account_id == proposal.proposed_by
        solo = {"solo": True} if alone else hands.mark(person, proposal.proposed_by)
        proposal.solo = bool(solo)
        proposal.decided_by, proposal.decided_at, proposal.approved = person.account_id, now, approve
        told.owe_to({proposal.proposed_by} - {person.account_id}, now)
        if not approve:
            words.write(person, concern, item, "refuse", why, Reader.SECRETARIAT, now)
            facts = {"concern": concern.id, "proposal": proposal.id, "step": proposal.step}
            chain.append(None, "concern_refused", person, now, now, facts)
            return
        _approve(Context(person, concern, item, {}, now, solo), proposal)


def _approve(context: Context, proposal: ConcernProposal) -> None:
    """With the words that were proposed, opened with the approver's keys."""
    row, kept = ROWS[proposal.step], db.session.get_one(ConcernWords, proposal.words_id)
    values = words.opened(context.person, kept)
    if values is None:
        raise Refused(_("Your keys do not open what was proposed."))
    clock.settle(context.item, context.now)
    db.session.flush()
    said = {"proposed_by": proposal.proposed_by, **context.facts}
    context = replace(context, values=values, facts=said)
    _refuse(row, context)
    _execute(row, context, proposal, kept)


# --- it happens --------------------------------------------------------------------------------------------


def _execute(
    row: Row, context: Context, proposal: ConcernProposal | None = None, kept: ConcernWords | None = None
) -> None:
    if row.is_new:
        context.item = _new(row, context, proposal)
    if kept:
        kept.item_id = context.item.id if context.item else None
    _write(row, context, kept is None)
    if target := _target(row, context.values):
        thing = context.item if row.of != Thing.CONCERN and context.item else context.concern
        thing.state = target
    _move_limits(row, context)
    for effect in row.then:
        effect(context)
    _say(row, context)
    knows = (context.person.account_id, proposal.proposed_by if proposal else None)
    told.owe(context.concern, row.tells, context.now, knows)


def _target(row: Row, values: Mapping[str, Any]) -> Stands | None:
    return row.target if row.target is None or isinstance(row.target, Stands) else row.target(values)


def _new(row: Row, context: Context, proposal: ConcernProposal | None) -> ConcernItem:
    values = context.values
    item = ConcernItem(
        id=chain.new_id(), concern_id=context.concern.id, company_id=context.concern.company_id, thing=row.of,
        rung=Rung(values["rung"]) if "rung" in values else None,
        cause=Cause(values["cause"]) if "cause" in values else None, state=_target(row, values), since=context.now,
        proposed_by=proposal.proposed_by if proposal else context.person.account_id,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    return item


def _move_limits(row: Row, context: Context) -> None:
    item = context.item
    if item is None:
        return
    if row.meets:
        limits.meet(item, row.meets, context.now)
    if row.stops:
        limits.stop(item, context.now)
    if row.opens:
        said = context.values.get("due_on")
        limits.begin(item, row.opens, context.now, date.fromisoformat(said) if said else None)


def _write(row: Row, context: Context, ours: bool = True) -> None:
    """For the Secretariat all words of it, for the company those for both. `ours`: unless a proposal has them."""
    said = words.sealed(row.asks, context.values)
    where = (context.person, context.concern, context.item, row.step)
    if ours and said:
        words.write(*where, said, Reader.SECRETARIAT, context.now)
    both = words.for_both(row.asks, context.values)
    if both:
        words.write(*where, both, Reader.COMPANY, context.now)


def _say(row: Row, context: Context) -> None:
    """Answers that are no words stand in the event."""
    plain = {one.name: context.values[one.name] for one in row.asks
             if not one.sealed_into and one.name in context.values}  # fmt: skip
    facts = {"concern": context.concern.id, **({"item": context.item.id} if context.item else {}), **plain}
    chain.append(None, row.kind, context.person, context.now, context.now, {**facts, **context.facts})
