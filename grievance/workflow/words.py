"""Words for what the workflow names: states, people, steps, statuses, letters. Marked for translation once, here."""

from typing import Any

from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _

from grievance.extensions import lazy_gettext as _l
from grievance.workflow import choices
from grievance.workflow.happened import HAPPENED as HAPPENED
from grievance.workflow.happened import OFFICE as OFFICE
from grievance.workflow.yours import OWED_TO_YOU, READ_BY_YOU
from grievance.workflow.yours import happened as happened

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
DUTIES: dict[str, Any] = {
    "L4": _l("You must acknowledge the referral"),
    "L5": _l("You must answer the complaint"),
    "L9c": _l("You must say whether you agree to good offices"),
    "L11": _l("You must deliver the remedy"),
}
ROLES: dict[str, Any] = {
    "officer": _l("Officer"),
    "approver": _l("Approver"),
    "custodian": _l("Identity custodian"),
    "company": _l("Person of a company"),
}
ACCOUNTS: dict[str, Any] = {
    "invited": _l("Invited"),
    "waiting": _l("Waits to be admitted"),
    "active": _l("Active"),
    "away": _l("Away"),
    "left": _l("Has left"),
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
IDENTITY: dict[str, Any] = {
    "name": _l("Name"),
    "phone": _l("Phone number"),
    "email": _l("E-mail address"),
    "address": _l("Address"),
}
REASONS: dict[str, Any] = dict(choices.IDENTITY_REASONS)
DAYS: dict[str, Any] = {
    "event": _l("the day it began, not counted"),
    "weekend": _l("weekend"),
    "holiday": _l("holiday"),
    "paused": _l("paused"),
    "rolled": _l("moved to the next business day"),
    "agreed": _l("the date that was agreed"),
    "moved": _l("later by the days that were paused"),
    "hours": _l("hours"),
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
    "remedy_proposed": _l("A remedy was proposed. You may accept or decline it."),
    "remedy_accepted": _l("A remedy was accepted."),
    "remedy_declined": _l("A remedy was declined."),
    "remedy_waived": _l("A remedy was given up."),
    "remedy_delivered": _l("The company says that a remedy was delivered. Please say whether that is so."),
    "remedy_verified": _l("A remedy was verified."),
    "remedy_disputed": _l("A remedy was disputed."),
    "remedied": _l("What was agreed was verified. The Secretariat will follow up."),
    "closed": _l("The case is closed."),
    "concern": _l("Your complaint was recorded as a compliance concern. Our letter says what happens with it."),
    "packet_recalled": _l("Something went to the company that should not have. We recalled it; our letter says what."),
    "extension_asked": _l("The company asked for more time to answer. The Secretariat decides on it."),
    "extension_decided": _l("The Secretariat decided on more time for the answer. The reason is below."),
    "good_offices": _l("The Secretariat offers its good offices. Please say whether you agree."),
    "good_offices_agreed": _l("A side agreed to good offices."),
    "good_offices_declined": _l("A side declined good offices."),
    "mediation": _l("A mediation begins. What is said there stays there."),
    "mediation_ended": _l("The mediation has ended."),
    "board_asked": _l("The Board was asked to decide. It does not learn who you are."),
    "board_decided": _l("The Board has decided. Its decision is below."),
    "reopened": _l("The case was reopened and goes on."),
    "returned": _l("The complainant came back."),
    "appealed": _l("The complainant appeals against the closure."),
    "appeal_refused": _l("Your appeal was refused. Our letter says why."),
    "withdrawn": _l("The complainant withdraws. Make sure on a safe channel that it is free."),
    "withdrawal_undone": _l("The complainant undid the withdrawal."),
    "suspended": _l("The case is suspended for now. It is not closed, and it is looked at again."),
    "resumed": _l("The case goes on."),
    "identity_asked": _l("The Secretariat asked a custodian to open your identity. You see the reason below."),
    "identity_granted": _l("A custodian granted it, for one officer and for one day."),
    "identity_refused": _l("A custodian refused it. Nobody has opened your identity."),
    "identity_opened": _l("Your identity was opened by an officer."),
    "identity_shared": _l("The company was told what you agreed that it may know of you."),
    "person_recused": _l("The company kept one of its people out of the case."),
    "answered": _l("The complainant answered the question."),
    "message": _l("There is a new message."),
    "files": _l("There are new files."),
    "file_shared": _l("A file was shared with the company, as a copy without hidden data."),
    "consent_changed": _l("The complainant changed what was agreed to."),
    "authority_revoked": _l("The complainant cut the other receipt."),
    "retaliation": _l("Retaliation was reported."),
    "proposed": _l("A proposal waits for an approver."),
    "reminder": _l("A time limit comes near."),
    "outage_grace": _l("This site was not reachable on a last day of the company's. It gets that time again."),
    "alert": _l("A time limit was missed."),
}
WARNINGS: dict[str, Any] = {
    "identity": _l("the complainant's name, number or address, as typed when the complaint was filed"),
    "email": _l("an e-mail address"),
    "file": _l("the name of a file"),
    "phone": _l("could be a phone number"),
    "number": _l("could be the number of a passport, an identity card or a badge"),
    "web": _l("a web address or the name of an account"),
    "birth": _l("could be a date of birth"),
    "name": _l("could be a name or a place"),
}
HOLDERS: dict[str, Any] = {"secretariat": _l("The Secretariat"), "custodians": _l("The custodians")}
MEMBERSHIP: dict[str, Any] = dict(choices.MEMBERSHIPS)
WEEKDAYS: dict[str, Any] = dict(choices.WEEKDAYS)
FILTERS: dict[str, Any] = {
    "company": _l("Company"),
    "officer": _l("Officer"),
    "state": _l("State"),
    "severity": _l("Severity"),
}
SEVERITIES: dict[str, Any] = dict(choices.SEVERITIES)
LANGUAGES: dict[str, str] = dict(choices.LANGUAGES)
TOPICS: dict[str, Any] = {**dict(choices.GROUPS), **dict(choices.TOPICS), **dict(choices.TAGS)}
COUNTS: dict[str, Any] = {
    "open": _l("Open"),
    "new": _l("New"),
    "unacknowledged": _l("Not acknowledged"),
    "overdue": _l("Overdue"),
    "soon": _l("Due in three days"),
    "alert": _l("Safety alert"),
    "proposals": _l("Awaiting my approval"),
    "mine": _l("Mine"),
    "closed": _l("Closed"),
}


def who(role: str, me: str) -> Any:
    """Who did something, said to `me`: the reader's role on the complainant's own page, else empty."""
    return _("You") if role == me else PEOPLE[role]


def who_owes(owed_by: str, me: str) -> Any:
    """A time limit names a side: the complainant's is also the representative's."""
    return who(me if me and owed_by == "complainant" else owed_by, me)


def owed_what(key: str, title: Any, me: str) -> Any:
    return OWED_TO_YOU.get(key, title) if me else title


def audience(where: str, me: str) -> Any:
    """Who reads a writing."""
    return READ_BY_YOU.get(where, AUDIENCES[where]) if me else AUDIENCES[where]


def readers(where: str, company: str) -> str:
    """Who reads what is sealed into a compartment, said to staff and companies beside what they write."""
    named = {"company": company or _("the company")}
    sentences = {
        "internal": _("Only the Secretariat reads this."),
        "correspondence": _("The complainant and the Secretariat read this. The company does not."),
        "company": _("The Secretariat and %(company)s read this. The complainant does not.", **named),
        "shared": _("The complainant, %(company)s and the Secretariat read this.", **named),
    }
    return str(sentences[where])


def read_in_parts(complainant: bool, by_company: bool, company: str) -> str:
    """Who else reads some answers of a step whose answers do not all go to the same people."""
    named = {"company": company or _("the company")}
    if complainant and by_company:
        return str(_("The complainant and %(company)s read some of this: it says so at each answer.", **named))
    if complainant:
        return str(_("The complainant reads some of this: it says so at each answer."))
    return str(_("%(company)s reads some of this: it says so at each answer.", **named))


def send_to(audience: str, side: str, company: str) -> str:
    """The button under a message says whom it goes to."""
    if audience == "all" and side == "company":
        return str(_("Send to the Secretariat and the complainant"))
    named = {"company": company or _("the company")}
    buttons = {
        "secretariat": _("Send to the Secretariat alone"),
        "complainant": _("Send to the complainant"),
        "company": _("Send to %(company)s", **named),
        "all": _("Send to the complainant and %(company)s", **named),
    }
    return str(buttons[audience])


def size(number: int) -> str:
    """A file's size in bytes as people say it."""
    if number < 1_000_000:
        return str(_("%(number)s kB", number=format_decimal(max(1, round(number / 1000)))))
    return str(_("%(number)s MB", number=format_decimal(round(number / 1_000_000, 1))))


_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def digits(code: str) -> str:
    """A receipt in the digits that the page's readers write; the same number, taken in either."""
    return code.translate(_ARABIC) if get_locale().language == "ar" else code
