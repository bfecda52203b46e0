"""Everything that people write: sealed per compartment, one row each; and the letters that events owe."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.crypto.compartments import Compartment
from grievance.crypto.hashes import sha256
from grievance.extensions import Base
from grievance.models.event import Event
from grievance.models.types import RowId, enum_column


class Writing(Base):
    """One sealed writing: an account, a message, a note, a packet, a response. What it says is sealed JSON.

    `step` names the step that wrote it, `event_id` the event that came with it; it is empty where that was written
    before this was noted. It is no foreign key: events name limits, limits decisions, and decisions writings, so that
    there would be no order in which the rows could be stored; `doctor` looks instead. `epoch`: which key of the
    compartment it is sealed under.
    """

    __tablename__ = "writings"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    compartment: Mapped[Compartment] = mapped_column(enum_column(Compartment))
    n: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    remedy_id: Mapped[RowId | None] = mapped_column(ForeignKey("remedies.id"))
    written_at: Mapped[datetime]
    event_id: Mapped[int | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    epoch: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index("ix_writings_case", "case_id", "written_at"),
        CheckConstraint("n = 0 OR compartment IN ('company', 'shared')", name="only_hand_overs_count"),
    )


class Attachment(Base):
    """One file that came with a writing. The writing holds its name and key, a folder its ciphertext under `id`."""

    __tablename__ = "attachments"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    writing_id: Mapped[RowId] = mapped_column(ForeignKey("writings.id"))
    digest: Mapped[str] = mapped_column(String(64))

    writing: Mapped[Writing] = relationship()
    """Nobody reads it: declared, it has the unit of work write a new writing before its files."""


class RemedyStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WAIVED = "waived"
    DELIVERED = "delivered"
    VERIFIED = "verified"
    DISPUTED = "disputed"


class RemedyKind(StrEnum):
    """The forms of remedy of the UN Guiding Principles (25) and the Basic Principles on the Right to a Remedy."""

    RESTITUTION = "restitution"
    COMPENSATION = "compensation"
    REHABILITATION = "rehabilitation"
    SATISFACTION = "satisfaction"
    NON_REPETITION = "non_repetition"
    CESSATION = "cessation"


class Remedy(Base):
    """One promise, which the complainant can accept, confirm and contest by itself. Its words are sealed."""

    __tablename__ = "remedies"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    kind: Mapped[RemedyKind] = mapped_column(enum_column(RemedyKind))
    status: Mapped[RemedyStatus] = mapped_column(enum_column(RemedyStatus), default=RemedyStatus.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    respondent_id: Mapped[RowId | None] = mapped_column(ForeignKey("respondents.id"), index=True)

    __table_args__ = (UniqueConstraint("case_id", "number"),)


class Outcome(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"


class Decision(Base):
    """A step that one person proposed and another approves or refuses. What it says lies in a sealed writing.

    `proposed_by` is empty where it is a complainant's, with a receipt that was replaced a short time ago.
    """

    __tablename__ = "decisions"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    writing_id: Mapped[RowId] = mapped_column(ForeignKey("writings.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    solo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        CheckConstraint(
            "solo OR decided_by IS NULL OR outcome <> 'approved' OR decided_by <> proposed_by",
            name="four_eyes",
        ),
        Index(
            "uq_decisions_one_open",
            "case_id",
            "step",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "ix_decisions_refused",
            "proposed_by",
            "decided_at",
            sqlite_where=text("outcome = 'refused'"),
            postgresql_where=text("outcome = 'refused'"),
        ),
    )


def letter_name(event_hash: str, recipient: str, template: str) -> str:
    """32 hex digits, the same each time."""
    return sha256(f"{event_hash} {recipient} {template}")[:32]


UNREACHED = text("unreached_since IS NOT NULL AND sent_at IS NULL")


class Letter(Base):
    """A letter that an event owes: a template's name and plain facts, put into words when it is read.

    `counts_from`: from when on a mail speaks of it, where that is not `owed_at`, until it has: for the office when she
    acted, of whom `owed_at` says the day, and for a company the release. `sent_at`: the day on which it was done with.
    `mailed`: the accounts that got a mail about it, while there are others for whom the server would not take one.
    `unreached_since`: nobody who may read it can get a mail; it waits until somebody can, however long.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    recipient: Mapped[str] = mapped_column(String(20))
    template: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    owed_at: Mapped[datetime]
    counts_from: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    again_at: Mapped[datetime | None]
    mailed: Mapped[list[Any]] = mapped_column(JSON, default=list)
    unreached_since: Mapped[datetime | None]

    event: Mapped[Event] = relationship(viewonly=True)

    @property
    def name(self) -> str:
        """In addresses. Its number counts the letters of all cases; this is as random as its event's hash is."""
        return letter_name(self.event.hash, self.recipient, self.template)

    __table_args__ = (
        UniqueConstraint("event_id", "recipient", "template"),
        Index("ix_letters_recipient", "recipient", "owed_at"),
        Index("ix_letters_unreached", "recipient", "case_id", sqlite_where=UNREACHED, postgresql_where=UNREACHED),
        Index(
            "ix_letters_unsent",
            "recipient",
            "owed_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )


class Holiday(Base):
    """A day of a calendar: that of the Secretariat ("*"), of a country ("MY"), of its region ("MY-02") or of one
    company ("c17"). `kind`: no business day (`off`); one although it is a weekend's (`works`); one that ends
    early (`half`).

    `expected`: its date hangs on the moon or on a gazette, and nobody has looked yet whether it came so. `added_at`,
    `added_by`: who entered it; unknown of one that an earlier version entered. `moved_until`: while the limits that it
    moves are being moved, the last case, in the order of their ids, of which this is done ("" before the first); None
    when it is done in all.
    """

    __tablename__ = "holidays"

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(12))
    on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8), default="off", server_default="off")
    wrong_by: Mapped[int | None]
    """Who said that it was typed wrongly, until another person decides."""
    expected: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime | None]
    added_by: Mapped[int | None]
    moved_until: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        UniqueConstraint("country", "on"),
        CheckConstraint("kind IN ('off', 'works', 'half')", name="kind_of_day"),
    )
