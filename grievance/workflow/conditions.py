"""What must be true before a step: each answers None, or a sentence that says what is missing."""

import hashlib

from sqlalchemy import func, select

from grievance.accounts.receipts import living_receipts
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, State
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.people import Membership, Party
from grievance.models.writing import Attachment, Remedy, RemedyStatus
from grievance.record.files import not_with_the_company
from grievance.workflow.context import StepContext

Answer = Label | None
"""What stands against the step, in words; None where nothing does."""


FILES_A_CASE = 400
"""Clean copies count too."""


def is_open(context: StepContext, *keys: str) -> bool:
    return deadlines.is_open(context.case, *keys)


def not_yet_acknowledged(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.ACKNOWLEDGEMENT) else _l("This complaint was acknowledged before.")


def open_question(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.COMPLAINANT_ANSWER) else _l("There is no open question.")


def no_open_question(context: StepContext) -> Answer:
    return _l("A question is open already.") if is_open(context, Deadline.COMPLAINANT_ANSWER) else None


def company_is_member(context: StepContext) -> Answer:
    company = context.case.company
    if company and company.membership in (Membership.MEMBER, Membership.AFFILIATE):
        return None
    return _l("The respondent company must be a member or affiliate now. Classify the case first.")


def may_share_account(context: StepContext) -> Answer:
    return None if context.case.share_account else _l("The complainant did not agree to share the account.")


def no_safety_alert(context: StepContext) -> Answer:
    return _l("A safety alert is open.") if context.case.safety_alert else None


def safety_alert(context: StepContext) -> Answer:
    return None if context.case.safety_alert else _l("There is no safety alert.")


def company_has_keys(context: StepContext) -> Answer:
    party = db.session.scalars(select(Party).where(Party.company_id == context.case.company_id)).one_or_none()
    if context.case.company_id and party and party.public_key:
        return None
    return _l("Nobody of the company has signed in yet, so that nothing can be handed over to it.")


def packet_hash(text: str) -> str:
    """What a preview and the frozen packet must have in common."""
    return hashlib.sha256(text.encode()).hexdigest()


def packet_previewed(context: StepContext) -> Answer:
    packet = context.values.get("packet")
    if packet is None or context.values.get("previewed") == packet_hash(packet):
        return None
    return _l("Look at the packet as the company will see it, and then confirm it.")


def not_yet_notified(context: StepContext) -> Answer:
    return _l("The company was notified before.") if context.case.handovers else None


def company_owes_acknowledgement(context: StepContext) -> Answer:
    return None if is_open(context, Deadline.COMPANY_ACKNOWLEDGEMENT) else _l("No acknowledgement is owed.")


def company_reads_along(context: StepContext) -> Answer:
    if context.case.handovers or context.values.get("audience") not in ("company", "all"):
        return None
    return _l("No company takes part in this case yet.")


def files_may_go_there(context: StepContext) -> Answer:
    """A company gets a complainant's file only as a clean copy, by *share a file*."""
    if not context.values.get("files") or context.person.side == "company":
        return None
    if context.values.get("audience") in ("company", "all"):
        return _l("Files go to the Secretariat first: choose who reads this without the company.")
    return None


def _remedies(context: StepContext) -> list[Remedy]:
    return list(db.session.scalars(select(Remedy).where(Remedy.case_id == context.case.id)))


UNFINISHED = (RemedyStatus.ACCEPTED, RemedyStatus.DELIVERED, RemedyStatus.DISPUTED)


def remedies_are_verified(context: StepContext) -> Answer:
    status = [remedy.status for remedy in _remedies(context)]
    if RemedyStatus.VERIFIED in status and not set(status) & set(UNFINISHED):
        return None
    return _l("At least one remedy must be verified, and every other accepted one verified or given up.")


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


def closing_fits(context: StepContext) -> Answer:
    """Each state has its own ways to end: remedied by its remedy, referred by the complainant's word."""
    reason = context.values.get("reason")
    if reason is None or (reason == CLOSES_AS.get(context.case.state, reason) and _none_elsewhere(context, reason)):
        return None
    if context.case.state == State.REFERRED:
        return _l("A referred case is closed only when the complainant confirms that it is settled.")
    if context.case.state == State.REMEDIED:
        return _l("A remedied case is closed as remedied and followed up.")
    return _l("This reason does not fit: the case is neither remedied nor with the company alone.")


CLOSES_AS = {State.REMEDIED: "remedied", State.REFERRED: "settled"}


def _none_elsewhere(context: StepContext, reason: str) -> bool:
    return context.case.state in CLOSES_AS or reason not in CLOSES_AS.values()


def room_for_files(context: StepContext) -> Answer:
    """So that one receipt, once stolen or shared, cannot fill the disk."""
    query = select(func.count()).select_from(Attachment).where(Attachment.case_id == context.case.id)
    kept = (db.session.scalar(query) or 0) + 2 * len(context.values.get("files", []))
    full = _l("This case has as many files as it can hold. Please write to the Secretariat.")
    return full if kept > FILES_A_CASE else None


def representatives_receipts(case: Case) -> list[ReceiptEnvelope]:
    """The receipts of someone other than the complainant that still work, and what may still become one."""
    return [envelope for envelope in living_receipts(case) if envelope.whose == Holder.REPRESENTATIVE]


def another_receipt_lives(context: StepContext) -> Answer:
    return None if representatives_receipts(context.case) else _l("Nobody else has a receipt for this case.")


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
    return None if context.case.handovers else _l("No company takes part in this case yet.")


def file_is_clean_or_agreed(context: StepContext) -> Answer:
    """A photo says where it was taken, a voice who speaks. What cannot be cleaned needs the complainant's word."""
    if "file" not in context.values or context.values.get("agreed"):
        return None
    known = {one.id: one for one in not_with_the_company(context.case, context.keys)}
    if (chosen := known.get(context.values["file"])) and chosen.copy:
        return None
    return _l("No clean copy of this file can be made. Ask the complainant first, then tick that they agree.")
