"""What was told of certificates that are about to lapse."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class CertificateReminder(Base):
    """That a certificate lapses was told so many days before: each step of each certificate once (L25).

    `until`: the certificate's last day, so that a new certificate is told of anew. `days`: 90, 30 or 0. `to_mail`: the
    accounts that are still to get a mail about it, tried again at `mail_at`; nobody where a later step had come.
    """

    __tablename__ = "certificate_reminders"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    until: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    to_mail: Mapped[list[Any]] = mapped_column(JSON, default=list)
    mail_at: Mapped[datetime | None] = mapped_column(index=True)
