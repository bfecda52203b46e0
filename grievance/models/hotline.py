"""Hotlines: who files by telephone for the office, with a token that files and hears the state, and nothing else."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class Hotline(Base):
    """One of them, proposed by one person of the Secretariat; another makes its token, and only then it works.

    `digest`: SHA-256 of the token, which is stored nowhere; None until it is made, and again when it was ended.
    `used_on`: the day on which it came last; no hour.
    """

    __tablename__ = "hotlines"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_on: Mapped[date]
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_on: Mapped[date | None]
    used_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        CheckConstraint("(made_on IS NULL) = (made_by IS NULL)", name="made_by_somebody"),
        CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        CheckConstraint("digest IS NULL OR (made_on IS NOT NULL AND ended_on IS NULL)", name="works_once_made"),
    )
