"""How a case stands, in a sentence or two for the complainant: by what is open now, not by its state alone."""

from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.workflow import letter_texts, words


def standing(case: Case) -> Label:
    limits = {limit.key: limit for limit in deadlines.owed(case)}
    if case.withdrawn_at:
        return _withdrawn(limits.get(Deadline.WITHDRAWAL_CHECK))
    if case.suspended:
        return letter_texts.SUSPENDED.words
    if Deadline.COMMENT in limits:
        last_day = days.full_date(limits[Deadline.COMMENT].due_on)
        return str(_("The company has answered. You can comment until %(date)s.", date=last_day))
    if case.state == State.REFERRED and Deadline.COMPANY_RESPONSE not in limits:
        return _answered(Deadline.FAIRNESS_REVIEW in limits)
    return words.STANDING[case.state.value]


def _withdrawn(limit: Limit | None) -> str:
    told = _("You withdrew your complaint. We ask you whether that was your own free choice.")
    if limit is None or limit.due_at <= clock.now():
        return str(told)
    return f"{told} {_('You can undo it until %(date)s.', date=days.full_date(limit.due_on))}"


def _answered(under_review: bool) -> str:
    if under_review:
        return str(_("The company has answered. The Secretariat looks at whether the answer is fair."))
    return str(_("The company has answered."))
