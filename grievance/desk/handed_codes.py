"""A one-use code that the Secretariat reads to hand it over: never without its reader's name on the record."""

from grievance import clock
from grievance.access import Person, find_case
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow.events import CODE_READ


def note_reading(by: Person, reference: str, holder: str) -> None:
    """Before the code is shown: what cannot be noted is not read. `holder`: whose receipt it makes."""
    with unit_of_work():
        now = clock.now()
        chain.append(find_case(by, reference, lock=True), CODE_READ.kind, by, now, now, {"holder": holder})
