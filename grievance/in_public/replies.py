"""The right of reply: what a company says to the figures that are published of it, beside them."""

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
from grievance.forms.fields import Field, Kind, Refused, clean
from grievance.in_public import texts
from grievance.models.edition import Edition
from grievance.models.people import Role
from grievance.models.public_text import PublicText
from grievance.record.transaction import unit_of_work

ASKS: tuple[Field, ...] = (
    Field("language", _l("In which language do you write?"), Kind.CHOICE, choices=LANGUAGES),
    Field("words", _l("Your reply"), help=_l(
        "Everybody reads it beside the figures. Write of no single complaint, and of nothing by which somebody could be"
        " known. At most %(number)s characters.", number=texts.LONGEST)),
)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """As everybody reads it. `edition`: the figures that it is about; `on`: the day since when it is public."""

    words: str
    language: str
    edition: str
    on: date


def answers_to() -> str | None:
    """The edition of a whole year that is the newest: figures of single companies are in no other. None before the
    first."""
    yearly = (Edition.approved.is_(True), Edition.slug.not_like("%-%"))
    return db.session.scalar(select(Edition.slug).where(*yearly).order_by(Edition.slug.desc()).limit(1))


def propose(by: Person, raw: Mapping[str, Any]) -> None:
    """It takes the place of one that waits or was refused. Raises `BadInput`, `Refused`."""
    company_id = _company(by)
    values = clean(ASKS, raw)
    texts.is_short("words", values["words"])
    now = clock.now()
    with unit_of_work() as session:
        edition = answers_to()
        if edition is None:
            raise Refused(_("No yearly figures are public yet: there is nothing to reply to."))
        not_public = (PublicText.company_id == company_id, PublicText.ended_at.is_(None),
                      PublicText.approved.is_not(True))  # fmt: skip
        for before in session.scalars(select(PublicText).where(*not_public).with_for_update()):
            before.words, before.ended_at, before.ended_by = "", now, by.account_id
        texts.propose(by, PublicText(company_id=company_id, edition=edition, **values), now)


def of_company(by: Person) -> list[PublicText]:
    """What this company wrote and did not take back: the newest first, two at most."""
    query = select(PublicText).where(PublicText.company_id == _company(by), PublicText.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(PublicText.id.desc())))


def public_reply(company_id: int) -> Reply | None:
    """Columns that the processes which the public reaches may read, and no other."""
    query = select(PublicText.words, PublicText.language, PublicText.edition, PublicText.decided_at)
    now = (PublicText.company_id == company_id, PublicText.approved.is_(True), PublicText.ended_at.is_(None))
    row = db.session.execute(query.where(*now)).first()
    return Reply(row.words, row.language, row.edition, clock.office_day(row.decided_at)) if row else None


def _company(by: Person) -> int:
    if by.role != Role.COMPANY or by.party_seed is None or by.company_id is None:
        raise Refused(_("Only the company itself replies to its figures."))
    return by.company_id
