"""Whether the Secretariat may see on which day she last opened her case: off until she says so, and hers to take back.

A company learns neither. The day itself stands with the receipt, and in no event (`accounts.receipts`).
"""

from grievance.extensions import lazy_gettext as _l
from grievance.models.people import Role
from grievance.models.sides import HER
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.row import ANY, IDENTITY, Happening, Row

HERSELF = frozenset({Role.COMPLAINANT})


def not_shown(context: StepContext) -> Answer:
    return _l("The Secretariat may see it already.") if context.case.visits_shown else None


def shown(context: StepContext) -> Answer:
    return None if context.case.visits_shown else _l("The Secretariat does not see it.")


def show(context: StepContext) -> None:
    context.case.visits_shown = True


def hide(context: StepContext) -> None:
    context.case.visits_shown = False


SHOW_VISITS = Row(
    step="show_visits", title=_l("Let the Secretariat see when I was last here"), source=ANY, who=HERSELF,
    group=IDENTITY,
    only_if=(not_shown,), then=(show,),
    follows=_l("It sees the day, and no hour. The company never sees it. You can take this back at any time."),
    put_right=("hide_visits",),
    event=Happening(_l("The complainant lets the Secretariat see when they were last here"), HER,
                    _l("You let the Secretariat see when you were last here")),
    silent="nothing is to be done: the day stands on the page of the case",
)  # fmt: skip
HIDE_VISITS = Row(
    step="hide_visits", title=_l("Do not let the Secretariat see when I was last here"), source=ANY, who=HERSELF,
    group=IDENTITY,
    only_if=(shown,), then=(hide,),
    put_right=("show_visits",),
    event=Happening(_l("The complainant does not let the Secretariat see any more when they were last here"), HER,
                    _l("You do not let the Secretariat see any more when you were last here")),
    silent="nothing is to be done: the day stands no more on the page of the case",
)  # fmt: skip
ROWS = (SHOW_VISITS, HIDE_VISITS)
