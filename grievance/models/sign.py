"""A sign that there is news: the texts that the office approved, and who asked for one. What it says stands in no clear
column beside whom it goes to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class SignText(Base):
    """A neutral text. It is never changed once it is approved: whoever chose it was shown exactly this one.

    `place`: which of the five of its language. `approved`: None while it waits for the second person. `ended_at`: it is
    offered no longer; `stopped`: nor sent, also to whoever chose it.
    """

    __tablename__ = "sign_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    place: Mapped[int]
    text: Mapped[str] = mapped_column(String(160))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("place BETWEEN 1 AND 5", name="one_of_five"),
        CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
    )


FAILED = text("failed_since IS NOT NULL")


class Sign(Base):
    """What the holder of one receipt asked for. It ends with the receipt.

    `sealed`: the address and the very text that she was shown, to the key of which the worker alone has the private
    half. `zone`, `days`, `from_hour`, `to_hour`: when one may come. `heard_seq`: up to which event of the case the
    worker has looked for news. `due_at`: when one is to go, by chance within her hours; `went_at`: when the last went,
    or may have. `tries`: since the last that went. `failed_since`: since when she cannot be reached.
    """

    __tablename__ = "signs"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    receipt_id: Mapped[RowId] = mapped_column(ForeignKey("receipt_envelopes.id"), unique=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("sign_texts.id"))
    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    zone: Mapped[str] = mapped_column(String(40))
    days: Mapped[list[Any]] = mapped_column(JSON)
    from_hour: Mapped[int]
    to_hour: Mapped[int]
    heard_seq: Mapped[int]
    due_at: Mapped[datetime | None]
    went_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    failed_since: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("0 <= from_hour AND from_hour < to_hour AND to_hour <= 24", name="hours_of_one_day"),
        Index("ix_signs_due", "due_at"),
        Index("ix_signs_failed", "case_id", sqlite_where=FAILED, postgresql_where=FAILED),
    )
