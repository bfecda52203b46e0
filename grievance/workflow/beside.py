"""Conditions of what lies beside the ordinary way: extensions, mediation, the Board, withdrawal, appeal, erasure."""

from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from grievance import clock
from grievance.deadlines.days import day_there
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import length_of
from grievance.deadlines.rows import latest, owed, timetable
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Conflict, Track
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Role
from grievance.workflow.conditions import Answer, is_open, may_share_account, no_safety_alert
from grievance.workflow.context import StepContext


def not_withdrawn(context: StepContext) -> Answer:
    return _l("A withdrawal waits to be confirmed or undone.") if context.case.withdrawn_at else None


def withdrawn(context: StepContext) -> Answer:
    return None if context.case.withdrawn_at else _l("No withdrawal waits.")


def on_the_alert_track(context: StepContext) -> Answer:
    return None if context.case.track == Track.ALERT else _l("Only a case of the alert track ends as a concern.")


def no_link_to_a_member(context: StepContext) -> Answer:
    """A member at the time, or a member's subcontractor, is not dismissed for not being a member now."""
    if context.values.get("reason") == "not_member" and context.case.membership_then in (
        "member",
        "affiliate",
        "suspended",
        "subcontractor",
    ):
        return _l("The company was a member, or worked for one, when it happened: this is no reason to dismiss.")
    return None


def a_new_packet_may_go(context: StepContext) -> Answer:
    if "packet" not in context.values:
        return None
    return may_share_account(context) or no_safety_alert(context)


def back_once_without_the_board(context: StepContext) -> Answer:
    if context.case.referred_back and not _ever(context, Deadline.BOARD_DECISION, met=True):
        return _l("The case was referred back before: a second time needs the Board.")
    return None


def _ever(context: StepContext, key: str, met: bool) -> bool:
    query = select(func.count()).select_from(Limit).where(Limit.case_id == context.case.id, Limit.key == key)
    return bool(db.session.scalar(query.where(Limit.met_at.is_not(None)) if met else query))


def _response(context: StepContext) -> Limit | None:
    return next((limit for limit in owed(context.case) if limit.key == Deadline.COMPANY_RESPONSE), None)


def company_has_answered(context: StepContext) -> Answer:
    """Each answer opens L7."""
    return None if _ever(context, Deadline.COMMENT, met=False) else _l("The company has not answered yet.")


def may_ask_for_longer(context: StepContext) -> Answer:
    """Before the due day ends, once, and to at most the longest that procedure.toml gives."""
    limit = _response(context)
    if limit is None or limit.missed_at:  # a held one is answered as any other: the company learns of no withdrawal
        return _l("No answer is owed that could be given more time.")
    if limit.asked_until:
        return _l("More time was asked for before: it can be asked for once.")
    until = context.values.get("until")
    if until and not limit.due_on < date.fromisoformat(until) <= latest(limit):
        last = day_there(latest(limit), limit.frozen["zone"])
        return _l("Choose a day after the due day and at most %(day)s.", day=last)
    return None


def extension_waits(context: StepContext) -> Answer:
    limit = _response(context)
    waits = limit and limit.waits_until and not limit.missed_at
    return None if waits else _l("No request for more time waits.")


def _stage(context: StepContext) -> Any:
    return context.case.mediation.get("stage")


def no_good_offices_now(context: StepContext) -> Answer:
    if (
        is_open(context, Deadline.GOOD_OFFICES_COMPLAINANT, Deadline.GOOD_OFFICES_COMPANY)
        or _stage(context) == "running"
    ):
        return _l("Good offices were offered already.")
    return None


OFFERED_TO = {"complainant": Deadline.GOOD_OFFICES_COMPLAINANT, "company": Deadline.GOOD_OFFICES_COMPANY}


def asked_about_good_offices(context: StepContext) -> Answer:
    return None if is_open(context, OFFERED_TO[context.side]) else _l("Nothing was offered that waits for an answer.")


def both_agreed(context: StepContext) -> Answer:
    said = context.case.mediation
    if said.get("stage") == "offered" and said.get("complainant") == said.get("company") == "agreed":
        return None
    return _l("Both sides must have agreed to good offices.")


def mediation_runs(context: StepContext) -> Answer:
    return None if _stage(context) == "running" else _l("No mediation is under way.")


def board_not_asked(context: StepContext) -> Answer:
    return _l("The Board was asked already.") if is_open(context, Deadline.BOARD_DECISION) else None


def board_asked(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.BOARD_DECISION) else _l("The Board was not asked.")


def not_suspended(context: StepContext) -> Answer:
    if context.case.suspended:
        return _l("The case is suspended already.")
    until = context.values.get("review_on")
    today, most = clock.office_day(context.now), timetable().kinds[Deadline.SUSPENSION_REVIEW].rule.count
    if until and not today < date.fromisoformat(until) <= today + timedelta(days=most):
        return _l(
            "Choose a day for the review that is at most %(time)s away.", time=length_of(Deadline.SUSPENSION_REVIEW)
        )
    return None


def suspended(context: StepContext) -> Answer:
    return None if context.case.suspended else _l("The case is not suspended.")


# --- after the end -----------------------------------------------------------------------------------------


def was_admitted(context: StepContext) -> Answer:
    return None if context.case.admitted else _l("The case was never admitted: decide that again first.")


def never_admitted(context: StepContext) -> Answer:
    return _l("The case was admitted before.") if context.case.admitted else None


def another_than_closed_it(context: StepContext) -> Answer:
    """Who closed a case does not decide about its closing (an office of one may, and says so)."""
    same = context.person.role == Role.APPROVER and context.person.account_id == context.case.closed_by
    if same and not current_app.config["ALLOW_SOLO"]:
        return _l("Another approver than the one who closed the case must decide this.")
    return None


def appeal_waits(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.APPEAL_DECISION) else _l("No appeal waits.")


def may_appeal(context: StepContext) -> Answer:
    if is_open(context, Deadline.APPEAL_DECISION):
        return _l("Your appeal waits for a decision.")
    if context.values and not is_open(context, Deadline.APPEAL) and not context.values.get("late"):
        return _l("The time for an appeal is over. Say why you could not appeal earlier, and we look at it.")
    return None


def closed_without_an_answer(context: StepContext) -> Answer:
    return None if context.case.closing_reason == "no_answer" else _l("Appeal against the closure instead.")


def no_legal_hold(context: StepContext) -> Answer:
    return _l("A legal hold is set.") if context.case.legal_hold else None


def legal_hold(context: StepContext) -> Answer:
    return None if context.case.legal_hold else _l("No legal hold is set.")


def may_be_erased(context: StepContext) -> Answer:
    if context.case.retain_until is None or context.case.retain_until > clock.office_day(context.now):
        return _l("It must be kept until its retention ends.")
    return _l("An appeal waits.") if is_open(context, Deadline.APPEAL_DECISION) else None


def not_the_only_one_left(context: StepContext) -> Answer:
    """Somebody of the Secretariat must still see the case."""
    staff = select(func.count()).select_from(Account).where(
        Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE,
        Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == context.case.id)),
    )  # fmt: skip
    return (
        None if (db.session.scalar(staff) or 0) > 1 else _l("Nobody else of the Secretariat could see the case then.")
    )
