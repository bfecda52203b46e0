"""What a desk lives by: for whom something is new, words that are kept while they are written, wordings, and views of
the queue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId

OFFICERS = "officer"
"""The reader of a case that no officer has yet: whichever of them takes it."""
URGENT, PLAIN = 0, 1


class NewMark(Base):
    """Somebody who has not looked at a case since something happened in it; gone when they look.

    `reader`: the number of their account, or `OFFICERS`. `first_seq`: of the first event that they have not seen, and
    `since` when it was recorded. `rank`: `URGENT` where something of it is, as a queue is sorted; never for a company.
    For a complainant no row is kept: what is new to them follows from their receipt (`ReceiptEnvelope.seen_seq`).
    """

    __tablename__ = "new_marks"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    first_seq: Mapped[int]
    since: Mapped[datetime]
    rank: Mapped[int]

    __table_args__ = (
        CheckConstraint("(account_id IS NULL) = (reader = 'officer')", name="an_account_or_the_desk"),
        CheckConstraint("rank IN (0, 1)", name="urgent_or_not"),
        Index("ix_new_marks_reader", "reader", "rank", "since", "case_id"),
    )


class StepDraft(Base):
    """What one account has typed on the page of a step, and not sent yet: for that account alone.

    `slot`: the step, with its audience where it has one, so that words meant for one reader are never offered to
    another. `sealed_key` is sealed to the account's own public key, and the words under that key.
    `case_version`: of the case that the writer saw.
    """

    __tablename__ = "step_drafts"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    slot: Mapped[str] = mapped_column(String(60), primary_key=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    case_version: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(index=True)


class MessageTemplate(Base):
    """A wording that officers may begin a message or letter with. Retired ones stay, and are not offered."""

    __tablename__ = "message_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    step: Mapped[str] = mapped_column(String(40), index=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("version > 0", name="counts_changes"),)


class SavedView(Base):
    """A query of the queue that one account keeps under a name.

    `kind`: "own", or "shared" with all members of the Secretariat; "parts" is the one row without a name that says
    which parts of a line its account is shown.
    """

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10), default="own", server_default="own")

    __table_args__ = (UniqueConstraint("account_id", "name"),)
