"""The steps that a person may take now, arranged for the eye: beside the time limit that they meet, then by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grievance.crypto.compartments import CaseKeys
from grievance.deadlines.corrections import is_free_again
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Kind
from grievance.models.case import Case, State
from grievance.reports.casefile import OwedLine
from grievance.workflow import choice_sources
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import GROUPS, Row

Choice = tuple[Row, Label | None]
"""A row, and None or the sentence that stands against it now."""

FOR_THE_COMPLAINANT = _l("By phone, letter or in person, for the complainant")


@dataclass(frozen=True)
class Offered:
    """`nearly`: the steps that are not possible now, with what is missing."""

    title: Label
    possible: list[Row]
    nearly: list[Choice]


def meeting(limit: OwedLine, choices: Sequence[Choice], side: str) -> list[Row]:
    """The steps by which this person can meet a limit now; none where somebody else owes it."""
    if limit.any_step or limit.owed_by not in (side, "approver" if side == "secretariat" else side):
        return []
    return [row for row, missing in choices if not missing and limit.key in row.meets + row.helps and not row.recorded]


def way_back(case: Case, limit: OwedLine, choices: Sequence[Choice]) -> list[Row]:
    """Beside the next move: back to the company, where an escalation was for a miss that was none."""
    if limit.key != Deadline.NEXT_MOVE or case.state != State.ESCALATED or not is_free_again(case):
        return []
    return [row for row, missing in choices if not missing and row.hands_over and row.target == State.REFERRED]


def once(owed: Sequence[tuple[OwedLine, list[Row]]]) -> list[tuple[OwedLine, list[Row]]]:
    """Two times for the same work, as for an alert that became critical, have its buttons at the first alone."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for limit, rows in owed:
        steps = tuple(row.step for row in rows)
        found.append((limit, [] if steps in seen else rows))
        seen.add(steps)
    return found


def by_subject(choices: Sequence[Choice]) -> list[Offered]:
    """All steps, grouped by what they are about; a group without any is left out."""
    own = [choice for choice in choices if not choice[0].recorded]
    groups = [_group(group.title, [c for c in own if c[0].group is group]) for group in GROUPS]
    groups.append(_group(FOR_THE_COMPLAINANT, [c for c in choices if c[0].recorded]))
    return [group for group in groups if group.possible or group.nearly]


def _group(title: Label, choices: list[Choice]) -> Offered:
    return Offered(title, [row for row, missing in choices if not missing], [c for c in choices if c[1]])


def proposed(case: Case, keys: CaseKeys, step: str, values: dict[str, Any]) -> list[tuple[Label, str]]:
    """The answers of a proposal as an approver reads them; the packet and what the program alone needs are left out."""
    asks = [f for f in next(row for row in ROWS if row.step == step).asks if f.kind != Kind.HIDDEN]
    shown = [f for f in asks if f.name in values and f.name != "packet"]
    return [(f.label, choice_sources.in_words(f, values[f.name], case, keys)) for f in shown]
