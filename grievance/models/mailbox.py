"""What the mail knows of each account: when something last went there, and since when its address is refused."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class Mailbox(Base):
    """`address`: where this was so. Another address of the same account knows nothing of it yet.

    `mailed_at`: of the last mail, whatever it spoke of. `refused_since`: a server took none for this address, or none
    can be made for it; it ends with the next one that goes there, and with nobody else's.
    """

    __tablename__ = "mailboxes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(200))
    mailed_at: Mapped[datetime | None]
    refused_since: Mapped[datetime | None]


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
