"""A question to the Secretariat outside any case, and what both sides wrote."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class EnquiryReader(StrEnum):
    """To whose key words are sealed."""

    SECRETARIAT = "secretariat"
    COMPANY = "company"


class Enquiry(Base):
    """One question and what followed. `waits`: the Secretariat has not answered the newest of it. `news`: the company
    has not opened the newest answer yet."""

    __tablename__ = "enquiries"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    waits: Mapped[bool]
    news: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_enquiries_waits", "id", sqlite_where=text("waits"), postgresql_where=text("waits")),)


class EnquiryWords(Base):
    """What was written at one time, sealed to one reader's key: once for each of the two. `of_office`: the Secretariat
    wrote it."""

    __tablename__ = "enquiry_words"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    enquiry_id: Mapped[RowId] = mapped_column(ForeignKey("enquiries.id"), index=True)
    reader: Mapped[EnquiryReader] = mapped_column(enum_column(EnquiryReader))
    of_office: Mapped[bool]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    commit: Mapped[str] = mapped_column(String(64))
