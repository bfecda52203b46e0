"""Several officers on one case: one is in charge, others are put beside and taken off (decision 0078).

Who is beside finds the case among their own, and gets the mail about it where nobody in charge is there. It is no
right: every officer who may see a case can take its steps. Nobody outside the office learns of it.
"""

from grievance.accounts import absence, beside, who_could
from grievance.accounts.people import still_here
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.beside import Beside
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import NONE
from grievance.record.letters import COLLEAGUE
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.row import ANY, CUSTODY, STAFF, Happening, Row

PUT, TAKE_OFF = "put_beside", "take_off_beside"
WHO_SAYS_IT = _l("Whoever is in charge of the case says this, or who stands in for them, or an approver.")


def possible(case: Case, standing: who_could.Standing) -> frozenset[int]:
    """Who could be put beside: officers who may see the case, but the one in charge and who is beside already."""
    return standing.able((Role.OFFICER,), but=(case.officer_id, *standing.beside))


def says_it(context: StepContext) -> Answer:
    person, officer = context.person, context.case.officer_id
    if person.role == Role.APPROVER or (officer is not None and officer == person.account_id):
        return None
    away = context.once("away", lambda: absence.stands_in_for(person, context.now))
    return None if officer in away else WHO_SAYS_IT


def somebody_could_be_put(context: StepContext) -> Answer:
    if possible(context.case, context.who_could()):
        return None
    return _l("No other officer could be put beside.")


def somebody_is_beside(context: StepContext) -> Answer:
    return None if context.who_could().beside else _l("Nobody is beside.")


def put(context: StepContext) -> None:
    account_id = int(context.values["beside"])
    still_here(account_id)
    db.session.add(Beside(case_id=context.case.id, account_id=account_id))


def take_off(context: StepContext) -> None:
    beside.take_off(context.case.id, int(context.values["colleague"]))


ROWS = (
    Row(
        step=PUT, title=_l("Put a colleague beside"), source=ANY, who=STAFF, group=CUSTODY, never_filled=True,
        asks=(Field("beside", _l("Which colleague"), Kind.TO_PUT_BESIDE, shown=Shown.RECORD, read_by=NONE,
                    help=_l("They find the case among their own. Whoever is in charge stays in charge.")),),
        only_if=(says_it, somebody_could_be_put), then=(put,),
        put_right=(TAKE_OFF,),
        event=Happening(_l("A colleague was put beside whoever is in charge"), NONE),
        letters=(LetterTo(COLLEAGUE, say.PUT_BESIDE),),
    ),
    Row(
        step=TAKE_OFF, title=_l("Take a colleague off"), source=ANY, who=STAFF, group=CUSTODY, never_filled=True,
        asks=(Field("colleague", _l("Which colleague"), Kind.BESIDE, shown=Shown.RECORD, read_by=NONE),),
        only_if=(says_it, somebody_is_beside), then=(take_off,),
        put_right=(PUT,),
        event=Happening(_l("A colleague is not beside any more"), NONE),
        silent="they find the case marked as new, and not among their own any more",
    ),
)  # fmt: skip
