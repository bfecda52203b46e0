"""Which steps count as the next move of a case: those that meet it by their rows, from the state that the case has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.models.case import Case
from grievance.models.people import SECRETARIAT_ROLES
from grievance.reports.actions import Choice
from grievance.reports.casefile import OwedLine
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import Row


@dataclass(frozen=True)
class Moves:
    """`possible`: what the reader may take now; `others`: what another person of the Secretariat takes, and `blocked`:
    what the reader could take, but that something stands against now."""

    possible: list[Row]
    others: list[Label]
    blocked: list[Label]


def next_moves(case: Case, limit: OwedLine, choices: Sequence[Choice], shown: Iterable[Row] = ()) -> Moves | None:
    """None where the limit is not the next move. `shown`: what has its button there already."""
    if limit.key != Deadline.NEXT_MOVE:
        return None
    own = {row.step: missing for row, missing in choices if not row.recorded}
    there = {row.step for row in shown}
    meets = {row.step: row for row in reversed(ROWS) if _counts(row, case)}
    found = [row for row in reversed(meets.values()) if row.step not in there]
    return Moves(
        [row for row in found if row.step in own and not own[row.step]],
        [row.title for row in found if row.step not in own],
        [row.title for row in found if own.get(row.step)],
    )


def _counts(row: Row, case: Case) -> bool:
    office = bool(row.who & SECRETARIAT_ROLES) and not row.recorded
    return office and case.state in row.source and Deadline.NEXT_MOVE in row.meets
