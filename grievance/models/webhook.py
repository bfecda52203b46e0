"""Webhooks of companies: where a company's system is told that something waits, and what it is still to be told."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class CompanyWebhook(Base):
    """An address of a company's own system, as far as the key log has it.

    `account_id`: who made it, or made its last secret. `host`: where it is, for its people to know it again;
    `address`, all of it, and `sealed`, its secret, are opened by the worker alone. `former`: the secret before, good
    until `former_until`. `failing_since`: since when no message was taken, `fault` why (`outward.Why`, and what was
    answered); `given_up_at`: since when messages are given up. `off_at`: it was answered there that nothing is taken
    any more: nothing is sent until one of its people turns it on again. `reached_on`: the day on which a message was
    taken last; no hour.
    """

    __tablename__ = "company_webhooks"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    host: Mapped[str] = mapped_column(String(253))
    address: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    former: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(20))
    given_up_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    reached_on: Mapped[date | None]


class WebhookMessage(Base):
    """One message: that something waits in a case, or, without a case, a test. `id`: of all its tries the same.
    `again_at`: when it is tried; empty once it is `done_at`, which is when it was taken (`taken`) or given up."""

    __tablename__ = "webhook_messages"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    webhook_id: Mapped[RowId] = mapped_column(ForeignKey("company_webhooks.id"), index=True)
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    made_at: Mapped[datetime]
    again_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    taken: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "ix_webhook_messages_waiting",
            "again_at",
            sqlite_where=text("again_at IS NOT NULL"),
            postgresql_where=text("again_at IS NOT NULL"),
        ),
    )


class WebhookLetter(Base):
    """A letter that a company's webhooks were gone through for: they have a message about it, or are to have none."""

    __tablename__ = "webhook_letters"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    at: Mapped[datetime]
