"""The receipt of a form that was not sent yet: it opens the form's secret, on any phone, as a receipt opens a case.

The digits follow from the secret (`code_of`), so that they can be shown before anything is kept. What is kept is what
they give, at the cost of a receipt. When the form is sent, the same digits are the receipt of the case.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from grievance import clock
from grievance.accounts.receipts import Tried, receipt_keys
from grievance.crypto import receipt_codes
from grievance.crypto.hashes import bytes_of
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.models.keys import DraftReceipt

SAID_FOR = timedelta(days=365)
"""For how long a receipt answers that its form was never sent, once the words are gone."""


def code_of(secret: str) -> str:
    """The receipt of the form that has this secret."""
    return receipt_codes.made_of(bytes_of(secret))


def _place(lookup: str) -> bytes:
    return place("draft receipt", lookup)


def made_for(secret: str, kept_until: datetime) -> DraftReceipt:
    """What is kept of a form's receipt. Slow on purpose, as for every receipt: outside of a transaction."""
    keys = receipt_keys(code_of(secret))
    lookup = keys.lookup.hex()
    sealed = seal(keys.wrapping, secret.encode(), _place(lookup))
    return DraftReceipt(lookup=lookup, sealed_secret=sealed, kept_until=kept_until)


def secret_of(tried: Tried) -> str | datetime | None:
    """The secret of the form that these digits open; where it ended unsent, the day on which it was deleted; None for
    digits of no form."""
    for keys in tried.receipts():
        lookup = keys.lookup.hex()
        row = db.session.scalars(select(DraftReceipt).where(DraftReceipt.lookup == lookup)).one_or_none()
        if row is None:
            continue
        if row.sealed_secret is None or row.kept_until <= clock.now():
            return row.kept_until
        return open_sealed(keys.wrapping, row.sealed_secret, _place(lookup)).decode()
    return None


def end(row: DraftReceipt, now: datetime) -> None:
    """The form ended unsent: what stays says on which day."""
    row.sealed_secret, row.kept_until = None, clock.day_began(now)
