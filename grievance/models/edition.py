"""What the association publishes, frozen when it is proposed: its members' facts, and its figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class MemberEdition(Base):
    """The members' facts as of a day: proposed by one person, published by an approver who is another one.

    `facts`: a list with one company each (`companies.published.facts_of` says the shape). The public reads the newest
    that was `confirmed`, and never the companies' own rows. A new proposal takes the place of one that waits.
    """

    __tablename__ = "member_editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    facts: Mapped[list[Any]] = mapped_column(JSON)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]
    waits: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        CheckConstraint("(decided_at IS NULL) = waits", name="waits_until_then"),
        Index(
            "uq_member_editions_one_open",
            "waits",
            unique=True,
            sqlite_where=text("waits"),
            postgresql_where=text("waits"),
        ),
    )


class Edition(Base):
    """Figures of one quarter or one year as of a day: proposed, then public for ever, or refused.

    `slug`: a year (2026) or a quarter (2026-3); it is the address, and of each only one is ever public. `content`: JSON
    in UTF-8, all that the public sees. `sealed`: what was counted and the witnesses, under a key that is sealed to the
    Secretariat's key that `key_id` names. `approved`: None while it waits for the second person.
    """

    __tablename__ = "editions"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(8))
    as_of: Mapped[date]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        Index(
            "ix_editions_public", "slug", unique=True,
            sqlite_where=text("approved"), postgresql_where=text("approved"),
        ),
    )  # fmt: skip
