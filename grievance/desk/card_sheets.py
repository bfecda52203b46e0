"""Sheets of printed cards: made for whoever gives them out, counted and revoked by the office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import printed_cards
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.printed_card import CardSheet, PrintedCard
from grievance.record import chain
from grievance.record.transaction import unit_of_work

SIZE = 20
"""Cards of a sheet."""
MOST = 200
"""Sheets that work at the same time."""
ASKS: tuple[Field, ...] = (
    Field("language", _l("Language of the cards"), Kind.CHOICE, choices=LANGUAGES),
    Field("given_by", _l("Who gives them out"), Kind.LINE, help=_l(
        "As you know them in the office: a word or a place, no full name. It is not locked, and stands on no card.")),
)  # fmt: skip
NAME = 60


@dataclass(frozen=True)
class Line:
    """One sheet as the desk shows it. `stands`: "good", "over" or "revoked"."""

    id: int
    language: str
    given_by: str
    size: int
    used: int
    made_on: date
    valid_until: date
    ended_on: date | None
    stands: str


def a_year_after(day: date) -> date:
    """The same day of the next year; 29 February ends with that month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def make(by: Person, raw: Mapping[str, Any]) -> tuple[CardSheet, list[str]]:
    """A new sheet, and its codes, which are stored nowhere. Raises `BadInput`, `Refused`."""
    _only_the_office(by)
    values = clean(ASKS, raw)
    given_by = " ".join(values["given_by"].split())
    if len(given_by) > NAME:
        raise BadInput({"given_by": _("This is too long: write at most %(number)s characters.", number=NAME)})
    today = clock.office_today()
    good = select(CardSheet.id).where(CardSheet.ended_on.is_(None), CardSheet.valid_until >= today)
    if len(db.session.scalars(good.limit(MOST)).all()) == MOST:
        raise Refused(_("There are %(number)s sheets that work. Revoke one that is not needed first.", number=MOST))
    sheet = CardSheet(
        language=values["language"], given_by=given_by, size=SIZE, used=0, made_by=by.account_id or 0, made_on=today,
        valid_until=a_year_after(today),
    )  # fmt: skip
    codes, cards = printed_cards.make(sheet)
    with unit_of_work() as session:
        session.add(sheet)
        session.flush()
        for card in cards:
            card.sheet_id = sheet.id
        session.add_all(cards)
        _note(by, "card_sheet_made", sheet)
    return sheet, codes


def revoke(by: Person, sheet_id: int) -> None:
    """None of its cards counts any more, or is known. Raises `Refused`."""
    _only_the_office(by)
    with unit_of_work() as session:
        sheet = session.get(CardSheet, sheet_id, with_for_update=True, populate_existing=True)
        if sheet is None or sheet.ended_on is not None:
            raise Refused(_("This sheet was revoked already."))
        sheet.ended_on, sheet.ended_by = clock.office_today(), by.account_id
        session.execute(delete(PrintedCard).where(PrintedCard.sheet_id == sheet_id))
        _note(by, "card_sheet_revoked", sheet)


def listed() -> list[Line]:
    """Every sheet, the newest first."""
    today = clock.office_today()
    return [_line(one, today) for one in db.session.scalars(select(CardSheet).order_by(CardSheet.id.desc()))]


def _line(sheet: CardSheet, today: date) -> Line:
    stands = "revoked" if sheet.ended_on else "good" if sheet.valid_until >= today else "over"
    return Line(
        sheet.id, sheet.language, sheet.given_by, sheet.size, sheet.used, sheet.made_on, sheet.valid_until,
        sheet.ended_on, stands,
    )  # fmt: skip


def _only_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only admitted people of the Secretariat do this."))


def _note(by: Person, kind: str, sheet: CardSheet) -> None:
    now = clock.now()
    db.session.flush()
    chain.append(None, kind, by, now, now, {"sheet": sheet.id})
