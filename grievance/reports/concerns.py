"""Concerns as their readers see them: the desk's list and page, the Board's list, a company's own page. Reads only, and
opens what the keys of whoever asks can open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from grievance.access import NoSuchCase, Person, visible
from grievance.concerns import limits, seen, steps, words
from grievance.concerns import questions as ask
from grievance.concerns.row import Row
from grievance.concerns.table import ROWS
from grievance.concerns.words import Said
from grievance.deadlines.days import full_date
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind
from grievance.models.case import Case
from grievance.models.concern import (
    Concern,
    ConcernItem,
    ConcernLimit,
    ConcernProposal,
    Stands,
    Thing,
)
from grievance.models.people import Account, Company, Role

STANDS: dict[str, Label] = {
    Stands.OPEN: _l("open"), Stands.CLOSED: _l("closed"), Stands.ASKED: _l("to be done"),
    Stands.REPORTED: _l("reported as done"), Stands.VERIFIED: _l("verified"), Stands.UNMET: _l("not done"),
    Stands.WITHDRAWN: _l("asked for no more"), Stands.HEARING: _l("the company may answer"),
    Stands.HEARD: _l("before the Board"), Stands.IN_FORCE: _l("in force"), Stands.NOT_TAKEN: _l("not taken"),
    Stands.APPEALED: _l("under appeal"), Stands.ENDED: _l("ended"),
}  # fmt: skip
NEXT = ("decide_appeal", "decide_measure", "verify_action", "find_unmet", "add_source", "ask_corrective_action",
        "close_concern")  # fmt: skip
"""What is to be done first, first, where the table and its conditions let it."""
READ_AS: dict[str, Label] = {
    "words": "", "told": "", "proof": _l("What will show that it is done"), "due_on": _l("By which day"),
    "votes": _l("Votes"), "recused": _l("Who stood aside, and why"), "minute": _l("The minute"),
}  # fmt: skip
MOST = 200


@dataclass(frozen=True)
class Piece:
    """What was written at one step: `answers` are (what it is, the words); None where it does not open."""

    title: Label
    by: str
    at: datetime
    answers: list[tuple[Label, str]] | None


@dataclass(frozen=True)
class Offered:
    """A step, and whether something stands against it."""

    row: Row
    item_id: str
    against: Label | None


@dataclass(frozen=True)
class Card:
    """An action or a measure. `limit`: what is owed of it now, or was last. `name`: which measure, or that it is an
    action."""

    item: ConcernItem
    name: Label
    stands: Label
    limit: ConcernLimit | None
    pieces: list[Piece]
    steps: list[Offered]

    @property
    def is_late(self) -> bool:
        """Whether the day passed and it is owed still."""
        limit = self.limit
        return bool(limit and limit.key == limits.ACTION and limit.missed_at and not limit.met_at
                    and not limit.stopped_at)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One concern as its reader sees it. `reference`: of the case behind it, for whoever may see that. `next`: the one
    thing to do first."""

    concern: Concern
    company: Company
    kind: Label
    source: Label
    reference: str
    pieces: list[Piece]
    cards: list[Card]
    proposals: list[tuple[ConcernProposal, Label, str]]
    steps: list[Offered]
    next: Offered | None


@dataclass(frozen=True)
class Line:
    """One concern of a list. `waits`: what about it, in words."""

    concern: Concern
    company: str
    kind: Label
    waits: list[Label]


def kind_of(concern: Concern) -> Label:
    return dict(ask.KINDS)[concern.kind]


def name_of(item: ConcernItem) -> Label:
    return dict(ask.RUNGS)[item.rung] if item.rung else _l("Corrective action")


def page(person: Person, concern_id: str) -> Page:
    """Raises `NoSuchCase`."""
    concern = seen.one(person, concern_id)
    waiting = _proposals(concern) if person.role != Role.COMPANY else []
    drafts = {one.words_id for one, _by in waiting}
    said = [one for one in words.of(person, concern) if one.id not in drafts]
    cards = [_card(person, concern, item, said) for item in seen.items_of(concern)]
    about = _offered(person, concern, None)
    return Page(
        concern, db.session.get_one(Company, concern.company_id), kind_of(concern), dict(ask.SOURCES)[concern.source],
        _reference(person, concern), [_piece(one) for one in said if one.item_id is None], cards,
        [(one, ROWS[one.step].title, by) for one, by in waiting], about, _next(cards, about),
    )  # fmt: skip


def _proposals(concern: Concern) -> list[tuple[ConcernProposal, str]]:
    query = select(ConcernProposal, Account.name).join(Account, Account.id == ConcernProposal.proposed_by)
    query = query.where(ConcernProposal.concern_id == concern.id, ConcernProposal.decided_at.is_(None))
    return [(one, name) for one, name in db.session.execute(query.order_by(ConcernProposal.proposed_at))]


def _reference(person: Person, concern: Concern) -> str:
    """Never for a company: not which case, nor that there was one."""
    if person.role == Role.COMPANY or concern.case_id is None:
        return ""
    theirs = visible(person).where(Case.id == concern.case_id).with_only_columns(Case.reference)
    return db.session.scalar(theirs) or ""


def _card(person: Person, concern: Concern, item: ConcernItem, said: Iterable[Said]) -> Card:
    owed = limits.of(item)
    mine = [_piece(one) for one in said if one.item_id == item.id]
    return Card(item, name_of(item), STANDS[item.state], owed[-1] if owed else None, mine,
                _offered(person, concern, item))  # fmt: skip


def _offered(person: Person, concern: Concern, item: ConcernItem | None) -> list[Offered]:
    item_id = item.id if item else ""
    rows = steps.open_to(person, concern, item)
    return [Offered(row, item_id, steps.against(person, row, concern, item)) for row in rows]


def _next(cards: Sequence[Card], about: Sequence[Offered]) -> Offered | None:
    """An action is asked for first where there is none yet; a source is added where nothing can be asked for."""
    everything = [*(one for card in cards for one in card.steps), *about]
    free = {one.row.step: one for one in reversed(everything) if not one.against}
    barred = any(one.against and one.row.step == "ask_corrective_action" for one in about)
    apt = {"add_source": barred, "ask_corrective_action": not cards, "close_concern": bool(cards)}
    return next((free[one] for one in NEXT if one in free and apt.get(one, True)), None)


def _piece(said: Said) -> Piece:
    title = ROWS[said.step].event if said.step in ROWS else _l("Refused")
    return Piece(title, said.by, said.at, None if said.says is None else answers(said.step, said.says))


def answers(step: str, says: dict[str, Any]) -> list[tuple[Label, str]]:
    """What was written, with what stands above each; answers that are no words by their names in the list."""
    asks = {one.name: one for one in ROWS[step].asks} if step in ROWS else {}
    return [(_above(name, asks.get(name)), _value(asks.get(name), value)) for name, value in says.items() if value]


def _above(name: str, field: Field | None) -> Label:
    if name in READ_AS:
        return READ_AS[name]
    return field.label if field else ""


def _value(field: Field | None, value: str) -> str:
    """As it is read: a choice by its name, a day in the page's language."""
    if field and field.kind == Kind.DATE:
        return full_date(date.fromisoformat(value))
    return str(dict(field.choices).get(value, value)) if field and field.choices else str(value)


def proposal(person: Person, proposal_id: str) -> tuple[Concern, ConcernProposal, Piece]:
    """What waits, as it would be read. Raises `NoSuchCase`."""
    concern, found = seen.proposal(person, proposal_id)
    written = next((one for one in words.of(person, concern) if one.id == found.words_id), None)
    if written is None:
        raise NoSuchCase
    return concern, found, _piece(written)


# --- lists -------------------------------------------------------------------------------------------------


def listed(person: Person, *, closed: bool = False, company_id: int | None = None) -> list[Line]:
    """The newest first. `company_id`: of one company, open and closed."""
    query = select(Concern, Company.name).join(Company, Company.id == Concern.company_id).where(seen.by(person))
    query = query.where(Concern.company_id == company_id) if company_id else query.where(
        Concern.state == (Stands.CLOSED if closed else Stands.OPEN)
    )  # fmt: skip
    rows = db.session.execute(query.order_by(Concern.opened_at.desc(), Concern.id).limit(MOST)).all()
    waits = _waits([concern.id for concern, _name in rows])
    return [Line(concern, name, kind_of(concern), waits.get(concern.id, [])) for concern, name in rows]


@dataclass(frozen=True)
class ToDecide:
    """A step that waits for whoever looks. `title`: of the step."""

    proposal_id: str
    company: str
    title: Label


def to_decide(person: Person) -> list[ToDecide]:
    """What this person decides, the oldest first: none where somebody else has to."""
    query = select(ConcernProposal, Company.name).join(Concern, Concern.id == ConcernProposal.concern_id)
    query = query.join(Company, Company.id == Concern.company_id).where(seen.by(person))
    waiting = query.where(ConcernProposal.decided_at.is_(None)).order_by(ConcernProposal.proposed_at)
    return [
        ToDecide(proposal.id, company, ROWS[proposal.step].title)
        for proposal, company in db.session.execute(waiting)
        if steps.may_decide(person, proposal)
    ]


def _waits(concerns: Sequence[str]) -> dict[str, list[Label]]:
    """By concern, what waits of it: three statements, whatever their number."""
    found: dict[str, list[Label]] = {}
    items = select(ConcernItem).where(ConcernItem.concern_id.in_(concerns), ConcernItem.ended_at.is_(None))
    late = {one.item_id for one in db.session.scalars(_missed())}
    for item in db.session.scalars(items.order_by(ConcernItem.since)):
        said = _l("a corrective action was not done in time") if item.id in late else STANDS[item.state]
        found.setdefault(item.concern_id, []).append(said)
    open_ones = select(ConcernProposal.concern_id).where(
        ConcernProposal.concern_id.in_(concerns), ConcernProposal.decided_at.is_(None)
    )
    for concern_id in db.session.scalars(open_ones):
        found.setdefault(concern_id, []).append(_l("an approver decides"))
    return found


def _missed() -> Any:
    return select(ConcernLimit).where(
        ConcernLimit.key == limits.ACTION, ConcernLimit.missed_at.is_not(None), ConcernLimit.met_at.is_(None),
        ConcernLimit.stopped_at.is_(None),
    )  # fmt: skip


@dataclass(frozen=True)
class ForBoard:
    """`missed`: actions whose day passed, with that day. `measures`: before the Board, or under appeal."""

    missed: list[tuple[Concern, str, ConcernLimit]]
    measures: list[tuple[Concern, str, ConcernItem, Label, Label]]


def for_board(person: Person) -> ForBoard:
    """What the Board has to look at, as far as this person knows of it."""
    query = select(Concern, Company.name, ConcernLimit).join(ConcernItem, ConcernItem.id == ConcernLimit.item_id)
    query = query.join(Concern, Concern.id == ConcernItem.concern_id).join(Company, Company.id == Concern.company_id)
    late = query.where(ConcernLimit.id.in_(_missed().with_only_columns(ConcernLimit.id)), seen.by(person))
    missed = [(concern, name, limit) for concern, name, limit in db.session.execute(late.order_by(ConcernLimit.due_at))]
    waits = select(Concern, Company.name, ConcernItem).join(ConcernItem, ConcernItem.concern_id == Concern.id)
    waits = waits.join(Company, Company.id == Concern.company_id).where(
        seen.by(person), ConcernItem.thing == Thing.MEASURE, ConcernItem.state.in_((Stands.HEARD, Stands.APPEALED))
    )
    rows = db.session.execute(waits.order_by(ConcernItem.since))
    return ForBoard(missed, [(one, name, item, name_of(item), STANDS[item.state]) for one, name, item in rows])


def all_of(person: Person) -> list[Page]:
    """The concerns of which a company knows, each as it sees it, the newest first."""
    found = seen.concerns(person).order_by(Concern.opened_at.desc(), Concern.id).limit(MOST)
    return [page(person, one.id) for one in db.session.scalars(found).all()]
