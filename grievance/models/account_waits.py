"""What one person began about somebody's account, and a second one confirms or three days do."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.extensions import Base
from grievance.models.people import Account
from grievance.models.types import enum_column


class Began(StrEnum):
    """That somebody has left for good, whose access is cut already; a new invitation for somebody who is here, or for
    somebody who had left; another address of somebody; or their first passkey."""

    LEFT_FOR_GOOD = "left_for_good"
    INVITED_AGAIN = "invited_again"
    CAME_BACK = "came_back"
    ADDRESS = "address"
    PASSKEY = "passkey"


class Ended(StrEnum):
    """Confirmed by another person; done by one alone, or by the clock, when the time was over; objected to (a cut was
    taken back); or overtaken by what happened to the account meanwhile."""

    CONFIRMED = "confirmed"
    ALONE = "alone"
    OBJECTED = "objected"
    OVERTAKEN = "overtaken"


class AccountWait(Base):
    """`began_by`: None from the command line. `due_at`: from when on one person is enough. `to_mail`: the accounts that
    are still to get a mail about it, tried again at `mail_at`. `wanted`: the new address, until it is decided."""

    __tablename__ = "account_waits"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    what: Mapped[Began] = mapped_column(enum_column(Began))
    began_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    began_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended: Mapped[Ended | None] = mapped_column(enum_column(Ended))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    to_mail: Mapped[list[Any]] = mapped_column(JSON, default=list)
    mail_at: Mapped[datetime | None]
    wanted: Mapped[str | None] = mapped_column(String(200))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    __table_args__ = (
        CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name="ended_has_a_date"),
        CheckConstraint(
            "ended IS NULL OR ended <> 'confirmed' OR began_by IS NULL OR ended_by <> began_by", name="two_people"
        ),
        Index(
            "uq_account_waits_one_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
    )
