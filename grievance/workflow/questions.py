"""What each step asks for, and into which compartment each answer is sealed."""

from dataclasses import replace

from flask_babel import lazy_gettext as _l

from grievance.crypto.compartments import Compartment
from grievance.models.case import Severity, Track
from grievance.models.writing import RemedyKind
from grievance.workflow.fields import YES_NO, Field, Kind

INTERNAL, CORRESPONDENCE, SHARED = Compartment.INTERNAL, Compartment.CORRESPONDENCE, Compartment.SHARED
Fields = tuple[Field, ...]

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
CHANNELS = (("phone", _l("By phone")), ("letter", _l("By letter")), ("in_person", _l("In person")))

ACKNOWLEDGE: Fields = (
    Field("no_conflict", _l("I have no conflict of interest in this case"), Kind.YES),
    Field("safety_looked_at", _l("I looked at the answer about safety"), Kind.YES),
)
CLASSIFY: Fields = (
    Field("company", _l("Respondent company"), Kind.COMPANY, required=False),
    Field("severity", _l("Severity"), Kind.CHOICE, choices=SEVERITIES),
    Field("track", _l("Track"), Kind.CHOICE, choices=TRACKS),
    Field("topics", _l("Topics"), Kind.CHOICES, required=False, choices=TOPICS),
    Field("tags", _l("Tags"), Kind.CHOICES, required=False, choices=TAGS),
)
ASK: Fields = (Field("question", _l("One specific question"), kept_in=CORRESPONDENCE),)
ANSWER: Fields = (Field("answer", _l("Your answer"), kept_in=CORRESPONDENCE),)
DISMISS: Fields = (
    Field("reason", _l("Reason"), Kind.CHOICE, choices=(
        ("not_member", _l("Not a member or affiliate")),
        ("no_code_issue", _l("No issue of the Code")),
        ("not_affected", _l("Not affected and no credible evidence")),
        ("duplicate", _l("Duplicate")),
        ("too_little", _l("Too little information, after help was offered")),
        ("settled_elsewhere", _l("Settled elsewhere")),
    )),
    Field("letter", _l("What the complainant reads: why, and which other avenues there are"), kept_in=CORRESPONDENCE),
)  # fmt: skip
REFER: Fields = (
    Field("packet", _l("The packet, in the company's language: what the company will read"), kept_in=SHARED,
          help=_l("Leave out names, numbers and places that could show who complained.")),
    Field("mechanism_not_subject", _l("The company's grievance mechanism is not the subject of this complaint"),
          Kind.YES),
    Field("subjects", _l("People of the company who are named in the complaint and must not see it"), Kind.SUBJECTS,
          required=False),
    Field("previewed", _l("The packet that was looked at"), Kind.HIDDEN, required=False),
)  # fmt: skip
ESCALATE: Fields = (
    Field("ground", _l("Ground"), Kind.CHOICE, choices=(
        ("mechanism_is_subject", _l("The mechanism is the subject")),
        ("retaliation", _l("Retaliation")),
        ("critical", _l("Critical severity")),
        ("no_company_route", _l("No company route: former member, subcontractor, or none exists")),
        ("declined", _l("The complainant declines the company route")),
        ("inadequate", _l("The response is inadequate")),
    )),
    Field("why", _l("Why, for the Secretariat"), kept_in=INTERNAL),
)  # fmt: skip
DECLINE_ROUTE: Fields = (
    Field("why", _l("Why you do not want to go on with the company"), required=False, kept_in=CORRESPONDENCE),
)
CONTACT: Fields = (Field("contact", _l("Your contact person for this case"), Kind.LINE, kept_in=SHARED),)
RESPONSE: Fields = (
    Field("facts", _l("What you found"), kept_in=SHARED),
    Field("steps", _l("What you did"), kept_in=SHARED),
    Field("position", _l("Your position"), kept_in=SHARED),
    Field("offer", _l("Remedies that you offer, or why you refuse"), kept_in=SHARED),
    Field("prevention", _l("How you prevent that it happens again"), kept_in=SHARED),
)
COMMENT: Fields = (Field("comment", _l("What you think of the answer"), kept_in=CORRESPONDENCE),)
REVIEW: Fields = (
    Field("fair", _l("Was the procedure fair?"), Kind.CHOICE, choices=YES_NO),
    Field("accessible", _l("Was it accessible?"), Kind.CHOICE, choices=YES_NO),
    Field("effective", _l("Did it offer an effective remedy?"), Kind.CHOICE, choices=YES_NO),
    Field("observations", _l("Observations, for both sides"), kept_in=SHARED),
)
REMEDY: Fields = (
    Field("kind", _l("Kind of remedy"), Kind.CHOICE, choices=REMEDY_KINDS),
    Field("promise", _l("What is promised"), kept_in=SHARED),
    Field("deliverer", _l("Who delivers it"), Kind.LINE, kept_in=SHARED),
    Field("due_on", _l("By when"), Kind.DATE),
    Field("proof", _l("What will prove it"), kept_in=SHARED),
    Field("no_waiver", _l("No waiver of legal rights is asked for it"), Kind.YES),
)


def _remedy(*among: str) -> Field:
    return Field("remedy", _l("Remedy"), Kind.REMEDY, among=among)


def accept(*among: str) -> Fields:
    return (_remedy(*among),)


def decline(*among: str) -> Fields:
    return (_remedy(*among), Field("why", _l("Why"), required=False, kept_in=SHARED))


def waive(*among: str) -> Fields:
    return (_remedy(*among), Field("why", _l("Why you give it up"), kept_in=CORRESPONDENCE))


def deliver(*among: str) -> Fields:
    return (_remedy(*among), Field("evidence", _l("What shows that it was delivered"), kept_in=SHARED))


def verify(*among: str) -> Fields:
    return (_remedy(*among), Field("words", _l("Anything you want to add"), required=False, kept_in=SHARED))


def verify_on_evidence(*among: str) -> Fields:
    return (_remedy(*among), Field("evidence", _l("The evidence"), kept_in=INTERNAL))


def dispute(*among: str) -> Fields:
    extents = (("partly", _l("It was done only partly")), ("wholly", _l("It was not done")))
    return (
        _remedy(*among),
        Field("extent", _l("How much is missing?"), Kind.CHOICE, choices=extents),
        Field("missing", _l("What is missing"), kept_in=SHARED),
    )


CONSENTS: Fields = (
    Field("share_account", _l("The company may be told what happened, so that it can answer"), Kind.YES, False),
    Field("known_to_secretariat", _l("We may know who I am, when two of us agree that it is needed"), Kind.YES, False),
    Field("share_identity", _l("The company may be told who I am"), Kind.YES, False),
)
CUT: Fields = (Field("sure", _l("I want the other receipt to stop working now"), Kind.YES),)
REASON: Fields = (Field("reason", _l("Reason, for the approver"), kept_in=INTERNAL),)
FOLLOW_UP: Fields = (
    Field("retaliation", _l("Was there retaliation?"), Kind.CHOICE, choices=(*YES_NO, ("unknown", _l("Not known")))),
    Field("lasting", _l("Does the remedy last?"), Kind.CHOICE, choices=(*YES_NO, ("unknown", _l("Not known")))),
    Field("words", _l("What was said"), kept_in=INTERNAL),
)
CLOSE: Fields = (
    Field("reason", _l("Reason"), Kind.CHOICE, choices=(
        ("remedied", _l("Remedied and followed up")),
        ("settled", _l("The complainant confirms that it is settled")),
        ("accepted_elsewhere", _l("Referred out and accepted there")),
        ("no_remedy", _l("No remedy")),
        ("company_left", _l("The company left the association")),
        ("merged", _l("Merged with another case")),
        ("no_answer", _l("No answer after two reminders")),
    )),
    Field("letter", _l("What the complainant reads: the outcome and why"), kept_in=CORRESPONDENCE),
    Field("lesson", _l("Root cause and lesson (needed for a remedied case)"), required=False, kept_in=INTERNAL),
    Field("told", _l("What the complainant was told about an unfinished remedy"), required=False,
          kept_in=CORRESPONDENCE),
)  # fmt: skip
RETALIATION: Fields = (Field("happened", _l("What happened"), kept_in=CORRESPONDENCE),)
SAFETY: Fields = (Field("assessment", _l("Assessment"), kept_in=INTERNAL),)
ASSIGN: Fields = (Field("officer", _l("Officer"), Kind.OFFICER),)
NOTE: Fields = (Field("note", _l("Note, for the Secretariat alone"), kept_in=INTERNAL),)


PHOTOS = _l("Photos, documents, sound or video, at most 25 MB each. A photo can show where and when it was taken.")
_FILES = Field("files", _l("Files"), Kind.FILES, help=PHOTOS)


def _write(*audiences: tuple[str, object]) -> Fields:
    return (
        Field("audience", _l("Who will read this?"), Kind.CHOICE, choices=audiences),
        Field("message", _l("Message")),
        replace(_FILES, required=False),
    )


WRITE_AS_OFFICER = _write(
    ("complainant", _l("The complainant")),
    ("company", _l("The company")),
    ("all", _l("The complainant and the company")),
)
WRITE_AS_COMPLAINANT = _write(
    ("secretariat", _l("Only the Secretariat")), ("all", _l("The Secretariat and the company"))
)
WRITE_AS_COMPANY = _write(
    ("secretariat", _l("Only the Secretariat")), ("all", _l("The Secretariat and the complainant"))
)
_SHOWS = Field("about", _l("What these files show"), required=False)


def _attach(*audiences: tuple[str, object]) -> Fields:
    return (Field("audience", _l("Who will read this?"), Kind.CHOICE, choices=audiences), _FILES, _SHOWS)


ATTACH_AS_OFFICER = _attach(("secretariat", _l("Only the Secretariat")), ("complainant", _l("The complainant")))
ATTACH_AS_COMPLAINANT: Fields = (replace(_FILES, kept_in=CORRESPONDENCE), replace(_SHOWS, kept_in=CORRESPONDENCE))
ATTACH_AS_COMPANY = _attach(
    ("secretariat", _l("Only the Secretariat")), ("all", _l("The Secretariat and the complainant"))
)
REISSUE: Fields = (
    Field("channel", _l("How it reached you"), Kind.CHOICE, choices=CHANNELS),
    Field("why", _l("How you know that it is the complainant, and what became of the receipt"), kept_in=INTERNAL),
)
SHARE_FILE: Fields = (
    Field("file", _l("File"), Kind.FILE),
    Field("looked", _l("I looked at it: nothing in it shows who complained"), Kind.YES),
    Field(
        "agreed",
        _l("For sound, video, or what could not be cleaned: the complainant agrees to this file"),
        Kind.YES,
        required=False,
    ),
)
_HOW = (
    Field("channel", _l("How it reached you"), Kind.CHOICE, choices=CHANNELS),
    Field("read_back", _l("I read it back and the complainant confirmed it"), Kind.YES),
)
RECORD_MESSAGE: Fields = (Field("message", _l("What the complainant said"), kept_in=CORRESPONDENCE), *_HOW)
RECORDED: Fields = _HOW
