"""Who of the office took figures away, noted on the office's chain: who and of which days, never what."""

from datetime import date

from grievance import clock
from grievance.access import Person
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def note_taken(person: Person, what: str, first: date, last: date) -> None:
    """`what`: which figures; `first` and `last`: the days of their period."""
    now = clock.now()
    with unit_of_work():
        facts = {"account": person.account_id, "what": what, "first": first.isoformat(), "last": last.isoformat()}
        chain.append(None, "figures_taken", person, now, now, facts)
