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
from grievance.reports.queue_shows import cases_of, filtered, moments, pieces_of

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
    nothing_new = literal(None, Integer()).label("rank")
    pieces = [(_those(asked, cases, officer), order) for cases, order in _pieces(asked)]
    pages = [(_page(asked, cases, order, goes_on, page), order) for cases, order in pieces]
    if len(pages) == 1:
        ((cases, (at, _id)),) = pages
        return line_of(asked, cases, nothing_new, at.label("at"))
    every = union_all(*[_places(cases, *order) for cases, order in pages]).subquery()
    first = select(every).order_by(*_turned(asked, every.c.at, every.c.id)).limit(page + 1).subquery()
    lines = line_of(asked, select(Case).join(first, first.c.id == Case.id), nothing_new, first.c.at)
    return lines.order_by(*_turned(asked, first.c.at, first.c.id))


def _pieces(asked: Asked) -> list[tuple[Select[Any], tuple[Any, Any]]]:
    """The cases of the show, each piece with what it is sorted by."""
    show, mine = asked.wanted.show, [*asked.mine]
    if show in SORTED_BY:
        return [(cases_of(asked.person, show, mine), SORTED_BY[show])]
    return [(cases, (due, Case.id)) for cases, due in pieces_of(asked.person, show, mine)]


def _those(asked: Asked, cases: Select[Any], officer: int | None) -> Select[Any]:
    cases = filtered(asked.person, cases, asked.wanted)
    cases = cases.where(*not_new(asked)) if asked.wanted.new_first else cases
    if officer == BESIDE:
        led = Case.officer_id.in_([one for one in asked.mine if one])
        return cases.where(Case.id.in_(beside.cases_of(asked.person.account_id)), or_(Case.officer_id.is_(None), ~led))
    return cases if officer is None else cases.where(Case.officer_id == officer)


def _page(asked: Asked, cases: Select[Any], order: tuple[Any, Any], goes_on: bool, page: int) -> Select[Any]:
    if goes_on:
        place, begins = tuple_(*order), tuple_(*BEGINS)
        cases = cases.where(place < begins if _falls(asked) else place > begins)
    return cases.order_by(*_turned(asked, *order)).limit(page + 1)


def _places(cases: Select[Any], at: Any, row_id: Any) -> Select[Any]:
    return select(cases.with_only_columns(at.label("at"), row_id.label("id")).subquery())


def _falls(asked: Asked) -> bool:
    return (asked.wanted.show == "closed") != asked.back


def _turned(asked: Asked, *order: Any) -> tuple[Any, ...]:
    return tuple(column.desc() for column in order) if _falls(asked) else order
