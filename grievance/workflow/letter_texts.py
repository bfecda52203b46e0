"""What each letter says before the words that were written with its step: one object each, and who gets it."""

from grievance.accounts.leaving import UNASSIGNED as UNASSIGNED
from grievance.deadlines.corrections import BREACH_CORRECTED as BREACH_CORRECTED
from grievance.deadlines.holidays import HOLIDAY_MOVED as HOLIDAY_MOVED
from grievance.deadlines.holidays import HOLIDAY_MOVED_BACK as HOLIDAY_MOVED_BACK
from grievance.deadlines.lengths import kept_in_backups, length_of
from grievance.deadlines.put_right import CALENDAR_MOVED as CALENDAR_MOVED
from grievance.deadlines.put_right import ZONE_RULES_MOVED as ZONE_RULES_MOVED
from grievance.extensions import lazy_gettext as _l
from grievance.models.keys import OPEN_FOR
from grievance.record.letters import FORMER_COMPANY, PROPOSER, When
from grievance.record.letters import LetterText as LetterText
from grievance.record.letters import LetterTo as LetterTo
from grievance.record.letters import when as when


def to_complainant(text: LetterText, only: When | None = None) -> LetterTo:
    return LetterTo("complainant", text, only)


def to_company(text: LetterText, only: When | None = None) -> LetterTo:
    return LetterTo("company", text, only)


def to_officer(text: LetterText, only: When | None = None) -> LetterTo:
    return LetterTo("officer", text, only)


def to_approver(text: LetterText, only: When | None = None) -> LetterTo:
    return LetterTo("approver", text, only)


def to_former_company(text: LetterText) -> LetterTo:
    """To a company that loses the case with this very step, and reads it outside of the case."""
    return LetterTo(FORMER_COMPANY, text)


def to_custodian(text: LetterText) -> LetterTo:
    return LetterTo("custodian", text)


def to_proposer(text: LetterText) -> LetterTo:
    return LetterTo(PROPOSER, text)


def to_both(text: LetterText) -> tuple[LetterTo, LetterTo]:
    """To the company, and to the complainant."""
    return to_company(text), to_complainant(text)


LET_IN_AGAIN = LetterText("let_in_again", _l("A person who was shut out of this case was let in again."))
RECEIVED = LetterText(
    "received",
    _l("We have received your complaint. Your page says by which day we tell you that somebody looks at it."),
)
ACKNOWLEDGED = LetterText(
    "acknowledged", _l("Your complaint is being looked at. We will tell you whether we can take it on.")
)
POSTED = LetterText("posted", _l("We sent you a letter by post. It says the same as you read below."))
LETTER_TO_COMPANY = LetterText("letter_to_company", _l("The Secretariat has written a letter to you. It is below."))
QUESTION = LetterText("question", _l("We have a question for you. Please read it below and answer when you can."))
DISMISSED = LetterText(
    "dismissed", _l("We cannot take your complaint on. Our letter says why, and who else may help. You may appeal.")
)
REFERRED = LetterText(
    "referred", _l("The complaint was referred to the company, which must now acknowledge and answer it.")
)
ESCALATED = LetterText("escalated", _l("The Secretariat has taken the case over from the company's mechanism."))
ESCALATED_UNSEEN = LetterText(
    "escalated_unseen",
    _l("The Secretariat has taken the case over. The company is not told yet, but on a day that we chose."),
)
COMPANY_TOLD = LetterText("company_told", _l("The company was told that the Secretariat has taken the case over."))
ESCALATED_LATE = LetterText(
    "escalated_late", _l("A time limit of the company passed, and the Secretariat has taken the case over.")
)
COMPANY_ACKNOWLEDGED = LetterText("company_acknowledged", _l("The company has acknowledged the referral."))
CONTESTED = LetterText(
    "contested",
    _l(
        "The company says that your complaint is not about it. You can read its words on this page. Please tell us"
        " whether it was this company. Then we decide."
    ),
)
CONTESTED_TO_DECIDE = LetterText(
    "contested_to_decide",
    _l("The company says that the complaint is not its own. The complainant is asked first; then it is decided."),
)
CONTEST_ANSWERED = LetterText(
    "contest_answered", _l("The complainant said whether it was this company. Decide whether the complaint stays.")
)
CONTEST_REFUSED = LetterText(
    "contest_refused",
    _l("The Secretariat decided that the complaint stays with the company, whose time goes on. The reason is below."),
)
RESPONDED = LetterText("responded", _l("The company has responded."))
COMMENTED = LetterText("commented", _l("The complainant commented on the answer."))
DRAFT_SHOWN = LetterText(
    "draft_shown",
    _l(
        "There is a draft of the Secretariat's observations. It is below. You can comment on it until the day that your"
        " page says; the other side does not read what you say."
    ),
)
DRAFT_COMMENTED = LetterText("draft_commented", _l("A side commented on the draft of the observations."))
REVIEWED = LetterText("reviewed", _l("The fairness review is concluded. Our observations are below."))
REMEDY_PROPOSED = LetterText("remedy_proposed", _l("A remedy was proposed. You may accept or decline it."))
REMEDY_ACCEPTED = LetterText("remedy_accepted", _l("A remedy was accepted."))
REMEDY_DECLINED = LetterText("remedy_declined", _l("A remedy was declined."))
REMEDY_WAIVED = LetterText("remedy_waived", _l("A remedy was given up."))
REMEDY_DELIVERED = LetterText(
    "remedy_delivered", _l("The company says that a remedy was delivered. Please say whether that is so.")
)
REMEDY_VERIFIED = LetterText("remedy_verified", _l("A remedy was verified."))
REMEDY_DISPUTED = LetterText("remedy_disputed", _l("A remedy was disputed."))
REMEDIED = LetterText("remedied", _l("What was agreed was verified. The Secretariat will follow up."))
REMEDIED_COMPANY = LetterText("remedied_company", _l("What was agreed was verified."))
"""A company is not told of follow-ups."""
CLOSED = LetterText("closed", _l("The case is closed."))
FOLLOW_UP_COMES = LetterText(
    "follow_up_comes", _l("We ask you here later how you are. You can write to us at any time.")
)
"""With every end of a case: also where nothing was done, and for whoever looks over her shoulder."""
FOLLOW_UP_ANSWERED = LetterText("follow_up_answered", _l("The complainant told how it is now."))
CONCERN = LetterText(
    "concern", _l("Your complaint was recorded as a compliance concern. Our letter says what happens with it.")
)
CONCERN_OPENED = LetterText(
    "concern_opened",
    _l("We opened a concern about the company: we look at it apart from your complaint. The company is not told about"
       " your complaint by it, and nothing of yours goes to the company unless you said that it is right."),
)  # fmt: skip
PACKET_RECALLED = LetterText(
    "packet_recalled", _l("Something went to the company that should not have. We recalled it; our letter says what.")
)
PACKET_REPLACED = LetterText(
    "packet_replaced",
    _l(
        "What you were given about this case earlier was recalled, and a corrected version is on your page. Please"
        " destroy every copy that you made of the earlier one."
    ),
)
"""To a company that got a corrected packet; one that did not has lost the case, and no letter reaches it."""
COMPANY_CHANGED = LetterText(
    "company_changed",
    _l(
        "Your complaint had gone to the wrong company. That company no longer has it and was asked to destroy its"
        " copies. Nothing goes to another company unless you agree to it again: you say so on your page. Please also"
        " tell us whether somebody could harm you because of what that company read."
    ),
)
COMPANY_ADDED = LetterText(
    "company_added",
    _l(
        "Your complaint is now also about another company. Your page names it. Nothing was sent to it: you are asked"
        " first, on the page about that company. No company is told that there is another one."
    ),
)
WRONG_COMPANY = LetterText(
    "wrong_company",
    _l(
        "This complaint should not have come to you. It is no longer with you, and nothing of it counts against you."
        " Please destroy every copy that you made of it, and tell us here when that is done."
    ),
)
COPIES_DESTROYED = LetterText(
    "copies_destroyed", _l("The company that had your complaint by mistake says that it destroyed its copies.")
)
DESTRUCTION_CONFIRMED = LetterText(
    "destruction_confirmed", _l("The earlier company of a case says that it destroyed its copies.")
)
KEPT_FOR_RELEASE = LetterText(
    "kept_for_release",
    _l("The company sent something that a step of the complainant's had made impossible. It is kept."),
)
EXTENSION_ASKED = LetterText(
    "extension_asked", _l("The company asked for more time to answer. The Secretariat decides on it.")
)
EXTENSION_DECIDED = LetterText(
    "extension_decided", _l("The Secretariat decided on more time for the answer. The reason is below.")
)
GOOD_OFFICES = LetterText("good_offices", _l("The Secretariat offers its good offices. Please say whether you agree."))
GOOD_OFFICES_AGREED = LetterText("good_offices_agreed", _l("A side agreed to good offices."))
GOOD_OFFICES_DECLINED = LetterText("good_offices_declined", _l("A side declined good offices."))
MEDIATION = LetterText("mediation", _l("A mediation begins. What is said there stays there."))
MEDIATION_ENDED = LetterText("mediation_ended", _l("The mediation has ended."))
BOARD_ASKED = LetterText("board_asked", _l("The Board was asked to decide. It does not learn who you are."))
BOARD_DECIDED = LetterText("board_decided", _l("The Board has decided. Its decision is below."))
REOPENED = LetterText("reopened", _l("The case was reopened and goes on."))
RETURNED = LetterText("returned", _l("The complainant came back."))
APPEALED = LetterText("appealed", _l("The complainant appeals against the closure."))
APPEAL_REFUSED = LetterText("appeal_refused", _l("Your appeal was refused. Our letter says why."))
DEPUTY_NAMED = LetterText("deputy_named", _l("A deputy was named for this case."))
NOBODY_CAN_ACT = LetterText(
    "nobody_can_act",
    _l("Nobody can act in a case, and the head of the office cannot name who does. Please name a deputy."),
)
WITHDRAWN = LetterText("withdrawn", _l("The complainant withdraws. Make sure on a safe channel that it is free."))
WITHDRAWAL_UNDONE = LetterText("withdrawal_undone", _l("The complainant undid the withdrawal."))
DELETION_ASKED = LetterText(
    "deletion_asked", _l("The complainant asks for deletion. Make sure on a safe channel that nobody made them ask.")
)
DELETION_WISH = LetterText(
    "deletion_wish",
    _l("You asked for deletion. Nothing is deleted yet: your page says until when you can take it back."),
)
DELETION_UNDONE = LetterText("deletion_undone", _l("The complainant took the wish for deletion back."))
DELETION_WISH_UNDONE = LetterText(
    "deletion_wish_undone", _l("You took the wish for deletion back. Nothing is deleted.")
)
DELETION_ANSWERED = LetterText(
    "deletion_answered",
    _l("We answered your wish for deletion. Our letter says what goes, what stays, why, and until when."),
)
RETENTION_ENDS = LetterText(
    "retention_ends",
    _l("The time for which we keep your complaint ends. Your page says when, and asks what shall become of it."),
)
RETENTION_OVER = LetterText(
    "retention_over", _l("The time for which a case is kept has ended. Two people of the office erase it now.")
)
NAME_ERASED = LetterText(
    "name_erased", _l("We deleted your name, and how to reach you. What you wrote is still locked with us.")
)
SUSPENDED = LetterText("suspended", _l("The case is suspended for now. It is not closed, and it is looked at again."))
RESUMED = LetterText("resumed", _l("The case goes on."))
IDENTITY_ASKED = LetterText(
    "identity_asked", _l("The Secretariat asked a custodian to open your identity. You see the reason below.")
)
IDENTITY_GRANTED = LetterText(
    "identity_granted", _l("A custodian granted it, for one person and for %(time)s.", time=length_of(OPEN_FOR))
)
IDENTITY_REFUSED = LetterText("identity_refused", _l("A custodian refused it. Nobody has opened your identity."))
IDENTITY_OPENED = LetterText("identity_opened", _l("Your identity was opened by somebody of the Secretariat."))
IDENTITY_SHARED = LetterText("identity_shared", _l("The company was told what you agreed that it may know of you."))
WHO_COMPLAINED = LetterText(
    "who_complained", _l("You were told who complained, as far as the complainant agreed. Please do not pass it on.")
)
"""To the company: IDENTITY_SHARED speaks to the complainant."""
PERSON_RECUSED = LetterText("person_recused", _l("The company kept one of its people out of the case."))
SUMMARY_SHOWN = LetterText(
    "summary_shown", _l("There is something for you to read on your page. Please read it, and answer there.")
)
"""Not a word of what it is: whoever looks at her phone reads it first."""
DOOR_SHOWN = LetterText(
    "door_shown", _l("There is something for you to read on your page. Please read it, and answer there.")
)
"""As neutral as of a summary."""
DOOR_ANSWERED = LetterText("door_answered", _l("The complainant said whether something may go to another door."))
REFERRED_OUT = LetterText("referred_out", _l("What you agreed to was sent to somebody else who may help."))
DOOR_REPLIED = LetterText("door_replied", _l("There is an answer from somebody else who may help."))
SUMMARY_ANSWERED = LetterText("summary_answered", _l("The complainant answered about the summary."))
ANSWERED = LetterText("answered", _l("The complainant answered the question."))
MESSAGE = LetterText("message", _l("There is a new message."))
CANNOT_READ = LetterText("cannot_read", _l("The complainant cannot read a text, and asks for a translation."))
TRANSLATED = LetterText("translated", _l("There is a translation for you on your page."))
CALL_ME = LetterText("call_me", _l("The complainant asks to be called."))
WRITTEN_DOWN = LetterText(
    "written_down", _l("We listened, and wrote down what you said. Please read it and say whether it is right.")
)
WORDS_LOOKED_AT = LetterText("words_looked_at", _l("The complainant said whether what was written down is right."))
FILES = LetterText("files", _l("There are new files."))
FILE_SHARED = LetterText("file_shared", _l("A file was shared with the company, as a copy without hidden data."))
CONSENT_CHANGED = LetterText("consent_changed", _l("The complainant changed what was agreed to."))
ROAD_CHOSEN = LetterText("road_chosen", _l("The complainant said whether the company may be asked."))
AUTHORITY_REVOKED = LetterText("authority_revoked", _l("The complainant cut the other receipt."))
NOT_ME = LetterText(
    "not_me", _l("A receipt was replaced, and whoever had the old one says that it was not them."), urgent=True
)
RETALIATION = LetterText("retaliation", _l("Retaliation was reported."), urgent=True)
IN_DANGER = LetterText("in_danger", _l("Somebody may be in danger, or suffered retaliation."), urgent=True)
PROTECTION_ANSWERED = LetterText("protection_answered", _l("The complainant answered a question about safety."))
FILE_ANSWERED = LetterText("file_answered", _l("The complainant said whether the company may read a file."))
REMOVAL_ANNOUNCED = LetterText(
    "removal_announced",
    _l("Something of what we have from you is to be taken out. What and why stands below. You can say something about"
       " it. Then two of us decide."),
)  # fmt: skip
REMOVAL_ANSWERED = LetterText("removal_answered", _l("The complainant said something about what is to be taken out."))
PART_TAKEN_OUT = LetterText(
    "part_taken_out",
    _l("A part was taken out, as we told you. Where it stood, your page says so. It goes from our locked backups, too,"
       " after another %(time)s.", time=kept_in_backups()),
)  # fmt: skip
PART_TAKEN_FROM_COMPANY = LetterText(
    "part_taken_from_company",
    _l("A part of what you were given in this case was taken out. Where it stood, the page of the case says so. Destroy"
       " your copies of it."),
)  # fmt: skip
PROPOSED = LetterText("proposed", _l("A proposal waits for an approver."))
REMINDER = LetterText("reminder", _l("A time limit comes near."))
SAFETY_NEAR = LetterText("safety_near", _l("The time to look at the safety comes to its end."), urgent=True)
OUTAGE_GRACE = LetterText(
    "outage_grace", _l("This site was not reachable on a last day of the company's. It gets that time again.")
)
ALERT = LetterText("alert", _l("A time limit was missed."))
SAFETY_ALERT = LetterText("safety_missed", _l("The time to look at the safety has passed."), urgent=True)
FILED = LetterText("filed", _l("A complaint came in."))
FILED_UNSAFE = LetterText("filed_unsafe", _l("A complaint came in, and someone could be harmed."), urgent=True)
ASSIGNED = LetterText("assigned", _l("The case was given to you."))
PROPOSAL_REFUSED = LetterText("proposal_refused", _l("What you proposed was refused. The reason is with the case."))
CHECK_REFUSED = LetterText(
    "check_refused",
    _l(
        "Because your receipt was replaced a short time ago, a second person looked at what you asked for."
        " It was not done. You may write to us, or ask again."
    ),
)
PROPOSAL_OVERTAKEN = LetterText(
    "proposal_overtaken",
    _l("What you proposed was overtaken: the case has gone on since, and it was not done. Look whether it is needed."),
)
CHECK_OVERTAKEN = LetterText(
    "check_overtaken",
    _l(
        "Because your receipt was replaced a short time ago, what you asked for waited for a second person."
        " Your case has gone on since, and it was not done. You may write to us, or ask again."
    ),
)
DECISION_WAITS = LetterText(
    "decision_waits", _l("The company's last day has passed, and nobody has decided on the time that it asked for.")
)
NOT_OPENED = LetterText("not_opened", _l("Nobody of you has opened this case yet, and a time limit comes near."))
NOT_OPENED_BY_COMPANY = LetterText(
    "not_opened_by_company", _l("Nobody of the company has opened the case yet, and its time limit comes near.")
)
IDENTITY_WRITTEN = LetterText("identity_written", _l("A name or contact of the complainant was written or corrected."))
NOTE = LetterText("note", _l("There is a new note."))
PUT_BESIDE = LetterText("put_beside", _l("Somebody was put beside whoever is in charge of this case."))
MENTIONED = LetterText("mentioned", _l("Somebody of the office was mentioned in a note."))
CONFLICT_DECLARED = LetterText(
    "conflict_declared", _l("Somebody declared a conflict of interest, and does not see the case any more.")
)
PERSON_EXCLUDED = LetterText("person_excluded", _l("A person was shut out of the case."))

TEXTS = {text.template: text for text in tuple(globals().values()) if isinstance(text, LetterText)}
URGENT = frozenset(text.template for text in TEXTS.values() if text.urgent)
