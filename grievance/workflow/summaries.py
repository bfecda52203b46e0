"""She reads the summary before the company does, and nothing of hers goes out that she has not said *right* to.

What she said holds for one text, in the language in which she read it, and for one company: a letter changed, and she
is asked anew. Where the office may go on without an answer is said in `silence`.
"""

import secrets
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.crypto.compartments import Compartment
from grievance.crypto.hashes import sha256
from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Refused, Shown
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.sides import HER
from grievance.models.summary import Summary, Verdict
from grievance.models.writing import Decision
from grievance.record.events import canonical
from grievance.workflow import conditions as only
from grievance.workflow import letter_texts as say
from grievance.workflow import silence, spoken
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant, to_officer, when
from grievance.workflow.row import (
    COMPLAINANT,
    ESCALATED,
    OFFICER,
    OPEN,
    PROGRESS,
    RECEIVED,
    REFERRED,
    STAFF,
    Happening,
    Row,
    states,
)
from grievance.workflow.spoken import ANOTHER_ONE_NOW

AGREED = "agreed"
"""The kind of event by which the first of two approvers is on the record."""
LATER = "later"
"""She has not decided: then silence means that exactly this may go."""
NOT_SAID = _l("The complainant has not yet said that the summary is right.")
OTHER_TEXT = _l("This is not the text to which the complainant said right. Show it to them first, or send the other"
                " one.")  # fmt: skip

SHOW = (
    Field("packet", _l("The summary, in the company's language: exactly what the company would read"),
          sealed_into=Compartment.CORRESPONDENCE, read_as=_l("The summary for the company"),
          help=_l("Leave out names, numbers and places that could show who complained."), goes_on=True),
    Field("hers", _l("The same in the complainant's language"), required=False,
          needed_if=_l("where it is not the company's"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("The same, in the language of the complaint")),
    Field("previewed", _l("The packet that was looked at"), Kind.HIDDEN, required=False),
)  # fmt: skip
REVIEW = (
    Field("verdict", _l("Is it right?"), Kind.CHOICE, shown=Shown.RECORD, read_by=HER,
          choices=((Verdict.RIGHT, _l("It is right. You may send exactly this.")),
                   (Verdict.CHANGE, _l("Change something. I say below what.")),
                   (Verdict.STOP, _l("Do not send it to the company.")),
                   (LATER, _l("Wait. If I say nothing in time, you may send exactly this."))),
          weighed=True, about_words=True, by_silence=LATER, read_as=_l("What was said to the summary"),
          missing=_l("Say whether it is right.")),
    Field("words", _l("What should be changed"), required=False, needed_if=_l("where something should be changed"),
          sealed_into=Compartment.CORRESPONDENCE),
    Field("shown", _l("The summary that was read"), Kind.HIDDEN, required=False),
)  # fmt: skip


def digest_of(text: str, language: str, company_id: int | None) -> str:
    """What her *right* holds for, and nothing else."""
    return sha256(canonical([text, language, company_id]))


def newest(case: Case) -> Summary | None:
    """What was shown last, to go to the company that the complaint is about now."""
    query = select(Summary).where(Summary.case_id == case.id, Summary.company_id == case.company_id)
    return db.session.scalars(query.order_by(Summary.number.desc()).limit(1)).first()


def _newest(context: StepContext) -> Summary | None:
    return context.once("summary", lambda: newest(context.case))


# --- what a hand-over asks ---------------------------------------------------------------------------------


def she_said_right(context: StepContext) -> Answer:
    """To exactly this text, for this company; or silence may count, as she wished."""
    shown, text = _newest(context), context.values.get("packet")
    if shown is None or shown.verdict not in (None, Verdict.RIGHT):
        return _not_yet(context)
    if shown.verdict is None and (sentence := silence.against(context, shown)):
        return _not_yet(context) if sentence is True else sentence
    other = text is not None and digest_of(text, shown.language, shown.company_id) != shown.digest
    return OTHER_TEXT if other else None


def _not_yet(context: StepContext) -> Answer:
    """Where nobody there could read it she cannot be asked yet either: that comes first."""
    return (only.company_can_read(context) if context.case.company_id else None) or NOT_SAID


@of_answers
def she_said_right_to_a_new_one(context: StepContext) -> Answer:
    """A recall that takes everything back waits for nobody; another text in its place waits for her."""
    return she_said_right(context) if "packet" in context.values else None


def replaced(context: StepContext) -> None:
    if "packet" in context.values:
        went_out(context)


def went_out(context: StepContext) -> None:
    if shown := newest(context.case):
        shown.handed_at = context.at
        context.facts["summary"] = shown.digest


def goes_by_silence(row: Row, context: StepContext) -> bool:
    """Whether this hands something over to which she has said nothing."""
    if not row.hands_over and not (row.step == "recall_packet" and "packet" in context.values):
        return False
    shown = newest(context.case)
    return shown is not None and shown.verdict is None


def another_agreed(decision: Decision, context: StepContext) -> bool:
    """Whether this approver is the second. Raises `Refused` for one who agreed already."""
    before = agreed(decision)
    if context.person.account_id in before:
        raise Refused(_("You agreed already. Without a yes of the complainant another approver must agree too."))
    return bool(before)


def agreed(decision: Decision) -> set[int]:
    """Who agreed to it before, where two approvers must."""
    said = select(Event.actor_id).where(Event.chain == decision.case_id, Event.kind == AGREED)
    before = db.session.scalars(said.where(Event.facts.contains(f'"decision":"{decision.id}"')))
    return {one for one in before if one is not None}


# --- showing it --------------------------------------------------------------------------------------------


@of_answers
def in_her_language(context: StepContext) -> Answer:
    company = context.case.company
    if not context.values or context.values.get("hers") or company is None:
        return None
    if company.language == context.case.language:
        return None
    return _l("The complainant reads another language than the company. Write it in the complainant's language too.")


def show(context: StepContext) -> None:
    """Frozen as it is: what she says to it holds for this text alone."""
    case, (writing, *_more) = context.case, context.writings
    numbers = select(Summary.number).where(Summary.case_id == case.id).order_by(Summary.number.desc())
    number = (db.session.scalar(numbers.limit(1)) or 0) + 1
    digest = digest_of(context.values["packet"], case.language, case.company_id)
    db.session.flush()
    db.session.add(
        Summary(
            id=secrets.token_hex(16), case_id=case.id, number=number, company_id=case.company_id,
            language=case.language, digest=digest, writing_id=writing.id, shown_by=context.person.account_id,
            shown_at=context.at,
        )
    )  # fmt: skip
    context.facts["summary"] = digest
    pauses.shown(case, context.at)


# --- her answer --------------------------------------------------------------------------------------------


def something_to_read(context: StepContext) -> Answer:
    """Until it has gone she may change her mind; what she wants changed is shown anew first."""
    shown = _newest(context)
    if shown is not None and shown.verdict in (None, Verdict.RIGHT) and shown.handed_at is None:
        return None
    return _l("There is nothing to read now that waits for an answer.")


@of_answers
def it_is_this_one(context: StepContext) -> Answer:
    shown = newest(context.case)
    if context.values and shown and context.values.get("shown") != shown.digest:
        return ANOTHER_ONE_NOW
    return None


@of_answers
def says_what_to_change(context: StepContext) -> Answer:
    if context.values.get("verdict") == Verdict.CHANGE and not context.values.get("words"):
        return _l("Write what should be changed.")
    return None


def answer(context: StepContext) -> None:
    case, said, shown = context.case, context.values["verdict"], newest(context.case)
    if shown is None:
        raise LookupError("nothing is answered that was not shown")
    context.facts["summary"] = shown.digest
    if said == LATER:
        shown.silence_at = context.at
        return
    shown.verdict, shown.answered_at = Verdict(said), context.at
    shown.answered_as = Role.REPRESENTATIVE if context.said_by == Role.REPRESENTATIVE else Role.COMPLAINANT
    deadlines.meet(case, (Deadline.SUMMARY,), context.at)
    pauses.go_on(case, context.at)
    if said == Verdict.STOP:
        case.share_account = False
        deadlines.open_unless_open(case, Deadline.NEXT_MOVE, context.at)


def as_it_stands(case: Case) -> dict[str, str]:
    """What the page of her answer begins with: which text it is about."""
    shown = newest(case)
    return {"shown": shown.digest} if shown else {}


def choices(field: Field, case: Case) -> list[tuple[str, str]]:
    """Her answers, with the day until which silence says nothing; after it silence is no answer to be promised."""
    texts = [(str(value), str(text)) for value, text in field.choices]
    owed = [one for one in deadlines.owed(case) if one.key == Deadline.SUMMARY and one.missed_at is None]
    if not owed:
        return [(value, text) for value, text in texts if value != field.by_silence]
    return [(value, _until(owed[0].due_on) if value == field.by_silence else text) for value, text in texts]


def _until(day: date) -> str:
    return str(_("Wait. If I say nothing by %(date)s, you may send exactly this.", date=full_date(day)))


def who_reads_it(case: Case) -> str:
    """Beside the question, on the same screen."""
    company = case.company.name if case.company else ""
    reads = _("If you say that it is right: %(company)s reads this, word for word, and keeps it.", company=company)
    return f"{reads} {_('If you choose nothing, nothing is sent.')}"


SHOW_SUMMARY = Row(
    step="show_summary", title=_l("Show the summary to the complainant"), source=states(RECEIVED, REFERRED, ESCALATED),
    who=OFFICER, group=PROGRESS,
    asks=SHOW,
    only_if=(only.company_is_member, only.may_share_account, only.its_calendar_is_confirmed, only.packet_previewed,
             spoken.words_are_hers, in_her_language),
    then=(show,),
    meets=(Deadline.NEXT_MOVE,), opens=(Deadline.SUMMARY,),
    answers=True,
    put_right=("show_summary",),
    event=Happening(_l("A summary was shown to the complainant"), HER, _l("We showed you what we would send")),
    letters=(to_complainant(say.SUMMARY_SHOWN),),
)  # fmt: skip
REVIEW_SUMMARY = Row(
    step="review_summary", title=_l("Read what we would send, and answer"), source=OPEN, who=COMPLAINANT,
    group=PROGRESS,
    second_person=True, checked=True, recorded_by=STAFF,
    replies_to="show_summary",
    asks=REVIEW,
    only_if=(something_to_read, it_is_this_one, says_what_to_change),
    then=(answer,),
    helps=(Deadline.SUMMARY,), may_open=(Deadline.NEXT_MOVE,),
    waits=True, waits_at=(when("verdict", Verdict.CHANGE),),
    put_right=("review_summary", "change_consent"),
    event=Happening(_l("The complainant answered about the summary"), HER, _l("You answered about the summary")),
    letters=(to_officer(say.SUMMARY_ANSWERED),),
)  # fmt: skip
ROWS = (SHOW_SUMMARY, REVIEW_SUMMARY)
