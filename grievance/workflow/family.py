"""A complaint with several companies: what holds for the whole of it, and not for one part (decision 0093).

A step that is *of the family* is taken on the page of the complaint's first case, and then in each part that is where
the step can be taken: each with an event, limits and letters of its own, so that no company reads of another.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from grievance.access import opened
from grievance.accounts.parts import has_family, in_part, parts_of
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, State
from grievance.workflow import keeping
from grievance.workflow.context import SAID_BY, StepContext

if TYPE_CHECKING:
    from grievance.workflow.row import Row

WHO_WANTED_IT = ("proposed_by", SAID_BY, "solo")
"""Facts of a step that say the same of it in a part."""
OF_THE_WHOLE = (
    "add_respondent", "revoke_authority", "reissue_receipt", "let_speak", "ask_deletion", "undo_deletion",
    "answer_deletion", "erase", "erase_name", "answer_retention", "set_legal_hold",
    "lift_legal_hold", "end_freeze", "confirm_receipt", "correct_identity", "ask_identity",
)  # fmt: skip
"""Steps about receipts, the name, or all words of the complaint: they are taken on the page of the whole complaint."""
ON_THE_FIRST_PAGE = _l("This is about the whole complaint: it is done on the page of its first company.")
ALERT_ELSEWHERE = _l("A safety alert is open in another part of this complaint.")
OPEN_PARTS = _l("What another company does in this complaint is not at its end. End each part first.")


def is_a_part(context: StepContext) -> Label | None:
    return ON_THE_FIRST_PAGE if context.case.part_of and not context.along else None


def alert_elsewhere(context: StepContext) -> Label | None:
    """An alert in one part stops what is handed over in all."""
    case = context.case
    if not has_family(case):
        return None
    first = case.part_of or case.id
    others = select(Case.id).where((Case.id == first) | (Case.part_of == first), Case.id != case.id, Case.safety_alert)
    return ALERT_ELSEWHERE if db.session.scalar(others.limit(1)) is not None else None


def parts_are_closed(context: StepContext) -> Label | None:
    """For what ends the complaint's first case: no part is left unseen."""
    return OPEN_PARTS if any(part.state != State.CLOSED for part in parts_of(context.case)) else None


def kept_as_long(context: StepContext) -> Label | None:
    """The complaint is kept until the last day of its parts."""
    over = keeping.over_before(context.now)
    later = any(part.retain_until and part.retain_until >= over and not part.erased_at
                for part in parts_of(context.case) if part.retention_answer != keeping.Said.WISH)  # fmt: skip
    return _l("What another company did must be kept until its own retention ends.") if later else None


def standing(family: Iterable[Case]) -> State:
    """How the whole complaint stands: escalated when any part is, and at its end when every part is."""
    states = {one.state for one in family}
    for state in (State.ESCALATED, State.REFERRED, State.RECEIVED, State.REMEDIED):
        if state in states:
            return state
    return State.CLOSED


# --- steps that hold for every part ------------------------------------------------------------------------


def against(row: "Row", context: StepContext, beside: Callable[["Row", StepContext], Label | None]) -> Iterator[Label]:
    """What stands in a part against a step of the office's that takes the parts along. Her own word is taken."""
    if not row.of_family or not context.case.parts or context.side == "complainant":
        return
    for one in along(row, context):
        if sentence := beside(row, one):
            yield sentence


def along(row: "Row", context: StepContext, *, lock: bool = False) -> Iterator[StepContext]:
    """The step in each part where it can be taken now."""
    for part in parts_of(context.case, lock=lock):
        if part.state in row.source and not part.erased_at:
            one = context_in(context, part)
            if row.asked_at_first or all(condition(one) is None for condition in row.only_if):
                yield one


def context_in(context: StepContext, part: Case) -> StepContext:
    person = in_part(context.person, part)
    facts = {name: context.facts[name] for name in WHO_WANTED_IT if name in context.facts}
    return StepContext(
        part, person, dict(context.values), context.at, context.now, opened(person, part), recorded=context.recorded,
        along=True, facts=facts, proposed_at=context.proposed_at, exact=context.exact,
    )  # fmt: skip
