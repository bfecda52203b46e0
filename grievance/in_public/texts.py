"""A text that becomes public: proposed by one person, approved by an approver who is another, taken back at any time.

What could show who somebody is, is warned of before it is proposed and again before it is approved (`shows`). A word
that was refused or taken back is public nowhere; what was taken back is emptied, and the record keeps that there was
one (docs/decisions/0098-words-in-public.md).
"""

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts import hands
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import SECRETARIAT_ROLES, Company, Role
from grievance.models.public_text import PublicText
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.redaction.identity_leaks import warn

LONGEST = 1_500
"""Characters: it is read on a small telephone, beside other things."""


def shows(texts: Iterable[str], companies: Iterable[str] = ()) -> list[str]:
    """Words that could show who somebody is, each once: by their shape, and the names of these companies."""
    year, every = clock.now().year, [text for text in texts if text]
    found = [one.words for text in every for one in warn(text, (), (), year)]
    named = [name for name in companies if any(name.casefold() in text.casefold() for text in every)]
    return list(dict.fromkeys([*found, *named]))


def names_of_companies() -> list[str]:
    """A lesson names none of them."""
    return [name for name in db.session.scalars(select(Company.name).order_by(Company.name)) if name]


def is_short(name: str, text: str) -> None:
    """Raises `BadInput`."""
    if len(text) > LONGEST:
        raise BadInput({name: _("This is too long: write at most %(number)s characters.", number=LONGEST)})


def propose(by: Person, text: PublicText, now: datetime | None = None) -> None:
    """Part of the caller's unit of work."""
    now = now or clock.now()
    text.proposed_by, text.proposed_at = by.account_id or 0, now
    db.session.add(text)
    _note(by, "public_text_proposed", text, now)


def waiting() -> Select[PublicText]:
    return select(PublicText).where(PublicText.approved.is_(None), PublicText.ended_at.is_(None))


def decides(by: Person, text: PublicText) -> bool:
    """An approver who did not propose it; an office of one may allow itself both."""
    return may_administer(by) and (text.proposed_by != by.account_id or bool(current_app.config["ALLOW_SOLO"]))


def approve(by: Person, text_id: int, now: datetime | None = None) -> None:
    """Everybody reads it from now on; another reply of the same company is read no longer. Raises `Refused`."""
    now = now or clock.now()
    with unit_of_work() as session:
        text = _to_decide(by, text_id)
        if text.company_id is not None:
            for before in session.scalars(_public().where(PublicText.company_id == text.company_id)):
                _end(by, before, now)
            session.flush()
        text.approved, text.decided_by, text.decided_at = True, by.account_id, now
        _note(by, "public_text_approved", text, now, hands.mark(by, text.proposed_by))


def refuse(by: Person, text_id: int, reason: str, now: datetime | None = None) -> None:
    """Its author reads why, and can write it again. Raises `BadInput`, `Refused`."""
    now, reason = now or clock.now(), reason.strip()
    if not reason:
        raise BadInput({"reason": _("Write why you refuse.")})
    is_short("reason", reason)
    with unit_of_work():
        text = _to_decide(by, text_id)
        text.approved, text.decided_by, text.decided_at, text.reason = False, by.account_id, now, reason
        _note(by, "public_text_refused", text, now)


def take_back(by: Person, text_id: int, now: datetime | None = None) -> None:
    """Nobody reads it any more, and its words are gone. Raises `Refused`."""
    now = now or clock.now()
    with unit_of_work():
        text = _locked(text_id)
        if text is None or text.ended_at is not None or not may_take_back(by, text):
            raise Refused(_("This text is not there any more."))
        _end(by, text, now)
        _note(by, "public_text_ended", text, now)


def may_take_back(by: Person, text: PublicText) -> bool:
    """A company its own; the Secretariat any lesson at once, because it may show somebody, and of a company's replies
    none that is public but by an approver."""
    if by.party_seed is None:
        return False
    if by.role == Role.COMPANY:
        return text.company_id is not None and text.company_id == by.company_id
    return may_administer(by) or (by.role in SECRETARIAT_ROLES and text.company_id is None)


def _public() -> Select[PublicText]:
    return select(PublicText).where(PublicText.approved.is_(True), PublicText.ended_at.is_(None))


def _end(by: Person, text: PublicText, now: datetime) -> None:
    text.words, text.ended_at, text.ended_by = "", now, by.account_id


def _to_decide(by: Person, text_id: int) -> PublicText:
    text = _locked(text_id)
    if text is None or text.approved is not None or text.ended_at is not None:
        raise Refused(_("This was decided or taken back meanwhile. Look at the page again."))
    if not decides(by, text):
        raise Refused(_("An approver who did not propose it decides."))
    return text


def _locked(text_id: int) -> PublicText | None:
    return db.session.get(PublicText, text_id, with_for_update=True, populate_existing=True)


def _note(by: Person, kind: str, text: PublicText, now: datetime, more: dict[str, object] | None = None) -> None:
    db.session.flush()
    about = {"company": text.company_id} if text.company_id else {}
    chain.append(None, kind, by, now, now, {"text": text.id, **about, **(more or {})})
