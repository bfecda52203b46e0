"""Lessons learnt: what the office learnt from complaints, without anybody's name, for everybody to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.in_public import texts
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.public_text import PublicText
from grievance.record.transaction import unit_of_work

MOST = 100
"""On the page of all: the newest."""
TITLE = 120
ASKS: tuple[Field, ...] = (
    Field("language", _l("In which language is it written?"), Kind.CHOICE, choices=LANGUAGES, help=_l(
        "Nobody translates it by machine: readers of other languages see in which language it is.")),
    Field("title", _l("Its title"), Kind.LINE),
    Field("words", _l("What was learnt, and what others can do"), help=_l(
        "Everybody reads this. No name, no company, no place and no day by which somebody could be known. At most"
        " %(number)s characters.", number=texts.LONGEST)),
)  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """As everybody reads it; `on`: the day on which it was published."""

    title: str
    words: str
    language: str
    on: date


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Raises `BadInput`."""
    values = clean(ASKS, raw)
    if len(values["title"]) > TITLE:
        raise BadInput({"title": _("This is too long: write at most %(number)s characters.", number=TITLE)})
    texts.is_short("words", values["words"])
    return values


def propose(by: Person, raw: Mapping[str, Any]) -> None:
    """Raises `BadInput`, `Refused`."""
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("The Secretariat writes the lessons."))
    values = read(raw)
    with unit_of_work():
        texts.propose(by, PublicText(**values))


def published() -> list[Lesson]:
    """The newest first."""
    query = select(PublicText.title, PublicText.words, PublicText.language, PublicText.decided_at)
    query = query.where(PublicText.company_id.is_(None), PublicText.approved.is_(True), PublicText.ended_at.is_(None))
    rows = db.session.execute(query.order_by(PublicText.decided_at.desc(), PublicText.id.desc()).limit(MOST))
    return [Lesson(one.title, one.words, one.language, clock.office_day(one.decided_at)) for one in rows]
