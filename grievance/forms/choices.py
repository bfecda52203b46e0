"""The closed lists that questions choose from; what is stored is the key, never the words.

Those that are the association's own come from vocabulary.toml; the program depends on each key of the others.
"""

from grievance import languages
from grievance.extensions import lazy_gettext as _l
from grievance.forms.vocabulary import Words
from grievance.models.case import Channel, Severity, Track
from grievance.models.writing import RemedyKind

SEVERITIES = (
    (Severity.CRITICAL.value, _l("Critical")),
    (Severity.HIGH.value, _l("High")),
    (Severity.MEDIUM.value, _l("Medium")),
    (Severity.LOW.value, _l("Low")),
)
TRACKS = (
    (Track.REMEDY.value, _l("Remedy: someone was harmed")),
    (Track.ALERT.value, _l("Alert: evidence of a breach")),
)
HARMED = (
    (Track.REMEDY.value, _l("Yes: someone was harmed")),
    (Track.ALERT.value, _l("No: I have evidence of a breach")),
)
"""The two tracks as the form asks for them."""
REMEDY_KINDS = (
    (RemedyKind.RESTITUTION.value, _l("Restitution")),
    (RemedyKind.COMPENSATION.value, _l("Compensation")),
    (RemedyKind.REHABILITATION.value, _l("Rehabilitation")),
    (RemedyKind.SATISFACTION.value, _l("Satisfaction, for example an apology")),
    (RemedyKind.NON_REPETITION.value, _l("Guarantee of non-repetition")),
    (RemedyKind.CESSATION.value, _l("Cessation (interim step)")),
)
GROUPS = Words("groups")
"""What the form asks: plain groups of what a complaint may be about."""
TOPICS = Words("topics")
"""What officers code."""
TAGS = Words("tags")
LANGUAGES = tuple((one.code, one.name) for one in languages.EVERY)
LANGUAGES_MARKED = tuple(
    (
        one.code,
        one.name if one.read_by_native else _l("%(language)s (not yet read by a native speaker)", language=one.name),
    )
    for one in languages.EVERY
)
"""As the office chooses one for a complainant, or sees which she has: whether our sentences there can be relied on."""
LANGUAGES_EVERYWHERE = tuple((one.code, one.name) for one in languages.EVERY if one.everywhere)
"""Those in which a company reads, and that somebody of the office can have for their mail."""
WEEKDAYS = (
    ("0", _l("Monday")), ("1", _l("Tuesday")), ("2", _l("Wednesday")), ("3", _l("Thursday")), ("4", _l("Friday")),
    ("5", _l("Saturday")), ("6", _l("Sunday")),
)  # fmt: skip
CHANNELS = (("phone", _l("By phone")), ("letter", _l("By letter")), ("in_person", _l("In person")))
OTHER_CHANNELS = (
    (Channel.WEB.value, _l("On this site")),
    (Channel.EMAIL.value, _l("By e-mail")),
    (Channel.REGISTER.value, _l("From an earlier register")),
)
"""How a complaint may have come that no officer wrote down."""
WHOSE = (("complainant", _l("The complainant's")), ("representative", _l("The representative's")))
TELLERS = (("complainant", _l("The complainant")), ("representative", _l("Whoever speaks for the complainant")))
"""Of a group, the second is its spokesperson."""
GROUNDS_TO_REOPEN = (
    ("remedy_undone", _l("The remedy was undone")),
    ("retaliation", _l("Retaliation")),
    ("new_evidence", _l("New evidence")),
    ("appeal_granted", _l("The appeal is granted")),
    ("returned", _l("The complainant came back")),
)
MEMBERSHIPS = Words("memberships")
TIERS = (
    ("certified", _l("Certified")),
    ("transitional", _l("Transitional")),
    ("affiliate", _l("Affiliate")),
    ("former", _l("Former member")),
)
TIERS_OF_MEMBERS = TIERS[:2]
SERVICES = Words("services")
NO_STANDARD = "none"
STANDARDS = Words("standards", (NO_STANDARD, _l("None of these")))
MEMBERSHIP_THEN = Words("memberships_then")
DISMISSALS = Words("dismissals")
CLOSINGS = Words("closings")
GROUNDS = (
    ("mechanism_is_subject", _l("The mechanism is the subject")),
    ("retaliation", _l("Retaliation")),
    ("critical", _l("Critical severity")),
    ("no_company_route", _l("No company route: former member, subcontractor, or none exists")),
    ("declined", _l("The complainant declines the company route")),
    ("inadequate", _l("The response is inadequate")),
)
GROUNDS_OF_SAFETY = (
    ("retaliation", _l("Retaliation")),
    ("safety", _l("Safety")),
    ("critical", _l("Critical severity")),
)
IDENTITY_REASONS = (
    ("contact", _l("To reach you")),
    ("authority", _l("To check that your representative speaks for you")),
    ("remedy", _l("To deliver a remedy to you")),
    ("safety", _l("For your safety")),
    ("law", _l("A duty under the law")),
)
IDENTITY_REASONS_TO_OTHERS = (
    ("contact", _l("To reach the complainant")),
    ("authority", _l("To check that the representative speaks for the complainant")),
    ("remedy", _l("To deliver a remedy to the complainant")),
    ("safety", _l("For the complainant's safety")),
    ("law", _l("A duty under the law")),
)
"""The same, said to custodians and to the Secretariat: "to reach you" would be to reach them."""
IDENTITY_WORDS = (
    ("name", _l("Name")),
    ("phone", _l("Phone number")),
    ("email", _l("E-mail address")),
    ("address", _l("Address")),
)
"""As others read them; as their owner is asked for them:"""
IDENTITY_KINDS = (
    ("name", _l("Your name")),
    ("phone", _l("Your phone number")),
    ("email", _l("Your e-mail address")),
    ("address", _l("Your address")),
)
