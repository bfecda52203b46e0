"""What in the words of a concern could show who complained: it warns, and an officer and an approver look again."""

from collections.abc import Iterable

from grievance import clock
from grievance.access import Person, visible
from grievance.concerns import seen
from grievance.extensions import db
from grievance.models.case import Case
from grievance.redaction.identity_leaks import Warned, warn
from grievance.reports.packet import warned_in


def of_words(person: Person, texts: Iterable[str], concern_id: str = "") -> list[Warned]:
    """Against what she wrote, where the concern was opened from her case; else by its shape alone."""
    case = _behind(person, concern_id) if concern_id else None
    year = clock.now().year
    each = (warned_in(person, case, text) if case else warn(text, (), (), year) for text in texts if text)
    return [one for found in each for one in found]


def _behind(person: Person, concern_id: str) -> Case | None:
    case_id = seen.one(person, concern_id).case_id
    return db.session.scalars(visible(person).where(Case.id == case_id)).one_or_none() if case_id else None
