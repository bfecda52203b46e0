"""The procedure: one row per step, from which the server, the pages and the picture come (docs/procedure.md).

A step whose name is not here, or that is taken from a state or by a role that its row does not list, is refused.
"""

from dataclasses import replace
from typing import Any

from transitions import Machine

from grievance.extensions import lazy_gettext as _l
from grievance.models.case import State
from grievance.models.people import Role
from grievance.workflow import beside, ending, identity, recusal, remedies, talks
from grievance.workflow import conditions as only
from grievance.workflow import effects as then
from grievance.workflow import questions as ask
from grievance.workflow.row import (
    ANY,
    APPROVERS,
    CLOCK,
    CLOSED,
    COMPANY,
    COMPLAINANT,
    CUSTODIANS,
    ESCALATED,
    OFFICER,
    OPEN,
    RECEIVED,
    REFERRED,
    REMEDIED,
    STAFF,
    Row,
    states,
)

NEGOTIABLE = states(REFERRED, ESCALATED)
HANDING_OVER = (only.company_is_member, only.may_share_account, only.no_safety_alert, beside.not_withdrawn,
                only.company_has_keys, only.packet_previewed)  # fmt: skip
TALKS = ("L9", "L9c", "L9m")
SAFETY = ("L14", "L14h", "L14r")
TABLE: tuple[Row, ...] = (
    Row("acknowledge", _l("Acknowledge"), states(RECEIVED), OFFICER, asks=ask.ACKNOWLEDGE,
        only_if=(only.not_yet_acknowledged,), meets=("L1",), opens=("L2",), then=(then.take_on,),
        letters=(("complainant", "acknowledged"),)),
    Row("classify", _l("Classify"), OPEN, OFFICER, asks=ask.CLASSIFY, then=(then.classify,)),
    Row("ask", _l("Ask the complainant"), OPEN, OFFICER, asks=ask.ASK, only_if=(only.no_open_question,),
        meets=("L17",), opens=("L3",), then=(then.pause_admissibility,), letters=(("complainant", "question"),)),
    Row("answer", _l("Answer the question"), OPEN, COMPLAINANT, asks=ask.ANSWER, only_if=(only.open_question,),
        meets=("L3",), then=(then.resume_admissibility,), letters=(("officer", "answered"),)),
    Row("dismiss", _l("Dismiss"), states(RECEIVED), OFFICER, CLOSED, True, ask.DISMISS, (beside.no_link_to_a_member,),
        stops="all", keeps=SAFETY, opens=("L13",), meets=("L2",), then=(ending.close,),
        letters=(("complainant", "dismissed"),)),
    Row("record_concern", _l("Record as a compliance concern"), states(RECEIVED), OFFICER, CLOSED, True, ask.CONCERN,
        (beside.on_the_alert_track,), meets=("L2",), opens=("L13",), stops="all", keeps=SAFETY,
        then=(ending.close_as("concern"),), letters=(("complainant", "concern"),)),
    Row("refer", _l("Refer to the company"), states(RECEIVED), OFFICER, REFERRED, True, ask.REFER,
        HANDING_OVER, meets=("L2", "L17"), opens=("L4", "L5"), stops=("L1", "L3"), then=(then.hand_over,),
        letters=(("company", "referred"), ("complainant", "referred"))),
    Row("escalate", _l("Escalate"), states(RECEIVED, REFERRED), OFFICER, ESCALATED, asks=ask.ESCALATE,
        meets=("L17",), opens=("L8",), stops=("L1", "L2", "L4", "L5", "L7"), then=(then.note_ground,),
        letters=(("company", "escalated"), ("complainant", "escalated"))),
    Row("escalate", _l("Ask the Secretariat to take over"), states(REFERRED), COMPLAINANT, ESCALATED,
        asks=ask.DECLINE_ROUTE, opens=("L8",), stops=("L1", "L2", "L4", "L5", "L7"), then=(then.complainant_declines,),
        letters=(("company", "escalated"), ("complainant", "escalated"), ("officer", "escalated"))),
    Row("escalate", _l("Escalated by the clock"), states(REFERRED), CLOCK, ESCALATED, opens=("L8",),
        stops=("L1", "L2", "L4", "L5", "L7"),
        letters=(("company", "escalated_late"), ("complainant", "escalated_late"), ("officer", "escalated_late"))),
    Row("notify_company", _l("Notify the company"), states(ESCALATED), OFFICER, None, True, ask.REFER,
        (*HANDING_OVER, only.not_yet_notified), meets=("L17",), opens=("L4", "L5"), then=(then.hand_over,),
        letters=(("company", "referred"), ("complainant", "referred"))),
    Row("refer_back", _l("Refer back to the company"), states(ESCALATED), OFFICER, REFERRED, True, ask.REFER_BACK,
        (*HANDING_OVER, beside.back_once_without_the_board), meets=("L17",), opens=("L4", "L5"),
        stops=("L4", "L5", "L8", *TALKS), then=(then.hand_over, then.count_referral_back),
        letters=(("company", "referred"), ("complainant", "referred"))),
    Row("recall_packet", _l("Recall the packet"), NEGOTIABLE, OFFICER, None, False, ask.RECALL,
        (only.company_has_the_case, beside.a_new_packet_may_go, only.packet_previewed), then=(then.recall_packet,),
        letters=(("complainant", "packet_recalled"), ("approver", "packet_recalled"))),
    Row("company_acknowledge", _l("Acknowledge the referral"), NEGOTIABLE, COMPANY, asks=ask.CONTACT,
        only_if=(only.company_owes_acknowledgement,), meets=("L4",),
        letters=(("complainant", "company_acknowledged"),)),
    Row("request_extension", _l("Ask for more time"), NEGOTIABLE, COMPANY, asks=ask.EXTENSION,
        only_if=(beside.may_ask_for_longer,), then=(talks.ask_for_longer,),
        letters=(("officer", "extension_asked"), ("complainant", "extension_asked"))),
    Row("decide_extension", _l("Decide on more time"), NEGOTIABLE, OFFICER, asks=ask.DECIDE_EXTENSION,
        only_if=(beside.extension_waits,), then=(talks.decide_extension,),
        letters=(("company", "extension_decided"), ("complainant", "extension_decided"))),
    Row("respond", _l("Respond"), NEGOTIABLE, COMPANY, asks=ask.RESPONSE, meets=("L4", "L5"), opens=("L7",),
        then=(then.note_lateness,), letters=(("complainant", "responded"), ("officer", "responded")), previewed=True),
    Row("comment", _l("Comment on the answer"), NEGOTIABLE, COMPLAINANT, None, False, ask.COMMENT,
        (beside.company_has_answered,), ("L7",), then=(then.begin_review,), letters=(("officer", "commented"),)),
    Row("conclude_review", _l("Conclude the fairness review"), NEGOTIABLE, OFFICER, None, True, ask.REVIEW,
        meets=("L8", "L17"), letters=(("complainant", "reviewed"), ("company", "reviewed"))),
    Row("offer_good_offices", _l("Offer good offices"), states(ESCALATED), OFFICER, asks=ask.GOOD_OFFICES,
        only_if=(only.company_has_the_case, beside.no_good_offices_now), meets=("L17",), opens=("L9", "L9c"),
        then=(talks.offer,), letters=(("company", "good_offices"), ("complainant", "good_offices"))),
    Row("agree_good_offices", _l("Agree to good offices"), states(ESCALATED), COMPLAINANT,
        helps=("L9",), only_if=(beside.asked_about_good_offices,), then=(talks.agree,),
        letters=(("officer", "good_offices_agreed"),)),
    Row("agree_good_offices", _l("Agree to good offices"), states(ESCALATED), COMPANY,
        helps=("L9c",), only_if=(beside.asked_about_good_offices,), then=(talks.agree,),
        letters=(("officer", "good_offices_agreed"),)),
    Row("decline_good_offices", _l("Decline good offices"), states(ESCALATED), COMPLAINANT, asks=ask.NO_GOOD_OFFICES,
        helps=("L9",), only_if=(beside.asked_about_good_offices,), opens=("L17",), then=(talks.decline,),
        letters=(("officer", "good_offices_declined"),)),
    Row("decline_good_offices", _l("Decline good offices"), states(ESCALATED), COMPANY,
        asks=ask.NO_GOOD_OFFICES_COMPANY, helps=("L9c",), only_if=(beside.asked_about_good_offices,), opens=("L17",),
        then=(talks.decline,), letters=(("officer", "good_offices_declined"),)),
    Row("begin_mediation", _l("Begin mediation"), states(ESCALATED), OFFICER, asks=ask.MEDIATOR,
        only_if=(beside.both_agreed,), meets=("L17",), opens=("L9m",), then=(talks.begin_mediation,),
        letters=(("company", "mediation"), ("complainant", "mediation"))),
    Row("end_mediation", _l("End mediation"), states(ESCALATED), OFFICER, asks=ask.MEDIATED,
        only_if=(beside.mediation_runs,), meets=("L9m",), opens=("L17",), then=(talks.end_mediation,),
        letters=(("company", "mediation_ended"), ("complainant", "mediation_ended"))),
    Row("ask_board", _l("Ask the Board"), states(ESCALATED), OFFICER, asks=ask.ASK_BOARD,
        only_if=(beside.board_not_asked,), meets=("L17",), opens=("L10",), letters=(("complainant", "board_asked"),)),
    Row("record_board_decision", _l("Record the Board's decision"), states(ESCALATED), APPROVERS,
        asks=ask.BOARD_DECISION, only_if=(beside.board_asked, only.room_for_files), meets=("L10", "L17"),
        then=(then.count_files,), letters=(("company", "board_decided"), ("complainant", "board_decided"))),
    Row("propose_remedy", _l("Propose a remedy"), NEGOTIABLE, OFFICER | COMPANY, None, False, ask.REMEDY,
        (remedies.can_be_kept,), ("L17",), then=(remedies.propose_remedy,),
        letters=(("complainant", "remedy_proposed"),)),
    Row("accept_remedy", _l("Accept a remedy"), NEGOTIABLE, COMPLAINANT, None, False, ask.accept("proposed"),
        (remedies.can_still_be_kept,), then=(remedies.accept_remedy,),
        letters=(("company", "remedy_accepted"), ("officer", "remedy_accepted"))),
    Row("decline_remedy", _l("Decline a remedy"), NEGOTIABLE, COMPLAINANT, asks=ask.decline("proposed"),
        then=(remedies.decline_remedy,), letters=(("company", "remedy_declined"), ("officer", "remedy_declined"))),
    Row("waive_remedy", _l("Give up a remedy"), NEGOTIABLE, COMPLAINANT,
        asks=ask.waive("proposed", "accepted", "delivered", "disputed"), then=(remedies.waive_remedy,),
        letters=(("company", "remedy_waived"), ("officer", "remedy_waived"))),
    Row("report_delivered", _l("Report a remedy as delivered"), NEGOTIABLE | {REMEDIED}, COMPANY,
        asks=ask.deliver("accepted", "disputed"), helps=("L11",), then=(remedies.report_delivered,),
        letters=(("complainant", "remedy_delivered"),)),
    Row("verify_remedy", _l("It was done"), NEGOTIABLE | {REMEDIED}, COMPLAINANT,
        asks=ask.verify("accepted", "delivered", "disputed"), helps=("L11v",), then=(remedies.verify_remedy,),
        letters=(("company", "remedy_verified"), ("officer", "remedy_verified"))),
    Row("verify_remedy", _l("Verify a remedy on evidence"), NEGOTIABLE | {REMEDIED}, OFFICER, None, True,
        ask.verify_on_evidence("accepted", "delivered", "disputed"), then=(remedies.verify_remedy,),
        letters=(("company", "remedy_verified"), ("complainant", "remedy_verified"))),
    Row("dispute_remedy", _l("It was not done, or only partly"), NEGOTIABLE, COMPLAINANT,
        asks=ask.dispute("accepted", "delivered", "verified"), helps=("L11v",), opens=("L17",),
        then=(remedies.dispute_remedy,), letters=(("company", "remedy_disputed"), ("officer", "remedy_disputed"))),
    Row("dispute_remedy", _l("It was not done, or only partly"), states(REMEDIED), COMPLAINANT, ESCALATED,
        asks=ask.dispute("accepted", "delivered", "verified"), helps=("L11v",), opens=("L17",),
        then=(remedies.dispute_remedy,), letters=(("company", "remedy_disputed"), ("officer", "remedy_disputed"))),
    Row("remedy", _l("Record as remedied"), NEGOTIABLE, OFFICER, REMEDIED, True, ask.REASON,
        (only.remedies_are_verified,), meets=("L17",), opens=("L12", "L12b", "L12c"),
        stops=("L1", "L2", "L3", "L4", "L5", "L7", "L8", "L10", "L11", "L11v", *TALKS),
        letters=(("complainant", "remedied"), ("company", "remedied"))),
    Row("follow_up", _l("Follow up"), states(REMEDIED, CLOSED), OFFICER, asks=ask.FOLLOW_UP,
        helps=("L12", "L12b", "L12c"), only_if=(only.follow_up_is_owed,), then=(then.meet_first_follow_up,)),
    Row("close", _l("Close"), states(REMEDIED, ESCALATED, REFERRED), OFFICER, CLOSED, True, ask.CLOSE,
        (only.no_safety_alert, only.remedies_are_finished, only.followed_up, only.closing_fits),
        stops="all", keeps=("L12b", "L12c"), opens=("L13",), then=(ending.close,),
        letters=(("complainant", "closed"), ("company", "closed"))),
    Row("reopen", _l("Reopen"), states(REMEDIED), OFFICER, ESCALATED, False, ask.REOPEN, opens=("L8",),
        stops=("L12", "L12b", "L12c"), letters=(("company", "reopened"), ("complainant", "reopened"))),
    Row("reopen", _l("Reopen"), states(CLOSED), OFFICER, ESCALATED, True, ask.REOPEN,
        (beside.was_admitted, beside.another_than_closed_it), meets=("L19",), opens=("L8",),
        stops=("L12", "L12b", "L12c", "L13"), then=(ending.reopen,),
        letters=(("company", "reopened"), ("complainant", "reopened"))),
    Row("reopen_admission", _l("Decide again whether it is admissible"), states(CLOSED), OFFICER, RECEIVED, True,
        ask.REOPEN, (beside.never_admitted, beside.another_than_closed_it), meets=("L19",), opens=("L2",),
        stops=("L13",), then=(ending.reopen,), letters=(("complainant", "reopened"),)),
    Row("come_back", _l("I am back: go on with my complaint"), states(CLOSED), COMPLAINANT, ESCALATED,
        only_if=(beside.closed_without_an_answer,), opens=("L8",), stops=("L13",), then=(ending.reopen,),
        letters=(("officer", "returned"),)),
    Row("appeal", _l("Appeal against the closure"), states(CLOSED), COMPLAINANT, asks=ask.APPEAL,
        only_if=(beside.may_appeal,), meets=("L13",), opens=("L19",),
        letters=(("officer", "appealed"), ("approver", "appealed"))),
    Row("refuse_appeal", _l("Refuse the appeal"), states(CLOSED), APPROVERS, asks=ask.REFUSE_APPEAL,
        only_if=(beside.appeal_waits, beside.another_than_closed_it), meets=("L19",),
        letters=(("complainant", "appeal_refused"),)),
    Row("withdraw", _l("Withdraw my complaint"), OPEN, COMPLAINANT, asks=ask.WITHDRAW, only_if=(beside.not_withdrawn,),
        opens=("L20",), then=(ending.withdraw,), letters=(("officer", "withdrawn"),)),
    Row("undo_withdrawal", _l("Undo the withdrawal"), OPEN, COMPLAINANT, asks=ask.UNDO, only_if=(beside.withdrawn,),
        stops=("L20",), then=(ending.undo_withdrawal,), letters=(("officer", "withdrawal_undone"),)),
    Row("confirm_withdrawal", _l("Confirm the withdrawal"), OPEN, OFFICER, CLOSED, False, ask.CONFIRM_WITHDRAWAL,
        (beside.withdrawn, only.no_safety_alert), meets=("L20",), opens=("L13",), stops="all", keeps=SAFETY,
        then=(ending.close_as("withdrawn"),), letters=(("complainant", "closed"), ("company", "closed")),
        approved_when=lambda move: move.values.get("free") != "confirmed"),
    Row("suspend", _l("Suspend"), OPEN, APPROVERS, asks=ask.SUSPEND, only_if=(beside.not_suspended,),
        then=(talks.suspend,), letters=(("complainant", "suspended"), ("company", "suspended"))),
    Row("resume", _l("Resume"), OPEN, APPROVERS, asks=ask.REASON, only_if=(beside.suspended,), meets=("L16",),
        then=(talks.resume,), letters=(("complainant", "resumed"), ("company", "resumed"))),
    Row("report_retaliation", _l("Report retaliation"), ANY, COMPLAINANT | OFFICER, asks=ask.RETALIATION,
        then=(then.raise_alert,), letters=(("officer", "retaliation"), ("approver", "retaliation"))),
    Row("assess_safety", _l("Look at the safety, keep the alert"), ANY, OFFICER, asks=ask.SAFETY,
        only_if=(only.safety_alert,), meets=SAFETY, opens=("L14r",)),
    Row("lift_safety_alert", _l("Lift the safety alert"), ANY, OFFICER, None, True, ask.SAFETY, (only.safety_alert,),
        meets=SAFETY, then=(then.lift_alert,)),
    Row("change_consent", _l("Change what I agree to"), ANY, COMPLAINANT, asks=ask.CONSENTS,
        then=(then.change_consent,), letters=(("officer", "consent_changed"),)),
    Row("revoke_authority", _l("Cut the other receipt"), ANY, frozenset({Role.COMPLAINANT}), asks=ask.CUT,
        only_if=(only.another_receipt_lives,), then=(then.cut_the_other_receipt,),
        letters=(("officer", "authority_revoked"),)),
    Row("reissue_receipt", _l("Have a lost receipt replaced"), ANY, OFFICER, None, True, ask.REISSUE,
        only_if=(only.receipt_is_somebodys,), then=(then.hand_over_code,)),
    Row("set_legal_hold", _l("Set a legal hold"), ANY, OFFICER, None, True, ask.REASON, (beside.no_legal_hold,),
        then=(then.hold_for_court,)),
    Row("lift_legal_hold", _l("Lift the legal hold"), ANY, OFFICER, None, True, ask.REASON, (beside.legal_hold,),
        then=(then.end_legal_hold,)),
    Row("erase", _l("Erase"), states(CLOSED), OFFICER, None, True, ask.REASON,
        (beside.no_legal_hold, only.no_safety_alert, beside.may_be_erased), stops="all", then=(ending.erase,)),
    Row("link", _l("Link with another case"), ANY, OFFICER, asks=ask.LINK, then=(then.link,)),
    Row("declare_conflict", _l("Declare a conflict of interest"), ANY, STAFF, asks=ask.CONFLICT,
        only_if=(beside.not_the_only_one_left,), then=(then.declare_conflict,)),
    Row("exclude_person", _l("Shut a person out of this case"), ANY, APPROVERS, asks=ask.EXCLUDE,
        only_if=(beside.not_the_only_one_left,), then=(then.exclude,)),
    recusal.RECUSE_PERSON,
    Row("ask_identity", _l("Ask to open the identity"), ANY, OFFICER, asks=ask.ASK_IDENTITY,
        only_if=(identity.there_is_an_identity, identity.nobody_asks, identity.agreed_to_be_known),
        then=(identity.ask,),
        letters=(("custodian", "identity_asked"), ("complainant", "identity_asked"))),
    Row("grant_identity", _l("Grant"), ANY, CUSTODIANS,
        only_if=(identity.somebody_asks, identity.who_asked_is_here, identity.still_agreed), then=(identity.grant,),
        letters=(("officer", "identity_granted"), ("complainant", "identity_granted"))),
    Row("refuse_identity", _l("Refuse"), ANY, CUSTODIANS, asks=ask.REFUSE_IDENTITY,
        only_if=(identity.somebody_asks,), then=(identity.refuse,),
        letters=(("officer", "identity_refused"), ("complainant", "identity_refused"))),
    Row("open_identity", _l("Open the identity"), ANY, OFFICER, only_if=(identity.is_open_to_me,),
        letters=(("complainant", "identity_opened"),)),
    Row("share_identity", _l("Tell the company who complained"), OPEN, OFFICER, None, True, ask.SHARE_IDENTITY,
        (only.company_has_the_case, only.no_safety_alert, identity.may_share_identity, identity.is_still_newest),
        then=(identity.share,),
        letters=(("company", "identity_shared"), ("complainant", "identity_shared")), prepare=identity.prepare_share),
    Row("correct_identity", _l("Write or correct my name and how to reach me"), ANY, COMPLAINANT,
        asks=ask.CORRECT_IDENTITY, then=(identity.correct,)),
    Row("assign", _l("Assign"), ANY, STAFF, asks=ask.ASSIGN, then=(then.assign,)),
    Row("note", _l("Write a note"), ANY, STAFF, asks=ask.NOTE),
    Row("write", _l("Write a message"), ANY, OFFICER, asks=ask.WRITE_AS_OFFICER, helps=("L6",),
        only_if=(only.company_reads_along, only.files_may_go_there, only.room_for_files),
        then=(then.tell_how_it_stands, then.count_files)),
    Row("write", _l("Write a message"), ANY, COMPLAINANT, asks=ask.WRITE_AS_COMPLAINANT,
        only_if=(only.company_reads_along, only.files_may_go_there, only.room_for_files), then=(then.count_files,),
        letters=(("officer", "message"),)),
    Row("write", _l("Write a message"), ANY, COMPANY, asks=ask.WRITE_AS_COMPANY, only_if=(only.room_for_files,),
        then=(then.count_files,), letters=(("officer", "message"),), previewed=True),
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
SECOND_PERSON = frozenset({"accept_remedy", "waive_remedy", "change_consent", "withdraw"})
CHECKED = SECOND_PERSON | {"verify_remedy"}  # for two weeks, with a receipt that replaced a lost one


ASKED_OF_WHOM = {"correct_identity": ask.OF_WHOM}


def _recorded() -> tuple[Row, ...]:
    """Each step of the complainant's that has no officer's row: as an officer may record it."""
    own = {row.step for row in TABLE if Role.OFFICER in row.who}
    return tuple(
        replace(
            row,
            title=_l("For the complainant: %(step)s", step=row.title),
            who=OFFICER,
            recorded=True,
            asks=ASKED_OF_WHOM.get(row.step, ()) + row.asks + ask.RECORDED,
            approved=row.step in SECOND_PERSON,
        )
        for row in TABLE
        if row.who == COMPLAINANT and row.step not in own
    )


ROWS = TABLE + _recorded()
HAND_OVERS = frozenset({"refer", "notify_company", "refer_back"})
PROPOSED = {row.step: row.title for row in ROWS if Role.OFFICER in row.who}  # as an approver reads what is to be done
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
    model=None, states=State, initial=State.RECEIVED, transitions=_ways(), auto_transitions=False, send_event=True
)
