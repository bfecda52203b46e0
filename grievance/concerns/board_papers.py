"""What is sent to the Board: a dossier without identities, sealed by an approver to the own key of each seat that does
not stand aside. Seats read it and vote; the office records the decision (docs/decisions/0097-seats-of-the-board.md)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts.keys import log
from grievance.concerns import questions as ask
from grievance.concerns import seen, told
from grievance.crypto.envelopes import open_with, seal_to
from grievance.crypto.sealing import CannotOpen, place
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.board import BoardCopy, BoardPaper, BoardSeat, BoardTie, Pillar, TieKind, Vote
from grievance.models.concern import ConcernItem, Stands, Thing
from grievance.models.people import Account, AccountStatus, Company, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

BEFORE_THE_BOARD = (Stands.HEARD, Stands.APPEALED)
DECIDING = ("decide_measure", "decide_appeal")
LONGEST = 20_000
SEND: tuple[Field, ...] = (
    Field("words", _l("What the Board reads"), help=_l(
        "Without a name, a number or a place by which somebody could be known. Each seat that does not stand aside"
        " reads exactly this, under its own key.")),
)  # fmt: skip
VOTES: tuple[tuple[str, Label], ...] = (
    (Vote.FOR, _l("For")), (Vote.AGAINST, _l("Against")), (Vote.ABSTAINED, _l("I abstain")),
)  # fmt: skip
VOTE = Field("vote", _l("Your vote"), Kind.CHOICE, weighed=True, choices=VOTES)
PILLARS: Mapping[Pillar, Label] = {
    Pillar.GOVERNMENT: _l("Governments"), Pillar.INDUSTRY: _l("Industry"), Pillar.CIVIL_SOCIETY: _l("Civil society"),
}  # fmt: skip
WHY: Mapping[TieKind, Label] = {
    TieKind.OWN: _l("own company"), TieKind.CLIENT: _l("works for a client"), TieKind.FUNDER: _l("paid by it"),
}  # fmt: skip


class Aside(Exception):
    """Whoever asks stands aside in this matter."""


@dataclass(frozen=True)
class Line:
    """One paper as a seat sees it in its list. `aside`: why it stands aside, empty where it reads it."""

    paper_id: str
    company: str
    measure: Label
    appeal: bool
    sent_at: datetime
    open: bool
    aside: Label
    vote: Vote | None


@dataclass(frozen=True)
class Tally:
    """How the seats voted: `votes` in words by pillar, `aside` who stands aside and why; and both as plain facts."""

    votes: str
    aside: str
    facts: dict[str, Any]


# --- sent ----------------------------------------------------------------------------------------------------


def send(by: Person, item_id: str, raw: Mapping[str, Any]) -> str:
    """One that was sent before is closed, and its votes count no more. Raises `BadInput`, `Refused`."""
    words, now = clean(SEND, raw)["words"], clock.now()
    if len(words) > LONGEST:
        raise BadInput({"words": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    with unit_of_work() as session:
        _concern, item = seen.item(by, item_id, lock=True)
        if sentence := against(by, item):
            raise Refused(sentence)
        if before := _open(item.id):
            before.closed_at = now
            session.flush()
        paper = BoardPaper(id=chain.new_id(), item_id=item.id, company_id=item.company_id, sent_by=by.account_id or 0,
                           sent_at=now)  # fmt: skip
        session.add(paper)
        session.flush()
        copies = [_copy(paper, account, pillar, words) for account, pillar in _seats()]
        if all(one.tie for one in copies):
            raise Refused(_("No seat of the Board could read it: say for which pillar each sits, or all stand aside."))
        session.add_all(copies)
        session.flush()
        facts = {"paper": paper.id, "item": item.id, "seats": len(copies),
                 "aside": [one.account_id for one in copies if one.tie]}  # fmt: skip
        chain.append(None, "board_paper_sent", by, now, now, facts)
        told.owe_to({one.account_id for one in copies if not one.tie}, now)
        return paper.id


def against(by: Person, item: ConcernItem) -> str:
    """Why this person cannot send this measure to the Board now; empty where they can."""
    if not may_administer(by):
        return str(_("An approver sends it to the Board."))
    if item.thing != Thing.MEASURE or item.state not in BEFORE_THE_BOARD:
        return str(_("This is not before the Board now."))
    if item.proposed_by == by.account_id and not current_app.config["ALLOW_SOLO"]:
        return str(_("You proposed it: another approver sends it to the Board."))
    return ""


def _seats() -> list[tuple[Account, Pillar]]:
    query = select(Account, BoardSeat.pillar).join(BoardSeat, BoardSeat.account_id == Account.id)
    query = query.where(Account.role == Role.BOARD, Account.status == AccountStatus.ACTIVE).order_by(Account.id)
    return [(account, pillar) for account, pillar in db.session.execute(query)]


def _copy(paper: BoardPaper, account: Account, pillar: Pillar, words: str) -> BoardCopy:
    """To the own key that the key log has of this person, and to no other that stands in its row."""
    tie = db.session.scalar(
        select(BoardTie.kind).where(BoardTie.account_id == account.id, BoardTie.company_id == paper.company_id,
                                    BoardTie.ended_at.is_(None)).limit(1)
    )  # fmt: skip
    sealed = None if tie else seal_to(log.own_key(account), words.encode(), _place(paper.id, account.id))
    return BoardCopy(paper_id=paper.id, account_id=account.id, pillar=pillar, tie=tie, sealed=sealed)


def _place(paper_id: str, account_id: int) -> bytes:
    return place("board", paper_id, account_id)


def _open(item_id: str) -> BoardPaper | None:
    query = select(BoardPaper).where(BoardPaper.item_id == item_id, BoardPaper.closed_at.is_(None))
    return db.session.scalars(query).one_or_none()


# --- read and voted --------------------------------------------------------------------------------------------


def listed(person: Person) -> list[Line]:
    """What was sent to this seat, or what it stands aside in: what is open first, the newest first."""
    query = select(BoardPaper, BoardCopy, Company.name, ConcernItem).join(
        BoardCopy, BoardCopy.paper_id == BoardPaper.id)  # fmt: skip
    query = query.join(Company, Company.id == BoardPaper.company_id)
    query = query.join(ConcernItem, ConcernItem.id == BoardPaper.item_id)
    query = query.where(BoardCopy.account_id == person.account_id)
    rows = db.session.execute(query.order_by(BoardPaper.closed_at.is_not(None), BoardPaper.sent_at.desc()))
    return [_line(*row) for row in rows]


def _line(paper: BoardPaper, copy: BoardCopy, company: str, item: ConcernItem) -> Line:
    return Line(
        paper.id, company, dict(ask.RUNGS).get(item.rung, "") if item.rung else "", item.state == Stands.APPEALED,
        paper.sent_at, paper.closed_at is None, WHY[copy.tie] if copy.tie else "", copy.vote,
    )  # fmt: skip


def read(person: Person, paper_id: str) -> tuple[Line, str | None]:
    """The line of it and its words; None where they do not open with the key that this person has now. Raises `Aside`,
    and `LookupError` for what was not sent to them."""
    line = next((one for one in listed(person) if one.paper_id == paper_id), None)
    copy = db.session.get(BoardCopy, (paper_id, person.account_id or 0))
    if line is None or copy is None:
        raise LookupError(paper_id)
    if copy.tie or copy.sealed is None or person.own_seed is None:
        raise Aside
    try:
        return line, open_with(person.own_seed, copy.sealed, _place(paper_id, copy.account_id)).decode()
    except CannotOpen:
        return line, None


def vote(by: Person, paper_id: str, raw: Mapping[str, Any]) -> None:
    """It can be changed until the decision is recorded. Raises `BadInput`, `Refused`, `Aside`, `LookupError`."""
    chosen, now = Vote(clean((VOTE,), raw)["vote"]), clock.now()
    with unit_of_work() as session:
        copy = session.get(BoardCopy, (paper_id, by.account_id or 0), with_for_update=True, populate_existing=True)
        if copy is None or by.role != Role.BOARD or by.party_seed is None:
            raise LookupError(paper_id)
        if copy.tie:
            raise Aside
        if session.get_one(BoardPaper, paper_id).closed_at is not None:
            raise Refused(_("The decision is recorded: votes cannot be changed any more."))
        copy.vote, copy.voted_at = chosen, now
        session.flush()
        chain.append(None, "board_voted", by, now, now, {"paper": paper_id, "vote": chosen.value})


def stand_aside(by: Person, company_id: int, kind: TieKind) -> None:
    """Part of the caller's unit of work: what lies before the Board about this company is taken from them."""
    query = select(BoardCopy).join(BoardPaper, BoardPaper.id == BoardCopy.paper_id).where(
        BoardCopy.account_id == by.account_id, BoardPaper.company_id == company_id, BoardPaper.closed_at.is_(None),
    )  # fmt: skip
    for copy in db.session.scalars(query.with_for_update(of=BoardCopy)):
        copy.tie, copy.sealed, copy.vote, copy.voted_at = kind, None, None, None


# --- recorded ----------------------------------------------------------------------------------------------------


def tally(item_id: str) -> Tally | None:
    """Of what lies before the Board; None where nothing was sent to it."""
    paper = _open(item_id)
    if paper is None:
        return None
    query = select(BoardCopy, Account.name).join(Account, Account.id == BoardCopy.account_id)
    rows = db.session.execute(query.where(BoardCopy.paper_id == paper.id).order_by(BoardCopy.account_id)).all()
    counts = Counter((copy.pillar, copy.vote) for copy, _name in rows if copy.vote and not copy.tie)
    votes = "; ".join(_by_pillar(pillar, counts) for pillar in Pillar) if counts else ""
    aside = "; ".join(f"{name} ({WHY[copy.tie]})" for copy, name in rows if copy.tie)
    facts = {
        "paper": paper.id, "aside": [copy.account_id for copy, _name in rows if copy.tie],
        "votes": {pillar.value: [counts[pillar, one] for one in Vote] for pillar in Pillar},
    }  # fmt: skip
    return Tally(votes, aside, facts)


def _by_pillar(pillar: Pillar, counts: Mapping[tuple[Pillar, Vote], int]) -> str:
    numbers = {one.value: counts.get((pillar, one), 0) for one in Vote}
    said = _("%(yes)s for, %(no)s against, %(none)s abstained", yes=numbers["for"], no=numbers["against"],
             none=numbers["abstained"])  # fmt: skip
    return f"{PILLARS[pillar]}: {said}"


def counted(step: str, item: ConcernItem | None, values: dict[str, Any]) -> dict[str, Any]:
    """The answers of a decision with what the seats themselves said: their votes stand for what was typed, and whoever
    stands aside by rule is named whatever was typed."""
    found = tally(item.id) if item is not None and step in DECIDING else None
    if found is None:
        return values
    typed = str(values.get("recused") or "")
    aside = typed if found.aside in typed else "; ".join(one for one in (found.aside, typed) if one)
    return {**values, "votes": found.votes or values["votes"], **({"recused": aside} if aside else {})}


def close(item: ConcernItem, now: datetime) -> dict[str, Any]:
    """Part of the caller's unit of work: the decision is recorded. The facts of the votes, for its event."""
    found = tally(item.id)
    if found is None:
        return {}
    db.session.get_one(BoardPaper, found.facts["paper"]).closed_at = now
    return {"board": found.facts}
