"""What the public figures say of one company: the numbers of the newest edition that has companies, and no others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.editions.register import HANDLED
from grievance.extensions import db
from grievance.models.edition import Edition
from grievance.reports.public_figures import named

Content = Mapping[str, Any]


def of_company(company_id: int) -> list[str]:
    """Sentences for its public page: how many complaints, and of these how each ended and how it handled them, as "x of
    y". What an edition hides of it is told by one sentence, whatever it is hidden for."""
    return [*_said(str(company_id)), str(_("Few complaints do not mean few harms."))]


def _said(company: str) -> Iterator[str]:
    years = [json.loads(content) for content in db.session.scalars(_PUBLIC)]
    edition = next((one for one in years if _table(one, "company")), None)
    if edition is not None:
        yield from _of_edition(edition, company)
    elif any(one.get("few") for one in years):
        yield str(_("Too few complaints to show figures without showing people."))
    else:
        yield str(_("No figures of companies are published yet."))


_PUBLIC = select(Edition.content).where(Edition.approved.is_(True)).order_by(Edition.as_of.desc(), Edition.slug.desc())


def _table(edition: Content, key: str) -> Mapping[str, Any] | None:
    return next((one for one in edition["tables"] if one["key"] == key), None)


def _of_edition(edition: Content, company: str) -> Iterator[str]:
    table = _table(edition, "company")
    counted = next((number for key, number in table["rows"] if key == [company]), None) if table else None
    if table is None or counted is None:
        yield str(_("How many complaints there were about this company is not shown. It can be any number, also none."))
        return
    yield str(_("From %(first)s to %(last)s: %(number)s complaints of which it was told.",
                first=table["first"], last=table["last"], number=counted))  # fmt: skip
    for part in ("outcome", *HANDLED):
        of_companies = _table(edition, f"company_{part}")
        for (whose, what), number in of_companies["rows"] if of_companies else ():
            if whose == company and number is not None:
                yield str(_("%(number)s of %(counted)s: %(ending)s", number=number, counted=counted,
                            ending=named(part, what)))  # fmt: skip
