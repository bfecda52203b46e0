"""A complaint, as far as it is not confidential: what the clock, the letters and the figures may use."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    or_,
    select,
    text,
)
from sqlalchemy import case as case_when
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from grievance.extensions import Base
from grievance.models.people import Account, Company, Role
from grievance.models.sides import COMPANY
from grievance.models.types import RowId, enum_column

if TYPE_CHECKING:
    from grievance.models.limit import Limit


class State(StrEnum):
    """The five public states. Everything finer follows from which time limits are open."""

    RECEIVED = "received"
    REFERRED = "referred"
    ESCALATED = "escalated"
    REMEDIED = "remedied"
    CLOSED = "closed"


OPEN_STATES = frozenset(State) - {State.CLOSED}


class Track(StrEnum):
    """Remedy: somebody was harmed. Alert: credible evidence, no personal harm needed."""

    REMEDY = "remedy"
    ALERT = "alert"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Channel(StrEnum):
    """How the complaint, or a later step of the complainant's, reached the Secretariat."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    EMAIL = "email"
    REGISTER = "register"


class Spoken(StrEnum):
    """How far an account that was spoken is: the recording is the account, and words of it are hers only once she has
    said so."""

    SAID = "said"
    WRITTEN = "written"
    APPROVED = "approved"


UNSIGNED = text("head_seq - signed_seq <> 0")
"""The cases whose chain of events has gone on since a checkpoint signed it; written so that PostgreSQL knows how few
they are (migration 0021)."""
CANARY = "canary:"
"""How `register_key` begins in the case that backups are tried with. It is nobody's complaint (`backup.canary`)."""
TAKEN_BACK = "undone:"
"""How `register_key` begins in what is left of a case from a register whose import was taken back."""
WAITING = text("waits_since IS NOT NULL")
NOT_CLOSED = text("closed_at IS NULL")
ASKED_ABOUT = text("erased_at IS NULL AND (retention_asked_on IS NOT NULL OR retention_answer IS NOT NULL)")
RETAINED = text("retain_until IS NOT NULL AND erased_at IS NULL")
LOST = text("notice IS NOT NULL")
"""Of respondents: a case was handed to them by mistake."""
NOT_NOTED, OWES_NOTHING = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""In place of a moment in `Case.company_at`: a case from before it was noted, and one in which its company owes nothing
that runs."""
AT_COMPANY, IS_CLOSED = text("company_at IS NOT NULL"), text("closed_at IS NOT NULL AND handovers > 0")
QUEUES = ("company_id", "officer_id", "state", "severity")


class Case(Base):
    """One complaint. Its words, files and names are sealed in other tables; nothing here is confidential.

    `escalation_unseen`: it was escalated for somebody's safety, and the company is not shown that yet.
    `company_road`: "yes" or "no", whether she chose that the company may be asked; None where she is not asked.
    `admitted`: it was referred or escalated once. `membership_then`: what the company was when it happened.
    `mediation`: {"stage", "complainant", "company"}. `withdrawn_at`: a withdrawal waits to be confirmed or undone.
    `frozen_at`: somebody said that a receipt was replaced without them.
    `company_opened`: up to which of its hand-overs somebody of the company has opened the case.
    `by_post`: she said yes to letters on paper.
    `visits_shown`: she lets the Secretariat see on which day she last opened it.
    `waits_since`: since when the complainant waits for a word from the office.
    `queue_at`: the nearest due moment of what is owed, kept so that a queue of a million cases reads one page of an
    index; of a closed case only what the office owes (the workflow keeps it, `doctor` checks
    it).
    `company_at`: by when its company owes something next, as its own queue is sorted (`deadlines.at_companies`); empty
    where it was handed nothing that is open.
    `retain_until` and the three after it: see `workflow.keeping`, which alone says what they mean.
    `spoken`: how far a spoken account is written down (`Spoken`); empty where it was written.
    `company_id` points to the company of the current respondent, for the queues' indexes: `workflow.respondents` alone
    writes both, and `doctor` compares them. `handovers` is the number under which what the company reads is sealed; it
    grows with each hand-over, and with each change of company, so that an old company's keys read nothing new.
    `handed_before`: how far it had grown when the current respondent was named.
    `part_of`: of a part, the complaint's first case: what another company does is a case of its own (decision 0093).
    `parts`: of the first case, how many were opened; each part's `part_number` is its place among them.
    `version` grows with every change, so that a page loaded before a change is told so. `head_seq` and
    `head_hash` are the end of the case's chain of events (file 3, "The record"); `signed_seq` is how far checkpoints
    have signed it.
    """

    __tablename__ = "cases"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[State] = mapped_column(enum_column(State), default=State.RECEIVED)
    track: Mapped[Track] = mapped_column(enum_column(Track), default=Track.REMEDY)
    severity: Mapped[Severity | None] = mapped_column(enum_column(Severity))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    language: Mapped[str] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    topics: Mapped[list[Any]] = mapped_column(JSON, default=list)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    represented: Mapped[bool] = mapped_column(default=False)
    known_to_secretariat: Mapped[bool] = mapped_column(default=False)
    share_account: Mapped[bool] = mapped_column(default=False)
    share_identity: Mapped[bool] = mapped_column(default=False)
    company_road: Mapped[str | None] = mapped_column(String(3))
    by_post: Mapped[bool] = mapped_column(default=False, server_default=false())
    visits_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    handovers: Mapped[int] = mapped_column(default=0)
    company_opened: Mapped[int] = mapped_column(default=0)
    handed_before: Mapped[int] = mapped_column(default=0)
    suspended: Mapped[bool] = mapped_column(default=False)
    escalation_unseen: Mapped[bool] = mapped_column(default=False)
    safety_alert: Mapped[bool] = mapped_column(default=False)
    legal_hold: Mapped[bool] = mapped_column(default=False)
    admitted: Mapped[bool] = mapped_column(default=False)
    membership_then: Mapped[str | None] = mapped_column(String(20))
    referred_back: Mapped[int] = mapped_column(default=0)
    mediation: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    withdrawn_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    closed_by: Mapped[int | None]
    retain_until: Mapped[date | None]
    retention_asked_on: Mapped[date | None]
    retention_answer: Mapped[str | None] = mapped_column(String(10))
    retention_ended_on: Mapped[date | None]
    register_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    waits_since: Mapped[datetime | None]
    queue_at: Mapped[datetime | None]
    company_at: Mapped[datetime | None] = mapped_column(server_default=str(NOT_NOTED))
    spoken: Mapped[str | None] = mapped_column(String(20))
    part_of: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    part_number: Mapped[int] = mapped_column(default=0, server_default="0")
    parts: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=0)
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    signed_seq: Mapped[int] = mapped_column(default=0)

    company: Mapped[Company | None] = relationship()
    officer: Mapped[Account | None] = relationship()
    respondent: Mapped["Respondent | None"] = relationship(
        primaryjoin="and_(Case.id == foreign(Respondent.case_id), Respondent.ended_at.is_(None))",
        uselist=False,
        viewonly=True,
    )
    """The current one; `workflow.respondents` alone names it."""
    open_limits: Mapped[list["Limit"]] = relationship(
        primaryjoin="and_(Case.id == foreign(Limit.case_id), Limit.met_at.is_(None), Limit.stopped_at.is_(None))",
        order_by="Limit.due_at, Limit.id",
        back_populates="case",
    )
    """Those that were open when they were loaded, and what was opened since: `deadlines.owed` says which still are."""

    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_date"),
        CheckConstraint("handovers >= 0", name="handovers_not_negative"),
        CheckConstraint("part_of IS NULL OR parts = 0", name="parts_have_no_parts"),
        CheckConstraint("(part_of IS NULL) = (part_number = 0)", name="parts_are_numbered"),
        Index("ix_cases_state_received", "state", "received_at"),
        Index("ix_cases_queue_at", "queue_at", "id"),
        *(Index(f"ix_cases_queue_{name}", name, "queue_at", "id") for name in QUEUES),
        Index("ix_cases_closed", "closed_at", "id"),
        Index(
            "ix_cases_at_company",
            "company_id",
            "company_at",
            "id",
            sqlite_where=AT_COMPANY,
            postgresql_where=AT_COMPANY,
        ),
        Index(
            "ix_cases_closed_at_company",
            "company_id",
            "closed_at",
            "id",
            sqlite_where=IS_CLOSED,
            postgresql_where=IS_CLOSED,
        ),
        Index("ix_cases_retained", "retain_until", "id", sqlite_where=RETAINED, postgresql_where=RETAINED),
        Index("ix_cases_asked_about", "id", sqlite_where=ASKED_ABOUT, postgresql_where=ASKED_ABOUT),
        Index("ix_cases_alert", "safety_alert", "queue_at", "id"),
        Index("ix_cases_open", "company_id", sqlite_where=NOT_CLOSED, postgresql_where=NOT_CLOSED),
        Index(
            "ix_cases_alert_officer",
            "officer_id",
            "queue_at",
            "id",
            sqlite_where=text("safety_alert = 1"),
            postgresql_where=text("safety_alert"),
        ),
        Index("ix_cases_waits", "waits_since", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(
            "ix_cases_waits_officer", "officer_id", "waits_since", "id", sqlite_where=WAITING, postgresql_where=WAITING
        ),
        Index("ix_cases_unsigned", "id", sqlite_where=UNSIGNED, postgresql_where=UNSIGNED),
    )

    @property
    def with_company(self) -> bool:
        """Whether the current respondent was handed the case: a packet that went to an earlier one does not count."""
        return self.handovers > self.handed_before

    @property
    def company_has_looked(self) -> bool:
        """Whether somebody of the current respondent has opened anything that it was handed."""
        return self.company_opened > self.handed_before


class Ended(StrEnum):
    """Why a company is the respondent no more. Neither counts against it."""

    CORRECTED = "corrected"
    WRONG_COMPANY = "wrong_company"
    """It was handed the case, and was the wrong one."""


class Respondent(Base):
    """A company that a complaint is, or was, about: the first, the second, … of its case, `n`.

    What a company owes, and what it promised, names its respondent. One that has ended counts in no figure: its limits
    are nobody's breach. `notice`: the last letter to a company that loses the case, sealed to its own key, because it
    holds none of the case's any more; `confirmed_at`: it said that its copies are destroyed. `round`: how often it was
    handed the case, or the case came back from an end; what belongs to one round says so by this number.
    """

    __tablename__ = "respondents"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    n: Mapped[int]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[Ended | None] = mapped_column(enum_column(Ended))
    notice: Mapped[bytes | None] = mapped_column(LargeBinary)
    notice_key_id: Mapped[str | None] = mapped_column(String(16), index=True)
    notice_commit: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(default=0)

    case: Mapped[Case] = relationship(viewonly=True)

    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_has_a_reason"),
        Index("ix_respondents_lost", "company_id", "ended_at", sqlite_where=LOST, postgresql_where=LOST),
        # One company at a time: another respondent of the complaint is a part, and a case of its own.
        Index(
            "uq_respondents_one_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    @classmethod
    def not_former(
        cls, column: InstrumentedAttribute[str | None], case_id: str | BindParameter[str]
    ) -> ColumnElement[bool]:
        """The rows of a case that no former respondent owed, promised or was owed."""
        former = select(cls.id).where(cls.case_id == case_id, cls.ended_at.is_not(None))
        return or_(column.is_(None), column.not_in(former))


COMPANY_SHOWN = case_when((Case.escalation_unseen, State.REFERRED), else_=Case.state)
"""The state as a company is shown it, in a query."""


def state_shown(side: str, case: Case) -> State:
    """The state as this side is shown it: an escalation for somebody's safety is told to a company on a day that the
    office chose, or its end would tell why (file 2, "Never told to a company")."""
    return State.REFERRED if side == COMPANY and case.escalation_unseen else case.state


class Conflict(Base):
    """An account that must not see one case: it has a conflict of interest or is named as the subject."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)

    __table_args__ = (UniqueConstraint("case_id", "account_id"),)


class Deputy(Base):
    """An account of the Secretariat that may act in one case as what it is not elsewhere, because nobody else could."""

    __tablename__ = "deputies"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    named_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    named_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("case_id", "account_id", "role"),
        CheckConstraint("role IN ('officer', 'approver')", name="acts_for_the_secretariat"),
    )


class CaseLink(Base):
    """Two cases of one incident. Only the Secretariat knows: neither complainant learns of the other."""

    __tablename__ = "case_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)

    __table_args__ = (UniqueConstraint("case_id", "other_id"),)
