"""Several officers on one case: who is beside whoever is in charge of it."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class Beside(Base):
    """An officer who works on a case beside the one in charge (`Case.officer_id`). It is a fact, and no right: they
    read the case because they hold the Secretariat's key, as before."""

    __tablename__ = "beside"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
