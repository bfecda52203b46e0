"""Whose answer wins: what she answered herself is hers, whoever else may speak for her, or write down what she says.

Each question that she decides is said here once: by which steps it is answered, and what of it stops what would happen
in her name. `FREE` names the steps of hers that decide nothing which was answered before, each with the reason. Asked
of each step before it is offered, taken or approved (`against`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.summary import Verdict
from grievance.workflow import delicate, her_files, spoken
from grievance.workflow.conditions import Answer, of_answers, representatives_receipts
from grievance.workflow.context import SAID_BY, TOLD_BY, StepContext
from grievance.workflow.measures import AGREE, DECLINE
from grievance.workflow.row import Row
from grievance.workflow.sent_elsewhere import ANSWER as ELSEWHERE
from grievance.workflow.sent_elsewhere import NO as NOT_ELSEWHERE
from grievance.workflow.sent_elsewhere import SHOW

Facts = Mapping[str, Any]
FILED = "file"
ALWAYS: Facts = {}
"""The step stops it, whatever is answered."""
CONSENTS = ("share_account", "known_to_secretariat", "share_identity")

CAN_STILL_STOP = _l("The person for whom you speak has answered this already. You can still say no.")
IS_THEIRS = _l("The person for whom you speak has answered this already. Only they can change it. You can write to us.")
FOR_THE_OFFICE = _l("The complainant has answered this already, and a representative does not change it.")
SAY_WHO_TOLD = _l("Somebody speaks for the complainant. Say who told you this: their answers do not count alike.")
ANOTHER_RECORDS = _l("Somebody else than who wrote it reads it out and records the answer.")


@dataclass(frozen=True, kw_only=True)
class Question:
    """`stops`: by which of its steps, and with which answers, whoever speaks for her may stop it. `thing`: the fact of
    the record that names which one it is about. `anew`: the step with which she is asked anew. `written_by`: the step
    of the office whose text her answer makes hers. `answered`: other events that answer it, with what they say then."""

    steps: tuple[str, ...]
    stops: Mapping[str, Facts] = field(default_factory=dict)
    thing: str = ""
    anew: str = ""
    written_by: str = ""
    answered: Mapping[str, Facts] = field(default_factory=dict)


SUMMARY = Question(steps=("review_summary",), stops={"review_summary": {"verdict": Verdict.STOP}},
                   anew="show_summary", written_by="show_summary")  # fmt: skip
SPOKEN = Question(steps=("approve_words",), stops={"approve_words": {"right": spoken.CHANGE}},
                  anew="write_down", written_by="write_down")  # fmt: skip
FILE = Question(steps=(her_files.SAYS,), stops={her_files.SAYS: {"company_may": her_files.Word.MAY_NOT}}, thing="file")
ROAD = Question(steps=("choose_road",), stops={"choose_road": {delicate.ROAD.name: None}},
                answered={FILED: {delicate.ROAD.name: (True, False)}})  # fmt: skip
CONSENT = Question(steps=("change_consent",), answered={FILED: ALWAYS, "review_summary": {"verdict": Verdict.STOP}})
"""What stops it depends on how the three stand: `_turns_something_on`."""
REMEDY = Question(steps=("accept_remedy", "decline_remedy", "waive_remedy"), thing="remedy")
DELIVERY = Question(steps=("verify_remedy", "dispute_remedy"), stops={"dispute_remedy": ALWAYS}, thing="remedy")
TALKS = Question(steps=("agree_good_offices", "decline_good_offices"), stops={"decline_good_offices": ALWAYS},
                 anew="offer_good_offices")  # fmt: skip
MEASURE = Question(steps=(AGREE, DECLINE), thing="measure")
WITHDRAWAL = Question(steps=("withdraw", "undo_withdrawal"))
DELETION = Question(steps=("ask_deletion", "undo_deletion"))
"""Who fears that somebody made her withdraw, or ask for it, says so: under an alert neither is confirmed."""
RETENTION = Question(steps=("answer_retention",), anew="ask_retention")
DOOR = Question(steps=(ELSEWHERE,), stops={ELSEWHERE: {"agrees": NOT_ELSEWHERE}}, anew=SHOW, written_by=SHOW)
QUESTIONS = (
    DOOR,
    SUMMARY,
    SPOKEN,
    FILE,
    ROAD,
    CONSENT,
    REMEDY,
    DELIVERY,
    TALKS,
    MEASURE,
    WITHDRAWAL,
    DELETION,
    RETENTION,
)
OF_STEP: Mapping[str, Question] = {step: one for one in QUESTIONS for step in one.steps}

FREE: Mapping[str, str] = {
    **dict.fromkeys(("answer", "comment", "write", "attach", "call_me", "cannot_read", "can_read",
                     "object_to_removal"),
                    "it adds words, and takes none back"),
    "answer_contest": "the office weighs what each of them says, and decides itself",
    "comment_on_draft": "it adds words, and takes none back",
    "report_retaliation": "it protects her",
    "escalate": "it takes the case away from the company, and gives it nothing",
    "appeal": "it keeps a right that would lapse",
    "come_back": "nobody ended the case by her word",
    "answer_follow_up": "each time she is asked anew, and once",
    "correct_identity": "what each wrote stays theirs, and says whose it is",
}  # fmt: skip
"""Steps of hers that overturn no answer, and why."""


def against(row: Row, context: StepContext) -> Answer:
    question = OF_STEP.get(row.step)
    if question is None:
        return None
    if row.recorded and _its_writer_records(question, context):
        return ANOTHER_RECORDS
    if context.said_by != Role.REPRESENTATIVE or _stops(question, row, context) or not _she_said(question, context):
        return None
    return _sentence(question, context)


def is_theirs(person: Person, case_id: str, row: Row, number: int) -> bool:
    """Whether whoever speaks for her is offered this step no more about this remedy: she answered it herself."""
    question = OF_STEP.get(row.step)
    if question is None or person.role != Role.REPRESENTATIVE or row.step in question.stops:
        return False
    return any(_is_hers(*one) for one in _answers(question, case_id, str(number)))


def _sentence(question: Question, context: StepContext) -> Label:
    if context.person.role != Role.REPRESENTATIVE:
        return FOR_THE_OFFICE
    return CAN_STILL_STOP if question.stops or question is CONSENT else IS_THEIRS


# --- what stops it -----------------------------------------------------------------------------------------


def _stops(question: Question, row: Row, context: StepContext) -> bool:
    """Also where nothing is answered yet, and an answer of it could."""
    if question is CONSENT:
        return not context.values or not _turns_something_on(context)
    if row.step not in question.stops:
        return False
    return not context.values or _fits(question.stops[row.step], context.values)


def _turns_something_on(context: StepContext) -> bool:
    return any(context.values.get(name) and not getattr(context.case, name) for name in CONSENTS)


def _fits(wanted: Facts, said: Facts) -> bool:
    """None stands for a tick that was not set; several answers, for any of them."""
    return all(said.get(name) in _any_of(answer) for name, answer in wanted.items())


def _any_of(answer: Any) -> tuple[Any, ...]:
    if answer is None:
        return (None, False, "")
    return answer if isinstance(answer, tuple) else (answer,)


# --- what she said -----------------------------------------------------------------------------------------


def _she_said(question: Question, context: StepContext) -> bool:
    """Herself, or an officer who wrote down what she said; of this thing, and since she was asked last."""
    return any(_is_hers(*one) for one in _said(question, context))


def _said(question: Question, context: StepContext) -> Iterator[tuple[str, str, Facts]]:
    """(kind, role, facts) of each answer to it."""
    return _answers(question, context.case.id, _thing(question, context) if question.thing else "")


def _answers(question: Question, case_id: str, thing: str) -> Iterator[tuple[str, str, Facts]]:
    kinds = (*question.steps, *question.answered, question.anew)
    query = select(Event.kind, Event.role, Event.facts).where(Event.chain == case_id, Event.kind.in_(kinds))
    found: list[tuple[str, str, Facts]] = []
    for kind, role, text in db.session.execute(query.order_by(Event.seq)):
        facts = json.loads(text)
        if kind == question.anew:
            found = []
        elif _is_of(question, thing, facts) and _fits(question.answered.get(kind, ALWAYS), facts):
            found.append((kind, role, facts))
    yield from found


def _is_of(question: Question, thing: str, facts: Facts) -> bool:
    return not question.thing or str(facts.get(question.thing)) == thing


def _thing(question: Question, context: StepContext) -> str:
    if question is FILE:
        return str(context.values.get("of_file"))
    if question.thing == "remedy":
        return str(context.remedy.number if context.remedy else None)
    return str(context.values.get(question.thing))


def _is_hers(kind: str, role: str, facts: Facts) -> bool:
    """What waited for an approver says whose it was (`SAID_BY`); of before it did, it is taken for hers."""
    if kind == FILED:
        return not facts.get("represented")
    if Role.REPRESENTATIVE in (role, facts.get(SAID_BY), facts.get(TOLD_BY)):
        return False
    hers_and_approved = facts.get("proposed_by", 0) is None
    return role == Role.COMPLAINANT or hers_and_approved or "recorded_for" in facts


# --- who told it -------------------------------------------------------------------------------------------


def has_two_voices(case: Case) -> bool:
    """Whether somebody could speak for her, so that whoever writes down what was said is asked who said it."""
    return case.represented or bool(representatives_receipts(case))


@of_answers
def says_who_told(context: StepContext) -> Answer:
    """Nothing is filled in beforehand; where she is alone nobody is asked."""
    if not (context.recorded and context.values) or context.values.get(TOLD_BY):
        return None
    return SAY_WHO_TOLD if has_two_voices(context.case) else None


# --- who records it ----------------------------------------------------------------------------------------


def _its_writer_records(question: Question, context: StepContext) -> bool:
    """Who wrote it hears a yes too easily."""
    if not question.written_by or current_app.config["ALLOW_SOLO"]:
        return False
    written = select(Event.actor_id).where(Event.chain == context.case.id, Event.kind == question.written_by)
    writer = db.session.scalar(written.order_by(Event.seq.desc()).limit(1))
    return writer is not None and writer == context.facts.get("proposed_by", context.person.account_id)
