"""Passkeys: a device of a person, without which their password opens nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import enum_column


class Counts(StrEnum):
    """Waiting: for a second person, or three days. Confirmed: a second person typed its digits; it counts from its next
    use. Counting: the person's key is locked by it."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    COUNTING = "counting"


class Passkey(Base):
    """One passkey of an account.

    `public_key`: COSE, by which a device's answer is checked. `half`: the public half (1,216 bytes) of the HPKE pair
    that follows from what the device makes (WebAuthn's PRF); the other half is nowhere. `sealed`: what the account's
    key is locked with besides the password (32 random bytes), sealed to `half`; the same for each counting passkey of
    an account. `name`: what its person calls it. `sign_count` and `used_on` (a day, no hour): of its last use.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime]
    used_on: Mapped[date | None]
    half: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[Counts] = mapped_column(enum_column(Counts))

    __table_args__ = (CheckConstraint("(state = 'counting') = (sealed IS NOT NULL)", name="a_counting_one_opens"),)
