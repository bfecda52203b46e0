"""Questions that somebody outside asks the Secretariat, about no case: a client, or a company that wants to join."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class PublicQuestion(Base):
    """One of them. It goes some time after it was answered.

    `about`: a key of `desk.public_questions.ABOUT`; `language`: of the page on which it was asked. `sealed_key` is
    sealed to the Secretariat's key that `key_id` names; under that key lie the words with the way to reach whoever asks
    (`sealed`, JSON) and what was answered (`sealed_answer`). No hour is kept.
    """

    __tablename__ = "public_questions"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(8))
    asked_on: Mapped[date]
    key_id: Mapped[str] = mapped_column(String(16))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (CheckConstraint("(answered_on IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),)
