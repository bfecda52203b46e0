"""Places, units and happenings as complaints name them, and which complaints stand in which. No register of people."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Alleged(StrEnum):
    """What a record is of. None is of a person."""

    SITE = "site"
    UNIT = "unit"
    INCIDENT = "incident"


class Incident(Base):
    """A site, a unit or an incident. `sealed`: how it is called, where, on which day and when in it, as alleged, to the
    Secretariat's party. It stands for as long as one case that was not erased names it."""

    __tablename__ = "incidents"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    kind: Mapped[Alleged] = mapped_column(enum_column(Alleged))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    commit: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]


class StandsIn(Base):
    """What an officer said of a case: that it stands in an incident (`same`), or that it does not. Or, of two cases
    that were put beside each other, that they are not of one: then `other_id` is the second one. Kept when it is taken
    back (`ended_at`)."""

    __tablename__ = "stands_in"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    incident_id: Mapped[RowId | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    other_id: Mapped[RowId | None] = mapped_column(ForeignKey("cases.id"), index=True)
    same: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(incident_id IS NULL) <> (other_id IS NULL)", name="one_of_both"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )
