"""People of one incident for whom somebody speaks: each has a case of her own, and a row says who speaks in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class SpokenFor(Base):
    """The case of one person of a group, `number` of those whom the complaint `lead_id` speaks for.

    `receipt_id`: by which the spokesperson follows this case; nobody has digits of it. `slip_id`: the one-use code by
    which the person makes a receipt of her own. `sealed`: what both open and how the spokesperson calls this person, to
    the own key of the receipt `lead_receipt_id`: no foreign key, because that receipt may be erased, and then nothing
    opens it. `agreed_at`: when this
    person said herself that they may go on speaking for her.
    """

    __tablename__ = "spoken_for"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    lead_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    receipt_id: Mapped[RowId] = mapped_column(ForeignKey("receipt_envelopes.id"))
    slip_id: Mapped[RowId] = mapped_column(ForeignKey("receipt_envelopes.id"), index=True)
    lead_receipt_id: Mapped[RowId] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    agreed_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("lead_id", "number"),)
