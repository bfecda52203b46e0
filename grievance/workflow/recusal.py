"""A company keeps one of its own people out of a case: somebody who is named in it, or has an interest."""

from sqlalchemy import select

from grievance.crypto.compartments import Compartment
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models import sides
from grievance.models.case import Case, Conflict
from grievance.models.people import Account, AccountStatus, Role
from grievance.models.sides import ALL
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.effects import shut_out
from grievance.workflow.letter_texts import PERSON_RECUSED, to_officer
from grievance.workflow.row import COMPANY, CUSTODY, ESCALATED, REFERRED, REMEDIED, Happening, Row, states


def colleagues(case: Case) -> list[Account]:
    """The people of the company whom the case is not closed to, by name. Who waits to be admitted is one of them: they
    would read it from that day on."""
    away = select(Conflict.account_id).where(Conflict.case_id == case.id)
    ours = Account.party.has(company_id=case.company_id)
    query = select(Account).where(Account.role == Role.COMPANY, ours, Account.status != AccountStatus.LEFT)
    query = query.where(Account.id.not_in(away))
    return list(db.session.scalars(query.order_by(Account.name)))


def readers(case: Case) -> list[Account]:
    """Those of them who can see the case now."""
    return [one for one in colleagues(case) if one.status == AccountStatus.ACTIVE]


def another_can_see_it(context: StepContext) -> Answer:
    """The company's clock goes on: somebody of it must still be able to answer."""
    everybody = colleagues(context.case)
    active = [one for one in everybody if one.status == AccountStatus.ACTIVE]
    stay = [one for one in active if str(one.id) != context.values.get("person")]
    return None if stay and len(everybody) > 1 else _l("Nobody else of your company could see the case then.")


def recuse(context: StepContext) -> None:
    """Who it was stays readable beside the reason, for the Secretariat and for those of the company who go on."""
    account = db.session.get_one(Account, int(context.values["person"]))
    shut_out(context, account.id)
    says = {"person": account.name, "why": context.values["why"]}
    context.seal(Compartment.COMPANY, "recuse_person", says)


RECUSE_PERSON = Row(
    step="recuse_person",
    title=_l("Keep one of our people out of this case"),
    source=states(REFERRED, ESCALATED, REMEDIED),
    who=COMPANY,
    group=CUSTODY,
    asks=(
        Field("person", _l("Who must not see this case"), Kind.COLLEAGUE, shown=Shown.WRITING,
              read_by=frozenset({sides.COMPANY}),
              help=_l("After this they no longer see it. You may choose yourself.")),
        Field("why", _l("Why: your company and the Secretariat read this"), by_effect=True,
              shown=Shown.WRITING, read_by=frozenset({sides.COMPANY})),
    ),
    only_if=(another_can_see_it,),
    then=(recuse,),
    put_right=("let_in_again",),
    event=Happening(_l("The company kept one of its people out of the case"), ALL),
    letters=(to_officer(PERSON_RECUSED),),
)  # fmt: skip
