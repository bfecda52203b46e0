"""What comes next after a step of the office that does not end with itself: until when, and who does it then."""

from flask_babel import gettext as _

from grievance.deadlines import rows as deadlines
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.models.case import Case
from grievance.workflow import post, taking_out


def said(step: str, case: Case, proposed: bool) -> str:
    """One or two sentences; empty where the step says all itself. `proposed`: it waits for an approver."""
    if step == taking_out.ANNOUNCE:
        return _after_announcing(case)
    if step != post.WRITE.step:
        return ""
    if proposed:
        return str(_("The letter is kept. An approver decides next. Then it waits under Letters on paper until it is"
                     " sent."))  # fmt: skip
    return str(_("The letter is kept, and nobody else has to approve it. It waits under Letters on paper until it is"
                 " sent."))  # fmt: skip


def _after_announcing(case: Case) -> str:
    limit = next((one for one in deadlines.owed(case) if one.key == Deadline.OBJECTION), None)
    if limit is None:
        return ""
    return str(_("The complainant was told, and can say something about it until %(day)s. From then on, or once they"
                 " answered, an officer proposes to take it out, and an approver decides.",
                 day=full_date(limit.due_on)))  # fmt: skip
