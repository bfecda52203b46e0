"""Words for what the workflow names: states, people, steps, statuses, letters. Marked for translation once, here."""

from typing import Any

from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

STATES: dict[str, Any] = {
    "received": _l("Received"),
    "referred": _l("Referred to the company"),
    "escalated": _l("Escalated"),
    "remedied": _l("Remedied"),
    "closed": _l("Closed"),
}
SHAPES = {"received": "○", "referred": "◐", "escalated": "▲", "remedied": "✓", "closed": "■"}
PEOPLE: dict[str, Any] = {
    "secretariat": _l("The Secretariat"),
    "officer": _l("The Secretariat"),
    "approver": _l("The approver"),
    "custodian": _l("The identity custodian"),
    "complainant": _l("The complainant"),
    "representative": _l("The representative"),
    "company": _l("The company"),
    "clock": _l("The clock"),
    "board": _l("The Board"),
}
STANDING: dict[str, Any] = {
    "received": _l("We have your complaint and look at it."),
    "referred": _l("The company was asked to answer."),
    "escalated": _l("The Secretariat has taken the case over."),
    "remedied": _l("What was agreed was done. We will ask you again later whether it lasts."),
    "closed": _l("This case is closed."),
}
AUDIENCES: dict[str, Any] = {
    "internal": _l("The Secretariat alone reads this"),
    "correspondence": _l("The complainant and the Secretariat read this"),
    "company": _l("The company and the Secretariat read this"),
    "shared": _l("The complainant, the company and the Secretariat read this"),
}
REMEDY: dict[str, Any] = {
    "proposed": _l("Proposed"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "waived": _l("Given up"),
    "delivered": _l("Reported as delivered"),
    "verified": _l("Verified"),
    "disputed": _l("Disputed"),
}
DAYS: dict[str, Any] = {
    "event": _l("the day it began, not counted"),
    "weekend": _l("weekend"),
    "holiday": _l("holiday"),
    "paused": _l("paused"),
    "rolled": _l("moved to the next business day"),
    "agreed": _l("the date that was agreed"),
    "hours": _l("hours"),
}
HAPPENED: dict[str, Any] = {
    "file": _l("The complaint was filed"),
    "imported": _l("The case was taken over from an earlier register"),
    "acknowledge": _l("The Secretariat acknowledged the complaint"),
    "classify": _l("The case was classified"),
    "ask": _l("The Secretariat asked the complainant a question"),
    "answer": _l("The complainant answered"),
    "dismiss": _l("The complaint was dismissed"),
    "refer": _l("The complaint was referred to the company"),
    "escalate": _l("The case was escalated"),
    "notify_company": _l("The company was notified"),
    "company_acknowledge": _l("The company acknowledged the referral"),
    "respond": _l("The company responded"),
    "comment": _l("The complainant commented on the answer"),
    "conclude_review": _l("The fairness review was concluded"),
    "propose_remedy": _l("A remedy was proposed"),
    "accept_remedy": _l("The complainant accepted a remedy"),
    "decline_remedy": _l("The complainant declined a remedy"),
    "waive_remedy": _l("The complainant gave up a remedy"),
    "report_delivered": _l("The company reported a remedy as delivered"),
    "verify_remedy": _l("A remedy was verified"),
    "dispute_remedy": _l("The complainant disputed a remedy"),
    "remedy": _l("The case was recorded as remedied"),
    "follow_up": _l("The Secretariat followed up"),
    "close": _l("The case was closed"),
    "report_retaliation": _l("Retaliation was reported"),
    "assess_safety": _l("The safety was looked at"),
    "lift_safety_alert": _l("The safety alert was lifted"),
    "assign": _l("The case was assigned"),
    "note": _l("A note was written"),
    "write": _l("A message was written"),
    "record_message": _l("A message was recorded"),
    "attach": _l("Files were added"),
    "reissue_receipt": _l("A lost receipt was replaced"),
    "handover_code": _l("A one-use code to hand over, valid for seven days"),
    "share_file": _l("A file was shared with the company"),
    "change_consent": _l("The complainant changed what was agreed to"),
    "second_code": _l("A second receipt was made for someone trusted"),
    "revoke_authority": _l("The complainant cut the other receipt"),
    "proposed": _l("A step was proposed"),
    "refused": _l("A proposal was refused"),
    "limit_missed": _l("A time limit was missed"),
    "reminder": _l("A reminder was sent"),
    "receipt_taken_over": _l("The complainant took over the receipt"),
}
LETTERS: dict[str, Any] = {
    "received": _l("We have received your complaint. Within seven days we tell you that somebody looks at it."),
    "acknowledged": _l("Your complaint is being looked at. We will tell you whether we can take it on."),
    "question": _l("We have a question for you. Please read it below and answer when you can."),
    "dismissed": _l("We cannot take your complaint on. Our letter says why, and who else may help. You may appeal."),
    "referred": _l("The complaint was referred to the company, which must now acknowledge and answer it."),
    "escalated": _l("The Secretariat has taken the case over from the company's mechanism."),
    "escalated_late": _l("A time limit of the company passed, and the Secretariat has taken the case over."),
    "company_acknowledged": _l("The company has acknowledged the referral."),
    "responded": _l("The company has responded."),
    "commented": _l("The complainant commented on the answer."),
    "reviewed": _l("The fairness review is concluded. Our observations are below."),
    "remedy_proposed": _l("A remedy was proposed. The complainant may accept or decline it."),
    "remedy_accepted": _l("A remedy was accepted."),
    "remedy_declined": _l("A remedy was declined."),
    "remedy_waived": _l("A remedy was given up."),
    "remedy_delivered": _l("The company says that a remedy was delivered. Please say whether that is so."),
    "remedy_verified": _l("A remedy was verified."),
    "remedy_disputed": _l("A remedy was disputed."),
    "remedied": _l("What was agreed was verified. The Secretariat will follow up."),
    "closed": _l("The case is closed."),
    "answered": _l("The complainant answered the question."),
    "message": _l("There is a new message."),
    "files": _l("There are new files."),
    "file_shared": _l("A file was shared with the company, as a copy without hidden data."),
    "consent_changed": _l("The complainant changed what was agreed to."),
    "authority_revoked": _l("The complainant cut the other receipt."),
    "retaliation": _l("Retaliation was reported."),
    "proposed": _l("A proposal waits for an approver."),
    "reminder": _l("A time limit comes near."),
    "alert": _l("A time limit was missed."),
}
COUNTS: dict[str, Any] = {
    "open": _l("Open"),
    "overdue": _l("Overdue"),
    "soon": _l("Due in three days"),
    "alert": _l("Safety alert"),
    "proposals": _l("Awaiting approval"),
    "mine": _l("Mine"),
    "closed": _l("Closed"),
}


def size(number: int) -> str:
    """A file's size in bytes as people say it."""
    if number < 1_000_000:
        return str(_("%(number)s kB", number=format_decimal(max(1, round(number / 1000)))))
    return str(_("%(number)s MB", number=format_decimal(round(number / 1_000_000, 1))))


_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def digits(code: str) -> str:
    """A receipt in the digits that the page's readers write; the same number, taken in either."""
    return code.translate(_ARABIC) if get_locale().language == "ar" else code
