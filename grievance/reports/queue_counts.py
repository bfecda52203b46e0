"""How many cases a queue and its shows have: one statement for all of them."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, literal, literal_column, or_, select, true, union, union_all

from grievance.access import Person, visible, without_keys
from grievance.desk import at_company
from grievance.desk.new_marks import looks_after
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.desk import NewMark
from grievance.models.sides import OF_THE_OFFICE
from grievance.reports.queue_asked import Asked, Wanted
from grievance.reports.queue_owed import each_that_began_anew, has_passed, passed
from grievance.reports.queue_shows import LATE, NOW, all_shown, filtered, moments, pieces_of, whose_is, works_on

MOST = 200
"""A count beyond this is shown as "more than"."""
NOBODYS = "nobodys"
"""For a company, beside its shows: its open cases in which nobody of it is in charge."""


def counts(person: Person, shows: tuple[str, ...], mine: list[int | None] | None = None) -> dict[str, int]:
    """How many cases each of these shows lists, exactly up to `MOST`: one query for all. `mine`: as of `queue`."""
    query = _counting(without_keys(person), shows, tuple(mine or looks_after(person)))
    return dict(zip(shows, db.session.execute(query, moments(person)).one(), strict=True)) if shows else {}


MOST_COUNTED = 1_000
"""How many cases a queue has is told up to this number; beyond it, "more than"."""


def counts_and_total(
    person: Person, shows: tuple[str, ...], wanted: Wanted, mine: list[int | None] | None = None
) -> tuple[dict[str, int], int]:
    """As `counts`, and how many cases the whole queue has that is asked for, up to `MOST_COUNTED` + 1, in one query."""
    asked = Asked(
        without_keys(person), replace(wanted, after="", before="", passed=0), tuple(mine or looks_after(person))
    )
    *numbers, total, besides = db.session.execute(_counting_all(asked, shows), moments(person)).one()
    return dict(zip(shows, numbers, strict=True)), total + besides


@lru_cache(256)
def _counting_all(asked: Asked, shows: tuple[str, ...]) -> Select[Any]:
    besides = asked.wanted.new_first and asked.wanted.show != "unseen"
    numbers = (_number(asked, MOST_COUNTED), _number_of(_besides(asked)) if besides else literal(0))
    return _counting(asked.person, shows, asked.mine).add_columns(*numbers)


def _number(asked: Asked, most: int) -> Any:
    if asked.of_office and asked.wanted.show in LATE:
        return _number_of_late(asked, most)
    pieces = [cases for cases, _due in pieces_of(asked.person, asked.wanted.show, [*asked.mine])]
    pieces = pieces if len(pieces) > 1 else [all_shown(asked)]
    return sum((_number_of(filtered(asked.person, one, asked.wanted), most) for one in pieces), start=literal(0))


def _number_of_late(asked: Asked, most: int) -> Any:
    """The same cases as `late_in` says, counted from what is late: it ends as soon as there are so many."""
    whose = LATE[asked.wanted.show]
    seen = filtered(asked.person, visible(asked.person), asked.wanted).with_only_columns(Case.id)
    today = seen.where(Case.queue_at <= NOW)
    owed = seen.where(Case.queue_at.is_not(None))
    anew = [_in_order(owed, one) for one in each_that_began_anew(whose)]
    pieces = [_late(today, whose), *anew]
    some = union(*[select(one.limit(most + 1).subquery()) for one in pieces]).limit(most + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _late(today: Select[Any], whose: tuple[str, ...]) -> Select[Any]:
    """Most of what is over is the office's, so that some of it are found soon; what a company is late with is few, and
    is begun at."""
    if not whose:
        return today
    return today.where(has_passed(whose, NOW)) if whose == OF_THE_OFFICE else _passed(today, whose)


def _passed(seen: Select[Any], whose: tuple[str, ...]) -> Select[Any]:
    """Each once. The number goes through a function: SQLite would otherwise walk through the limits of all cases,
    which it has in that order."""
    late = passed(whose, NOW)
    (number,) = late.selected_columns
    late = late.where(seen.where(Case.id == number).exists())
    return late.with_only_columns(func.coalesce(number, "").label("id")).distinct()


def _in_order(seen: Select[Any], late: Select[Any]) -> Select[Any]:
    """Each once: an index with this order gives the first of them without a look at the others. Whether a case is seen
    is asked of each as a value: of an `EXISTS` PostgreSQL makes a join, and reads and sorts all of both."""
    (number,) = late.selected_columns
    one: Select[Any] = seen.where(Case.id == number).with_only_columns(literal_column("1"))
    return late.where(one.scalar_subquery() == literal_column("1")).distinct().order_by(number)


def _number_of(cases: Select[Any], most: int = MOST_COUNTED) -> Any:
    some = cases.with_only_columns(Case.id).limit(most + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _besides(asked: Asked) -> Select[Any]:
    """Cases that stand in a queue for what is new in them alone: nothing is owed in them, or they are closed."""
    cases = filtered(asked.person, visible(asked.person), asked.wanted)
    closed = or_(Case.queue_at.is_(None), Case.state == State.CLOSED)
    cases = cases.where(closed if asked.wanted.show == "open" else Case.queue_at.is_(None))
    found: list[Any] = [select(NewMark.case_id).where(NewMark.reader.in_(asked.whose))]
    if asked.of_office:
        waits = select(Case.id).where(Case.waits_since.is_not(None))
        alerts = select(Case.id).where(Case.safety_alert == true(), Case.queue_at.is_not(None))
        found += [piece.where(whose_is(one)) for one in asked.waiting_for for piece in (waits, alerts)]
    cases = cases.where(works_on(asked.person, asked.mine)) if asked.wanted.show == "mine" else cases
    return cases.where(Case.id.in_(union_all(*found)))


@lru_cache(256)
def _counting(person: Person, shows: tuple[str, ...], mine: tuple[int | None, ...]) -> Select[Any]:
    """Kept, because to build it takes longer than to ask it. `person`: who they are, without keys."""
    return select(*[_listed(person, name, mine) for name in shows])


def _listed(person: Person, show: str, mine: tuple[int | None, ...]) -> Any:
    """As many as its pages list, those too that stand there only for what is new in them; a few more beyond `MOST`."""
    asked = Asked(person, Wanted("open", who=at_company.NOBODY) if show == NOBODYS else Wanted(show), mine)
    number = _number(asked, MOST)
    besides = asked.of_office and asked.wanted.new_first and show != "unseen"
    return number + _number_of(_besides(asked), MOST) if besides else number
