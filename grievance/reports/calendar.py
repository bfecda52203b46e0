"""A person's due dates as an iCalendar feed (RFC 5545): references and days, and nothing of a case.

It is read by a program that carries no key, and lies on a device that others may look at. So it says that something
is due, never what, and who reads it must sign in to learn more.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select

from grievance import clock
from grievance.access import Person, visible
from grievance.accounts.calendar_tokens import Reader
from grievance.deadlines import days
from grievance.deadlines.kinds import hidden_from
from grievance.extensions import db, speaking
from grievance.models.case import Case
from grievance.models.keys import IdentityRequest
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.models.sides import APPROVER, BOARD, COMPANY

MOST = 500
ZONE = func.coalesce(Limit.frozen["ends"].as_string(), Limit.frozen["zone"].as_string())
REFRESH = timedelta(hours=4)


@dataclass(frozen=True)
class Entry:
    """A whole day. `identity`: the limit or request that is due, in random or hashed characters alone. `whose`: by
    whose days, in words."""

    identity: str
    reference: str
    on: date
    whose: str


def calendar(reader: Reader, address: Callable[[str], str]) -> bytes:
    """The feed of this person, the nearest dates first. `address`: from a reference to the page where it is."""
    with speaking(reader.language):
        feed = icalendar.Calendar()
        feed.add("prodid", "-//Due dates//EN")
        feed.add("version", "2.0")
        feed.add("method", "PUBLISH")
        feed.add("x-wr-calname", _("Due dates"))
        feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        for entry in _entries(reader.person):
            feed.add_component(_event(entry, address(entry.reference)))
        return bytes(feed.to_ical())


def _event(entry: Entry, address: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{hashlib.sha256(entry.identity.encode()).hexdigest()[:32]}@{urlsplit(address).hostname}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", entry.on)
    event.add("summary", _("%(reference)s: due", reference=entry.reference))
    event.add("description", entry.whose)
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # it takes no time of the day away
    return event


def _entries(person: Person) -> Iterator[Entry]:
    if person.role == Role.CUSTODIAN:
        return _requests(person)
    return _limits(person)


def _limits(person: Person) -> Iterator[Entry]:
    """Limits that run or were missed. A paused one has no date before it goes on."""
    columns = (Limit.id, Limit.case_id, Limit.due_on, Limit.due_at, Case.reference, ZONE.label("zone"))
    query = select(*columns).join(Case, Case.id == Limit.case_id)
    query = query.where(Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.paused_at.is_(None))
    query = query.where(Limit.case_id.in_(_cases(person)), *_owed_in(person))
    for row in db.session.execute(query.order_by(Limit.due_at, Case.reference, Limit.id).limit(MOST)):
        whose = _whose(person, row.due_at, row.zone)
        yield Entry(f"limit {row.case_id} {row.id}", row.reference, row.due_on, whose)


def _whose(person: Person, due_at: datetime, zone: str) -> str:
    """Until when, by whose days. An officer's feed has what companies owe too: there a place would tell where the
    company of a case is, and which side must act."""
    if person.role == Role.OFFICER:
        return str(_("By the days of whoever must act."))
    return days.due_day(due_at, zone)


def _cases(person: Person) -> Select[str]:
    """The cases that this person may see; for an officer, those that are theirs."""
    cases = visible(person)
    if person.role == Role.OFFICER:
        cases = cases.where(Case.officer_id == person.account_id)
    return cases.with_only_columns(Case.id)


def _owed_in(person: Person) -> tuple[ColumnElement[bool], ...]:
    """Which limits of those cases this person keeps an eye on."""
    if person.role == Role.APPROVER:
        return (Limit.owed_by.in_((APPROVER, BOARD)),)
    if person.role == Role.COMPANY:
        return (Limit.owed_by == COMPANY, Limit.key.not_in(hidden_from(COMPANY)))
    return ()


def _requests(person: Person) -> Iterator[Entry]:
    """A request waits for no date: it is due today until it is decided."""
    query = select(IdentityRequest.id, Case.reference).join(Case, Case.id == IdentityRequest.case_id)
    query = query.where(IdentityRequest.granted.is_(None), Case.id.in_(_cases(person)))
    today = clock.office_today()
    whose = days.end_of(today, clock.office_zone())
    for request_id, reference in db.session.execute(query.order_by(IdentityRequest.asked_at).limit(MOST)):
        yield Entry(f"request {request_id}", reference, today, whose)
