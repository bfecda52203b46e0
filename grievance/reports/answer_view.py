"""What was answered, in the words and the language of whoever reads it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person
from grievance.deadlines import days
from grievance.deadlines.rows import zone_for
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import WHOSE
from grievance.forms.fields import Field, Kind
from grievance.intake.filing import ASSISTED, QUESTIONS
from grievance.intake.told import TOLD
from grievance.models.case import Case
from grievance.models.people import SECRETARIAT_ROLES, Account, Role
from grievance.models.sides import COMPLAINANT, SECRETARIAT
from grievance.record.taken_out import TAKEN_OUT
from grievance.workflow import elsewhere, post
from grievance.workflow.choice_sources import CHOSEN
from grievance.workflow.custody import said_with_decision
from grievance.workflow.events import FILED
from grievance.workflow.procedure import ROWS

ASKED: dict[tuple[str, str], Field] = {(row.step, f.name): f for row in reversed(ROWS) for f in row.asks}
ASKED["handover_code", "code"] = Field("code", _l("Code"))
ASKED["printed_card", "sheet"] = Field("sheet", _l("Number of its sheet"), Kind.LINE)
ASKED["handover_code", "holder"] = Field("holder", _l("Whose receipt it makes"), Kind.CHOICE, choices=WHOSE)
for _asked in post.LETTER:
    for _step in (post.POST.step, post.SEND.step):
        if _asked.name in post.WORDS:
            ASKED[_step, _asked.name] = _asked
for _asked in elsewhere.SHOWS:
    ASKED[elsewhere.REFER_OUT.step, _asked.name] = _asked
ASKED["refused", "reason"] = Field("reason", _l("Why you refuse"), read_as=_l("Why"))
ASKED["change_respondent", "had_read"] = Field("had_read", _l("What the earlier company had read"))
ASKED_AT_FIRST: dict[str, Field] = {f.name: f for f in (*TOLD, *QUESTIONS)}
PLAIN: dict[str, list[Field]] = {FILED.kind: [f for f in (*ASSISTED, *TOLD) if f.beside_the_event]}
"""By the kind of an event: the questions whose answers stand in plain beside it."""
for (_step, _name), _asked in ASKED.items():
    if _asked.beside_the_event:
        PLAIN.setdefault(_step, []).append(_asked)
SAID_BY_CUSTODIANS = {"grant_identity": "words", "refuse_identity": "why"}
"""By the kind of the event: the question whose answer is sealed to the Secretariat with the decision."""
PEOPLE = (Kind.SUBJECTS, Kind.PERSON, Kind.SHUT_OUT, Kind.MENTIONED, Kind.TO_PUT_BESIDE, Kind.BESIDE)
"""Kinds whose answer is the number of an account."""
A_PART_IS_GONE = _l("A part of this was taken out")
NOBODY: Mapping[str, str] = MappingProxyType({})


def answer_view(step: str, says: Mapping[str, Any]) -> list[tuple[Label, Any]]:
    """Answers as every page, letter and brief shows them: (question, answer) pairs."""
    return [(label_of(step, name), _answer(step, name, answer)) for name, answer in says.items()]


def read_of(role: Role, step: str, says: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody reads of a writing that their keys open."""
    return {
        name: answer
        for name, answer in says.items()
        if role in SECRETARIAT_ROLES or not ((field := _field(step, name)) and field.for_the_office)
    }


def label_of(step: str, name: str) -> Label:
    """What stands above an answer for its readers; its name where the step no longer asks it."""
    if name == TAKEN_OUT:
        return A_PART_IS_GONE
    field = _field(step, name)
    return (field.read_as or field.label) if field else name


def _answer(step: str, name: str, answer: Any) -> Any:
    """A chosen answer in the words of the question, a tick as a yes, and a day as a day."""
    field = _field(step, name)
    if field and field.is_of_the_day and answer:
        return days.day_of_the_week(date.fromisoformat(answer))
    if answer is True:
        return _("Yes")
    return dict(field.choices).get(answer, answer) if field and isinstance(answer, str) else answer


def is_prose(step: str, name: str) -> bool:
    """Whether somebody wrote it, and did not choose it."""
    field = _field(step, name)
    return field is not None and field.kind in (Kind.TEXT, Kind.LINE)


def _field(step: str, name: str) -> Field | None:
    return ASKED.get((step, name)) or ASKED_AT_FIRST.get(name)


# --- plain answers, beside what happened -------------------------------------------------------------------


def answers_of(
    person: Person, case: Case, kind: str, at: datetime, facts: Mapping[str, Any], names: Mapping[str, str] = NOBODY
) -> list[tuple[Label, str]]:
    """What was answered with an event besides words, as far as this person may read it. A custodian's decision
    has what was said with it, which was sealed to the Secretariat."""
    told = plain_answers(case, person.side, kind, facts, names)
    if kind in SAID_BY_CUSTODIANS and person.side == SECRETARIAT and (said := said_with_decision(person, case, at)):
        told.append((label_of(kind, SAID_BY_CUSTODIANS[kind]), said))
    return told


def plain_answers(
    case: Case, side: str, kind: str, facts: Mapping[str, Any], names: Mapping[str, str] = NOBODY
) -> list[tuple[Label, str]]:
    """What was answered with an event besides words, as far as this side may read it: (question, answer) pairs. An
    event of before the answer was kept has none. `names`: of the accounts that an answer may be (`people_named`)."""
    asked = [(field, facts[field.name]) for field in PLAIN.get(kind, ()) if field.name in facts]
    return [
        (field.read_as or field.label, _in_words(field, answer, case, side, names))
        for field, answer in asked
        if side == SECRETARIAT or field.is_read_by(side, answer)
    ]


def _in_words(field: Field, answer: Any, case: Case, side: str, names: Mapping[str, str]) -> str:
    """A plain answer as its reader reads it: never a word of the program, nor the number of a row."""
    if field.kind == Kind.YES:
        return str(_("Yes") if answer else _("No"))
    if field.kind == Kind.DATE:
        on, zone = date.fromisoformat(answer), zone_for(case, CHOSEN.get(field.name, SECRETARIAT))
        return days.full_date(on) if side == COMPLAINANT or field.is_of_the_day else days.end_of(on, zone)
    if field.kind in (Kind.MEASURE, Kind.MEETING):
        return str(answer)
    texts = names if field.kind in PEOPLE else dict((*field.choices, *field.besides))
    chosen = answer if isinstance(answer, list) else [answer]
    return ", ".join(str(texts.get(one, _("no longer in the list"))) for one in chosen)


def people_named(events: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The names of the accounts that plain answers of these events (kind, facts) are; asked for once, where any is."""
    found = [
        facts[field.name]
        for kind, facts in events
        for field in PLAIN.get(kind, ())
        if field.kind in PEOPLE and facts.get(field.name)
    ]
    numbers = {int(one) for answer in found for one in (answer if isinstance(answer, list) else [answer])}
    if not numbers:
        return {}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers)))
    return {str(number): name for number, name in rows}
