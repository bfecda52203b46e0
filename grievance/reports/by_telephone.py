"""What is said of a case to whoever gives its receipt by telephone: where it stands and whose the next step is."""

from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.deadlines.days import full_date
from grievance.extensions import Label, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.reports.casefile import OwedLine, open_case_file
from grievance.workflow.words import STANDING

NEXT: dict[str, Label] = {
    COMPANY: _l("The next step is the company's, by %(date)s."),
    COMPLAINANT: _l("The next step is yours, by %(date)s."),
}
OURS = _l("The next step is ours, by %(date)s.")


def said(person: Person, case: Case, language: str) -> list[str]:
    """Two sentences in this language, of what her own page shows. `person`: whoever has the receipt."""
    limits = open_case_file(person, case).limits
    with speaking(language):
        return [str(STANDING[case.state.value]), _next_step(limits)]


def _next_step(limits: list[OwedLine]) -> str:
    """What is due first, of what is not late; what is late, where nothing else is owed."""
    running = [one for one in limits if not one.paused]
    if not running:
        return str(_("Nobody owes a next step just now."))
    today = clock.office_today()
    first = min(running, key=lambda one: (one.due_on < today, one.due_on))
    return str(NEXT.get(first.owed_by, OURS)) % {"date": full_date(first.due_on)}
