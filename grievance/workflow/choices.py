"""The closed lists that questions choose from; what is stored is the key, never the words."""

from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Severity, Track
from grievance.models.people import Membership
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
GROUPS = (
    ("force", _l("Force, threats or weapons")),
    ("held", _l("Held, searched or arrested")),
    ("hurt", _l("Beaten, tortured or humiliated")),
    ("sexual", _l("Sexual violence or harassment")),
    ("forced", _l("Forced work, trafficking or child work")),
    ("unequal", _l("Treated worse because of who you are")),
    ("work", _l("Pay, contract or safety at work")),
    ("unheard", _l("Complained, and was ignored or punished")),
    ("unsure", _l("Something else, or I am not sure")),
)
"""What the form asks: eight plain groups of the Code's topics, and "not sure"."""
TOPICS = (
    ("conduct", _l("General conduct")),
    ("force_rules", _l("Rules for the use of force")),
    ("use_of_force", _l("Use of force")),
    ("detention", _l("Detention")),
    ("apprehending", _l("Apprehending persons")),
    ("ill_treatment", _l("Torture or ill-treatment")),
    ("sexual_abuse", _l("Sexual exploitation, abuse and gender-based violence")),
    ("trafficking", _l("Human trafficking")),
    ("slavery", _l("Slavery and forced labour")),
    ("child_labour", _l("Child labour")),
    ("discrimination", _l("Discrimination")),
    ("registering", _l("Identification and registering")),
    ("policies", _l("Code missing from policies")),
    ("vetting", _l("Selection and vetting")),
    ("subcontractors", _l("Subcontractors")),
    ("pay", _l("Contracts, pay and company policies")),
    ("training", _l("Training")),
    ("weapons", _l("Weapons management")),
    ("weapons_training", _l("Weapons training")),
    ("materiel", _l("Materiel of war")),
    ("incidents", _l("Incident reporting")),
    ("safety", _l("Safe and healthy work")),
    ("harassment", _l("Harassment")),
    ("mechanism", _l("Company grievance procedure")),
    ("liability", _l("Liability and insurance")),
)
"""What officers code, by sections F and G of the Code."""
TAGS = (
    ("retaliation", _l("Retaliation")),
    ("death_or_injury", _l("Death or serious injury")),
    ("unpaid_wages", _l("Unpaid wages")),
    ("property", _l("Property or land")),
    ("privacy", _l("Privacy")),
    ("child", _l("Child involved")),
)
LANGUAGES = (
    ("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية"), ("pt", "Português"),
    ("sw", "Kiswahili"), ("ru", "Русский"), ("uk", "Українська"),
)  # fmt: skip
WEEKDAYS = (
    ("0", _l("Monday")), ("1", _l("Tuesday")), ("2", _l("Wednesday")), ("3", _l("Thursday")), ("4", _l("Friday")),
    ("5", _l("Saturday")), ("6", _l("Sunday")),
)  # fmt: skip
CHANNELS = (("phone", _l("By phone")), ("letter", _l("By letter")), ("in_person", _l("In person")))
WHOSE = (("complainant", _l("The complainant's")), ("representative", _l("The representative's")))
GROUNDS_TO_REOPEN = (
    ("remedy_undone", _l("The remedy was undone")),
    ("retaliation", _l("Retaliation")),
    ("new_evidence", _l("New evidence")),
    ("appeal_granted", _l("The appeal is granted")),
    ("returned", _l("The complainant came back")),
)
MEMBERSHIPS = (
    (Membership.MEMBER.value, _l("Member")),
    (Membership.AFFILIATE.value, _l("Affiliate")),
    (Membership.SUSPENDED.value, _l("Member, suspended")),
    (Membership.FORMER.value, _l("Former member")),
    (Membership.UNCONFIRMED.value, _l("Not confirmed yet")),
)
MEMBERSHIP_THEN = (
    ("member", _l("Member")),
    ("affiliate", _l("Affiliate")),
    ("suspended", _l("Member, suspended")),
    ("subcontractor", _l("Subcontractor of a member")),
    ("former", _l("Former member")),
    ("none", _l("None of these")),
    ("unknown", _l("Not known")),
)
DISMISSALS = (
    ("not_member", _l("Not a member or affiliate")),
    ("no_code_issue", _l("No issue of the Code")),
    ("not_affected", _l("Not affected and no credible evidence")),
    ("duplicate", _l("Duplicate")),
    ("too_little", _l("Too little information, after help was offered")),
    ("settled_elsewhere", _l("Settled elsewhere")),
)
CLOSINGS = (
    ("remedied", _l("Remedied and followed up")),
    ("settled", _l("The complainant confirms that it is settled")),
    ("accepted_elsewhere", _l("Referred out and accepted there")),
    ("no_remedy", _l("No remedy")),
    ("company_left", _l("The company left the association")),
    ("merged", _l("Merged with another case")),
    ("no_answer", _l("No answer after two reminders")),
)
GROUNDS = (
    ("mechanism_is_subject", _l("The mechanism is the subject")),
    ("retaliation", _l("Retaliation")),
    ("critical", _l("Critical severity")),
    ("no_company_route", _l("No company route: former member, subcontractor, or none exists")),
    ("declined", _l("The complainant declines the company route")),
    ("inadequate", _l("The response is inadequate")),
)
IDENTITY_REASONS = (
    ("contact", _l("To reach you")),
    ("authority", _l("To check that your representative speaks for you")),
    ("remedy", _l("To deliver a remedy to you")),
    ("safety", _l("For your safety")),
    ("law", _l("A duty under the law")),
)
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
