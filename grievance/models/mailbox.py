"""What the mail knows of each account: when something last went there, and since when its address is refused."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import enum_column


class Mailbox(Base):
    """`address`: where this was so. Another address of the same account knows nothing of it yet.

    `mailed_at`: of the last mail, whatever it spoke of. `refused_since`: a server took none for this address, or none
    can be made for it; it ends with the next one that goes there, and with nobody else's. `tasks_told_on`: the day at
    the office on which a mail last said how many tasks are due.
    """

    __tablename__ = "mailboxes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(200))
    mailed_at: Mapped[datetime | None]
    refused_since: Mapped[datetime | None]
    tasks_told_on: Mapped[date | None]


class WitnessMail(Base):
    """Each week's mail to one person, which says what the newest checkpoint was: their mailbox remembers it outside of
    the database. One row a person, of the newest week."""

    __tablename__ = "witness_mails"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoints.id"))
    owed_at: Mapped[datetime]
    again_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]


class Proves(StrEnum):
    """What a code that is mailed proves: that whoever accepts an invitation reads the mailbox that was invited; that
    whose address is to change reads the new one."""

    INVITATION = "invitation"
    ADDRESS = "address"


class CodeMail(Base):
    """A one-use code that goes by mail, and to nobody's screen. One an account: a new code takes the place of the one
    before it. `sealed`: under the server's key `key_id`, where it goes and the code, until it went; the code itself is
    nowhere else, only its hash, at the account or at what waits about it. `again_at`: when it is tried (again); empty
    where it went, or where the server refuses the address."""

    __tablename__ = "code_mails"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    what: Mapped[Proves] = mapped_column(enum_column(Proves))
    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    owed_at: Mapped[datetime]
    again_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
