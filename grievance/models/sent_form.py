"""What was sent already: so that a form, or a request of the API, that arrives twice has one effect."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base


class SentForm(Base):
    """A form whose effect is done, written in the transaction of that effect.

    `key_hash` and `body` are MACs under the server's key: no word that somebody sent, no token and no code can be
    guessed from them. `result`: the address of a page, which holds no secret either. `secret_shown`: the first answer
    had something in it that is shown once.
    """

    __tablename__ = "sent_forms"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(400))
    secret_shown: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(index=True)
