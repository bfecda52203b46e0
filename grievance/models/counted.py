"""How often people signed in and read, counted by day. No address of a machine, no browser, no address that was typed.

`said`: how much of `number` is on the record already; the sweep says the rest when the day is over
(`record.counted`). A row goes when all of it is on the record and it is old.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column

_UNSAID = text("number > said")


class Tried(StrEnum):
    """How somebody signed in, or did not. `wrong_code`: behind the right password."""

    PASSWORD = "password"  # noqa: S105 - how, and not with which
    CODE = "code"
    PASSKEY = "passkey"
    FAILED = "failed"
    WRONG_CODE = "wrong_code"


NOBODY = 0
"""The account of an address that is nobody's: which one was typed is not kept."""


class SignInCount(Base):
    """`day` and `hour`: by the office's clock. The hour is shown to its person alone, and is in no event."""

    __tablename__ = "sign_in_counts"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tried: Mapped[Tried] = mapped_column(enum_column(Tried), primary_key=True)
    number: Mapped[int]
    said: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_a_day"),
        Index("ix_sign_in_counts_day", "day"),
        Index("ix_sign_in_counts_unsaid", "day", sqlite_where=_UNSAID, postgresql_where=_UNSAID),
    )


class ReadingCount(Base):
    """How many pages and files of a case an account opened on a day."""

    __tablename__ = "reading_counts"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]
    said: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index("ix_reading_counts_day", "day"),
        Index("ix_reading_counts_unsaid", "day", sqlite_where=_UNSAID, postgresql_where=_UNSAID),
    )


class FileReading(Base):
    """How often an account opened one file of a case on a day: who looked at a piece of evidence, and when.

    `other_id`: where the file has a clean copy, or is one, the other of the two; else empty. It is no foreign key, nor
    is `file_id`: a file that is taken out leaves behind who had looked at it.
    """

    __tablename__ = "file_readings"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    file_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    other_id: Mapped[str] = mapped_column(String(32), default="", server_default="")
    number: Mapped[int]
    said: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index("ix_file_readings_day", "day"),
        Index("ix_file_readings_unsaid", "day", sqlite_where=_UNSAID, postgresql_where=_UNSAID),
    )


class SlowedTry(Base):
    """Who tries passwords often, by a name that only SECRET_KEYS and the day give: an account, a network, or both
    together (`accounts.slowed`). `until`: milliseconds since 1970 from when on nothing is remembered of it."""

    __tablename__ = "slowed_tries"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger, index=True)
