"""A case that is frozen: somebody said that a receipt of it was replaced without them (`not_me`)."""

from grievance.crypto.compartments import Compartment
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field
from grievance.models.sides import NONE
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.row import ANY, OFFICER, SAFETY, Happening, Row

WAITS = _l("This waits: the Secretariat first talks with whoever complained.")
"""Said on either page alike: whoever replaced the receipt reads it, too."""
HERS = ("change_consent", "choose_road", "approve_words", "review_summary", "say_about_file", "accept_remedy",
        "decline_remedy", "waive_remedy", "verify_remedy", "agree_good_offices", "decline_good_offices",
        "agree_protection", "decline_protection", "revoke_authority", "answer_retention",
        "answer_door")  # fmt: skip
"""What somebody else could do harm with in her name. Withdrawing and asking for deletion are taken, and wait."""


def against(context: StepContext) -> Answer:
    return WAITS if context.case.frozen_at else None


def is_frozen(context: StepContext) -> Answer:
    return None if context.case.frozen_at else _l("Nobody said that a receipt was replaced without them.")


def thaw(context: StepContext) -> None:
    context.case.frozen_at = None


END_FREEZE = Row(
    step="end_freeze", title=_l("Whose the receipts are is clear: let it go on"), source=ANY, who=OFFICER, group=SAFETY,
    of_family=True,
    approved=True, never_filled=True,
    asks=(
        Field("how", _l("How you talked with the complainant, and what was said"), sealed_into=Compartment.INTERNAL,
              read_as=_l("How it was talked about with the complainant, and what was said"),
              help=_l("Reach them by a contact that was written before the receipt was replaced. Where somebody else"
                      " has a receipt of theirs, first have it replaced.")),
    ),
    only_if=(is_frozen,), then=(thaw,),
    put_right=("report_retaliation",),
    event=Happening(_l("The freeze after a replaced receipt was ended"), NONE),
    silent="whoever replaced the receipt may have the page, and learns nothing of it",
)  # fmt: skip
