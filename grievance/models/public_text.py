"""Short texts that everybody reads: lessons learnt, and what a company says to its published figures."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base

REPLIES_NOW = text("company_id IS NOT NULL AND approved AND ended_at IS NULL")


class PublicText(Base):
    """One of them: proposed by one person, approved by an approver who is another, public until it is taken back.

    `company_id`: whose reply it is; None for a lesson. `edition`: the figures that a reply is about (2026), and `title`
    that of a lesson; empty otherwise. `language`: a code of `forms.choices.LANGUAGES`, in which it was written; nobody
    translates it. `words`: empty once it was taken back. `approved`: None while it waits; `reason`: why it was refused.
    `ended_at`: when it was taken back, or another took its place; of a refused one, when its author put it aside.
    """

    __tablename__ = "public_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    edition: Mapped[str] = mapped_column(String(8), default="")
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        CheckConstraint("(company_id IS NULL) = (edition = '')", name="a_reply_is_about_figures"),
        Index(
            "uq_public_texts_one_reply", "company_id", unique=True, sqlite_where=REPLIES_NOW,
            postgresql_where=REPLIES_NOW,
        ),
    )  # fmt: skip
