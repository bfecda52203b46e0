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
from grievance.workflow.context import Move

Answer = Label | None
"""What stands against the step, in words; None where nothing does."""


FILES_A_CASE = 400
"""Clean copies count too."""


def is_open(move: Move, *keys: str) -> bool:
    return deadlines.is_open(move.case, *keys)


def not_yet_acknowledged(move: Move) -> Answer:
    return None if is_open(move, Deadline.ACKNOWLEDGEMENT) else _l("This complaint was acknowledged before.")


def open_question(move: Move) -> Answer:
    return None if is_open(move, Deadline.COMPLAINANT_ANSWER) else _l("There is no open question.")


def no_open_question(move: Move) -> Answer:
    return _l("A question is open already.") if is_open(move, Deadline.COMPLAINANT_ANSWER) else None


def company_is_member(move: Move) -> Answer:
    company = move.case.company
    if company and company.membership in (Membership.MEMBER, Membership.AFFILIATE):
        return None
    return _l("The respondent company must be a member or affiliate now. Classify the case first.")


def may_share_account(move: Move) -> Answer:
    return None if move.case.share_account else _l("The complainant did not agree to share the account.")


def no_safety_alert(move: Move) -> Answer:
    return _l("A safety alert is open.") if move.case.safety_alert else None


def safety_alert(move: Move) -> Answer:
    return None if move.case.safety_alert else _l("There is no safety alert.")


def company_has_keys(move: Move) -> Answer:
    party = db.session.scalars(select(Party).where(Party.company_id == move.case.company_id)).one_or_none()
    if move.case.company_id and party and party.public_key:
        return None
    return _l("Nobody of the company has signed in yet, so that nothing can be handed over to it.")


def packet_hash(text: str) -> str:
    """What a preview and the frozen packet must have in common."""
    return hashlib.sha256(text.encode()).hexdigest()


def packet_previewed(move: Move) -> Answer:
    packet = move.values.get("packet")
    if packet is None or move.values.get("previewed") == packet_hash(packet):
        return None
    return _l("Look at the packet as the company will see it, and then confirm it.")


def not_yet_notified(move: Move) -> Answer:
    return _l("The company was notified before.") if move.case.handovers else None


def company_owes_acknowledgement(move: Move) -> Answer:
    return None if is_open(move, Deadline.COMPANY_ACKNOWLEDGEMENT) else _l("No acknowledgement is owed.")


def company_reads_along(move: Move) -> Answer:
    if move.case.handovers or move.values.get("audience") not in ("company", "all"):
        return None
    return _l("No company takes part in this case yet.")


def files_may_go_there(move: Move) -> Answer:
    """A company gets a complainant's file only as a clean copy, by *share a file*."""
    if not move.values.get("files") or move.person.side == "company":
        return None
    if move.values.get("audience") in ("company", "all"):
        return _l("Files go to the Secretariat first: choose who reads this without the company.")
    return None


def _remedies(move: Move) -> list[Remedy]:
    return list(db.session.scalars(select(Remedy).where(Remedy.case_id == move.case.id)))


UNFINISHED = (RemedyStatus.ACCEPTED, RemedyStatus.DELIVERED, RemedyStatus.DISPUTED)


def remedies_are_verified(move: Move) -> Answer:
    status = [remedy.status for remedy in _remedies(move)]
    if RemedyStatus.VERIFIED in status and not set(status) & set(UNFINISHED):
        return None
    return _l("At least one remedy must be verified, and every other accepted one verified or given up.")


def remedies_are_finished(move: Move) -> Answer:
    if any(remedy.status in UNFINISHED for remedy in _remedies(move)) and not move.values.get("told"):
        return _l("A remedy is unfinished: say what the complainant was told about it.")
    return None


def follow_up_is_owed(move: Move) -> Answer:
    return None if is_open(move, *FOLLOW_UPS) else _l("No follow-up is owed.")


def followed_up(move: Move) -> Answer:
    if move.case.state == State.REMEDIED and is_open(move, Deadline.FOLLOW_UP):
        return _l("The first follow-up must be done before a remedied case is closed.")
    if move.case.state == State.REMEDIED and move.values and not move.values.get("lesson"):
        return _l("Write the root cause and the lesson.")
    return None


def closing_fits(move: Move) -> Answer:
    """Each state has its own ways to end: remedied by its remedy, referred by the complainant's word."""
    reason = move.values.get("reason")
    if reason is None or (reason == CLOSES_AS.get(move.case.state, reason) and _none_elsewhere(move, reason)):
        return None
    if move.case.state == State.REFERRED:
        return _l("A referred case is closed only when the complainant confirms that it is settled.")
    if move.case.state == State.REMEDIED:
        return _l("A remedied case is closed as remedied and followed up.")
    return _l("This reason does not fit: the case is neither remedied nor with the company alone.")


CLOSES_AS = {State.REMEDIED: "remedied", State.REFERRED: "settled"}


def _none_elsewhere(move: Move, reason: str) -> bool:
    return move.case.state in CLOSES_AS or reason not in CLOSES_AS.values()


def room_for_files(move: Move) -> Answer:
    """So that one receipt, once stolen or shared, cannot fill the disk."""
    query = select(func.count()).select_from(Attachment).where(Attachment.case_id == move.case.id)
    kept = (db.session.scalar(query) or 0) + 2 * len(move.values.get("files", []))
    full = _l("This case has as many files as it can hold. Please write to the Secretariat.")
    return full if kept > FILES_A_CASE else None


def representatives_receipts(case: Case) -> list[ReceiptEnvelope]:
    """The receipts of someone other than the complainant that still work, and what may still become one."""
    return [envelope for envelope in living_receipts(case) if envelope.whose == Holder.REPRESENTATIVE]


def another_receipt_lives(move: Move) -> Answer:
    return None if representatives_receipts(move.case) else _l("Nobody else has a receipt for this case.")


def receipt_is_somebodys(move: Move) -> Answer:
    """A representative whose receipt the complainant cut gets none by the back door."""
    if not move.values:
        return None
    if "holder" not in move.values:
        return _l("This was proposed before it was asked whose receipt it is. Refuse it, and propose it again.")
    if move.values["holder"] == Holder.REPRESENTATIVE and not representatives_receipts(move.case):
        return _l("No receipt of a representative works in this case: the complainant cut it, or there never was one.")
    return None


def company_has_the_case(move: Move) -> Answer:
    return None if move.case.handovers else _l("No company takes part in this case yet.")


def file_is_clean_or_agreed(move: Move) -> Answer:
    """A photo says where it was taken, a voice who speaks. What cannot be cleaned needs the complainant's word."""
    if "file" not in move.values or move.values.get("agreed"):
        return None
    known = {one.id: one for one in not_with_the_company(move.case, move.keys)}
    if (chosen := known.get(move.values["file"])) and chosen.copy:
        return None
    return _l("No clean copy of this file can be made. Ask the complainant first, then tick that they agree.")
