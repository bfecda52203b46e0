"""Tokens of companies: a company's own program reads and acts by one, as the person who made it."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class CompanyToken(Base):
    """A token that works, as far as the key log says so; one that was ended has no row.

    `digest`: SHA-256 of the token, which is stored nowhere. `sealed`: the seed of the company's key and that of the
    token's own signing key, under a key that the token gives: with another key of the company it works no more. `name`:
    what its people call it. `used_on`: the day on which it came last; no hour.
    """

    __tablename__ = "company_tokens"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_on: Mapped[date]
    used_on: Mapped[date | None]
