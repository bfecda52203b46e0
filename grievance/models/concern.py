"""A concern about a company, what it was asked to put right, the measures against it, and what it owes of both."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Of(StrEnum):
    """What a concern is of, as it is counted in public."""

    PERSONNEL = "personnel"
    GOVERNANCE = "governance"
    OTHER = "other"


class Source(StrEnum):
    """Where it comes from. A complaint, and figures made of complaints, ask the company for nothing by themselves."""

    CASE = "case"
    FIGURES = "figures"
    NEWS = "news"
    AUDIT = "audit"
    VISIT = "visit"
    CERTIFICATION = "certification"


class Thing(StrEnum):
    """What a step is about."""

    CONCERN = "concern"
    ACTION = "action"
    MEASURE = "measure"


class Rung(StrEnum):
    """The ladder of measures, from its foot."""

    ADVICE = "advice"
    WARNING = "warning"
    GOOD_STANDING = "good_standing"
    SUSPENSION = "suspension"
    EXPULSION = "expulsion"


class Cause(StrEnum):
    """What a measure is for, as it is counted in public."""

    PERSONNEL = "personnel"
    GOVERNANCE = "governance"
    ACTION = "action"
    DUTIES = "duties"
    OTHER = "other"


class Stands(StrEnum):
    """Where a concern, an action or a measure stands."""

    OPEN = "open"
    CLOSED = "closed"
    ASKED = "asked"
    REPORTED = "reported"
    VERIFIED = "verified"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"
    HEARING = "hearing"
    HEARD = "heard"
    IN_FORCE = "in_force"
    NOT_TAKEN = "not_taken"
    APPEALED = "appealed"
    ENDED = "ended"


class Reader(StrEnum):
    """To whose key words are sealed."""

    SECRETARIAT = "secretariat"
    COMPANY = "company"


class Concern(Base):
    """What gives reason to look at a company. `case_id`: the case that it was opened from, known to the Secretariat
    alone, until that is erased. `may_ask`: there is something to ask the company about that is no complaint, or her
    *right*."""

    __tablename__ = "concerns"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    kind: Mapped[Of] = mapped_column(enum_column(Of))
    source: Mapped[Source] = mapped_column(enum_column(Source))
    case_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    may_ask: Mapped[bool]
    state: Mapped[Stands] = mapped_column(enum_column(Stands))
    opened_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_date"),)


class ConcernItem(Base):
    """A corrective action that was asked for, or a measure. `rung` and `cause`: of a measure. `since`: when it was
    asked for, proposed to the company or taken; `ended_at`: when nothing of it is owed or in force any more."""

    __tablename__ = "concern_items"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    concern_id: Mapped[RowId] = mapped_column(ForeignKey("concerns.id"), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    thing: Mapped[Thing] = mapped_column(enum_column(Thing))
    rung: Mapped[Rung | None] = mapped_column(enum_column(Rung))
    cause: Mapped[Cause | None] = mapped_column(enum_column(Cause))
    state: Mapped[Stands] = mapped_column(enum_column(Stands))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    since: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("(thing = 'measure') = (rung IS NOT NULL)", name="a_measure_has_a_rung"),)


class ConcernLimit(Base):
    """What a company owes by a day: to put something right (L24), to answer grounds (L30), or its right to appeal.

    By the calendar that it was made with. `warn_first_at`, `warn_last_at`: when it is warned; `warned`: how often it
    was. `wake_at`: when the clock has something to do, None where it has nothing more.
    """

    __tablename__ = "concern_limits"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    item_id: Mapped[RowId] = mapped_column(ForeignKey("concern_items.id"), index=True)
    key: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    warn_first_at: Mapped[datetime | None]
    warn_last_at: Mapped[datetime | None]
    warned: Mapped[int] = mapped_column(default=0)
    met_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)


class ConcernProposal(Base):
    """A step that waits for a second person, or was decided by one. `words_id`: what was written for it."""

    __tablename__ = "concern_proposals"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    concern_id: Mapped[RowId] = mapped_column(ForeignKey("concerns.id"), index=True)
    item_id: Mapped[RowId | None] = mapped_column(ForeignKey("concern_items.id"))
    step: Mapped[str] = mapped_column(String(40))
    words_id: Mapped[RowId]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    solo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_has_a_date"),
        CheckConstraint("solo OR decided_by IS NULL OR NOT approved OR decided_by <> proposed_by", name="two_people"),
    )


class ConcernWords(Base):
    """What was written at a step, sealed to one reader's key. `of_case`: her words among them, which go when her case
    is erased."""

    __tablename__ = "concern_words"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    concern_id: Mapped[RowId] = mapped_column(ForeignKey("concerns.id"), index=True)
    item_id: Mapped[RowId | None] = mapped_column(ForeignKey("concern_items.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    reader: Mapped[Reader] = mapped_column(enum_column(Reader))
    of_case: Mapped[bool]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    commit: Mapped[str] = mapped_column(String(64))


class ConcernMail(Base):
    """That something waits for these people, owed in the transaction of what they are told of, and gone when all have
    their mail: of which concern it was is not kept. `to_mail`: the accounts that are still to get it, at `mail_at`."""

    __tablename__ = "concern_mails"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    to_mail: Mapped[list[Any]] = mapped_column(JSON)
    mail_at: Mapped[datetime] = mapped_column(index=True)
