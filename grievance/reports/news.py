"""What happened in a case since somebody looked at it last, in the words of its timeline."""

from grievance.access import Person
from grievance.models.people import SECRETARIAT_ROLES
from grievance.reports.casefile import CaseFile, Happened
from grievance.reports.owed import owed
from grievance.workflow.labels import HAPPENINGS, happened


def news(person: Person, file: CaseFile, first: int | None) -> list[str]:
    """Each thing once, the newest first. `first`: the first event that this person has not seen; None for nothing new.
    One's own doing is no news, nor are words that were written to others."""
    if first is None:
        return []
    me = person.role.value if person.side == "complainant" else ""
    new = [one for one in file.timeline if one.seq >= first and _is_news(person, one)]
    return list(dict.fromkeys(_said(person, file, one, me) for one in new))


def _said(person: Person, file: CaseFile, one: Happened, me: str) -> str:
    """Of a time limit also what it asks for and by when: that one was missed says nothing."""
    if one.lapsed:
        return str(one.lapsed)
    words = str(happened(one.kind, one.facts.get("whose") or one.role, me))
    due = owed(file.case, person.side, one.kind, one.facts)
    return f"{words}: {due[0][0]} – {due[0][1]}" if due else words


def _is_news(person: Person, one: Happened) -> bool:
    """At the head of her page nothing speaks of her safety: whoever takes her phone reads that first."""
    if person.role in SECRETARIAT_ROLES:
        return not one.own
    return one.role != person.role.value and not one.for_others and not HAPPENINGS[one.kind].of_safety
