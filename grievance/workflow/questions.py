"""What each step asks for, and into which compartment each answer is sealed."""

from dataclasses import replace

from grievance.crypto.compartments import Compartment
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import length_of
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import (
    CHANNELS,
    CLOSINGS,
    DISMISSALS,
    GROUNDS,
    GROUNDS_OF_SAFETY,
    GROUNDS_TO_REOPEN,
    IDENTITY_KINDS,
    IDENTITY_REASONS,
    IDENTITY_WORDS,
    MEMBERSHIP_THEN,
    SEVERITIES,
    TAGS,
    TELLERS,
    TOPICS,
    TRACKS,
    WHOSE,
)
from grievance.forms.fields import MEGABYTES, YES_NO, Field, Kind, Shown
from grievance.models.sides import ALL, COMPANY, HER, NONE
from grievance.workflow.remedy_questions import REMEDY as REMEDY
from grievance.workflow.remedy_questions import accept as accept
from grievance.workflow.remedy_questions import decline as decline
from grievance.workflow.remedy_questions import deliver as deliver
from grievance.workflow.remedy_questions import dispute as dispute
from grievance.workflow.remedy_questions import verify as verify
from grievance.workflow.remedy_questions import verify_on_evidence as verify_on_evidence
from grievance.workflow.remedy_questions import waive as waive

LIMIT_MISSED = "limit_missed"
"""The ground of an escalation by the clock."""
INTERNAL, CORRESPONDENCE, SHARED = Compartment.INTERNAL, Compartment.CORRESPONDENCE, Compartment.SHARED
Fields = tuple[Field, ...]

ACKNOWLEDGE: Fields = (
    Field("no_conflict", _l("I have no conflict of interest in this case"), Kind.YES),
    Field("safety_looked_at", _l("I looked at the answer about safety"), Kind.YES,
          at_the_answer_about_safety=True),
)  # fmt: skip
CLASSIFY: Fields = (
    Field("company", _l("Respondent company"), Kind.COMPANY, required=False, shown=Shown.CASE, read_by=ALL),
    Field("membership_then", _l("What the company was when it happened"), Kind.CHOICE, required=False,
          choices=MEMBERSHIP_THEN, shown=Shown.RECORD, read_by=NONE),
    Field("severity", _l("Severity"), Kind.CHOICE, choices=SEVERITIES, shown=Shown.CASE, read_by=NONE),
    Field("track", _l("Track"), Kind.CHOICE, choices=TRACKS, shown=Shown.RECORD, read_by=NONE),
    Field("topics", _l("Topics"), Kind.CHOICES, required=False, choices=TOPICS, shown=Shown.CASE, read_by=HER),
    Field("tags", _l("Tags"), Kind.CHOICES, required=False, choices=TAGS, shown=Shown.CASE, read_by=NONE),
)  # fmt: skip
CHANGE_RESPONDENT: Fields = (
    Field("company", _l("The right company"), Kind.COMPANY, required=False, shown=Shown.CASE, read_by=ALL,
          needed_if=_l("unless the company said that it is not its own, and nobody knows yet whose it is"),
          help=_l("The earlier company loses the case, and nothing of it counts against it. The complainant is asked"
                  " anew about safety and consent; before that nothing goes to the right one.")),
    Field("why", _l("Why, for the Secretariat"), sealed_into=INTERNAL, read_as=_l("Why")),
    Field("letter", _l("What the complainant reads. What the earlier company had read is added to it."),
          sealed_into=CORRESPONDENCE, read_as=_l("The Secretariat's letter")),
    Field("told", _l("What the earlier company reads. That it must destroy its copies is added to it."),
          required=False, needed_if=_l("where that company was handed the case"),
          sealed_into=Compartment.COMPANY, read_as=_l("The Secretariat's letter to the earlier company")),
)  # fmt: skip
DESTRUCTION: Fields = (
    Field("respondent", _l("Which earlier company"), Kind.FORMER, required=False,
          needed_if=_l("where more than one still has to destroy its copies"), shown=Shown.CASE, read_by=NONE),
    Field("how", _l("Who of the earlier company said it, how and when"), sealed_into=INTERNAL,
          read_as=_l("How the earlier company confirmed that its copies are destroyed")),
)  # fmt: skip
ASK: Fields = (Field("question", _l("One specific question"), sealed_into=CORRESPONDENCE),)
ANSWER: Fields = (
    Field("answer", _l("Your answer"), sealed_into=CORRESPONDENCE, read_as=_l("The answer"),
          missing=_l("Write your answer.")),
)  # fmt: skip
DISMISS: Fields = (
    Field("reason", _l("Reason"), Kind.CHOICE, choices=DISMISSALS, shown=Shown.RECORD, read_by=HER),
    Field(
        "letter",
        _l("What the complainant reads: why, and which other avenues there are"),
        sealed_into=CORRESPONDENCE,
        read_as=_l("Why, and who else may help"),
    ),
)
REFER: Fields = (
    Field("packet", _l("The packet, in the company's language: what the company will read"), sealed_into=SHARED,
          read_as=_l("The summary for the company"),
          help=_l("Leave out names, numbers and places that could show who complained.")),
    Field("mechanism_not_subject", _l("The company's grievance mechanism is not the subject of this complaint"),
          Kind.YES),
    Field("subjects", _l("People of the company who are named in the complaint and must not see it"), Kind.SUBJECTS,
          required=False, shown=Shown.RECORD, read_by=NONE),
    Field("previewed", _l("The packet that was looked at"), Kind.HIDDEN, required=False),
)  # fmt: skip
CONCERN: Fields = (
    Field("evidence", _l("What shows it, for monitoring: without anybody's identity"), sealed_into=INTERNAL),
    Field("letter", _l("What the complainant reads: what happens with it, and which other avenues there are"),
          sealed_into=CORRESPONDENCE, read_as=_l("What happens with it, and who else may help")),
)  # fmt: skip
REFER_BACK: Fields = (
    Field("agrees", _l("The complainant agrees to go back to the company"), Kind.YES),
    *REFER,
)
RECALL: Fields = (
    Field("what", _l("What went out that shows who complained"), sealed_into=INTERNAL),
    Field("told", _l("What the complainant reads about it"), sealed_into=CORRESPONDENCE,
          read_as=_l("What went out, and what was done")),
    Field("packet", _l("The corrected packet; leave it empty to end the company's access"), required=False,
          sealed_into=SHARED, read_as=_l("The summary for the company")),
    Field("previewed", _l("The packet that was looked at"), Kind.HIDDEN, required=False),
)  # fmt: skip
EXTENSION: Fields = (
    Field("until", _l("Until when"), Kind.DATE, shown=Shown.RECORD, read_by=ALL),
    Field("why", _l("Why you need longer: the complainant reads this"), sealed_into=SHARED,
          read_as=_l("Why the company needs longer")),
)  # fmt: skip
DECIDE_EXTENSION: Fields = (
    Field(
        "answer",
        _l("Your decision"),
        Kind.CHOICE,
        choices=(("grant", _l("Grant")), ("refuse", _l("Refuse"))),
        read_as=_l("The decision"),
        shown=Shown.RECORD,
        read_by=ALL,
    ),
    Field("why", _l("Why: both sides read this"), sealed_into=SHARED, read_as=_l("Why")),
)
GOOD_OFFICES: Fields = (
    Field("offer", _l("What you offer: both sides read this"), sealed_into=SHARED,
          read_as=_l("What the Secretariat offers")),
)  # fmt: skip
NO_GOOD_OFFICES: Fields = (Field("why", _l("Why"), required=False, sealed_into=CORRESPONDENCE),)
NO_GOOD_OFFICES_COMPANY: Fields = (Field("why", _l("Why"), required=False, sealed_into=Compartment.COMPANY),)
MEDIATOR: Fields = (
    Field("mediator", _l("Who mediates"), Kind.LINE, sealed_into=SHARED),
    Field("no_conflict", _l("The mediator has no conflict of interest"), Kind.YES),
)
MEDIATED: Fields = (
    Field("outcome", _l("How it ended"), Kind.CHOICE,
          choices=(("agreed", _l("Both sides agreed")), ("none", _l("No agreement"))),
          shown=Shown.RECORD, read_by=ALL),
    Field("words", _l("What both sides may say about it. What was said there stays there."), sealed_into=SHARED,
          read_as=_l("What both sides may say about it")),
)  # fmt: skip
ASK_BOARD: Fields = (Field("dossier", _l("The dossier, without anybody's identity"), sealed_into=INTERNAL),)
BOARD_DECISION: Fields = (
    Field("decision", _l("What the Board decided: both sides read this"), sealed_into=SHARED,
          read_as=_l("What the Board decided")),
    Field("recused", _l("Who stood aside, and why"), required=False, sealed_into=INTERNAL),
    Field("files", _l("The minute"), Kind.FILES, sealed_into=INTERNAL),
)  # fmt: skip
SUSPEND: Fields = (
    Field("ground", _l("Ground"), Kind.CHOICE,
          choices=(("safety", _l("Safety")), ("legal", _l("Legal, decided by the Board"))),
          shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("Reason"), sealed_into=INTERNAL),
    Field("review_on", _l("When it is looked at again, at most %(time)s away",
                          time=length_of(Deadline.SUSPENSION_REVIEW)), Kind.DATE,
          read_as=_l("When it is looked at again"), shown=Shown.RECORD, read_by=NONE),
    Field("limits", _l("Time limits that are held meanwhile"), Kind.LIMITS, required=False,
          shown=Shown.LIMIT, read_by=ALL),
)  # fmt: skip
WITHDRAW: Fields = (
    Field("why", _l("Why, if you want to say it"), required=False, sealed_into=CORRESPONDENCE, read_as=_l("Why")),
    Field("sure", _l("I want to withdraw my complaint."), Kind.YES),
)  # fmt: skip
UNDO: Fields = (Field("sure", _l("I want my complaint to go on"), Kind.YES),)
CONFIRM_WITHDRAWAL: Fields = (
    Field(
        "free",
        _l("Is the withdrawal free?"),
        Kind.CHOICE,
        choices=(
            ("confirmed", _l("The complainant confirmed it on a safe channel")),
            ("not_possible", _l("This could not be had: an approver decides")),
        ),
        shown=Shown.RECORD,
        read_by=NONE,
    ),
    Field(
        "how",
        _l("How you asked, and what was said"),
        sealed_into=INTERNAL,
        read_as=_l("How the complainant was asked, and what was said"),
    ),
    Field(
        "letter", _l("What the complainant reads"), sealed_into=CORRESPONDENCE, read_as=_l("The Secretariat's letter")
    ),
)
FOR_HER_SAFETY = ("ground", frozenset({"retaliation"}))
REOPEN: Fields = (
    Field("ground", _l("Ground"), Kind.CHOICE, choices=GROUNDS_TO_REOPEN, shown=Shown.RECORD, read_by=HER),
    Field(
        "letter", _l("What the complainant reads"), sealed_into=CORRESPONDENCE, read_as=_l("The Secretariat's letter")
    ),
)
REOPEN_WITH_COMPANY: Fields = (
    REOPEN[0],
    Field("may_know", _l("Does the complainant agree that the company learns that the case goes on?"), Kind.CHOICE,
          choices=YES_NO, required=False, needed_if=_l("if the ground is retaliation"), follows=FOR_HER_SAFETY,
          shown=Shown.RECORD, read_by=HER, read_as=_l("Agreement that the company learns that the case goes on")),
    *REOPEN[1:],
)  # fmt: skip
APPEAL: Fields = (
    Field("why", _l("Why you do not agree with the closure"), sealed_into=CORRESPONDENCE,
          read_as=_l("What speaks against the closure"), missing=_l("Write why you do not agree.")),
    Field("late", _l("If the time for it is over: why you could not do it earlier"), required=False,
          sealed_into=CORRESPONDENCE, read_as=_l("Why the appeal comes late")),
)  # fmt: skip
REFUSE_APPEAL: Fields = (
    Field("letter", _l("What the complainant reads: why"), sealed_into=CORRESPONDENCE, read_as=_l("Why")),
)
ASK_IDENTITY: Fields = (
    Field(
        "reason",
        _l("Why: the complainant reads this"),
        Kind.CHOICE,
        choices=IDENTITY_REASONS,
        read_as=_l("Why"),
        shown=Shown.RECORD,
        read_by=HER,
    ),
    Field("words", _l("In words, for the custodians"), by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
)
GRANT_IDENTITY: Fields = (
    Field("words", _l("Words to the Secretariat, if you want to add some"), required=False, by_effect=True,
          read_as=_l("What was said with the grant"), shown=Shown.IDENTITY, read_by=NONE),
)  # fmt: skip
REFUSE_IDENTITY: Fields = (
    Field(
        "why",
        _l("Why you refuse, for the Secretariat"),
        by_effect=True,
        read_as=_l("Why it was refused"),
        shown=Shown.IDENTITY,
        read_by=NONE,
    ),
)
SHARE_IDENTITY: Fields = (
    Field("scope", _l("What the company learns, as the complainant agreed"), Kind.CHOICES, choices=IDENTITY_WORDS,
          help=_l("Of each it gets the complainant's newest, unless you tick another one below."),
          shown=Shown.RECORD, read_by=ALL),
    Field("entries", _l("Another one than the complainant's newest: only on purpose"), Kind.ENTRIES, required=False,
          shown=Shown.IDENTITY, read_by=frozenset({COMPANY})),
    Field("agreed", _l("I asked the complainant about exactly this"), Kind.YES),
)  # fmt: skip
HOW_TO_CALL = Field(
    "reach", _l("How we can call you safely"), Kind.LINE, required=False, by_effect=True, shown=Shown.IDENTITY,
    read_by=NONE, read_as=_l("How to call safely"),
    help=_l("Who may answer, when, what we say, and whether we may leave word."),
)  # fmt: skip
_IDENTITY = tuple(
    Field(kind, label, Kind.LINE, required=False, by_effect=True, shown=Shown.IDENTITY, read_by=NONE,
          is_mail=kind == "email")
    for kind, label in IDENTITY_KINDS
)  # fmt: skip
CORRECT_IDENTITY: Fields = (*_IDENTITY[:2], HOW_TO_CALL, *_IDENTITY[2:])
"""How to call stands beneath the number."""
LINK: Fields = (
    Field("other", _l("Reference of the other case"), Kind.CASE, shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("What they have in common"), sealed_into=INTERNAL),
)
CONFLICT: Fields = (
    Field("why", _l("What your interest is. After this you no longer see the case."), sealed_into=INTERNAL,
          read_as=_l("What the interest is")),
)  # fmt: skip
UNLINK: Fields = (
    Field("other", _l("Reference of the other case"), Kind.CASE, shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("Why"), sealed_into=INTERNAL),
)
LET_IN: Fields = (
    Field("person", _l("Who is let in again"), Kind.SHUT_OUT, shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("Why it was a mistake, or is over"), sealed_into=INTERNAL),
)
EXCLUDE: Fields = (
    Field("person", _l("Who must not see this case"), Kind.PERSON, shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("Why"), sealed_into=INTERNAL),
)
DEPUTY: Fields = (
    Field("deputy", _l("Who may act in this case, and as what"), Kind.DEPUTY, shown=Shown.CASE, read_by=NONE,
          help=_l("Only who already reads the case, and has no interest in it. In every other case nothing changes.")),
)  # fmt: skip
ESCALATE: Fields = (
    Field("ground", _l("Ground"), Kind.CHOICE, choices=GROUNDS, shown=Shown.RECORD, read_by=HER,
          besides=((LIMIT_MISSED, _l("A time limit of the company was missed")),),
          company_reads=frozenset({LIMIT_MISSED})),
    Field("why", _l("Why, for the Secretariat"), sealed_into=INTERNAL, read_as=_l("Why")),
)  # fmt: skip
ESCALATE_UNSEEN: Fields = (
    Field("ground", _l("Ground"), Kind.CHOICE, choices=GROUNDS_OF_SAFETY, shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("Why, for the Secretariat"), sealed_into=INTERNAL, read_as=_l("Why")),
    Field("tell_on", _l("When the company is told: until then its page and its time limits look as before"), Kind.DATE,
          read_as=_l("When the company is told"), shown=Shown.RECORD, read_by=NONE),
)  # fmt: skip
DECLINE_ROUTE: Fields = (
    Field("why", _l("Why you do not want to go on with the company"), required=False, sealed_into=CORRESPONDENCE,
          read_as=_l("Why")),
)  # fmt: skip
CONTACT: Fields = (
    Field("contact", _l("Your contact person for this case"), Kind.LINE, sealed_into=SHARED,
          read_as=_l("The company's contact person")),
    Field("readers", _l("Who else of you will read it: their work, and names only if they wish. The complainant reads"
                        " this."), Kind.LINE, required=False, sealed_into=SHARED,
          read_as=_l("Who else at the company sees it")),
    Field("undertakes", _l("We do nothing against anybody because of this complaint, let nobody do it, and do not try"
                           " to find out who complained."), Kind.YES, sealed_into=SHARED,
          read_as=_l("The company promised that nobody is harmed because of this complaint, and that nobody there tries"
                     " to find out who complained")),
)  # fmt: skip
RESPONSE: Fields = (
    Field("facts", _l("What you found"), sealed_into=SHARED, read_as=_l("What the company found")),
    Field("steps", _l("What you did"), sealed_into=SHARED, read_as=_l("What the company did")),
    Field("position", _l("Your position"), sealed_into=SHARED, read_as=_l("The company's position")),
    Field("offer", _l("Remedies that you offer, or why you refuse"), sealed_into=SHARED,
          read_as=_l("Remedies that the company offers, or why it refuses")),
    Field("prevention", _l("How you prevent that it happens again"), sealed_into=SHARED,
          read_as=_l("How the company prevents that it happens again")),
)  # fmt: skip
COMMENT: Fields = (
    Field("comment", _l("What you think of the answer"), sealed_into=CORRESPONDENCE,
          read_as=_l("The comment"), missing=_l("Write what you think of the answer.")),
)  # fmt: skip
REVIEW: Fields = (
    Field("fair", _l("Was the procedure fair?"), Kind.CHOICE, choices=YES_NO, shown=Shown.RECORD, read_by=ALL),
    Field("accessible", _l("Was it accessible?"), Kind.CHOICE, choices=YES_NO, shown=Shown.RECORD, read_by=ALL),
    Field(
        "effective",
        _l("Did it offer an effective remedy?"),
        Kind.CHOICE,
        choices=YES_NO,
        shown=Shown.RECORD,
        read_by=ALL,
    ),
    Field("observations", _l("Observations, for both sides"), sealed_into=SHARED, read_as=_l("Observations")),
)
CONSENTS: Fields = (
    Field("share_account", _l("May the company be told what happened, so that it can answer?"), Kind.YES, False,
          on_yes=_l("We write a summary and show it to you first. When you say that it is right, and two of us agree,"
                   " the company reads it and has to answer."),
          on_no=_l("The company reads nothing from us. Then we cannot ask it for an answer, and can do less for you."),
          read_as=_l("The company may be told what happened"), shown=Shown.CONSENTS, read_by=HER),
    Field("known_to_secretariat", _l("May we know who you are, when two of us agree that it is needed?"), Kind.YES,
          False,
          on_yes=_l("Two of our people together can open your name and how to reach you. You read of it each time."),
          on_no=_l("We look only for your safety, or where the law makes us, and you read of it."),
          read_as=_l("The Secretariat may know who complained, when two of its people agree"),
          shown=Shown.CONSENTS, read_by=HER),
    Field("share_identity", _l("May the company be told who you are?"), Kind.YES, False,
          on_yes=_l("Not at once: we first ask you what exactly it is told, and two of us must agree."),
          on_no=_l("We do not tell the company who you are. It may still guess it from what happened."),
          read_as=_l("The company may be told who complained"), shown=Shown.CONSENTS, read_by=HER),
)  # fmt: skip
CUT: Fields = (Field("sure", _l("I want the other receipt to stop working now"), Kind.YES),)
NO_ANSWER: Fields = (
    Field("reason", _l("No answer is needed, because …"), sealed_into=INTERNAL, read_as=_l("Why no answer is needed")),
)
REASON: Fields = (Field("reason", _l("Reason, for the approver"), sealed_into=INTERNAL, read_as=_l("Reason")),)
FOLLOW_UP: Fields = (
    Field(
        "retaliation",
        _l("Was there retaliation?"),
        Kind.CHOICE,
        choices=(*YES_NO, ("unknown", _l("Not known"))),
        shown=Shown.RECORD,
        read_by=NONE,
    ),
    Field(
        "lasting",
        _l("Does the remedy last?"),
        Kind.CHOICE,
        choices=(*YES_NO, ("unknown", _l("Not known"))),
        shown=Shown.RECORD,
        read_by=HER,
    ),
    Field("words", _l("What was said"), sealed_into=INTERNAL),
)
CLOSE: Fields = (
    Field("reason", _l("Reason"), Kind.CHOICE, choices=CLOSINGS, shown=Shown.RECORD, read_by=HER),
    Field("letter", _l("What the complainant reads: the outcome and why"), sealed_into=CORRESPONDENCE,
          read_as=_l("The outcome, and why")),
    Field("lesson", _l("Root cause and lesson (needed for a remedied case)"), required=False, sealed_into=INTERNAL),
    Field("told", _l("What the complainant was told about an unfinished remedy"), required=False,
          sealed_into=CORRESPONDENCE, read_as=_l("About an unfinished remedy")),
)  # fmt: skip
RETALIATION: Fields = (
    Field("happened", _l("What happened"), sealed_into=CORRESPONDENCE, missing=_l("Write what happened.")),
)
SAFETY: Fields = (Field("assessment", _l("Assessment"), sealed_into=INTERNAL),)
ASSIGN: Fields = (Field("officer", _l("Officer"), Kind.OFFICER, shown=Shown.CASE, read_by=NONE),)


PHOTOS = _l(
    "Photos, documents, sound or video, at most %(number)s MB each. A photo can show where and when it was taken.",
    number=MEGABYTES,
)
_FILES = Field("files", _l("Files"), Kind.FILES, help=PHOTOS, missing=_l("Choose a file."))
FILES_WITH_IT = replace(_FILES, required=False, sealed_into=SHARED)
"""Of a company, in the form of its answer and of what it delivered: read by whoever reads the words."""
RESPOND: Fields = (*RESPONSE, FILES_WITH_IT)


def _audience(audiences: tuple[tuple[str, Label], ...]) -> Field:
    return Field("audience", _l("Who will read this?"), Kind.CHOICE, choices=audiences, shown=Shown.WRITING,
                 read_by=ALL, missing=_l("Choose who will read this."))  # fmt: skip


def _write(*audiences: tuple[str, Label]) -> Fields:
    return (
        _audience(audiences),
        Field("message", _l("Message"), missing=_l("Write your message.")),
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


def _attach(*audiences: tuple[str, Label]) -> Fields:
    return (
        _audience(audiences),
        _FILES,
        _SHOWS,
    )


ATTACH_AS_OFFICER = _attach(("secretariat", _l("Only the Secretariat")), ("complainant", _l("The complainant")))
ATTACH_AS_COMPLAINANT: Fields = (
    replace(_FILES, sealed_into=CORRESPONDENCE),
    replace(_SHOWS, sealed_into=CORRESPONDENCE),
)
ATTACH_AS_COMPANY = _attach(
    ("secretariat", _l("Only the Secretariat")), ("all", _l("The Secretariat and the complainant"))
)
REISSUE: Fields = (
    Field("holder", _l("Whose receipt it is"), Kind.CHOICE, choices=WHOSE, shown=Shown.WRITING, read_by=NONE,
          help=_l("Only this person's earlier receipts end.")),
    Field("channel", _l("How it reached you"), Kind.CHOICE, choices=CHANNELS,
          read_as=_l("How it reached the Secretariat"), shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("How you know that it is this person, and what became of the receipt"), sealed_into=INTERNAL,
          read_as=_l("How it is known that it is this person, and what became of the receipt")),
)  # fmt: skip
SHARE_FILE: Fields = (
    Field("file", _l("File"), Kind.FILE, shown=Shown.WRITING, read_by=ALL),
    Field(
        "looked",
        _l("I looked at it: nothing in it shows who complained"),
        Kind.YES,
        help=_l(
            "A copy has no hidden data. It still has faces, number plates, voices and what is said: look at all of it,"
            " and watch or listen to a recording to its end."
        ),
    ),
    Field(
        "agreed",
        _l("For sound, video, or what could not be cleaned: the complainant agrees to this file"),
        Kind.YES,
        required=False,
        read_as=_l("The complainant agrees to this file"),
        shown=Shown.RECORD,
        read_by=NONE,
    ),
)
_HOW = (
    Field(
        "channel",
        _l("How it reached you"),
        Kind.CHOICE,
        choices=CHANNELS,
        read_as=_l("How it reached the Secretariat"),
        shown=Shown.RECORD,
        read_by=HER,
    ),
    Field("read_back", _l("I read it back and the complainant confirmed it"), Kind.YES),
)
RECORD_MESSAGE: Fields = (Field("message", _l("What the complainant said"), sealed_into=CORRESPONDENCE), *_HOW)
RECORDED: Fields = _HOW
TOLD_BY = Field(
    "told_by", _l("Who told you this?"), Kind.CHOICE, required=False, choices=TELLERS,
    read_as=_l("Who told it"), shown=Shown.RECORD, read_by=NONE, missing=_l("Say who told you this."),
)  # fmt: skip
"""Asked where somebody speaks for her, so that whose answer it is follows from who gave it (`whose_word`)."""
OF_WHOM: Fields = (
    Field("whose", _l("Whose name and contact it is"), Kind.CHOICE, choices=WHOSE, shown=Shown.IDENTITY, read_by=HER),
)
"""Asked where an officer writes down what only the person themselves can say of themselves."""
