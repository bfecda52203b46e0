"""Seats of the Board: whose pillar, what keeps them out of a matter, what was sent to them, and how they voted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Pillar(StrEnum):
    GOVERNMENT = "government"
    INDUSTRY = "industry"
    CIVIL_SOCIETY = "civil_society"


class TieKind(StrEnum):
    """Why a seat stands aside where it is about a company: it is their own, buys from it, or they are paid by it."""

    OWN = "own"
    CLIENT = "client"
    FUNDER = "funder"


class Vote(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"


class BoardSeat(Base):
    """The pillar that an account of the Board sits for, as an approver set it; who has none is sent nothing."""

    __tablename__ = "board_seats"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    pillar: Mapped[Pillar] = mapped_column(enum_column(Pillar))
    set_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    set_at: Mapped[datetime]


class BoardTie(Base):
    """What a seat said of itself and a company. It ends by its own word, for what is sent to the Board afterwards."""

    __tablename__ = "board_ties"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    kind: Mapped[TieKind] = mapped_column(enum_column(TieKind))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BoardPaper(Base):
    """The dossier of one measure that was sent to the Board. `closed_at`: the decision was recorded, or it was sent
    once more."""

    __tablename__ = "board_papers"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    item_id: Mapped[RowId] = mapped_column(ForeignKey("concern_items.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    sent_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_board_papers_one_open", "item_id", unique=True, sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip


class BoardCopy(Base):
    """One seat's copy, sealed to that person's own key. `tie`: why it stands aside: then it has no copy and no vote."""

    __tablename__ = "board_copies"

    paper_id: Mapped[RowId] = mapped_column(ForeignKey("board_papers.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    pillar: Mapped[Pillar] = mapped_column(enum_column(Pillar))
    tie: Mapped[TieKind | None] = mapped_column(enum_column(TieKind))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    vote: Mapped[Vote | None] = mapped_column(enum_column(Vote))
    voted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(tie IS NULL) = (sealed IS NOT NULL)", name="aside_reads_nothing"),
        CheckConstraint("tie IS NULL OR vote IS NULL", name="aside_votes_nothing"),
        CheckConstraint("(vote IS NULL) = (voted_at IS NULL)", name="voted_has_a_date"),
    )
