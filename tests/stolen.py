"""Somebody else makes a new receipt with hers, and she says with the old one that it was not her."""

from datetime import datetime

import time_machine

from grievance.access import Person
from grievance.accounts import new_receipt, receipts
from grievance.intake.filing import new_secret
from grievance.workflow import not_me


def stolen(code: str, at: datetime) -> tuple[Person, str]:
    """Who has the new receipt, and that; the case is frozen."""
    with time_machine.travel(at, tick=False):
        followed = new_receipt.make(receipts.person_with(code), form := new_secret(), False)
        assert followed and not_me.freeze(code)
        new = receipts.shown(form)
        return receipts.person_with(new), new
