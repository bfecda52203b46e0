"""What must be done elsewhere before a case can be handed over: said where its time is owed, with the page where it is
done. Else the only button there would be the one that dismisses a good complaint.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from grievance.access import Person
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.reports.actions import Choice
from grievance.reports.casefile import OwedLine
from grievance.workflow import conditions as only
from grievance.workflow.summaries import NOT_SAID, SHOW_SUMMARY

KEY, PEOPLE = "fingerprints.ask_company_key", "people.everybody"
ELSEWHERE: tuple[tuple[Label, str, Label], ...] = (
    (only.NOBODY_CONFIRMED_ITS_KEY, KEY, _l("Confirm the key of this company")),
    (only.NOBODY_CONFIRMED_ITS_CALENDAR, "company_calendars.everything", _l("Calendars to confirm")),
    (only.NOBODY_SIGNED_IN, PEOPLE, _l("People")),
    (only.NOBODY_COULD_READ, PEOPLE, _l("People")),
)  # fmt: skip
"""What stands against a hand-over, the page where an approver ends that, and what its link says."""


@dataclass(frozen=True)
class DoneFirst:
    """`endpoint`: empty for whoever cannot do it themselves; `company_id` where it is about one."""

    step: Label
    sentence: Label
    link: Label
    endpoint: str
    company_id: int | None
    own_step: str = ""
    """The step of this very case that comes first, where that is what is to be done."""


def done_first(by: Person, case: Case, limit: OwedLine, choices: Sequence[Choice]) -> DoneFirst | None:
    """The first of them that stands against a step by which this limit would be met."""
    meets = [(row, missing) for row, missing in choices if row.hands_over and limit.key in row.meets]
    for sentence, endpoint, link in ELSEWHERE:
        for row, missing in meets:
            if missing is sentence:
                does = by.role == Role.APPROVER and by.party_seed is not None
                company_id = case.company_id if endpoint == KEY else None
                return DoneFirst(row.title, sentence, link, endpoint if does else "", company_id)
    return _she_reads_it_first(meets, choices)


def _she_reads_it_first(meets: Sequence[Choice], choices: Sequence[Choice]) -> DoneFirst | None:
    first = next((row for row, missing in choices if row.step == SHOW_SUMMARY.step and not missing), None)
    for row, missing in meets:
        if first and missing is NOT_SAID:
            return DoneFirst(row.title, NOT_SAID, first.title, "", None, first.step)
    return None
