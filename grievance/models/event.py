"""The record: events that are only ever added, chained by hash, and signed checkpoints over them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId

OFFICE_CHAIN = "office"
"""The chain of events that belong to no case: people, keys, calendar."""


class Event(Base):
    """One thing that happened. The database refuses to update or delete a row (triggers, migration 0001).

    `facts` and `sealed` are canonical JSON: plain facts without confidential words, and the SHA-256 of each
    sealed writing that came with the event. `missed_limit_id` is unique: a time limit is missed once, whatever
    happens to the machine or the number of workers (promise 2). `rows`: canonical JSON of what each row is from here on
    that this unit of work changed (record/vouched.py); empty in `format` 1.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    facts: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    missed_limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id"), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    format: Mapped[int] = mapped_column(default=1, server_default="1")
    rows: Mapped[str] = mapped_column(Text, default="", server_default="")

    __table_args__ = (UniqueConstraint("chain", "seq"), Index("ix_events_case", "case_id", "seq"))


OF_KINDS = (
    select(Event.id, Event.kind, Event.facts)
    .where(Event.chain == bindparam("case_id"), Event.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(Event.seq)
)
"""What happened of these kinds in a case, the first one first."""


class ChainHead(Base):
    """The end of the office's chain; its row is the lock under which that chain grows. `signed_seq` is how far
    checkpoints have signed it."""

    __tablename__ = "chain_heads"

    chain: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    signed_seq: Mapped[int] = mapped_column(default=0)


class Checkpoint(Base):
    """A signed statement of where the chains stood, and of the checkpoint before it.

    Format 1: `body` has the end of each chain that moved, `public_key` the Ed25519 key. Format 2: `body` has one root
    over what `leaves` says (`record.signed_heads`), `public_key` the SHA-256 of the key that the record names.
    """

    __tablename__ = "checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    leaves: Mapped[str | None] = mapped_column(Text)


class WeekRoot(Base):
    """One root over the checkpoints of a week, as it was published (`record.week_roots`).

    `until`: the Monday (UTC) before which they were taken; `last_checkpoint`: the newest of them. `salt` makes the
    blanks unguessable and is never given away. `body`, `signature` and `public_key` are as a checkpoint's.
    """

    __tablename__ = "week_roots"

    until: Mapped[date] = mapped_column(primary_key=True)
    last_checkpoint: Mapped[int] = mapped_column(ForeignKey("checkpoints.id"), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
