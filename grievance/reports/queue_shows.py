"""Which cases each show of a queue has, and by when a case is due there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, visible
from grievance.accounts import beside
from grievance.deadlines import at_companies
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.kinds import CALLED_SOON
from grievance.desk import at_company
from grievance.desk.new_marks import readers
from grievance.extensions import UtcDateTime
from grievance.forms.choices import TAGS
from grievance.models.case import COMPANY_SHOWN, NOT_NOTED, OPEN_STATES, Case, Severity, State
from grievance.models.desk import NewMark
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.models.sides import COMPANY, OF_THE_OFFICE
from grievance.models.writing import Decision, Outcome
from grievance.record import as_told
from grievance.reports.queue_asked import Asked, Wanted
from grievance.reports.queue_owed import LONG_AGO, UNACKNOWLEDGED, began_anew, passed
from grievance.workflow.procedure import ROWS

NOW, SOON = bindparam("now", type_=UtcDateTime()), bindparam("soon", type_=UtcDateTime())
HELD: BindParameter[Any] = bindparam("held", expanding=True)
BUT: BindParameter[Any] = bindparam("but", expanding=True)
"""The same cases: how a list that is empty is written follows from what a parameter was last asked with."""
REFUSED_SINCE = bindparam("refused_since", type_=UtcDateTime())
CALLED_BACK = timedelta(days=30)
"""For so long a refused proposal stands in its author's queue; on the page of its case it stands for as long as it
could be written again."""
_PROPOSED_BY_OFFICERS = tuple(row for row in ROWS if Role.OFFICER in row.who)
BY_WHAT_IT_OWES = ("open", "overdue", "soon")
"""The shows of a company that are sorted by what it owes."""


def moments(person: Person) -> dict[str, Any]:
    """Soon is by the days of the reader, as the lines count: what is due in 3 days is until the end of that day."""
    now, zone = clock.now(), clock.reader_zone(person.zone)
    soon = beginning_of(clock.day(now, zone) + CALLED_SOON + timedelta(days=1), zone)
    found = {"now": now, "soon": soon, "refused_since": now - CALLED_BACK}
    held = as_told.held_cases() if person.company_id else []
    return found | {"held": held, "but": held}


def pieces_of(person: Person, show: str, mine: list[int | None]) -> list[tuple[Select[Case], Any]]:
    """The cases of one show in pieces, each with by when its cases are due: for a company by what it owes itself, or it
    would tell of what others do. That is read from an index; it is worked out in the cases of which the company is not
    told all yet, and in those in which it was not noted yet."""
    if not person.company_id and show in LATE:
        over, anew = late_in(show)
        cases = visible(person).where(Case.queue_at.is_not(None))
        return [(cases.where(over), Case.queue_at), (cases.where(anew, not_(over)), Case.queue_at)]
    if not person.company_id or show not in BY_WHAT_IT_OWES:
        return [(cases_of(person, show, mine), Case.queue_at)]
    noted, worked_out = (cases_of(person, show, mine, due) for due in (Case.company_at, at_companies.OWED))
    as_it_is, from_before = Case.id.not_in(BUT), Case.company_at == NOT_NOTED
    return [
        (noted.where(Case.company_at > NOT_NOTED, as_it_is), Case.company_at),
        (worked_out.where(from_before, as_it_is), at_companies.OWED),
        (worked_out.where(Case.id.in_(HELD)), at_companies.OWED),
    ]


def cases_of(person: Person, show: str, mine: list[int | None], due: Any = Case.queue_at) -> Select[Case]:
    """The cases of one show, for a query that is given `moments(person)`. `due`: as of `pieces_of`."""
    cases = visible(person)
    if show == "closed":
        cases = cases.where(Case.handovers > literal_column("0")) if person.company_id else cases
        return cases.where(Case.closed_at.is_not(None), OF_SOMEBODY)
    if show == "unseen":
        return cases.where(Case.id.in_(select(NewMark.case_id).where(NewMark.reader.in_(readers(person, mine)))))
    if show == "waits":
        return cases.where(Case.waits_since.is_not(None))
    cases = cases.where(Case.state != State.CLOSED if person.company_id else Case.queue_at.is_not(None))
    match show:
        case "open":
            return cases.where(Case.state != State.CLOSED)
        case "owing":
            return cases.where(Case.state == State.CLOSED)
        case "late_office" | "late_company":
            return cases.where(or_(*late_in(show)))
        case "new":
            return cases.where(Case.state == State.RECEIVED, Case.officer_id.is_(None))
        case "unacknowledged":
            return cases.join(Limit, Limit.case_id == Case.id).where(*UNACKNOWLEDGED)
        case "overdue":
            return cases.where(due <= NOW if person.company_id else or_(*late_in(show)))
        case "soon":
            return cases.where(due > NOW, due <= SOON)
        case "alert":
            return cases.where(Case.safety_alert == true())
        case "proposals":
            theirs = Decision.proposed_by.is_(None) | (Decision.proposed_by != person.account_id)
            return cases.where(Case.id.in_(select(Decision.case_id).where(Decision.outcome.is_(None), theirs)))
        case "refused":
            return cases.where(Case.id.in_(_refused(person)))
        case "mine":
            return cases.where(works_on(person, mine))
    return cases


LATE: dict[str, tuple[str, ...]] = {"late_office": OF_THE_OFFICE, "late_company": (COMPANY,), "overdue": ()}
"""Whose lateness these shows of an office are about; nobody's in particular is anybody's."""


def late_in(show: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Of a case in one of the shows `LATE`: that its nearest day is over, where it is named whose it is looked into; or
    that something began anew after a miss. Asked apart: either begins at an index, both together at none."""
    whose, over = LATE[show], Case.queue_at <= NOW
    if show == "late_office":  # most of what is over, so that a page of it is found soon
        over = and_(over, passed(whose, NOW).where(Limit.case_id == Case.id).exists())
    elif whose:  # few, for a miss of theirs moves a case on: they are begun at, and not at the day, which many have
        over = and_(func.coalesce(Case.queue_at, Case.queue_at) <= NOW, Case.id.in_(passed(whose, NOW)))
    return over, Case.id.in_(began_anew(whose))


def _refused(person: Person) -> Select[Any]:
    """Cases in which this person proposed what was refused, and in which it still can be done and was not since."""
    there, later = aliased(Case), aliased(Decision)
    since = exists().where(
        later.case_id == Decision.case_id, later.step == Decision.step, later.proposed_at > Decision.proposed_at
    )
    possible = [and_(Decision.step == row.step, there.state.in_(row.source)) for row in _PROPOSED_BY_OFFICERS]
    return (
        select(Decision.case_id)
        .join(there, there.id == Decision.case_id)
        .where(
            Decision.outcome == literal_column(f"'{Outcome.REFUSED}'"), Decision.proposed_by == person.account_id,
            Decision.decided_at > REFUSED_SINCE, or_(*possible), ~since,
        )
    )  # fmt: skip


def all_shown(asked: Asked) -> Select[Any]:
    """The cases of the show, in no order. Closed ones and open ones are said as pieces of an index: without its order,
    a database would look at every case for them."""
    cases = cases_of(asked.person, asked.wanted.show, [*asked.mine])
    match asked.wanted.show:
        case "closed":
            return cases.where(Case.closed_at > literal(LONG_AGO, UtcDateTime()))
        case "open":
            return cases.where(Case.state.in_(sorted(OPEN_STATES)))
    return cases


def filtered(person: Person, cases: Select[Any], wanted: Wanted) -> Select[Any]:
    for column, value in ((Case.company_id, wanted.company), (Case.officer_id, wanted.officer)):
        if value is not None:
            cases = cases.where(column == value)
    if wanted.state in set(State):
        shown = COMPANY_SHOWN if person.company_id else Case.state
        cases = cases.where(shown == State(wanted.state))
    if person.company_id and wanted.who is not None:
        cases = cases.where(at_company.with_whom(person, wanted.who))
    if wanted.severity in set(Severity):
        cases = cases.where(Case.severity == Severity(wanted.severity))
    if wanted.tag in dict(TAGS):
        cases = cases.where(cast(Case.topics, String).contains(f'"{wanted.tag}"', autoescape=True))
    return cases


def works_on(person: Person, mine: Sequence[int | None]) -> ColumnElement[bool]:
    """Their own cases, those of whom they stand in for, and those on which they themselves are beside."""
    return or_(Case.officer_id.in_(mine), Case.id.in_(beside.cases_of(person.account_id)))


def whose_is(officer: int | None) -> ColumnElement[bool]:
    return Case.officer_id.is_(None) if officer is None else Case.officer_id == officer
