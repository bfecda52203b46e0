"""A complaint, as far as it is not confidential: what the clock, the letters and the figures may use."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.extensions import Base
from grievance.models.people import Account, Company
from grievance.models.types import RowId, enum_column


class State(StrEnum):
    """The five public states. Everything finer follows from which time limits are open."""

    RECEIVED = "received"
    REFERRED = "referred"
    ESCALATED = "escalated"
    REMEDIED = "remedied"
    CLOSED = "closed"


OPEN_STATES = frozenset(State) - {State.CLOSED}


class Track(StrEnum):
    """Remedy: somebody was harmed. Alert: credible evidence, no personal harm needed."""

    REMEDY = "remedy"
    ALERT = "alert"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Channel(StrEnum):
    """How the complaint, or a later step of the complainant's, reached the Secretariat."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    EMAIL = "email"
    REGISTER = "register"


class Case(Base):
    """One complaint. Its words, files and names are sealed in other tables; nothing here is confidential.

    `version` grows with every change, so that a page loaded before a change is told so. `head_seq` and
    `head_hash` are the end of the case's chain of events (file 3, "The record").
    """

    __tablename__ = "cases"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[State] = mapped_column(enum_column(State), default=State.RECEIVED)
    track: Mapped[Track] = mapped_column(enum_column(Track), default=Track.REMEDY)
    severity: Mapped[Severity | None] = mapped_column(enum_column(Severity))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    language: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    topics: Mapped[list[Any]] = mapped_column(JSON, default=list)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    represented: Mapped[bool] = mapped_column(default=False)
    known_to_secretariat: Mapped[bool] = mapped_column(default=False)
    share_account: Mapped[bool] = mapped_column(default=False)
    share_identity: Mapped[bool] = mapped_column(default=False)
    handovers: Mapped[int] = mapped_column(default=0)
    suspended: Mapped[bool] = mapped_column(default=False)
    safety_alert: Mapped[bool] = mapped_column(default=False)
    legal_hold: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    retain_until: Mapped[date | None]
    register_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")

    company: Mapped[Company | None] = relationship()
    officer: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_date"),
        CheckConstraint("handovers >= 0", name="handovers_not_negative"),
        Index("ix_cases_state_received", "state", "received_at"),
    )


class Conflict(Base):
    """An account that must not see one case: it has a conflict of interest or is named as the subject."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)

    __table_args__ = (UniqueConstraint("case_id", "account_id"),)
