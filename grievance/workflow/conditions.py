"""What must be true before a step: each answers None, or a sentence that says what is missing."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select

from grievance import clock
from grievance.accounts import who_could
from grievance.accounts.receipts import living_receipts
from grievance.deadlines import rows as deadlines
from grievance.deadlines.corrections import is_free_again
from grievance.deadlines.days import day_there, full_date
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.deadlines.lengths import length_of
from grievance.deadlines.rows import latest, owed, timetable
from grievance.evidence.types import is_recording
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import GROUNDS_OF_SAFETY
from grievance.models.case import Case, CaseLink, Respondent, State, Track
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Membership, Party, Role
from grievance.models.sides import COMPANY as COMPANY_SIDE
from grievance.models.writing import Attachment, Remedy, RemedyStatus
from grievance.record.files import not_with_the_company
from grievance.workflow import rounds
from grievance.workflow.context import StepContext

Answer = Label | None
"""What stands against the step, in words; None where nothing does."""

Condition = Callable[[StepContext], Answer]


def of_answers(condition: Condition) -> Condition:
    """A condition that looks at what is written: it can be met by the form, so that it does not stand before it."""
    ABOUT_ANSWERS.add(condition)
    return condition


ABOUT_ANSWERS: set[Condition] = set()
FILES_A_CASE = 400
"""Clean copies count too."""


def is_open(context: StepContext, *keys: str) -> bool:
    return deadlines.is_open(context.case, *keys)


def not_yet_acknowledged(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.ACKNOWLEDGEMENT) else _l("This complaint was acknowledged before.")


def open_question(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.COMPLAINANT_ANSWER) else _l("There is no open question.")


def no_open_question(context: StepContext) -> Answer:
    waits = any(one.key == Deadline.COMPLAINANT_ANSWER and not one.missed_at for one in owed(context.case))
    return _l("A question is open already.") if waits else None


def she_waits_for_a_word(context: StepContext) -> Answer:
    return None if context.case.waits_since else _l("The complainant does not wait for a word from us.")


def company_is_member(context: StepContext) -> Answer:
    company = context.case.company
    if company and company.membership in (Membership.MEMBER, Membership.AFFILIATE):
        return None
    return _l("The respondent company must be a member or affiliate now. Classify the case first.")


def may_share_account(context: StepContext) -> Answer:
    return None if context.case.share_account else _l("The complainant did not agree to share the account.")


ALERT_IS_OPEN = _l("A safety alert is open.")


def no_safety_alert(context: StepContext) -> Answer:
    return ALERT_IS_OPEN if context.case.safety_alert else None


def safety_alert(context: StepContext) -> Answer:
    return None if context.case.safety_alert else _l("There is no safety alert.")


NOBODY_SIGNED_IN = _l("Nobody of the company has signed in yet, so that nothing can be handed over to it.")
NOBODY_COULD_READ = _l("Nobody of the company could read it: its people have left, wait to be admitted or must not see"
                       " this case. First invite another person of the company, who is admitted.")  # fmt: skip
NOBODY_CONFIRMED_ITS_KEY = _l("Nobody has confirmed the key of this company yet. An approver calls the company and"
                              " types its fingerprint, at People.")  # fmt: skip


def company_can_read(context: StepContext) -> Answer:
    """A hand-over to nobody would let the company's time run while no one there could answer."""
    subjects = {int(one) for one in context.values.get("subjects", [])}
    readers = context.once("readers", lambda: who_could.of_company(context.case)) if context.case.company_id else ()
    if frozenset(readers) - subjects:
        return None
    party = db.session.scalars(select(Party).where(Party.company_id == context.case.company_id)).one_or_none()
    unknown = not context.case.company_id or party is None or party.public_key is None
    if party and party.unconfirmed_since:
        return NOBODY_CONFIRMED_ITS_KEY
    return NOBODY_SIGNED_IN if unknown else NOBODY_COULD_READ


NOBODY_CONFIRMED_ITS_CALENDAR = _l("Nobody has confirmed the calendar of this company: its country, time zone and"
                                   " weekend. An approver does that under Administration, Calendars to"
                                   " confirm.")  # fmt: skip


def its_calendar_is_confirmed(context: StepContext) -> Answer:
    """By another one its time would run from the hand-over on, and a company could be late that was not."""
    if context.case.company is None or context.case.company.calendar_confirmed_at:
        return None
    return NOBODY_CONFIRMED_ITS_CALENDAR


def packet_hash(text: str) -> str:
    """What a preview and the frozen packet must have in common."""
    return hashlib.sha256(text.encode()).hexdigest()


@of_answers
def packet_previewed(context: StepContext) -> Answer:
    packet = context.values.get("packet")
    if packet is None or context.values.get("previewed") == packet_hash(packet):
        return None
    return _l("Look at the packet as the company will see it, and then confirm it.")


def not_yet_notified(context: StepContext) -> Answer:
    return _l("The company was notified before.") if context.case.with_company else None


def company_owes_acknowledgement(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.COMPANY_ACKNOWLEDGEMENT) else _l("No acknowledgement is owed.")


def company_reads_along(context: StepContext) -> Answer:
    if context.case.with_company or context.values.get("audience") not in ("company", "all"):
        return None
    return _l("No company takes part in this case yet.")


@of_answers
def files_may_go_there(context: StepContext) -> Answer:
    """A company gets a complainant's file only as a clean copy, by *share a file*."""
    if not context.values.get("files") or context.person.side == "company":
        return None
    if context.values.get("audience") in ("company", "all"):
        return _l("Files go to the Secretariat first: choose who reads this without the company.")
    return None


def _remedies(context: StepContext) -> list[Remedy]:
    """What a former respondent promised stays with it: nobody waits for it any more."""
    theirs = Respondent.not_former(Remedy.respondent_id, context.case.id)
    return list(db.session.scalars(select(Remedy).where(Remedy.case_id == context.case.id, theirs)))


UNFINISHED = (RemedyStatus.ACCEPTED, RemedyStatus.DELIVERED, RemedyStatus.DISPUTED)


def remedies_are_verified(context: StepContext) -> Answer:
    status = [remedy.status for remedy in _remedies(context)]
    if RemedyStatus.VERIFIED in status and not set(status) & set(UNFINISHED):
        return None
    return _l("At least one remedy must be verified, and every other accepted one verified or given up.")


@of_answers
def remedies_are_finished(context: StepContext) -> Answer:
    if any(remedy.status in UNFINISHED for remedy in _remedies(context)) and not context.values.get("told"):
        return _l("A remedy is unfinished: say what the complainant was told about it.")
    return None


def follow_up_is_owed(context: StepContext) -> Answer:
    return None if is_open(context, *FOLLOW_UPS) else _l("No follow-up is owed.")


def followed_up(context: StepContext) -> Answer:
    if context.case.state == State.REMEDIED and is_open(context, Deadline.FOLLOW_UP):
        return _l("The first follow-up must be done before a remedied case is closed.")
    if context.case.state == State.REMEDIED and context.values and not context.values.get("lesson"):
        return _l("Write the root cause and the lesson.")
    return None


@of_answers
def closing_fits(context: StepContext) -> Answer:
    """Each state has its own ways to end: remedied by its remedy, referred by the complainant's word."""
    reason = context.values.get("reason")
    if reason is None or may_close_as(context.case.state, reason):
        return None
    if context.case.state == State.REFERRED:
        return _l("A referred case is closed only when the complainant confirms that it is settled.")
    if context.case.state == State.REMEDIED:
        return _l("A remedied case is closed as remedied and followed up.")
    return _l("This reason does not fit: the case is neither remedied nor with the company alone.")


CLOSES_AS = {State.REMEDIED: "remedied", State.REFERRED: "settled"}


def may_close_as(state: State, reason: str) -> bool:
    """Whether a case of this state can end for this reason: what never passes is not offered either."""
    if state in CLOSES_AS:
        return reason == CLOSES_AS[state]
    return reason not in CLOSES_AS.values()


_FILES = select(func.count()).select_from(Attachment).where(Attachment.case_id == bindparam("case_id"))


def room_for_files(context: StepContext) -> Answer:
    """So that one receipt, once stolen or shared, cannot fill the disk."""
    here = {"case_id": context.case.id}
    kept = context.once("files", lambda: db.session.scalar(_FILES, here) or 0)
    kept += 2 * len(context.values.get("files", []))
    full = _l("This case has as many files as it can hold. Write to the Secretariat.")
    return full if kept > FILES_A_CASE else None


def representatives_receipts(case: Case) -> list[ReceiptEnvelope]:
    """The receipts of someone other than the complainant that still work, and what may still become one."""
    return [envelope for envelope in living_receipts(case) if envelope.whose == Holder.REPRESENTATIVE]


def another_receipt_lives(context: StepContext) -> Answer:
    return None if representatives_receipts(context.case) else _l("Nobody else has a receipt for this case.")


@of_answers
def receipt_is_somebodys(context: StepContext) -> Answer:
    """A representative whose receipt the complainant cut gets none by the back door."""
    if not context.values:
        return None
    if "holder" not in context.values:
        return _l("This was proposed before it was asked whose receipt it is. Refuse it, and propose it again.")
    if context.values["holder"] == Holder.REPRESENTATIVE and not representatives_receipts(context.case):
        return _l("No receipt of a representative works in this case: the complainant cut it, or there never was one.")
    return None


def company_has_the_case(context: StepContext) -> Answer:
    return None if context.case.with_company else _l("No company takes part in this case yet.")


ASK_FIRST = _l(
    "Voices, faces and what is said are still in a copy of a recording. Ask the complainant first, then tick that they"
    " agree."
)


@of_answers
def file_is_clean_or_agreed(context: StepContext) -> Answer:
    """A photo says where it was taken, a voice who speaks. What cannot be cleaned needs the complainant's word, and so
    does each recording: no copy removes who is seen and heard in it."""
    if "file" not in context.values or context.values.get("agreed"):
        return None
    known = {one.id: one for one in not_with_the_company(context.case, context.keys)}
    if (chosen := known.get(context.values["file"])) and chosen.copy:
        return ASK_FIRST if is_recording(chosen.copy.kind) else None
    return _l("No clean copy of this file can be made. Ask the complainant first, then tick that they agree.")


# --- extensions, mediation, the Board, withdrawal ---------------------------------------------------------


WITHDRAWAL_WAITS = _l("A withdrawal waits to be confirmed or undone.")


def not_withdrawn(context: StepContext) -> Answer:
    return WITHDRAWAL_WAITS if context.case.withdrawn_at else None


def withdrawn(context: StepContext) -> Answer:
    return None if context.case.withdrawn_at else _l("No withdrawal waits.")


def on_the_alert_track(context: StepContext) -> Answer:
    return None if context.case.track == Track.ALERT else _l("Only a case of the alert track ends as a concern.")


@of_answers
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


@of_answers
def a_new_packet_may_go(context: StepContext) -> Answer:
    if "packet" not in context.values:
        return None
    return may_share_account(context)


def back_once_without_the_board(context: StepContext) -> Answer:
    if (
        context.case.referred_back
        and not is_free_again(context.case)
        and not rounds.ever(context.case, Deadline.BOARD_DECISION, met=True)
    ):
        return _l("The case was referred back before: a second time needs the Board.")
    return None


def _response(context: StepContext) -> Limit | None:
    return next((limit for limit in owed(context.case) if limit.key == Deadline.COMPANY_RESPONSE), None)


def company_has_answered(context: StepContext) -> Answer:
    """Each answer opens L7; an answer of an earlier round had its own time for comments."""
    if rounds.ever(context.case, Deadline.COMMENT):
        return None
    return _l("The company has not answered yet.")


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
    asked = [one for one in owed(context.case) if one.key in OFFERED_TO.values() and not one.missed_at]
    if asked or _stage(context) == "running":
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


# --- an escalation that the company is told of later -------------------------------------------------------


def not_for_safety_at_once(context: StepContext) -> Answer:
    """Time limits of a company that end the day after it threatened somebody would tell it why."""
    if context.values.get("ground") in dict(GROUNDS_OF_SAFETY) and context.case.state == State.REFERRED:
        return _l("Choose the step that tells the company later: its time limits would end on the spot, and tell why.")
    return None


def company_may_know(context: StepContext) -> Answer:
    """A company reads of each reopening, and whoever threatened her can tell why: not without her yes."""
    for_her_safety = context.values.get("ground") == "retaliation" and context.case.with_company
    if for_her_safety and context.values.get("may_know") != "yes":
        return _l("The company is told of a reopening, and can tell why. Ask the complainant first. Until then look"
                  " after the safety alert: that goes on in the case as it is.")  # fmt: skip
    return None


def company_is_told_in_time(context: StepContext) -> Answer:
    day, last = context.values.get("tell_on"), last_day_unseen(context.case, context.now)
    today = max(clock.office_day(context.now), deadlines.day_for(context.case, COMPANY_SIDE, context.now))
    if day and not today <= date.fromisoformat(day) <= last:
        return _l("Choose a day from %(first)s until %(date)s: by then the company is told.",
                  first=full_date(today), date=full_date(last))  # fmt: skip
    return None


def last_day_unseen(case: Case, now: datetime) -> date:
    """The company's own next due day; where it owes nothing that runs, as far away as the rule allows."""
    running = [one for one in owed(case) if one.missed_at is None and one.paused_at is None]
    theirs = [one.due_on for one in running if one.owed_by == COMPANY_SIDE]
    most = clock.office_day(now) + timedelta(days=timetable().kinds[Deadline.TELL_COMPANY].rule.count)
    return min([most, *theirs])


def company_does_not_know(context: StepContext) -> Answer:
    return None if context.case.escalation_unseen else _l("The company was told already.")


def company_knows_of_it(context: StepContext) -> Answer:
    return _l("The company is not told yet that the case was escalated.") if context.case.escalation_unseen else None


_LINKS = (
    select(CaseLink.id)
    .where((CaseLink.case_id == bindparam("case_id")) | (CaseLink.other_id == bindparam("case_id")))
    .limit(1)
)


def is_linked(context: StepContext) -> Answer:
    """With any other case, before one is typed; with that one, afterwards."""
    query = _LINKS
    if reference := context.values.get("other"):
        other = select(Case.id).where(Case.reference == reference.strip().upper()).scalar_subquery()
        query = query.where((CaseLink.case_id == other) | (CaseLink.other_id == other))
    found = db.session.scalars(query, {"case_id": context.case.id}).first()
    return None if found else _l("These cases are not linked.")


def looked_at_in_time(context: StepContext) -> Answer:
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
    """Neither who closed a case nor who proposed to decides about its closing, as whatever they act by now (an office
    of one may, and says so)."""
    if context.person.role != Role.APPROVER or current_app.config["ALLOW_SOLO"]:
        return None
    if context.person.account_id in who_could.closers(context.case):
        return _l("Another approver than the one who closed the case, or proposed to, must decide this.")
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


HOLD_IS_SET = _l("A legal hold is set.")


def no_legal_hold(context: StepContext) -> Answer:
    return HOLD_IS_SET if context.case.legal_hold else None


def legal_hold(context: StepContext) -> Answer:
    return None if context.case.legal_hold else _l("No legal hold is set.")


# --- who could do it ---------------------------------------------------------------------------------------


def nobody_can_act(context: StepContext) -> Answer:
    if who_could.lacking(context.case, context.who_could()):
        return None
    return _l("Somebody can act in this case: nobody needs to be named.")


def an_officer_could_have_it(context: StepContext) -> Answer:
    if context.who_could().able((Role.OFFICER,)):
        return None
    return _l("No officer can act in this case. Name a deputy, or invite another officer.")


def somebody_is_shut_out(context: StepContext) -> Answer:
    return None if context.who_could().shut_out else _l("Nobody is shut out of this case.")


def names_deputies(context: StepContext) -> Answer:
    """The head; where the head cannot act, or decides about their own doing, a custodian."""
    if context.person.account_id in context.who_could().naming():
        return None
    return _l("The head of the office names a deputy; where the head cannot act in the case, the custodians do.")


def somebody_stays(context: StepContext) -> Answer:
    """The office shuts nobody out so that nobody is left. A conflict that somebody declares is never refused."""
    if "person" not in context.values:
        return None
    person, standing = int(context.values["person"]), context.who_could()
    if person in standing.acts_as:
        if len(standing.without(person).lacks(context.case.state)) > len(standing.lacks(context.case.state)):
            return _l("Nobody could act in this case then. First invite another person to the Secretariat, and admit"
                      " them. Whoever has an interest in the case can declare it themselves at once.")  # fmt: skip
    elif standing.custodians == {person}:
        return _l("No custodian could open an identity in this case then. First admit another custodian.")
    elif who_could.reads_at_company(context.case) == {person}:
        return _l("Nobody of the company could read the case then. First recall the packet, or invite another person"
                  " of the company, who is admitted.")  # fmt: skip
    return None
