"""What the association looked at in a company outside any case: self-assessments, visits to sites, audits."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Looked(StrEnum):
    """How it was looked at."""

    SELF_ASSESSMENT = "self_assessment"
    SITE_VISIT = "site_visit"
    AUDIT = "audit"


class Monitoring(Base):
    """One of them. `on_day`: when the visit was, or when the report came. What it found is sealed to the Secretariat's
    key: the company is told of it by a concern, or not at all."""

    __tablename__ = "monitoring"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    kind: Mapped[Looked] = mapped_column(enum_column(Looked))
    on_day: Mapped[date]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    commit: Mapped[str] = mapped_column(String(64))
