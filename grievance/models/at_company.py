"""What a company keeps for itself of the cases that it was handed: its own reference, who is in charge, and words that
nobody else opens."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Kept(StrEnum):
    """What a company's own words are."""

    NOTE = "note"
    WORDING = "wording"


class CaseAtCompany(Base):
    """A case as a company keeps it. `in_charge`: the account of its person in charge, None where it named nobody.
    `sealed`: its own reference, sealed to the key of the company that `key_id` names; None where it gave none."""

    __tablename__ = "cases_at_companies"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    in_charge: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str | None] = mapped_column(String(16), index=True)
    commit: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("company_id", "case_id"),
        Index("ix_cases_at_companies_charge", "in_charge", "case_id"),
        CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name="sealed_to_a_key"),
    )


class CompanyWords(Base):
    """A note of a company on a case, or a wording of its own; sealed to its key, and read by nobody else."""

    __tablename__ = "company_words"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[Kept] = mapped_column(enum_column(Kept))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    commit: Mapped[str] = mapped_column(String(64))

    __table_args__ = (CheckConstraint("(kind = 'note') = (case_id IS NOT NULL)", name="a_note_is_of_a_case"),)
