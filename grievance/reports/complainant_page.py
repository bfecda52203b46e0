"""A case as its complainant looks at it: what they owe first, then what others owe, then what they can do.

All words of it come from `open_case_file` for the person who asks; here they are only put in order.
"""

from dataclasses import dataclass
from typing import Any

from grievance import clock
from grievance.access import Person
from grievance.deadlines import office_hours
from grievance.extensions import Label
from grievance.forms.choices import TAGS
from grievance.models.case import Case
from grievance.models.writing import RemedyStatus
from grievance.reports.actions import Choice, meeting
from grievance.reports.casefile import CaseFile, OwedLine, open_case_file
from grievance.reports.standing import asked_anew, standing
from grievance.workflow import follow_ups, steps, words
from grievance.workflow.row import Row

COMPLAINANT = "complainant"
ORDER = {"approve_words": -2, "write": -1, "withdraw": 1}
"""A message is the first thing that is offered, and to withdraw the last; before both what she is asked anew."""
SAID = frozenset({"attach"})
"""Steps that stay on the page where they are not possible: why says what to do instead."""


@dataclass(frozen=True)
class ComplainantPage:
    """`own`: what the complainant owes, each with the steps that meet it; `others`: what is owed to the case by others.

    `rows`: all that the table allows, each with None or what stands against it; `rest`: those that are offered by
    themselves.
    """

    file: CaseFile
    standing: Label
    own: list[tuple[OwedLine, list[Row]]]
    others: list[OwedLine]
    rows: list[Choice]
    topics: list[Any]
    at_work: str
    """When somebody of the office is at work next."""

    @property
    def asked(self) -> Row | None:
        """Where the office asks her how it is now: at the head of her page, and in neutral words."""
        step = follow_ups.ANSWER.step
        return next((row for row, missing in self.rows if row.step == step and not missing), None)

    @property
    def rest(self) -> list[Choice]:
        shown = {row.step for _limit, rows in self.own for row in rows} | {follow_ups.ANSWER.step}
        offered = [c for c in self.rows if c[0].step not in shown and (c[1] is None or c[0].step in SAID)]
        first = {"change_consent": -2} if asked_anew(self.file.case) else {}
        return sorted(offered, key=lambda choice: {**ORDER, **first}.get(choice[0].step, 0))


def open_complainant_page(person: Person, case: Case) -> ComplainantPage:
    file = open_case_file(person, case)
    rows = steps.choices_now(person, case, file.keys)
    return ComplainantPage(
        file=file,
        standing=standing(case, any(remedy.status == RemedyStatus.DISPUTED for remedy in file.remedies)),
        own=[(limit, meeting(limit, rows, COMPLAINANT)) for limit in file.limits if limit.owed_by == COMPLAINANT],
        others=[limit for limit in file.limits if limit.owed_by != COMPLAINANT],
        rows=rows,
        topics=topics_shown(case),
        at_work=office_hours.for_case(case, clock.now()),
    )


def topics_shown(case: Case) -> list[Any]:
    """What the case is about, as its complainant reads it: the office's own marks are none of it."""
    tags = dict(TAGS)
    return [words.TOPICS[topic] for topic in case.topics if topic in words.TOPICS and topic not in tags]
