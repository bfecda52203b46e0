"""Words for what the workflow names: states, people, steps, statuses, letters. Marked for translation once, here."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from grievance.accounts import roles
from grievance.deadlines.kinds import CALLED_SOON as CALLED_SOON
from grievance.deadlines.lengths import length as length
from grievance.deadlines.lengths import length_of as length_of
from grievance.deadlines.lengths import within_of as within_of
from grievance.digits import written
from grievance.evidence import types
from grievance.extensions import Label, page_language
from grievance.extensions import lazy_gettext as _l
from grievance.forms import choices
from grievance.forms.fields import StoredFile
from grievance.forms.vocabulary import Labels
from grievance.workflow import file_words

STATES: dict[str, Label] = {
    "received": _l("Received"),
    "referred": _l("Referred to the company"),
    "escalated": _l("Escalated"),
    "remedied": _l("Remedied"),
    "closed": _l("Closed"),
}
SHAPES = {"received": "○", "referred": "◐", "escalated": "▲", "remedied": "✓", "closed": "■"}
PEOPLE: dict[str, Label] = {
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
BY_ITSELF = _l("By itself, when it was time")
ROLES: dict[str, Label] = {role.value: one.words for role, one in roles.ROLES.items()}
ACCOUNTS: dict[str, Label] = {
    "invited": _l("Invited"),
    "waiting": _l("Waits to be admitted"),
    "active": _l("Active"),
    "away": _l("Away"),
    "left": _l("Has left"),
}
TRIED: dict[str, Label] = {
    "password": _l("Signed in with the password"),
    "code": _l("Signed in with the password and a code"),
    "passkey": _l("Signed in with a passkey"),
    "failed": _l("A wrong password"),
    "wrong_code": _l("The right password, and a wrong code or none"),
}
STANDS: dict[str, Label] = {
    "on_record": _l("On the record."),
    "not_yet": _l("Not on the record yet: that comes when the day is over."),
    "unfit": _l("This does not fit the record. Tell whoever runs the server."),
}
STANDING: dict[str, Label] = {
    "received": _l("We have your complaint and look at it."),
    "referred": _l("The company was asked to answer."),
    "escalated": _l("The Secretariat has taken the case over."),
    "remedied": _l("What was agreed was done. We will ask you again later whether it lasts."),
    "closed": _l("This case is closed."),
}
AUDIENCES: dict[str, Label] = {
    "internal": _l("The Secretariat alone reads this"),
    "correspondence": _l("The complainant and the Secretariat read this"),
    "company": _l("The company and the Secretariat read this"),
    "shared": _l("The complainant, the company and the Secretariat read this"),
}
READ_BY_YOU: dict[str, Label] = {
    "correspondence": _l("You and the Secretariat read this"),
    "shared": _l("You, the company and the Secretariat read this"),
}
READ_NO_MORE: dict[str, Label] = {
    "company": _l("The Secretariat reads this; the company could read it before"),
    "shared": _l("The complainant and the Secretariat read this; the company could read it before"),
}
READ_BY_YOU_STILL = _l("You and the Secretariat read this; the company could read it before")
REMEDY: dict[str, Label] = {
    "proposed": _l("Proposed"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "waived": _l("Given up"),
    "delivered": _l("Reported as delivered"),
    "verified": _l("Verified"),
    "disputed": _l("Disputed"),
    "ended": _l("Ended: the company was changed"),
}
IDENTITY: dict[str, Label] = dict(choices.IDENTITY_WORDS)
WHOSE: dict[str, Label] = {**dict(choices.WHOSE), "unrecorded": _l("Not recorded whose")}
REASONS: dict[str, Label] = dict(choices.IDENTITY_REASONS)
DAYS: dict[str, Label] = {
    "event": _l("the day it began, not counted"),
    "weekend": _l("weekend"),
    "holiday": _l("holiday"),
    "works": _l("a day of the weekend that is worked"),
    "half": _l("a half day, which counts"),
    "paused": _l("paused"),
    "rolled": _l("moved to the next business day"),
    "kept": _l("by the rules that this time zone had before: the later end counts"),
    "agreed": _l("the date that was agreed"),
    "moved": _l("later by the days that were paused"),
    "hours": _l("hours"),
}
WARNINGS: dict[str, Label] = {
    "identity": _l("a name, number or address, as typed by who filed the complaint"),
    "email": _l("an e-mail address"),
    "file": _l("the name of a file"),
    "phone": _l("could be a phone number"),
    "number": _l("could be the number of a passport, an identity card or a badge"),
    "web": _l("a web address or the name of an account"),
    "birth": _l("could be a date of birth"),
    "name": _l("could be a name or a place"),
}
HOLDERS: dict[str, Label] = {"secretariat": _l("The Secretariat"), "custodians": _l("The custodians")}
MEMBERSHIP = Labels("memberships")
MEMBERSHIP_THEN = Labels("memberships_then")
TIER: dict[str, Label] = dict(choices.TIERS)
SERVICES, STANDARDS = Labels("services"), Labels("standards")
TRACKS: dict[str, Label] = dict(choices.TRACKS)
CHANNELS: dict[str, Label] = dict((*choices.CHANNELS, *choices.OTHER_CHANNELS))
WEEKDAYS: dict[str, Label] = dict(choices.WEEKDAYS)
FILTERS: dict[str, Label] = {
    "company": _l("Company"),
    "officer": _l("Officer"),
    "state": _l("State"),
    "severity": _l("Severity"),
    "tag": _l("Tag"),
    "order": _l("In order of"),
}
ORDERS: dict[str, Label] = {
    "new": _l("What is new, then what is due"),
    "due": _l("What is due"),
    "day": _l("Day received, the newest first"),
    "oldest": _l("Day received, the oldest first"),
    "company": _l("Company"),
    "country": _l("Country"),
    "severity": _l("Severity"),
    "channel": _l("Channel"),
    "language": _l("Language"),
}
PARTS: dict[str, Label] = {
    "received": _l("Day received"),
    "place": _l("Place"),
    "topics": _l("Topics and tags"),
    "language": _l("Language"),
    "channel": _l("Channel"),
    "severity": _l("Severity"),
    "country": _l("Country"),
    "due": _l("What is owed, and when it is due"),
    "officer": _l("Officer"),
}
"""What a line of the queue may show besides what tells one case from another."""
SEVERITIES: dict[str, Label] = dict(choices.SEVERITIES)
LANGUAGES: dict[str, str] = dict(choices.LANGUAGES)
LANGUAGES_MARKED: dict[str, Label] = dict(choices.LANGUAGES_MARKED)
TOPICS = Labels("groups", "topics", "tags")
COUNTS: dict[str, Label] = {
    "open": _l("Open"),
    "unseen": _l("New for you"),
    "waits": _l("Waits for a word from us"),
    "new": _l("Nobody has it yet"),
    "unacknowledged": _l("Not acknowledged"),
    "overdue": _l("Overdue"),
    "late_office": _l("Overdue: the office"),
    "late_company": _l("Overdue: a company"),
    "soon": _l("Due in %(time)s", time=length_of(CALLED_SOON)),
    "alert": _l("Safety alert"),
    "proposals": _l("Awaiting my approval"),
    "refused": _l("Refused, to write again"),
    "mine": _l("Mine"),
    "owing": _l("Closed, still owing"),
    "closed": _l("Closed"),
}


NEWS: dict[str, Label] = {
    "urgent": _l("Urgent"),
    "new": _l("New"),
    "waits": _l("Waits for a word from us"),
}
"""What a line of a queue is marked with, each after a filled dot."""


def who(role: str, me: str) -> Label:
    """Who did something, said to `me`: the reader's role on the complainant's own page, else empty."""
    return _("You") if role == me else PEOPLE[role]


def who_did(role: str, me: str, face: str) -> Label:
    """The same of what happened. Outside of the desk an approver is the Secretariat, and nobody knows of a clock."""
    if face != "desk" and role == "clock":
        return BY_ITSELF
    return signed(role, me) if face != "desk" else who(role, me)


ONE_PERSON = _l("Marked: one person alone may have decided this.")
"""Of two people of whom nobody else has heard the one whom the other let in, or of one person (`accounts.hands`)."""


ONE_CUSTODIAN = _l("Marked: the office had one custodian alone.")


def marks(facts: Mapping[str, Any]) -> list[Label]:
    """What stands beside an event that two people made, where they may have been one, or nobody could watch them."""
    return [said for fact, said in (("solo", ONE_PERSON), ("one_custodian", ONE_CUSTODIAN)) if facts.get(fact)]


def signed(role: str, me: str) -> Label:
    """Whose a writing is: what an approver let go was written by the office, and is the Secretariat's."""
    return PEOPLE["secretariat"] if role == "approver" else who(role, me)


def whose(owner: str, me: str) -> Label:
    """Whose a name or contact is."""
    return _("Yours") if owner == me else WHOSE[owner]


def who_owes(owed_by: str, me: str) -> Label:
    """A time limit names a side: the complainant's is also the representative's. To them an approver is the
    Secretariat."""
    if not me:
        return PEOPLE[owed_by]
    return signed(me if owed_by == "complainant" else owed_by, me)


def audience(where: str, me: str, taken_back: bool = False) -> Label:
    """Who reads a writing. `taken_back`: a company could."""
    if taken_back:
        return READ_BY_YOU_STILL if me else READ_NO_MORE[where]
    return READ_BY_YOU.get(where, AUDIENCES[where]) if me else AUDIENCES[where]


def readers(where: str, company: str) -> str:
    """Who reads what is sealed into a compartment, said to staff and companies beside what they write."""
    named = {"company": company or _("the company")}
    sentences = {
        "internal": _("Only the Secretariat reads this."),
        "correspondence": _("The complainant and the Secretariat read this. The company does not."),
        "company": _("The Secretariat and %(company)s read this. The complainant does not.", **named),
        "shared": _("The complainant, %(company)s and the Secretariat read this.", **named),
        "locked": _("Two of our people must agree before anyone reads this."),
        "custodians": _("The Secretariat and the custodians read this."),
        "answer": _("The complainant and the Secretariat read this answer. The company does not."),
        "tick": _("Only the Secretariat sees this tick."),
        "sent": _("The Secretariat reads this. Whom the letter is for reads it once it was sent, and not before."),
        "summary": _(
            "The complainant reads this first. %(company)s reads it, word for word, once the complainant says that it"
            " is right.",
            **named,
        ),
    }
    return str(sentences[where])


def readers_to_you(where: str) -> str:
    """The same, said to the complainant beside what she writes: she knows before she sends who reads it."""
    sentences = {
        "correspondence": _("You and the Secretariat read this. The company does not."),
        "shared": _("You, the company and the Secretariat read this."),
        "internal": _("Only the Secretariat reads this."),
        "locked": _("Two of our people must agree before anyone reads this."),
        "answer": _("You and the Secretariat read your answer. The company does not."),
        "tick": _("Only the Secretariat sees this tick."),
    }
    return str(sentences[where])


def readers_at_filing(where: str) -> str:
    """The same before the complaint is sent: what a company may read later, it reads only where she agrees to it."""
    if where == "shared":
        return str(_("You and the Secretariat read this. The company learns it only if you agree."))
    return readers_to_you(where)


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
        return str(_("%(number)s kB", number=digits(format_decimal(max(1, round(number / 1000))))))
    return str(_("%(number)s MB", number=digits(format_decimal(round(number / 1_000_000, 1)))))


def taken(copy: Mapping[str, Any]) -> str:
    """What was taken out of a copy, as a sealed writing remembers it."""
    return file_words.taken(copy.get("taken", {}))


def no_copy(file: Mapping[str, Any]) -> str:
    return file_words.no_copy(file.get("why", ""))


def why_no_copy(file: Mapping[str, Any] | StoredFile) -> str:
    """The cause alone, for the person whose file it is; "" where there is none to say."""
    return types.why_no_copy(file.why if isinstance(file, StoredFile) else file.get("why", ""))


def digits(code: str) -> str:
    """A receipt in the digits that the page's readers write; the same number, taken in either."""
    return written(code, page_language())
