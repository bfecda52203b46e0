"""When the site was reachable: one row for each unbroken run of the web process."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class Heartbeat(Base):
    """From the first mark to the last of a run that no outage broke. A run grows by an UPDATE each minute, so that
    the table has as many rows as there were outages, and one more."""

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("began_at <= last_at", name="begins_before_it_ends"),)
