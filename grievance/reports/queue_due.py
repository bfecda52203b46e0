"""The pages of a queue by when a case is due."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Row, Select, literal, or_, select, tuple_, union_all

from grievance.accounts import beside
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.reports.queue_asked import Asked
from grievance.reports.queue_lines import line_of
from grievance.reports.queue_new import not_new
from grievance.reports.queue_places import BEGINS, moment
from grievance.reports.queue_shows import LATE, cases_of, due_of, filtered, late_in, moments

SORTED_BY: dict[str, Any] = {
    "closed": (Case.closed_at, Case.id),
    "unacknowledged": (Limit.due_at, Limit.case_id),
    "waits": (Case.waits_since, Case.id),
}
"""By when they are due, unless said otherwise: each show has an index in its own order."""
BESIDE = 0
"""In place of an officer's number, which begin at 1: the cases on which whoever looks is beside."""


def due_next(asked: Asked, after: str, page: int) -> list[Row[Any]]:
    """The cases of one page, each with the moment `at` that it is sorted by, and one more where there is a next one. Of
    several officers' cases each reads a page of its own piece of the index: asked for together, all that they have
    would be sorted."""
    begin, last = moment(after)
    values: dict[str, Any] = moments(asked.person) | ({"begin": begin, "last": last} if begin else {})
    officers = (*asked.mine, BESIDE) if asked.wanted.show == "mine" else (None,)
    pages = [_asking(asked, officer, begin is not None, page) for officer in officers]
    found = [row for one in pages for row in db.session.execute(one, values)]
    return found if len(pages) == 1 else sorted(found, key=lambda row: (row.at, row.id), reverse=asked.back)[: page + 1]


@lru_cache(256)
def _asking(asked: Asked, officer: int | None, goes_on: bool, page: int) -> Select[Any]:
    show, falls = asked.wanted.show, (asked.wanted.show == "closed") != asked.back
    column, row_id = SORTED_BY.get(show, (due_of(asked.person), Case.id))
    late = late_in(show) if asked.of_office and show in LATE else ()
    cases = filtered(asked.person, cases_of(asked.person, "" if late else show, [*asked.mine]), asked.wanted)
    cases = cases.where(*not_new(asked)) if asked.wanted.new_first else cases
    if officer == BESIDE:
        led = Case.officer_id.in_([one for one in asked.mine if one])
        cases = cases.where(Case.id.in_(beside.cases_of(asked.person.account_id)), or_(Case.officer_id.is_(None), ~led))
    elif officer is not None:
        cases = cases.where(Case.officer_id == officer)
    if goes_on:
        place, begins = tuple_(column, row_id), tuple_(*BEGINS)
        cases = cases.where(place < begins if falls else place > begins)
    order = (column.desc(), row_id.desc()) if falls else (column, row_id)
    cases = _first_of(cases, late, order, page) if late else cases
    nothing_new = literal(None, Integer()).label("rank")
    return line_of(asked, cases, nothing_new, column.label("at")).order_by(*order).limit(page + 1)


def _first_of(cases: Select[Any], late: tuple[Any, ...], order: tuple[Any, Any], page: int) -> Select[Any]:
    """A page of each piece, of which the page is made: no more than two of them are sorted."""
    ids = [cases.where(one).with_only_columns(Case.id).order_by(*order).limit(page + 1).subquery() for one in late]
    return select(Case).where(Case.id.in_(union_all(*[select(one) for one in ids])))
