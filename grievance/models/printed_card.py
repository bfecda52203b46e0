"""Printed cards: sheets of opening codes that somebody on the spot gives out, to begin a complaint with."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class CardSheet(Base):
    """One sheet. Its number is its `id`.

    `language`: a code of `forms.choices.LANGUAGES`, in which the cards are printed. `given_by`: as the office knows
    whoever gives them out. `size`: how many cards it has. `used`: how many of them a complaint came with; neither which
    one nor when. `valid_until`: the last day. `ended_on`: when it was revoked.
    """

    __tablename__ = "card_sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    given_by: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_on: Mapped[date]
    valid_until: Mapped[date]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint("used >= 0 AND used <= size", name="counts_its_cards"),
    )


class PrintedCard(Base):
    """One card, as what its code and the pepper give: it opens nothing. It goes with its sheet's last day, and at once
    where the sheet is revoked. `used`: it counts once."""

    __tablename__ = "printed_cards"

    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("card_sheets.id"), index=True)
    used: Mapped[bool] = mapped_column(default=False)
    valid_until: Mapped[date] = mapped_column(index=True)
