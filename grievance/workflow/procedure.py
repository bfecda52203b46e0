"""The procedure: one row per step, from which the server, the pages and the picture come (docs/procedure.md).

A step whose name is not here, or that is taken from a state or by a role that its row does not list, is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from transitions import Machine

from grievance.models.case import OPEN_STATES, State
from grievance.models.people import Role
from grievance.workflow import conditions as only
from grievance.workflow import effects as then
from grievance.workflow import questions as ask
from grievance.workflow.fields import Field
from grievance.workflow.move import Move

RECEIVED, REFERRED, ESCALATED = State.RECEIVED, State.REFERRED, State.ESCALATED
REMEDIED, CLOSED = State.REMEDIED, State.CLOSED
OPEN, ANY = OPEN_STATES, frozenset(State)
OFFICER = frozenset({Role.OFFICER})
STAFF = frozenset({Role.OFFICER, Role.APPROVER})
COMPLAINANT = frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE})
COMPANY = frozenset({Role.COMPANY})
CLOCK = frozenset({Role.CLOCK})

Condition = Callable[[Move], Any]
Effect = Callable[[Move], None]


@dataclass(frozen=True)
class Row:
    """One step by one kind of person. `target` None: the state stays. `approved`: needs a second person.

    `meets`, `opens`, `stops`: keys of time limits; `stops` "all" ends every one but `keeps`.
    `letters`: (recipient, template) pairs. `recorded`: an officer notes a step of the complainant's.
    """

    step: str
    title: Any
    source: frozenset[State]
    who: frozenset[Role]
    target: State | None = None
    approved: bool = False
    asks: tuple[Field, ...] = ()
    only_if: tuple[Condition, ...] = ()
    meets: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    stops: tuple[str, ...] | str = ()
    keeps: tuple[str, ...] = ()
    then: tuple[Effect, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    recorded: bool = field(default=False)


def _states(*states: State) -> frozenset[State]:
    return frozenset(states)


NEGOTIABLE = _states(REFERRED, ESCALATED)
TABLE: tuple[Row, ...] = (
    Row("acknowledge", _l("Acknowledge"), _states(RECEIVED), OFFICER, asks=ask.ACKNOWLEDGE,
        only_if=(only.not_yet_acknowledged,), meets=("L1",), opens=("L2",), then=(then.take_on,),
        letters=(("complainant", "acknowledged"),)),
    Row("classify", _l("Classify"), OPEN, OFFICER, asks=ask.CLASSIFY, then=(then.classify,)),
    Row("ask", _l("Ask the complainant"), OPEN, OFFICER, asks=ask.ASK, only_if=(only.no_open_question,),
        meets=("L17",), opens=("L3",), then=(then.pause_admissibility,), letters=(("complainant", "question"),)),
    Row("answer", _l("Answer the question"), OPEN, COMPLAINANT, asks=ask.ANSWER, only_if=(only.open_question,),
        meets=("L3",), then=(then.resume_admissibility,), letters=(("officer", "answered"),)),
    Row("dismiss", _l("Dismiss"), _states(RECEIVED), OFFICER, CLOSED, True, ask.DISMISS,
        stops="all", keeps=("L14", "L14h", "L14r"), opens=("L13",), meets=("L2",), then=(then.close,),
        letters=(("complainant", "dismissed"),)),
    Row("refer", _l("Refer to the company"), _states(RECEIVED), OFFICER, REFERRED, True, ask.REFER,
        (only.company_is_member, only.may_share_account, only.no_safety_alert, only.company_has_keys,
         only.packet_previewed),
        meets=("L2", "L17"), opens=("L4", "L5"), stops=("L1", "L3"), then=(then.hand_over,),
        letters=(("company", "referred"), ("complainant", "referred"))),
    Row("escalate", _l("Escalate"), _states(RECEIVED, REFERRED), OFFICER, ESCALATED, asks=ask.ESCALATE,
        meets=("L17",), opens=("L8",), stops=("L1", "L2", "L4", "L5", "L7"), then=(then.note_ground,),
        letters=(("company", "escalated"), ("complainant", "escalated"))),
    Row("escalate", _l("Ask the Secretariat to take over"), _states(REFERRED), COMPLAINANT, ESCALATED,
        asks=ask.DECLINE_ROUTE, opens=("L8",), stops=("L1", "L2", "L4", "L5", "L7"), then=(then.complainant_declines,),
        letters=(("company", "escalated"), ("complainant", "escalated"), ("officer", "escalated"))),
    Row("escalate", _l("Escalated by the clock"), _states(REFERRED), CLOCK, ESCALATED, opens=("L8",),
        stops=("L1", "L2", "L4", "L5", "L7"),
        letters=(("company", "escalated_late"), ("complainant", "escalated_late"), ("officer", "escalated_late"))),
    Row("notify_company", _l("Notify the company"), _states(ESCALATED), OFFICER, None, True, ask.REFER,
        (only.company_is_member, only.may_share_account, only.no_safety_alert, only.company_has_keys,
         only.packet_previewed, only.not_yet_notified),
        meets=("L17",), opens=("L4", "L5"), then=(then.hand_over,),
        letters=(("company", "referred"), ("complainant", "referred"))),
    Row("company_acknowledge", _l("Acknowledge the referral"), NEGOTIABLE, COMPANY, asks=ask.CONTACT,
        only_if=(only.company_owes_acknowledgement,), meets=("L4",),
        letters=(("complainant", "company_acknowledged"),)),
    Row("respond", _l("Respond"), NEGOTIABLE, COMPANY, asks=ask.RESPONSE, meets=("L4", "L5"), opens=("L7",),
        then=(then.note_lateness,), letters=(("complainant", "responded"), ("officer", "responded"))),
    Row("comment", _l("Comment on the answer"), NEGOTIABLE, COMPLAINANT, asks=ask.COMMENT, meets=("L7",),
        then=(then.begin_review,), letters=(("officer", "commented"),)),
    Row("conclude_review", _l("Conclude the fairness review"), NEGOTIABLE, OFFICER, None, True, ask.REVIEW,
        meets=("L8", "L17"), letters=(("complainant", "reviewed"), ("company", "reviewed"))),
    Row("propose_remedy", _l("Propose a remedy"), NEGOTIABLE, OFFICER | COMPANY, asks=ask.REMEDY, meets=("L17",),
        then=(then.propose_remedy,), letters=(("complainant", "remedy_proposed"),)),
    Row("accept_remedy", _l("Accept a remedy"), NEGOTIABLE, COMPLAINANT, asks=ask.accept("proposed"),
        then=(then.accept_remedy,), letters=(("company", "remedy_accepted"), ("officer", "remedy_accepted"))),
    Row("decline_remedy", _l("Decline a remedy"), NEGOTIABLE, COMPLAINANT, asks=ask.decline("proposed"),
        then=(then.decline_remedy,), letters=(("company", "remedy_declined"), ("officer", "remedy_declined"))),
    Row("waive_remedy", _l("Give up a remedy"), NEGOTIABLE, COMPLAINANT,
        asks=ask.waive("proposed", "accepted", "delivered", "disputed"), then=(then.waive_remedy,),
        letters=(("company", "remedy_waived"), ("officer", "remedy_waived"))),
    Row("report_delivered", _l("Report a remedy as delivered"), NEGOTIABLE | {REMEDIED}, COMPANY,
        asks=ask.deliver("accepted", "disputed"), then=(then.report_delivered,),
        letters=(("complainant", "remedy_delivered"),)),
    Row("verify_remedy", _l("It was done"), NEGOTIABLE | {REMEDIED}, COMPLAINANT,
        asks=ask.verify("accepted", "delivered", "disputed"), then=(then.verify_remedy,),
        letters=(("company", "remedy_verified"), ("officer", "remedy_verified"))),
    Row("verify_remedy", _l("Verify a remedy on evidence"), NEGOTIABLE | {REMEDIED}, OFFICER, None, True,
        ask.verify_on_evidence("accepted", "delivered", "disputed"), then=(then.verify_remedy,),
        letters=(("company", "remedy_verified"), ("complainant", "remedy_verified"))),
    Row("dispute_remedy", _l("It was not done, or only partly"), NEGOTIABLE, COMPLAINANT,
        asks=ask.dispute("accepted", "delivered", "verified"), opens=("L17",), then=(then.dispute_remedy,),
        letters=(("company", "remedy_disputed"), ("officer", "remedy_disputed"))),
    Row("dispute_remedy", _l("It was not done, or only partly"), _states(REMEDIED), COMPLAINANT, ESCALATED,
        asks=ask.dispute("accepted", "delivered", "verified"), opens=("L17",), then=(then.dispute_remedy,),
        letters=(("company", "remedy_disputed"), ("officer", "remedy_disputed"))),
    Row("remedy", _l("Record as remedied"), NEGOTIABLE, OFFICER, REMEDIED, True, ask.REASON,
        (only.remedies_are_verified,), meets=("L17",), opens=("L12", "L12b", "L12c"),
        stops=("L1", "L2", "L3", "L4", "L5", "L7", "L8", "L11", "L11v"),
        letters=(("complainant", "remedied"), ("company", "remedied"))),
    Row("follow_up", _l("Follow up"), _states(REMEDIED, CLOSED), OFFICER, asks=ask.FOLLOW_UP,
        only_if=(only.follow_up_is_owed,), then=(then.meet_first_follow_up,)),
    Row("close", _l("Close"), _states(REMEDIED, ESCALATED, REFERRED), OFFICER, CLOSED, True, ask.CLOSE,
        (only.no_safety_alert, only.remedies_are_finished, only.followed_up, only.settled_if_referred),
        stops="all", keeps=("L12b", "L12c"), opens=("L13",), then=(then.close,),
        letters=(("complainant", "closed"), ("company", "closed"))),
    Row("report_retaliation", _l("Report retaliation"), ANY, COMPLAINANT | OFFICER, asks=ask.RETALIATION,
        then=(then.raise_alert,), letters=(("officer", "retaliation"), ("approver", "retaliation"))),
    Row("assess_safety", _l("Look at the safety, keep the alert"), ANY, OFFICER, asks=ask.SAFETY,
        only_if=(only.safety_alert,), meets=("L14", "L14h", "L14r"), opens=("L14r",)),
    Row("lift_safety_alert", _l("Lift the safety alert"), ANY, OFFICER, None, True, ask.SAFETY, (only.safety_alert,),
        meets=("L14", "L14h", "L14r"), then=(then.lift_alert,)),
    Row("change_consent", _l("Change what I agree to"), ANY, COMPLAINANT, asks=ask.CONSENTS,
        then=(then.change_consent,), letters=(("officer", "consent_changed"),)),
    Row("revoke_authority", _l("Cut the other receipt"), ANY, frozenset({Role.COMPLAINANT}), asks=ask.CUT,
        only_if=(only.another_receipt_lives,), then=(then.cut_the_other_receipt,),
        letters=(("officer", "authority_revoked"),)),
    Row("reissue_receipt", _l("Have a lost receipt replaced"), ANY, OFFICER, None, True, ask.REISSUE,
        then=(then.hand_over_code,)),
    Row("assign", _l("Assign"), ANY, STAFF, asks=ask.ASSIGN, then=(then.assign,)),
    Row("note", _l("Write a note"), ANY, STAFF, asks=ask.NOTE),
    Row("write", _l("Write a message"), ANY, OFFICER, asks=ask.WRITE_AS_OFFICER,
        only_if=(only.company_reads_along, only.files_may_go_there, only.room_for_files),
        then=(then.tell_how_it_stands, then.count_files)),
    Row("write", _l("Write a message"), ANY, COMPLAINANT, asks=ask.WRITE_AS_COMPLAINANT,
        only_if=(only.company_reads_along, only.files_may_go_there, only.room_for_files), then=(then.count_files,),
        letters=(("officer", "message"),)),
    Row("write", _l("Write a message"), ANY, COMPANY, asks=ask.WRITE_AS_COMPANY, only_if=(only.room_for_files,),
        then=(then.count_files,), letters=(("officer", "message"),)),
    Row("attach", _l("Add files"), ANY, OFFICER, asks=ask.ATTACH_AS_OFFICER, only_if=(only.room_for_files,),
        then=(then.count_files,)),
    Row("attach", _l("Add files"), ANY, COMPLAINANT, asks=ask.ATTACH_AS_COMPLAINANT, only_if=(only.room_for_files,),
        then=(then.count_files,), letters=(("officer", "files"),)),
    Row("attach", _l("Add files"), ANY, COMPANY, asks=ask.ATTACH_AS_COMPANY, only_if=(only.room_for_files,),
        then=(then.count_files,), letters=(("officer", "files"),)),
    Row("share_file", _l("Share a file with the company"), NEGOTIABLE | {REMEDIED}, OFFICER, None, True,
        ask.SHARE_FILE, (only.company_has_the_case, only.may_share_account, only.file_is_clean_or_agreed),
        letters=(("company", "file_shared"), ("complainant", "file_shared"))),
    Row("record_message", _l("Record what the complainant said"), ANY, OFFICER, asks=ask.RECORD_MESSAGE),
)  # fmt: skip

# What a second person must check when an officer notes it for the complainant (file 2, below the table).
SECOND_PERSON = frozenset({"accept_remedy", "waive_remedy", "change_consent"})


def _recorded() -> tuple[Row, ...]:
    """Each step of the complainant's that has no officer's row: as an officer may record it."""
    own = {row.step for row in TABLE if Role.OFFICER in row.who}
    return tuple(
        replace(
            row,
            title=_l("For the complainant: %(step)s", step=row.title),
            who=OFFICER,
            recorded=True,
            asks=row.asks + ask.RECORDED,
            approved=row.step in SECOND_PERSON,
        )
        for row in TABLE
        if row.who == COMPLAINANT and row.step not in own
    )


ROWS = TABLE + _recorded()
STEPS = tuple(dict.fromkeys(row.step for row in ROWS))


def find_row(step: str, role: Role, state: State) -> Row | None:
    """The row for this step, person and state; None where the table lists none."""
    return next((r for r in ROWS if r.step == step and role in r.who and state in r.source), None)


class Flow(Machine):
    """One shared machine; cases are never registered with it (a machine per case costs 337 µs and 20 kB)."""

    def fire(self, case: Any, step: str) -> None:
        """Move a case's state. Raises `transitions.MachineError` where the table has no such way."""
        self.events[step].trigger(case)


def _ways() -> list[dict[str, Any]]:
    ways = {(row.step, state.name, row.target.name if row.target else None) for row in ROWS for state in row.source}
    return [{"trigger": t, "source": s, "dest": d} for t, s, d in sorted(ways, key=str)]


flow = Flow(
    model=None,
    states=State,
    initial=State.RECEIVED,
    transitions=_ways(),
    auto_transitions=False,
    send_event=True,
    queued=False,
)
