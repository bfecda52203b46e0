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
from grievance.workflow.context import Move


def not_withdrawn(move: Move) -> Answer:
    return _l("A withdrawal waits to be confirmed or undone.") if move.case.withdrawn_at else None


def withdrawn(move: Move) -> Answer:
    return None if move.case.withdrawn_at else _l("No withdrawal waits.")


def on_the_alert_track(move: Move) -> Answer:
    return None if move.case.track == Track.ALERT else _l("Only a case of the alert track ends as a concern.")


def no_link_to_a_member(move: Move) -> Answer:
    """A member at the time, or a member's subcontractor, is not dismissed for not being a member now."""
    if move.values.get("reason") == "not_member" and move.case.membership_then in (
        "member",
        "affiliate",
        "suspended",
        "subcontractor",
    ):
        return _l("The company was a member, or worked for one, when it happened: this is no reason to dismiss.")
    return None


def a_new_packet_may_go(move: Move) -> Answer:
    if "packet" not in move.values:
        return None
    return may_share_account(move) or no_safety_alert(move)


def back_once_without_the_board(move: Move) -> Answer:
    if move.case.referred_back and not _ever(move, Deadline.BOARD_DECISION, met=True):
        return _l("The case was referred back before: a second time needs the Board.")
    return None


def _ever(move: Move, key: str, met: bool) -> bool:
    query = select(func.count()).select_from(Limit).where(Limit.case_id == move.case.id, Limit.key == key)
    return bool(db.session.scalar(query.where(Limit.met_at.is_not(None)) if met else query))


def _response(move: Move) -> Limit | None:
    return next((limit for limit in owed(move.case) if limit.key == Deadline.COMPANY_RESPONSE), None)


def company_has_answered(move: Move) -> Answer:
    """Each answer opens L7."""
    return None if _ever(move, Deadline.COMMENT, met=False) else _l("The company has not answered yet.")


def may_ask_for_longer(move: Move) -> Answer:
    """Before the due day ends, once, and to at most the longest that procedure.toml gives."""
    limit = _response(move)
    if limit is None or limit.missed_at:  # a held one is answered as any other: the company learns of no withdrawal
        return _l("No answer is owed that could be given more time.")
    if limit.asked_until:
        return _l("More time was asked for before: it can be asked for once.")
    until = move.values.get("until")
    if until and not limit.due_on < date.fromisoformat(until) <= latest(limit):
        last = day_there(latest(limit), limit.frozen["zone"])
        return _l("Choose a day after the due day and at most %(day)s.", day=last)
    return None


def extension_waits(move: Move) -> Answer:
    limit = _response(move)
    waits = limit and limit.waits_until and not limit.missed_at
    return None if waits else _l("No request for more time waits.")


def _stage(move: Move) -> Any:
    return move.case.mediation.get("stage")


def no_good_offices_now(move: Move) -> Answer:
    if is_open(move, Deadline.GOOD_OFFICES_COMPLAINANT, Deadline.GOOD_OFFICES_COMPANY) or _stage(move) == "running":
        return _l("Good offices were offered already.")
    return None


OFFERED_TO = {"complainant": Deadline.GOOD_OFFICES_COMPLAINANT, "company": Deadline.GOOD_OFFICES_COMPANY}


def asked_about_good_offices(move: Move) -> Answer:
    return None if is_open(move, OFFERED_TO[move.side]) else _l("Nothing was offered that waits for an answer.")


def both_agreed(move: Move) -> Answer:
    said = move.case.mediation
    if said.get("stage") == "offered" and said.get("complainant") == said.get("company") == "agreed":
        return None
    return _l("Both sides must have agreed to good offices.")


def mediation_runs(move: Move) -> Answer:
    return None if _stage(move) == "running" else _l("No mediation is under way.")


def board_not_asked(move: Move) -> Answer:
    return _l("The Board was asked already.") if is_open(move, Deadline.BOARD_DECISION) else None


def board_asked(move: Move) -> Answer:
    return None if is_open(move, Deadline.BOARD_DECISION) else _l("The Board was not asked.")


def not_suspended(move: Move) -> Answer:
    if move.case.suspended:
        return _l("The case is suspended already.")
    until = move.values.get("review_on")
    today, most = clock.office_day(move.now), timetable().kinds[Deadline.SUSPENSION_REVIEW].rule.count
    if until and not today < date.fromisoformat(until) <= today + timedelta(days=most):
        return _l(
            "Choose a day for the review that is at most %(time)s away.", time=length_of(Deadline.SUSPENSION_REVIEW)
        )
    return None


def suspended(move: Move) -> Answer:
    return None if move.case.suspended else _l("The case is not suspended.")


# --- after the end -----------------------------------------------------------------------------------------


def was_admitted(move: Move) -> Answer:
    return None if move.case.admitted else _l("The case was never admitted: decide that again first.")


def never_admitted(move: Move) -> Answer:
    return _l("The case was admitted before.") if move.case.admitted else None


def another_than_closed_it(move: Move) -> Answer:
    """Who closed a case does not decide about its closing (an office of one may, and says so)."""
    same = move.person.role == Role.APPROVER and move.person.account_id == move.case.closed_by
    if same and not current_app.config["ALLOW_SOLO"]:
        return _l("Another approver than the one who closed the case must decide this.")
    return None


def appeal_waits(move: Move) -> Answer:
    return None if is_open(move, Deadline.APPEAL_DECISION) else _l("No appeal waits.")


def may_appeal(move: Move) -> Answer:
    if is_open(move, Deadline.APPEAL_DECISION):
        return _l("Your appeal waits for a decision.")
    if move.values and not is_open(move, Deadline.APPEAL) and not move.values.get("late"):
        return _l("The time for an appeal is over. Say why you could not appeal earlier, and we look at it.")
    return None


def closed_without_an_answer(move: Move) -> Answer:
    return None if move.case.closing_reason == "no_answer" else _l("Appeal against the closure instead.")


def no_legal_hold(move: Move) -> Answer:
    return _l("A legal hold is set.") if move.case.legal_hold else None


def legal_hold(move: Move) -> Answer:
    return None if move.case.legal_hold else _l("No legal hold is set.")


def may_be_erased(move: Move) -> Answer:
    if move.case.retain_until is None or move.case.retain_until > clock.office_day(move.now):
        return _l("It must be kept until its retention ends.")
    return _l("An appeal waits.") if is_open(move, Deadline.APPEAL_DECISION) else None


def not_the_only_one_left(move: Move) -> Answer:
    """Somebody of the Secretariat must still see the case."""
    staff = select(func.count()).select_from(Account).where(
        Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE,
        Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == move.case.id)),
    )  # fmt: skip
    return (
        None if (db.session.scalar(staff) or 0) > 1 else _l("Nobody else of the Secretariat could see the case then.")
    )
