"""What a company is not told yet: what she did, until the day's release (docs/decisions/0063-the-days-release.md)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class HeldBack(Base):
    """One step of hers, or one that builds on it, in a case that a company reads: `until` the release the company reads
    the case as it was before.

    `first_seq` to `last_seq`: the events that came with it. `changes`: what it did to other rows,
    `{"limits": {"17": {"met_at": [before, after]}, "18": null}}`; null for a row that was not there before. It says
    nothing that those rows do not say, and not when: `until` is an hour that each day has. Once that has come, the
    worker's next round takes the row away.
    """

    __tablename__ = "held_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    until: Mapped[datetime]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (UniqueConstraint("case_id", "first_seq"), Index("ix_held_back_release", "until"))
