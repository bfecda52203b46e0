"""What she reads before she takes something back, and while she can undo that: what goes, what stays, until which day.

Each sentence stands in docs/promises.md with the tests that would go red if it became untrue.
"""

from datetime import date

from flask import current_app
from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import rows as deadlines
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import length
from grievance.models.case import Case, State
from grievance.reports import retention
from grievance.workflow.retention import ANSWER as OF_KEEPING
from grievance.workflow.taking_back import UNDO_FOR, undone_until, wish

UNDOES = ("undo_withdrawal", "undo_deletion")
"""Steps that stand at the head of her page for as long as she can take them."""


def said_before(step: str, case: Case) -> list[str]:
    """Above the questions of the step; nothing for others."""
    if step == "withdraw":
        return _before_withdrawing(case)
    if step == OF_KEEPING:
        return [*retention.for_her(case), _of_backups()]
    return _before_deletion(case) if step == "ask_deletion" else []


def _of_backups() -> str:
    kept = length(current_app.config["BACKUPS_KEPT"])
    return str(_("Our backups are locked. What was deleted is gone from them, too, after another %(time)s.", time=kept))


def _before_withdrawing(case: Case) -> list[str]:
    last = deadlines.would_be_due(case, Deadline.WITHDRAWAL_CHECK, clock.now())[0]
    return [
        _companys(case),
        _("What goes: we stop asking the company for anything, also for what it promised you."),
        _("What stays: what you wrote stays locked with us. Years that we keep it after the end: %(number)s.",
          number=deadlines.timetable().retention_years),
        _("You can undo it on your page until %(date)s. Before that day we end your complaint only after we have"
          " talked with you.", date=full_date(last)),
    ]  # fmt: skip


def _companys(case: Case) -> str:
    if not case.with_company:
        return str(_("The company is not told."))
    return str(_("The company is not told now. If your complaint ends, it reads only that the case is closed."))


def _before_deletion(case: Case) -> list[str]:
    ends = [] if case.state == State.CLOSED else [_("If we delete it, your complaint ends with that.")]
    answered = deadlines.would_be_due(case, Deadline.DELETION, clock.now())[0]
    return [
        _companys(case) if ends else _("The company is not told."),
        *ends,
        _("What goes: what you wrote, your files, your name, and this page."),
        _("What stays: that there was a complaint, and when. What the company has read, it has read."),
        _of_backups(),
        _("You can take it back on your page until %(date)s. Before that day nothing is deleted.",
          date=full_date(_last_day())),
        _("We answer until %(date)s. If something must stay, we write to you what, why, and until when.",
          date=full_date(answered)),
    ]  # fmt: skip


def _last_day() -> date:
    return clock.office_today() + UNDO_FOR


def while_undone(case: Case) -> str:
    """How a wish for deletion stands; the withdrawal stands in the sentence about the case."""
    limit = wish(case)
    if limit is None:
        return ""
    last = undone_until(limit)
    if clock.office_today() > last:
        return str(_("You asked for deletion. You can take that back until we have answered."))
    return str(_("You asked for deletion. You can take that back until %(date)s.", date=full_date(last)))
