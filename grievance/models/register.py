"""Old registers that were taken over: each run of the command, and which case is which of a register's."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.people import Company, Membership
from grievance.models.types import RowId, enum_column


class RegisterRun(Base):
    """One import, or one that was taken back at `undone_at`. `source`: the register's name by the mapping. `counts`: of
    lines and cases. `by`: whose address was given with the command, else nobody's."""

    __tablename__ = "register_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    taken_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone_at: Mapped[datetime | None]


class RegisterEntry(Base):
    """Which case of a register a case is. `number`: the register's own, `sought` how it is found. `said`: the SHA-256
    of what the register said last, so that a later export is seen to say something else. `run_id`: the run that changed
    it last."""

    __tablename__ = "register_entries"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(120), default="")
    sought: Mapped[str] = mapped_column(String(120), default="")
    said: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[int] = mapped_column(ForeignKey("register_runs.id"), index=True)

    __table_args__ = (Index("ix_register_entries_sought", "sought"),)


def sought(number: str) -> str:
    """A register's number as it is looked for: without blanks, in lower case."""
    return "".join(number.split()).casefold()


class Found(StrEnum):
    """What a company's name in a register is. `merged`: another company's. `nobody`: no company's; the name itself is
    gone then. `undone`: its import was taken back."""

    CONFIRMED = "confirmed"
    MERGED = "merged"
    NOBODY = "nobody"
    UNDONE = "undone"


class RegisterName(Base):
    """What an officer found about a company that came with a register by its name alone; there is no row before.

    `same_as_id`: of one that was merged, the company whose name it is. `key`: of one that is nobody's, by what a later
    import knows the name again (`name_key`).
    """

    __tablename__ = "register_names"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True, autoincrement=False)
    found: Mapped[Found] = mapped_column(enum_column(Found))
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    key: Mapped[str | None] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("(found = 'merged') = (same_as_id IS NOT NULL)", name="merged_into_one"),)


_CONFIRMED = select(RegisterName.company_id).where(RegisterName.found == Found.CONFIRMED)
LIVING = Company.id.not_in(select(RegisterName.company_id).where(RegisterName.found != Found.CONFIRMED))
"""The companies that a case can be about: not a name of a register that was found to be another's, or nobody's."""
SHOWN = and_(LIVING, or_(Company.membership != Membership.UNCONFIRMED, Company.id.in_(_CONFIRMED)))
"""Those of them that the public reads: a name that came with a register is shown once an officer has confirmed it."""
WAITING = and_(LIVING, Company.membership == Membership.UNCONFIRMED, Company.id.not_in(_CONFIRMED))
"""Those at which an officer has to look."""
