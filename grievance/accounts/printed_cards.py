"""What the code of a printed card is good for: a complaint begins with it, once. It opens no case and no word.

Whoever printed, carried or photographed a sheet has its codes. So a code is no receipt and leads to none: that is
made new when the complaint is filed. And nothing outside the office tells whether a card was used: it would say
of somebody who was seen with it that she complained (docs/decisions/0102-by-telephone.md).
"""

from typing import cast

from sqlalchemy import CursorResult, select, update

from grievance import clock
from grievance.accounts.receipts import Tried, receipt_keys
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.models.printed_card import CardSheet, PrintedCard

STEP = "printed_card"
"""What the writing is called by which the Secretariat reads with which sheet a complaint came."""


def make(sheet: CardSheet) -> tuple[list[str], list[PrintedCard]]:
    """New codes (20 digits each) and what is kept of them: as many as the sheet has. Slow on purpose, as for every
    receipt: outside of a transaction. `sheet_id` is the caller's."""
    codes = [receipt_codes.make() for _number in range(sheet.size)]
    kept = [PrintedCard(lookup=receipt_keys(code).lookup.hex(), valid_until=sheet.valid_until) for code in codes]
    return codes, kept


def found(typed: str | Tried) -> str:
    """By what the card of this code is found; empty where no card has it, or its sheet is revoked or too old. The same
    for one that was used. Raises `BadReceipt` for a slip."""
    for keys in (typed if isinstance(typed, Tried) else Tried(typed)).receipts():
        known = select(PrintedCard.lookup).where(PrintedCard.lookup == keys.lookup.hex())
        if lookup := db.session.scalar(known.where(PrintedCard.valid_until >= clock.office_today())):
            return lookup
    return ""


def use(lookup: str) -> int | None:
    """Count the card where none has counted it, and say which sheet it was of; None where it counts no more. A
    complaint is taken in either case. Part of the unit of work that files it."""
    unused = update(PrintedCard).where(
        PrintedCard.lookup == lookup, PrintedCard.used.is_(False), PrintedCard.valid_until >= clock.office_today()
    )
    counted = cast(CursorResult[None], db.session.execute(unused.values(used=True)))
    if not counted.rowcount:
        return None
    sheet_id = db.session.scalar(select(PrintedCard.sheet_id).where(PrintedCard.lookup == lookup))
    db.session.execute(update(CardSheet).where(CardSheet.id == sheet_id).values(used=CardSheet.used + 1))
    return sheet_id
