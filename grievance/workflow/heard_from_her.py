"""Whose a receipt is that a one-use code made: whoever read the code could have used it. Until somebody was heard on
another way, a second person checks the weightiest steps by that receipt (`receipts.take_over`, `Row.checked`).
"""

from grievance.accounts.receipts import living_receipts
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import CHANNELS, WHOSE
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.sides import HER, NONE
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.questions import INTERNAL
from grievance.workflow.row import ANY, IDENTITY, OFFICER, Happening, Row


def checked(case: Case) -> list[ReceiptEnvelope]:
    """The receipts by which somebody's weightiest steps are checked, also those whose two weeks are over."""
    return [one for one in living_receipts(case) if one.checked_until and one.holder != Holder.HANDOVER]


NOTHING_TO_CONFIRM = _l("No receipt of this case waits to be confirmed.")


def some_receipt_is_checked(context: StepContext) -> Answer:
    return None if checked(context.case) else NOTHING_TO_CONFIRM


@of_answers
def theirs_is_checked(context: StepContext) -> Answer:
    if not context.values or any(one.whose == context.values["holder"] for one in checked(context.case)):
        return None
    return _l("Of this person no receipt waits to be confirmed.")


def check_no_more(context: StepContext) -> None:
    """From now on what is done with these receipts is their own."""
    for one in checked(context.case):
        if one.whose == context.values["holder"]:
            one.checked_until = None


CONFIRM_RECEIPT = Row(
    step="confirm_receipt",
    title=_l("They confirmed on another way that the receipt is theirs"),
    source=ANY,
    who=OFFICER,
    group=IDENTITY,
    approved=True,
    asks=(
        Field("holder", _l("Whose receipt it is"), Kind.CHOICE, choices=WHOSE, shown=Shown.RECORD, read_by=NONE,
              help=_l("Not on the way on which the code went to them, nor by a number or address that came with it.")),
        Field("channel", _l("How you heard them"), Kind.CHOICE, choices=CHANNELS, read_as=_l("How they were heard"),
              shown=Shown.RECORD, read_by=NONE),
        Field("why", _l("How you know that it is this person, and that they have the receipt"), sealed_into=INTERNAL,
              read_as=_l("How it is known that it is this person, and that they have the receipt")),
    ),
    only_if=(some_receipt_is_checked, theirs_is_checked),
    then=(check_no_more,),
    put_right=("reissue_receipt",),
    event=Happening(_l("It was confirmed on another way whose receipt it is"), HER),
    silent="they said it themselves, and were heard",
)  # fmt: skip
