"""What each side may learn of what happened in a case, and which version of it somebody has seen."""

from sqlalchemy import func, select

from grievance.access import Person
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES, Role

SHARED_STEPS = frozenset(
    {
        "refer", "escalate", "notify_company", "company_acknowledge", "respond", "conclude_review", "propose_remedy",
        "accept_remedy", "decline_remedy", "waive_remedy", "report_delivered", "verify_remedy", "dispute_remedy",
        "remedy", "close", "share_file", "refer_back", "recall_packet", "request_extension", "decide_extension",
        "offer_good_offices", "agree_good_offices", "decline_good_offices", "begin_mediation", "end_mediation",
        "record_board_decision", "reopen", "suspend", "resume", "share_identity", "recuse_person",
        "outage_grace", "holiday_moved",
    }
)  # fmt: skip
OPENINGS = ("ask_identity", "grant_identity", "refuse_identity", "open_identity", "share_identity")
COMPLAINANT_STEPS = SHARED_STEPS | {
    "file", "imported", "acknowledge", "ask", "answer", "dismiss", "comment", "report_retaliation", "write",
    "follow_up", "attach", "share_file", "change_consent", "reissue_receipt", "second_code", "revoke_authority",
    "receipt_taken_over", "limit_missed", "reminder", "record_concern", "ask_board", "reopen_admission", "come_back",
    "appeal", "refuse_appeal", "withdraw", "undo_withdrawal", "confirm_withdrawal", "correct_identity", *OPENINGS,
}  # fmt: skip
OF_LIMITS = ("limit_missed", "reminder", "holiday_moved", "outage_grace")
"""Whether somebody is shown one of these depends on the limit that it is about."""


def shown_to(person: Person) -> frozenset[str]:
    """The kinds of events that somebody outside the Secretariat, which sees all, is shown."""
    return COMPLAINANT_STEPS if person.side == "complainant" else SHARED_STEPS


def version_for(person: Person, case: Case) -> int:
    """What a page carries, so that who sends it after a change is told so. It grows only with what this person is
    shown: the case's own would tell a company of a report of retaliation. What the clock did does not count.
    """
    if person.role in SECRETARIAT_ROLES:
        return case.version
    kinds = shown_to(person).difference(OF_LIMITS)
    seen = select(func.count()).select_from(Event).where(Event.case_id == case.id, Event.kind.in_(kinds))
    return db.session.scalar(seen.where(Event.role != Role.CLOCK.value)) or 0


def is_current(person: Person, case: Case, version: int, settled: tuple[int, int]) -> bool:
    """Whether the page with this `version` shows the case as it is. `settled`: the case's own version before and after
    the clock had its turn just now."""
    if person.role in SECRETARIAT_ROLES:
        return (version, case.version) == settled
    return version == version_for(person, case)
