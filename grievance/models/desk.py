"""What makes a desk comfortable: words that are kept while they are written, wordings, and views of the queue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


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
    """A query of the queue that one account keeps under a name."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("account_id", "name"),)
