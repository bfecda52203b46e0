"""Time limits: who owes what by when, with the rule and calendar that each was made with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.extensions import Base
from grievance.models.case import Case
from grievance.models.types import RowId

UNACKNOWLEDGED = "key = 'L1' AND met_at IS NULL AND stopped_at IS NULL"
RUNNING = text("met_at IS NULL AND stopped_at IS NULL")
MISSED = text("missed_at IS NOT NULL AND stopped_at IS NOT NULL AND corrected_at IS NULL")
"""And stopped, and found by nobody to be no miss: what began anew after it is late since then."""


class Limit(Base):
    """One running or past time limit of a case.

    Open until `met_at` or `stopped_at`; a missed one stays owed. `wake_at` is the next moment at which the
    clock has something to do for it (a reminder or the miss), and is empty where there is nothing more to do:
    with its index the sweep finds its work without scanning. `held`: a withdrawal waits, and nothing of the
    company's is missed meanwhile. `asked_until`: an extension was asked for; the clock waits for its decision until
    `waits_until`. `grace_seconds`: how long the site was out of reach on the last day; that is given again, once, and
    is in `due_at` and `due_on`. `dated_at`: when it got the date that it has, where that was after its opening: nobody
    is warned of what lay before. `corrected_at`: two people found that its miss was none, because it was due only on
    `corrected_on`; the miss stays on the record, and counts in no figure as a breach. `respondent_id`: of what is owed
    by a company, or on account of its answer. `round`: of what belongs to one round, the respondent's round in which
    it was opened.
    """

    __tablename__ = "limits"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    key: Mapped[str] = mapped_column(String(8))
    owed_by: Mapped[str] = mapped_column(String(20))
    frozen: Mapped[dict[str, Any]] = mapped_column(JSON)
    pauses: Mapped[list[Any]] = mapped_column(JSON, default=list)
    paused_at: Mapped[datetime | None]
    held: Mapped[bool] = mapped_column(default=False)
    asked_until: Mapped[date | None]
    waits_until: Mapped[datetime | None]
    grace_seconds: Mapped[int | None]
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    wake_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    dated_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    corrected_on: Mapped[date | None]
    met_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    remedy_id: Mapped[RowId | None] = mapped_column(ForeignKey("remedies.id"))
    decision_id: Mapped[RowId | None] = mapped_column(ForeignKey("decisions.id"))
    respondent_id: Mapped[RowId | None] = mapped_column(ForeignKey("respondents.id"), index=True)
    round: Mapped[int | None]

    case: Mapped[Case] = relationship(back_populates="open_limits")

    __table_args__ = (
        CheckConstraint("met_at IS NULL OR stopped_at IS NULL", name="met_or_stopped"),
        CheckConstraint("wake_at IS NULL OR (met_at IS NULL AND stopped_at IS NULL)", name="wakes_while_open"),
        Index("ix_limits_wake_at", "wake_at"),
        Index("ix_limits_case", "case_id"),
        Index(
            "ix_limits_unacknowledged",
            "due_at",
            "case_id",
            sqlite_where=text(UNACKNOWLEDGED),
            postgresql_where=text(UNACKNOWLEDGED),
        ),
        Index("ix_limits_running", "key", "case_id", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_limits_due", "due_at", "owed_by", "case_id", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_limits_missed", "key", "case_id", "stopped_at", sqlite_where=MISSED, postgresql_where=MISSED),
    )

    @property
    def open(self) -> bool:
        """Still owed: neither met nor stopped."""
        return self.met_at is None and self.stopped_at is None

    @property
    def breached(self) -> bool:
        """Missed, and nobody found since that it was not."""
        return self.missed_at is not None and self.corrected_at is None
