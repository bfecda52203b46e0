"""What each step of a concern asks. Words that are `SHARED` the company reads, too; those that are `INTERNAL` stay with
the Secretariat. None of them says who complained, nor that anybody did."""

from grievance.crypto.compartments import Compartment
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind
from grievance.models.concern import Cause, Of, Rung, Source

INTERNAL, SHARED = Compartment.INTERNAL, Compartment.SHARED
KINDS = (
    (Of.PERSONNEL, _l("Misconduct of personnel")),
    (Of.GOVERNANCE, _l("Management and governance")),
    (Of.OTHER, _l("Other")),
)
SOURCES = (
    (Source.CASE, _l("A complaint")),
    (Source.FIGURES, _l("Figures: a pattern among complaints")),
    (Source.NEWS, _l("News, or a public report")),
    (Source.AUDIT, _l("An audit, or a self-assessment")),
    (Source.VISIT, _l("A visit to a site")),
    (Source.CERTIFICATION, _l("The certification body")),
)
NO_COMPLAINT = SOURCES[2:]
RUNGS = (
    (Rung.ADVICE, _l("Advice")),
    (Rung.WARNING, _l("Warning")),
    (Rung.GOOD_STANDING, _l("Good standing suspended")),
    (Rung.SUSPENSION, _l("Membership suspended")),
    (Rung.EXPULSION, _l("Expulsion")),
)
CAUSES = (
    (Cause.PERSONNEL, _l("Misconduct of personnel")),
    (Cause.GOVERNANCE, _l("Management and governance")),
    (Cause.ACTION, _l("A corrective action that was not done")),
    (Cause.DUTIES, _l("Duties of a member: reports, certification, dues")),
    (Cause.OTHER, _l("Other")),
)
HOUSE, BOARDS = RUNGS[:2], RUNGS[2:]
TAKEN, NOT_TAKEN = "taken", "not_taken"
UPHELD, LIFTED = "upheld", "lifted"
NOBODY = _l("Name nobody who complained, and nothing that shows who did.")

OPEN = (
    Field("company", _l("Company"), Kind.COMPANY, missing=_l("Choose the company.")),
    Field("kind", _l("What it is about"), Kind.CHOICE, choices=KINDS),
    Field("source", _l("Where it comes from"), Kind.CHOICE, choices=(SOURCES[1], *NO_COMPLAINT)),
    Field("words", _l("What shows it"), sealed_into=INTERNAL, help=NOBODY),
)
ADD_SOURCE = (
    Field("source", _l("Where it comes from"), Kind.CHOICE, choices=NO_COMPLAINT),
    Field("words", _l("What shows it"), sealed_into=INTERNAL, help=NOBODY),
)
NOTE = (Field("words", _l("Note, for the Secretariat alone"), sealed_into=INTERNAL),)
WRITE = (Field("words", _l("To the company: the dialogue stays between the two of you"), sealed_into=SHARED,
               help=NOBODY),)  # fmt: skip
ANSWER = (Field("words", _l("To the Secretariat"), sealed_into=SHARED),)
CLOSE = (Field("words", _l("Why it ends, and what shows that it may"), sealed_into=INTERNAL),)
ASK_ACTION = (
    Field("words", _l("What the company is to put right"), sealed_into=SHARED, help=NOBODY),
    Field("proof", _l("What will show that it is done"), sealed_into=SHARED),
    Field("due_on", _l("By which day"), Kind.DATE, missing=_l("Choose a day.")),
)
REPORT = (Field("words", _l("What was done, and what shows it"), sealed_into=SHARED),)
VERIFY = (
    Field("words", _l("What you looked at, and what it shows"), sealed_into=INTERNAL),
    Field("told", _l("What the company reads"), required=False, sealed_into=SHARED, help=NOBODY),
)
UNMET = (Field("words", _l("What is missing: the company reads this"), sealed_into=SHARED, help=NOBODY),)
WITHDRAW = (Field("words", _l("Why it is asked for no more: the company reads this"), sealed_into=SHARED,
                  help=NOBODY),)  # fmt: skip
_GROUNDS = (
    Field("cause", _l("What it is for"), Kind.CHOICE, choices=CAUSES),
    Field("words", _l("The grounds: the company reads this"), sealed_into=SHARED, help=NOBODY),
)
TAKE = (Field("rung", _l("Measure"), Kind.CHOICE, choices=HOUSE), *_GROUNDS)
PROPOSE = (Field("rung", _l("Measure"), Kind.CHOICE, choices=BOARDS), *_GROUNDS)
ANSWER_GROUNDS = (Field("words", _l("Your answer to the grounds"), sealed_into=SHARED),)
DROP = (Field("words", _l("Why it goes no further: the company reads this"), sealed_into=SHARED, help=NOBODY),)
_VOTES = (
    Field("votes", _l("Votes: for, against, abstained"), Kind.LINE, sealed_into=INTERNAL),
    Field("recused", _l("Who stood aside, and why"), required=False, sealed_into=INTERNAL),
    Field("minute", _l("The minute"), sealed_into=INTERNAL),
)
DECIDE = (
    Field("outcome", _l("What the Board decided"), Kind.CHOICE,
          choices=((TAKEN, _l("The measure is taken")), (NOT_TAKEN, _l("It is not taken")))),
    Field("words", _l("The decision and its reasons: the company reads this"), sealed_into=SHARED, help=NOBODY),
    *_VOTES,
)  # fmt: skip
APPEAL = (Field("words", _l("Why you appeal"), sealed_into=SHARED),)
DECIDE_APPEAL = (
    Field("outcome", _l("What became of the appeal"), Kind.CHOICE,
          choices=((UPHELD, _l("The measure stands")), (LIFTED, _l("The measure is lifted")))),
    *DECIDE[1:],
)  # fmt: skip
LIFT = (Field("words", _l("Why the measure ends: the company reads this"), sealed_into=SHARED, help=NOBODY), *_VOTES)
REFUSE = (Field("words", _l("Why not"), sealed_into=INTERNAL),)
