"""Work beside the procedure: what somebody of the office is to do by a day, on a case or without one."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class Task(Base):
    """What one person of the Secretariat is to do by a day. A reminder is one, too.

    `account_id`: whose it is; `made_by`: who wrote it. `sealed_key` is sealed to the Secretariat's key that `key_id`
    names, and what is to be done under that key. `done_on`: the day at the office on which somebody said that it is
    done, and `done_by` who.
    """

    __tablename__ = "tasks"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    key_id: Mapped[str] = mapped_column(String(16))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
        Index(
            "ix_tasks_open",
            "due_on",
            sqlite_where=text("done_on IS NULL"),
            postgresql_where=text("done_on IS NULL"),
        ),
    )


class Tick(Base):
    """An item of a checklist that somebody ticked in a case. `item`: the keys of its list and of itself, joined by a
    dot; its words stand in checklists.toml."""

    __tablename__ = "ticks"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    day: Mapped[date]
