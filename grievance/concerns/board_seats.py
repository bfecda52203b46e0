"""Who sits on the Board, for which pillar, and which companies each said to have to do with (decision 0097)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, may_administer
from grievance.concerns import board_papers
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Refused, clean
from grievance.models.board import BoardSeat, BoardTie, Pillar, TieKind
from grievance.models.people import Account, AccountStatus, Company, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

PILLARS: tuple[tuple[str, Label], ...] = (
    (Pillar.GOVERNMENT, _l("Governments")), (Pillar.INDUSTRY, _l("Industry")),
    (Pillar.CIVIL_SOCIETY, _l("Civil society")),
)  # fmt: skip
TIES: tuple[tuple[str, Label], ...] = (
    (TieKind.OWN, _l("It is my own company")), (TieKind.CLIENT, _l("I work for a client of it")),
    (TieKind.FUNDER, _l("It pays for my work")),
)  # fmt: skip
PILLAR = Field("pillar", _l("For which pillar"), Kind.CHOICE, choices=PILLARS)
TIE: tuple[Field, ...] = (
    Field("company", _l("Company"), Kind.CHOICE),
    Field("kind", _l("What you have to do with it"), Kind.CHOICE, weighed=True, choices=TIES),
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """An account of the Board. `pillar`: None where nobody set it yet. `ties`: (company, what it is)."""

    account_id: int
    name: str
    pillar: Pillar | None
    ties: list[tuple[str, Label]]


def seats() -> list[Seat]:
    """All who are here, by name."""
    query = select(Account.id, Account.name, BoardSeat.pillar).outerjoin(BoardSeat, BoardSeat.account_id == Account.id)
    query = query.where(Account.role == Role.BOARD, Account.status == AccountStatus.ACTIVE).order_by(Account.name)
    rows = db.session.execute(query).all()
    return [Seat(number, name, pillar, _ties(number)) for number, name, pillar in rows]


def _ties(account_id: int) -> list[tuple[str, Label]]:
    """As the office reads them."""
    query = select(Company.name, BoardTie.kind).join(BoardTie, BoardTie.company_id == Company.id)
    query = query.where(BoardTie.account_id == account_id, BoardTie.ended_at.is_(None)).order_by(Company.name)
    return [(name, board_papers.WHY[kind]) for name, kind in db.session.execute(query)]


def ties_of(account_id: int | None) -> list[tuple[int, str, Label]]:
    """Those that were not ended, as the seat itself reads them: number, company, what it is."""
    query = select(BoardTie.id, Company.name, BoardTie.kind).join(Company, Company.id == BoardTie.company_id)
    query = query.where(BoardTie.account_id == account_id, BoardTie.ended_at.is_(None)).order_by(Company.name)
    return [(number, name, dict(TIES)[kind]) for number, name, kind in db.session.execute(query)]


def companies() -> list[tuple[str, str]]:
    query = select(Company.id, Company.name).order_by(Company.name)
    return [(str(number), name) for number, name in db.session.execute(query)]


def set_pillar(by: Person, account_id: int, raw: Mapping[str, Any]) -> None:
    """Raises `BadInput`, `Refused`."""
    if not may_administer(by):
        raise Refused(_("An approver says for which pillar somebody sits."))
    pillar, now = Pillar(clean((PILLAR,), raw)["pillar"]), clock.now()
    with unit_of_work() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.role != Role.BOARD:
            raise Refused(_("This person has no seat on the Board."))
        seat = session.get(BoardSeat, account_id) or BoardSeat(account_id=account_id)
        seat.pillar, seat.set_by, seat.set_at = pillar, by.account_id or 0, now
        session.add(seat)
        session.flush()
        chain.append(None, "board_seat_set", by, now, now, {"account": account_id, "pillar": pillar.value})


def is_seat(person: Person) -> bool:
    return person.role == Role.BOARD and person.party_seed is not None


def declare(by: Person, raw: Mapping[str, Any]) -> None:
    """From now on they stand aside where it is about this company, also in what waits. Raises `BadInput`, `Refused`."""
    if not is_seat(by):
        raise Refused(_("Only a seat of the Board says this, of itself."))
    known = companies()
    values, now = clean((Field("company", "", Kind.CHOICE, choices=known), TIE[1]), raw), clock.now()
    with unit_of_work() as session:
        company_id, kind = int(values["company"]), TieKind(values["kind"])
        session.add(BoardTie(account_id=by.account_id, company_id=company_id, kind=kind, since=now))
        session.flush()
        board_papers.stand_aside(by, company_id, kind)
        chain.append(None, "board_tie_declared", by, now, now, {"company": company_id, "as": kind.value})


def end_tie(by: Person, tie_id: int) -> None:
    """For what is sent to the Board afterwards. Raises `Refused`."""
    now = clock.now()
    with unit_of_work() as session:
        tie = session.get(BoardTie, tie_id, with_for_update=True)
        if tie is None or tie.account_id != by.account_id or tie.ended_at is not None or not is_seat(by):
            raise Refused(_("This is not in your list any more."))
        tie.ended_at = now
        session.flush()
        chain.append(None, "board_tie_ended", by, now, now, {"company": tie.company_id})
