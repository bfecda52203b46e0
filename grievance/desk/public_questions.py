"""Questions from outside: asked without an account, sealed to the Secretariat, answered by its own mail or telephone.

Whoever asks gets no code and no page: the answer goes the way that they wrote down, and the desk keeps what was
answered until the question goes (docs/decisions/0098-words-in-public.md). A complaint is made elsewhere, and the form
says so first: here no time limit runs.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, func, select

from grievance import clock
from grievance.access import Person, envelope_place
from grievance.accounts.keys.party_keys import office_can_seal, party_key
from grievance.crypto import envelopes
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, open_sealed, place, seal
from grievance.deadlines.kinds import Timetable
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.concern import ConcernMail
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, PartyKind
from grievance.models.public_question import PublicQuestion
from grievance.record import chain
from grievance.record.transaction import unit_of_work

LONGEST, REACH = 4_000, 200
"""Characters of a question, and of the way to reach whoever asks."""
MOST_WAITING = 500
"""Where so many wait, nobody reads one more: the telephone and the mail stand below each page."""
LISTED = 100
ABOUT = (
    ("client", _l("I choose a security company, or work with one")),
    ("join", _l("My company wants to join the association")),
    ("other", _l("Something else")),
)
ASKS: tuple[Field, ...] = (
    Field("about", _l("Why do you ask?"), Kind.CHOICE, weighed=True, choices=ABOUT),
    Field("words", _l("Your question"), help=_l(
        "Where your company wants to join: what it needs for it, and what stands in the way.")),
    Field("reach", _l("E-mail address or telephone number"), Kind.LINE, False, help=_l(
        "We answer there. Without it we read your question, and cannot answer it.")),
)  # fmt: skip
ANSWER = Field("answer", _l("What you answered"), missing=_l("Write what you answered, or why you do not answer."))


@dataclass(frozen=True)
class Line:
    """One question as the desk shows it. `words`: None where they do not open."""

    id: str
    about: str
    language: str
    asked_on: date
    words: str | None
    reach: str
    answer: str
    answered_on: date | None
    answered_by: str | None


def kept_for() -> timedelta:
    """After the answer."""
    table: Timetable = current_app.extensions["timetable"]
    return timedelta(days=table.questions_kept)


def ask(raw: Mapping[str, Any], language: str) -> None:
    """Public keys alone are needed. Raises `BadInput`, `Refused`."""
    values = clean(ASKS, raw)
    _is_short("words", values["words"], LONGEST)
    _is_short("reach", values.get("reach") or "", REACH)
    if sentence := office_can_seal():
        raise Refused(sentence)
    with unit_of_work() as session:
        if (session.scalar(select(number_waiting())) or 0) >= MOST_WAITING:
            raise Refused(_("Very many questions wait just now. Call us, or write to our address."))
        question = PublicQuestion(id=chain.new_id(), about=values["about"], language=language,
                                  asked_on=clock.office_today())  # fmt: skip
        _seal(question, {"words": values["words"], "reach": values.get("reach") or ""})
        session.add(question)
        _owe_a_mail()


def _is_short(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadInput({name: _("This is too long: write at most %(number)s characters.", number=most)})


def _seal(question: PublicQuestion, says: Mapping[str, str]) -> None:
    key, party = secrets.token_bytes(32), party_key(PartyKind.SECRETARIAT)
    question.key_id = party.key_id
    question.sealed_key = envelopes.seal_to(party.public_key, key, envelope_place("question", question.id))
    question.sealed = seal(key, json.dumps(says).encode(), envelope_place("question", question.id))


def _owe_a_mail() -> None:
    """That something waits, to everybody of the Secretariat who is here."""
    here = (Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE)
    people = sorted(db.session.scalars(select(Account.id).where(*here)))
    if people:
        db.session.add(ConcernMail(id=chain.new_id(), to_mail=people, mail_at=clock.now()))


def number_waiting() -> ScalarSelect[int]:
    query = select(func.count(PublicQuestion.id)).where(PublicQuestion.answered_on.is_(None))
    return query.scalar_subquery()


# --- at the desk -------------------------------------------------------------------------------------------


def listed(person: Person, *, answered: bool) -> list[Line]:
    """What waits, the oldest first; or what was answered, the newest first."""
    query = select(PublicQuestion, Account.name).outerjoin(Account, Account.id == PublicQuestion.answered_by)
    done = PublicQuestion.answered_on.is_not(None)
    order = PublicQuestion.answered_on.desc() if answered else PublicQuestion.asked_on
    query = query.where(done if answered else ~done).order_by(order, PublicQuestion.id).limit(LISTED)
    return [_line(person, one, name) for one, name in db.session.execute(query)]


def _line(person: Person, one: PublicQuestion, by: str | None) -> Line:
    try:
        key = _key(person, one)
        says = json.loads(open_sealed(key, one.sealed, envelope_place("question", one.id)))
        answer = open_sealed(key, one.sealed_answer, _answer_place(one)).decode() if one.sealed_answer else ""
    except CannotOpen:
        says, answer = {"words": None, "reach": ""}, ""
    return Line(
        one.id, one.about, one.language, one.asked_on, says["words"], says["reach"], answer, one.answered_on, by
    )


def _key(person: Person, one: PublicQuestion) -> bytes:
    return envelopes.open_with(person.seed_for(one.key_id), one.sealed_key, envelope_place("question", one.id))


def _answer_place(one: PublicQuestion) -> bytes:
    return place("answer to a question", one.id)


def answer(by: Person, question_id: str, raw: Mapping[str, Any]) -> None:
    """What was answered, by the office's own mail or telephone, or why nothing was. Raises `BadInput`, `Refused`,
    `CannotOpen`."""
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("The Secretariat answers the questions."))
    words = clean((ANSWER,), raw)["answer"]
    _is_short("answer", words, LONGEST)
    now = clock.now()
    with unit_of_work() as session:
        one = session.get(PublicQuestion, question_id, with_for_update=True, populate_existing=True)
        if one is None or one.answered_on is not None:
            raise Refused(_("Somebody answered this meanwhile. Look at the page again."))
        one.sealed_answer = seal(_key(by, one), words.encode(), _answer_place(one))
        one.answered_on, one.answered_by = clock.office_today(), by.account_id
        said = sha256((one.sealed + one.sealed_answer).hex())
        chain.append(None, "question_answered", by, now, now, {"question": one.id, "about": one.about, "said": said})
