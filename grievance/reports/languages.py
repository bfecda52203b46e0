"""In which language words were written, where it is known: a screen reader speaks them as what they are.

Whoever complained wrote in the language of the form, a company answers and is handed packets in its own. What the
office writes to somebody, and an earlier company wrote, is in no language that anybody noted.
"""

from collections.abc import Iterable

from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.models.writing import Writing
from grievance.reports.answer_view import is_prose
from grievance.workflow import summaries
from grievance.workflow.procedure import TABLE

HERS = (Role.COMPLAINANT, Role.REPRESENTATIVE)
PACKET = "packet"
SHOWN_TO_HER = (summaries.SHOW_SUMMARY.step, "hers")
FOR_A_COMPANY = frozenset({row.step for row in TABLE if row.hands_over} | {"recall_packet"})


def of(side: str, case: Case, row: Writing, names: Iterable[str]) -> list[str]:
    """The language of each answer of a writing. `names`: of the answers, in their order. A company is told of none: in
    which language she complained would say who she is."""
    if side == COMPANY:
        return []
    return [_of(case, row, name) if is_prose(row.step, name) else "" for name in names if name != "files"]


def _of(case: Case, row: Writing, name: str) -> str:
    if row.role in HERS or (row.step, name) == SHOWN_TO_HER:
        return case.language
    theirs = row.role == Role.COMPANY or (row.step in FOR_A_COMPANY and name == PACKET)
    return case.company.language if theirs and case.company and row.n > case.handed_before else ""
