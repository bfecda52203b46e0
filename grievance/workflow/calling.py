"""She asks to be called: one press, after which she waits for a word of the office."""

from grievance.extensions import lazy_gettext as _l
from grievance.models.sides import HER
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.custody import entries_of
from grievance.workflow.letter_texts import to_officer
from grievance.workflow.row import ANY, COMPLAINANT, WRITING, Happening, Row


def there_is_a_number(context: StepContext) -> Answer:
    """Nobody waits for a call that cannot come; what the number is, stays locked. Whoever writes it down for her has
    spoken with her."""
    if context.recorded or any(entry.kind == "phone" for entry in entries_of(context.case)):
        return None
    return _l("We have no telephone number of yours. First write it where you write your name and how to reach you.")


CALL_ME = Row(
    step="call_me", title=_l("Please call me"), source=ANY, who=COMPLAINANT, group=WRITING,
    ticked=True, only_if=(there_is_a_number,),
    waits=True,
    put_right=("write",),
    event=Happening(_l("The complainant asked to be called"), HER, _l("You asked us to call you")),
    letters=(to_officer(say.CALL_ME),),
)  # fmt: skip
