"""A company's own templates: texts that its people begin an answer with, sealed to its key. One is put into the form of
a step, where it is read, changed and sent by hand; none is ever sent by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.at_company import own_words
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import Field, Kind, Refused, clean
from grievance.models.at_company import CompanyWords, Kept
from grievance.models.people import Company, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow.procedure import TABLE
from grievance.workflow.row import Row

MOST = 100
"""Templates of one company."""


@dataclass(frozen=True)
class Wording:
    """`part`: the step and the question that it answers, as "respond.facts"."""

    id: str
    name: str
    part: str
    language: str
    text: str


def parts() -> dict[str, Label]:
    """The questions that a template may answer: those of a company's steps that are words; by "step.question"."""
    rows = {row.step: row for row in TABLE if Role.COMPANY in row.who}.values()
    return {
        f"{row.step}.{field.name}": f"{row.title}: {field.label}"
        for row in rows
        for field in row.asks
        if field.kind == Kind.TEXT and not field.by_effect
    }


def asks() -> tuple[Field, ...]:
    return (
        Field("name", _l("Name of the template"), Kind.LINE),
        Field("part", _l("What it answers"), Kind.CHOICE, choices=tuple(parts().items())),
        Field("language", _l("Language"), Kind.CHOICE, choices=LANGUAGES),
        Field("text", _l("Text")),
    )


def add(by: Person, raw: Mapping[str, Any]) -> None:
    """Raises `BadInput`, `Refused`."""
    values, now = clean(asks(), raw), clock.now()
    with unit_of_work() as session:
        session.get_one(Company, by.company_id, with_for_update=True)  # so that two at once stay within the most
        mine = (CompanyWords.company_id == by.company_id, CompanyWords.kind == Kept.WORDING)
        if (session.scalar(select(func.count()).select_from(CompanyWords).where(*mine)) or 0) >= MOST:
            raise Refused(_("Your company has %(number)s templates, which is the most. Remove one first.", number=MOST))
        row = CompanyWords(id=chain.new_id(), company_id=by.company_id, case_id=None, kind=Kept.WORDING,
                           account_id=by.account_id, written_at=now)  # fmt: skip
        own_words.put(row, values)
        session.add(row)
        own_words.note(by, now)


def remove(by: Person, wording_id: str) -> None:
    """It is gone; said twice, it was gone the first time."""
    mine = (CompanyWords.company_id == by.company_id, CompanyWords.kind == Kept.WORDING, CompanyWords.id == wording_id)
    with unit_of_work() as session:
        row = session.scalars(select(CompanyWords).where(*mine).with_for_update()).one_or_none()
        if row:
            session.delete(row)
            own_words.note(by, clock.now())


def all_of(person: Person) -> tuple[list[Wording], int]:
    """The templates of this person's company by what they answer and by name; and how many do not open."""
    rows = own_words.of_company(person, Kept.WORDING)
    opened = [(row, own_words.opened(person, row)) for row in rows]
    found = [Wording(row.id, **says) for row, says in opened if says is not None]
    return sorted(found, key=lambda one: (one.part, one.name)), len(rows) - len(found)


def offered(person: Person, row: Row) -> list[Wording]:
    """Those for this step, the ones in this person's language first."""
    if person.role != Role.COMPANY or not any(part.startswith(f"{row.step}.") for part in parts()):
        return []
    mine = [one for one in all_of(person)[0] if one.part.partition(".")[0] == row.step]
    return sorted(mine, key=lambda one: one.language != person.language)


def put_in(wording: Wording, raw: dict[str, Any]) -> None:
    """Below what is there already, and once."""
    name = wording.part.partition(".")[2]
    if wording.text not in raw.get(name, ""):
        raw[name] = "\n\n".join(filter(None, (raw.get(name, ""), wording.text)))
