"""Other doors: courts, labour inspectorates, unions and others, to which somebody may go besides or instead."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class Door(Base):
    """One of them. Retired ones stay, and are shown to nobody outside.

    `kind`: a key of `doors.entries.KINDS`. `countries`: codes of two letters; none: everywhere. `harms`: keys of the
    plain groups of the form; none: any. `languages`: codes of languages that are spoken there. `does` and `does_not`:
    in English; `texts`: the same by language, {"ar": {"does": "…", "does_not": "…"}}. `costs` and `needs_name`: "yes",
    "no", or "unknown". `checked_on`: the day when somebody of the office last asked them, and `checked_by` who that
    was, None where a table said so. `version` grows with every change.
    """

    __tablename__ = "doors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    countries: Mapped[list[Any]] = mapped_column(JSON, default=list)
    harms: Mapped[list[Any]] = mapped_column(JSON, default=list)
    languages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    does: Mapped[str] = mapped_column(Text)
    does_not: Mapped[str] = mapped_column(Text)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(String(200), default="")
    telephone: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    costs: Mapped[str] = mapped_column(String(10))
    needs_name: Mapped[str] = mapped_column(String(10))
    checked_on: Mapped[date]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("version > 0", name="counts_changes"),)
