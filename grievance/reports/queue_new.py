"""The pieces of a queue in which something is new, urgent first, then what waited longest."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from grievance.access import visible
from grievance.desk.new_marks import marked
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.desk import PLAIN, URGENT, NewMark
from grievance.reports.queue_asked import Asked
from grievance.reports.queue_lines import line_of
from grievance.reports.queue_places import BEGINS, NEW, Turn, moment
from grievance.reports.queue_shows import filtered, whose_is, works_on


def new_ones(asked: Asked, after: str, page: int) -> list[Row[Any]]:
    rank, _tilde, place = after.removeprefix(NEW).partition("~")
    begin, last = moment(place)
    values = {"begin": begin, "last": last, "rank": int(rank == str(PLAIN))} if begin else {}
    found = db.session.execute(_asking_new(asked, begin is not None, page), values).all()
    once = {row.id: row for row in (found if asked.back else reversed(found))}
    return sorted(once.values(), key=lambda row: (row.rank, row.at, row.id), reverse=asked.back)[: page + 1]


@lru_cache(256)
def _asking_new(asked: Asked, goes_on: bool, page: int) -> Select[Any]:
    """Each reader's marks are a piece of an index in their order, and so are each officer's cases in which she waits
    for a word: a page of each is read, and these few are sorted."""
    cases = filtered(asked.person, visible(asked.person), asked.wanted)
    cases = cases.where(works_on(asked.person, asked.mine)) if asked.wanted.show == "mine" else cases
    turn = Turn(goes_on, asked.back)
    pieces = [_marked_for(cases, one, turn, page) for one in asked.whose]
    if asked.wanted.show != "unseen" and asked.of_office:
        hers = cases.where(not_(marked(asked.whose)))
        pieces += [_waiting(hers, one, turn, page) for one in asked.waiting_for]
        pieces += [_alerts(hers, one, turn, page) for one in asked.waiting_for]
    every = union_all(*[select(piece.subquery()) for piece in pieces]).subquery()
    first = select(every).order_by(*turn.by(every.c.rank, every.c.at, every.c.id)).limit(2 * page).subquery()
    return line_of(asked, select(Case).join(first, first.c.id == Case.id), first.c.rank, first.c.at)


def _marked_for(cases: Select[Any], reader: str, turn: Turn, page: int) -> Select[Any]:
    cases = cases.join(NewMark, NewMark.case_id == Case.id).where(NewMark.reader == reader)
    return _piece(cases, (NewMark.rank, NewMark.since, NewMark.case_id), turn, page)


def _alerts(cases: Select[Any], officer: int | None, turn: Turn, page: int) -> Select[Any]:
    """Those that were looked at, and in which she waits for no word: whoever is in danger does not sink."""
    open_ones = (Case.safety_alert == true(), Case.waits_since.is_(None), Case.queue_at.is_not(None))
    alerts = cases.where(whose_is(officer), *open_ones)
    return _piece(alerts, (literal(URGENT, Integer()), Case.queue_at, Case.id), turn, page)


def _waiting(cases: Select[Any], officer: int | None, turn: Turn, page: int) -> Select[Any]:
    rank = case((Case.safety_alert == true(), URGENT), else_=PLAIN)
    hers = cases.where(whose_is(officer), Case.waits_since.is_not(None))
    return _piece(hers, (rank, Case.waits_since, Case.id), turn, page)


def _piece(cases: Select[Any], order: tuple[Any, Any, Any], turn: Turn, page: int) -> Select[Any]:
    if turn.goes_on:
        here, there = tuple_(*order), tuple_(bindparam("rank", type_=Integer()), *BEGINS)
        cases = cases.where(here < there if turn.back else here > there)
    named = [column.label(name) for column, name in zip(order, ("rank", "at", "id"), strict=True)]
    return cases.with_only_columns(*named).order_by(*turn.by(*order)).limit(page + 1)


def not_new(asked: Asked) -> list[ColumnElement[bool]]:
    """What stands in no piece of what is new: it has no mark for whoever looks, no open safety alert, and she waits for
    no word from them, nor from nobody in particular."""
    found: list[ColumnElement[bool]] = [not_(marked(asked.whose))]
    if asked.of_office:
        theirs = or_(Case.officer_id.in_([one for one in asked.mine if one]), Case.officer_id.is_(None))
        alert = (Case.safety_alert == true()) & Case.queue_at.is_not(None)
        found.append(not_((Case.waits_since.is_not(None) | alert) & theirs))
    return found
