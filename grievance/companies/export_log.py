"""Who took a company's cases away, noted on the office's chain: who and how many, never what."""

from grievance import clock
from grievance.access import Person
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def note_export(person: Person, form: str, cases: int) -> None:
    """A company took its cases away: who, in which form, and how many."""
    now = clock.now()
    with unit_of_work():
        facts = {"account": person.account_id, "company": person.company_id, "form": form, "cases": cases}
        chain.append(None, "exported", person, now, now, facts)
