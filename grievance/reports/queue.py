"""Queues: what waits for somebody: first what is new for them, then by when it is due.

Nothing is decrypted for a list but the first words of a page of it (`reports.first_words`). No list or count grows with
the number of cases: each reads one page, or a few hundred rows at most, of an index."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Row, Select, literal, select

from grievance.access import Person, without_keys
from grievance.desk.new_marks import looks_after
from grievance.extensions import db
from grievance.forms.choices import TAGS
from grievance.models.case import OPEN_STATES, Case, Severity, State
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company
from grievance.models.register import LIVING
from grievance.reports import queue_order
from grievance.reports.queue_asked import Asked, Wanted
from grievance.reports.queue_due import due_next
from grievance.reports.queue_lines import QueueLine, line_of, lines_of
from grievance.reports.queue_new import new_ones
from grievance.reports.queue_places import NEW, cursor, moment
from grievance.reports.queue_shows import all_shown, filtered, moments

PAGE = 50


@dataclass(frozen=True)
class Queue:
    """`after`: where the next page begins; empty on the last. `before`: where the one before it ends; empty on the
    first. `first`: as the how manieth its first line stands, from 1, as far as that is known when a page is turned."""

    lines: list[QueueLine]
    after: str
    before: str = ""
    first: int = 1


def queue(person: Person, wanted: Wanted, mine: list[int | None] | None = None) -> Queue:
    """One page of the cases that this person may see, what is new for them first, then by when it is due; closed ones,
    the newest first. `mine`: `looks_after` of this person, where the caller knows it already."""
    wanted = wanted.for_company() if person.company_id else wanted
    asked = Asked(
        without_keys(person), replace(wanted, after="", before="", passed=0), tuple(mine or looks_after(person)),
        back=bool(wanted.before),
    )  # fmt: skip
    rows = _rows(asked, wanted.before or wanted.after)
    if asked.back and len(rows) <= PAGE:  # it is the first page, whole
        return queue(person, replace(wanted, before="", after="", passed=0), mine)
    here = rows[:PAGE][::-1] if asked.back else rows[:PAGE]
    passed = max(wanted.passed - PAGE, 0) if asked.back else wanted.passed
    before = cursor(asked, here[0]) if here and (asked.back or wanted.after) else ""
    after = cursor(asked, here[-1]) if here and (asked.back or len(rows) > PAGE) else ""
    return Queue(lines_of(person, here), after, before, passed + 1)


def _rows(asked: Asked, place: str) -> list[Row[Any]]:
    """One page and one more, from a place on, the nearest first."""
    if asked.wanted.sorted:
        return _sorted(asked, asked.wanted.sorted, place)
    return _new_first(asked, place) if asked.wanted.new_first else due_next(asked, place, PAGE)


def _new_first(asked: Asked, after: str) -> list[Row[Any]]:
    """A page of what is new, and as far as that leaves room of all the others, each where it is due. A case stands in
    one of the two alone, so that a page that is turned shows it once."""
    new = after.startswith(NEW) or moment(after)[0] is None
    if asked.back:
        rows = [] if new else due_next(asked, after, PAGE)
        return (rows + new_ones(asked, after if new else "", PAGE))[: PAGE + 1] if len(rows) <= PAGE else rows
    rows = new_ones(asked, after, PAGE) if new else []
    if len(rows) > PAGE or asked.wanted.show == "unseen":
        return rows
    return (rows + due_next(asked, "" if new else after, PAGE))[: PAGE + 1]


def _sorted(asked: Asked, order: queue_order.Order, place: str) -> list[Row[Any]]:
    values = queue_order.place_of(order, place) if place else None
    cases = _asking_sorted(asked, values is not None, PAGE)
    return list(db.session.execute(cases, moments(asked.person) | (values or {})))


@lru_cache(256)
def _asking_sorted(asked: Asked, goes_on: bool, page: int) -> Select[Any]:
    order = asked.wanted.sorted or queue_order.ORDERS["day"]
    cases = filtered(asked.person, all_shown(asked), asked.wanted)
    lines = line_of(asked, cases, literal(None, Integer()).label("rank"), Case.received_at.label("at"))
    return queue_order.turned(lines, order, goes_on=goes_on, back=asked.back).limit(page + 1)


_COMPANIES = select(Company.id, Company.name).where(LIVING).order_by(Company.name)
_STAFF = (
    select(Account.id, Account.name)
    .where(Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE)
    .order_by(Account.name)
)


def choices(person: Person) -> dict[str, list[tuple[Any, str]]]:
    """What the filters of an officer's queue may name."""
    return {
        "company": [(c.id, c.name) for c in db.session.execute(_COMPANIES)],
        "officer": [(a.id, a.name) for a in db.session.execute(_STAFF)],
        "state": [(state.value, state.value) for state in State if state in OPEN_STATES],
        "severity": [(severity.value, severity.value) for severity in Severity],
        "tag": [(key, str(text)) for key, text in TAGS],
        "order": [(key, key) for key in queue_order.KNOWN],
    }
