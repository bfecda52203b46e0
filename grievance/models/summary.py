"""What a complainant was shown of what a company would read, and what she said to it. The words are sealed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Verdict(StrEnum):
    """What she says to it."""

    RIGHT = "right"
    CHANGE = "change"
    STOP = "stop"


class Summary(Base):
    """One text as it was shown, for one company: the newest of its case alone can go out.

    `digest`: of the text, the language that she read it in and the company; her *right* holds for it and no other.
    `writing_id`: the sealed words. `silence_at`: since when silence means that exactly this may go. `answered_as`: the
    complainant, or a representative. `handed_at`: when it went to the company.
    """

    __tablename__ = "summaries"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    language: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64))
    writing_id: Mapped[RowId] = mapped_column(ForeignKey("writings.id"))
    shown_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    shown_at: Mapped[datetime]
    silence_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    answered_at: Mapped[datetime | None]
    answered_as: Mapped[str | None] = mapped_column(String(20))
    handed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered_has_a_date"),
    )
