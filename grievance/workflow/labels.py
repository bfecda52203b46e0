"""What events, limits and letters are called, for each reader: all of it from the rows that they belong to."""

from grievance.deadlines.kinds import Duty
from grievance.extensions import Label
from grievance.models.sides import COMPLAINANT
from grievance.workflow.events import CARD_SHOWN, HANDED_CODE, NOTED
from grievance.workflow.events import OFFICE_LABELS as OFFICE_LABELS
from grievance.workflow.letter_texts import TEXTS
from grievance.workflow.procedure import TABLE
from grievance.workflow.row import Happening

HAPPENINGS: dict[str, Happening] = {
    **{row.step: row.event for row in TABLE},
    **{noted.kind: noted.event for noted in NOTED},
    "handover_code": HANDED_CODE,
    "printed_card": CARD_SHOWN,
}
"""By the kind of the event, or of the writing that came with it."""
HAPPENED: dict[str, Label] = {kind: happening.words for kind, happening in HAPPENINGS.items()}
LETTERS: dict[str, Label] = {template: text.words for template, text in TEXTS.items()}


def happened(kind: str, role: str, me: str) -> Label:
    """What an event is called. `role`: of who did it; `me`: the reader's role on the complainant's own page, else
    empty. What a representative did is not the complainant's own doing, nor the other way."""
    if kind not in HAPPENINGS:
        return kind
    happening = HAPPENINGS[kind]
    others = role in ("complainant", "representative") and role != me
    return happening.words if not me or others or happening.yours is None else happening.yours


def owed_what(duty: Duty, side: str) -> Label:
    """What is owed, said to this side: on the complainant's page what is hers, or owed to her, says "you"."""
    if side != COMPLAINANT:
        return duty.words
    said = duty.yours if duty.owed_by == side else duty.to_complainant
    return duty.words if said is None else said
