"""A case as its company looks at it: what it owes first, then the packet, then what it can do.

All words of it come from `open_case_file` for the person who asks; here they are only put in order.
"""

from dataclasses import dataclass

from grievance.access import Person
from grievance.deadlines.rows import timetable
from grievance.extensions import Label
from grievance.models.case import Case, State, state_shown
from grievance.models.people import Account
from grievance.models.sides import COMPANY
from grievance.reports.casefile import CaseFile, Opened, OwedLine, open_case_file
from grievance.workflow import steps
from grievance.workflow.procedure import HAND_OVERS
from grievance.workflow.recusal import readers
from grievance.workflow.row import Row

PACKETS = HAND_OVERS | {"recall_packet"}


@dataclass(frozen=True)
class CompanyPage:
    """`own`: what the company owes, the next first; `others`: what is owed to the case by others.

    `next`: the step that it owes next, if the table allows it now; `rows`: all that the table allows, each with None or
    what stands against it; `rest`: these without the next. `readers`: its people who can see the case.
    """

    file: CaseFile
    state: State
    own: list[OwedLine]
    others: list[OwedLine]
    packet: Opened | None
    messages: list[Opened]
    next: Row | None
    rows: list[tuple[Row, Label | None]]
    readers: list[Account]

    @property
    def rest(self) -> list[tuple[Row, Label | None]]:
        return [(row, missing) for row, missing in self.rows if row is not self.next]


def open_company_page(person: Person, case: Case) -> CompanyPage:
    file = open_case_file(person, case)
    own = [limit for limit in file.limits if limit.owed_by == COMPANY]
    packet = next((w for w in file.writings if w.step in PACKETS), None)
    rows = steps.choices_now(person, case, file.keys)
    return CompanyPage(
        file=file,
        state=state_shown(COMPANY, case),
        own=own,
        others=[limit for limit in file.limits if limit.owed_by != COMPANY],
        packet=packet,
        messages=[w for w in file.writings if w is not packet],
        next=_next(own, rows),
        rows=rows,
        readers=readers(case),
    )


def _next(own: list[OwedLine], rows: list[tuple[Row, Label | None]]) -> Row | None:
    """The step that meets the first of what is owed; what is held or cannot be done now is passed over. Whether to
    agree to good offices is the company's choice: no step is next for it."""
    possible = {row.step: row for row, missing in rows if missing is None}
    owed = (timetable().kinds[limit.key].done_by for limit in own if not limit.paused)
    return next((possible[step] for step in owed if step in possible), None)
