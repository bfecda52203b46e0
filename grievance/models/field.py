"""What comes from phones without a network: who may send, what arrived, and the keys to which phones seal."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId

_WAITS = text("settled_at IS NULL")


class FieldToken(Base):
    """What one person on the spot has in their phone: it sends, and reads nothing but the blank form.

    `name`: what the Secretariat calls them. `digest`: SHA-256 of the token, which is stored nowhere. `used_on`: the day
    on which it came last; no hour.
    """

    __tablename__ = "field_tokens"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
    used_on: Mapped[date | None]

    __table_args__ = (CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),)


class FieldSubmission(Base):
    """One filled-in form as it arrived.

    `known`: a MAC of its instanceID, and `said` one of its XML: a phone that sends again is known by both, and another
    one under the same number is a row beside the first. `unsealed`: the phone did not seal it. `whole`: the phone said
    that nothing more comes. `case_id`: the case that was made of it. `why`: why none was.
    """

    __tablename__ = "field_submissions"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    known: Mapped[str] = mapped_column(String(64))
    said: Mapped[str] = mapped_column(String(64))
    token_id: Mapped[RowId] = mapped_column(ForeignKey("field_tokens.id"), index=True)
    arrived_at: Mapped[datetime]
    last_at: Mapped[datetime]
    unsealed: Mapped[bool]
    whole: Mapped[bool]
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    why: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        UniqueConstraint("known", "said"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        Index("ix_field_submissions_waits", "arrived_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )


class FieldPart(Base):
    """One file of a submission, its XML too: the ciphertext lies in the folder under `id`.

    `known`: a MAC of its name and content. `sealed`: its key, name, size and hashes, as JSON, sealed to the
    Secretariat's key that `key_id` names; gone, with the ciphertext, once a case has it.
    """

    __tablename__ = "field_parts"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    submission_id: Mapped[RowId] = mapped_column(ForeignKey("field_submissions.id"))
    is_form: Mapped[bool]
    known: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    arrived_at: Mapped[datetime]
    key_id: Mapped[str | None] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    commit: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("submission_id", "known"),
        CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name="sealed_to_a_key"),
    )


class FieldKey(Base):
    """A pair to which phones seal: two people make it, each is a new version of the form, and old ones are kept.

    `public`: DER. `sealed`: the private half, sealed to the Secretariat's key that `key_id` names. Phones seal to the
    newest that was confirmed.
    """

    __tablename__ = "field_keys"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commit: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    confirmed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_at IS NOT NULL OR NOT confirmed", name="confirmed_when_decided"),
    )
