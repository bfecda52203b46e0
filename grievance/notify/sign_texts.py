"""The texts of which she chooses one: neutral, five in each language at most, each approved by two people.

One of the two is an approver. A text is never changed: another one takes its place, and whoever chose it goes on
getting exactly what they were shown, unless the office stops it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import hands
from grievance.extensions import Label, db, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.people import SECRETARIAT_ROLES, Account, Role
from grievance.models.sign import SignText
from grievance.notify import gsm
from grievance.record import chain
from grievance.record.transaction import unit_of_work

DEFAULTS: tuple[Label, ...] = (
    _l("There is something new."),
    _l("Please have a look when you have time."),
    _l("A short reminder for you."),
    _l("Something is waiting for you."),
    _l("Greetings. Have a look soon."),
)
"""True of any news, and of nothing in particular. In each language they fit one part."""
PLACES = tuple((str(number), str(number)) for number in range(1, len(DEFAULTS) + 1))
ASKS = (
    Field("language", _l("Language"), Kind.CHOICE, choices=LANGUAGES),
    Field("place", _l("Which of the five"), Kind.CHOICE, choices=PLACES),
    Field("text", _l("Text"), Kind.LINE, help=_l(
        "It must fit one text message: 160 characters, or 70 where one is not in the phones' own alphabet, as in"
        " Arabic, Russian and Ukrainian, or with a ç. Name no office, no complaint and nobody.")),
)  # fmt: skip
LANGUAGE = ASKS[:1]
IN_USE = (SignText.approved.is_(True), SignText.ended_at.is_(None))


def propose(by: Person, raw: Mapping[str, Any]) -> None:
    """One text, which waits for a second person. Raises `BadInput`, `Refused`."""
    _only_the_office(by)
    values = clean(ASKS, raw)
    _propose(by, [(values["language"], int(values["place"]), one_part(values["text"]))])


def propose_defaults(by: Person, raw: Mapping[str, Any]) -> None:
    """The five of a language that the program brings, for the second person to read and approve. Raises as above."""
    _only_the_office(by)
    language = clean(LANGUAGE, raw)["language"]
    _propose(by, defaults(language))


def defaults(language: str) -> list[tuple[str, int, str]]:
    with speaking(language):
        return [(language, place, str(text)) for place, text in enumerate(DEFAULTS, start=1)]


def one_part(text: str) -> str:
    """The text, where it fits one part of a text message. Raises `BadInput` with the count."""
    found = gsm.length(text)
    if found.fits:
        return text
    if not found.forced_by:
        raise BadInput(
            {
                "text": _(
                    "This takes %(used)s of %(most)s characters. Write it shorter.", used=found.used, most=found.most
                )
            }
        )
    sentence = _(
        "This takes %(used)s of %(most)s characters: with “%(sign)s” in it, a text message holds no more."
        " Write it shorter.",
        used=found.used, most=found.most, sign=found.forced_by,
    )  # fmt: skip
    raise BadInput({"text": sentence})


def _propose(by: Person, texts: Sequence[tuple[str, int, str]]) -> None:
    """Each takes the place of one that waits for the same place."""
    now = clock.now()
    with unit_of_work() as session:
        for language, place, text in texts:
            for before in _waiting(language, place):
                _decide(before, by, False, now)
            session.add(
                SignText(language=language, place=place, text=text, proposed_by=by.account_id or 0, proposed_at=now)
            )
        session.flush()
        chain.append(None, "sign_texts_proposed", by, now, now, {"language": texts[0][0], "number": len(texts)})


def may_approve(by: Person, text: SignText) -> bool:
    """Another person, and one of the two an approver. An office of one person does both, and the record says so."""
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        return False
    if by.account_id == text.proposed_by:
        return bool(current_app.config["ALLOW_SOLO"])
    return by.role == Role.APPROVER or _was_by_an_approver(text)


def _was_by_an_approver(text: SignText) -> bool:
    return db.session.get_one(Account, text.proposed_by).role == Role.APPROVER


def decide(by: Person, text_id: int, approved: bool) -> None:
    """The second person's word. Raises `Refused`."""
    with unit_of_work():
        found = _locked(text_id)
        if found is None or found.approved is not None:
            raise Refused(_("This was decided already."))
        if approved and not may_approve(by, found):
            raise Refused(_("A second person approves it, and one of the two is an approver."))
        _only_the_office(by)
        approve(by, [found]) if approved else _refuse(by, found)


def approve(by: Person, texts: Iterable[SignText]) -> None:
    """Part of the caller's unit of work. What stood in the same place is offered no longer."""
    now = clock.now()
    for text in texts:
        for before in _offered(text.language, text.place):
            before.ended_at = now
        _decide(text, by, True, now)
        db.session.flush()
        solo = hands.mark(by, text.proposed_by)
        chain.append(None, "sign_text_approved", by, now, now, {"text": text.id, **solo})


def _refuse(by: Person, text: SignText) -> None:
    now = clock.now()
    _decide(text, by, False, now)
    db.session.flush()
    chain.append(None, "sign_text_refused", by, now, now, {"text": text.id})


def _decide(text: SignText, by: Person, approved: bool, now: datetime) -> None:
    text.approved, text.decided_by, text.decided_at = approved, by.account_id, now


def stop(by: Person, text_id: int) -> None:
    """It is neither offered nor sent any more, also to whoever chose it: one person is enough. Raises `Refused`."""
    _only_the_office(by)
    now = clock.now()
    with unit_of_work():
        found = _locked(text_id)
        if found is None or not found.approved or found.stopped:
            raise Refused(_("This text is not in use any more."))
        found.ended_at, found.stopped = found.ended_at or now, True
        db.session.flush()
        chain.append(None, "sign_text_stopped", by, now, now, {"text": found.id})


def _only_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("The office looks after the texts of signs."))


def _locked(text_id: int) -> SignText | None:
    return db.session.get(SignText, text_id, with_for_update=True, populate_existing=True)


def _waiting(language: str, place: int) -> list[SignText]:
    there = (SignText.language == language, SignText.place == place)
    return list(db.session.scalars(select(SignText).where(*there, SignText.approved.is_(None))))


def _offered(language: str, place: int) -> list[SignText]:
    there = (SignText.language == language, SignText.place == place)
    return list(db.session.scalars(select(SignText).where(*there, *IN_USE)))


def offered(language: str) -> list[SignText]:
    """Those of which she chooses one, in the language of her page."""
    query = select(SignText).where(SignText.language == language, *IN_USE)
    return list(db.session.scalars(query.order_by(SignText.place)))


def of_the_office() -> list[SignText]:
    """What waits and what is used: first what waits."""
    shown = SignText.approved.is_(None) | (SignText.approved.is_(True) & SignText.stopped.is_(False))
    query = select(SignText).where(shown).order_by(SignText.approved.is_not(None), SignText.language, SignText.place)
    return list(db.session.scalars(query))
