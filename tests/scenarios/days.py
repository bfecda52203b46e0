"""What the scenarios share: days of one case, and what may be asked about it."""

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import people
from grievance.deadlines import rows as deadlines
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.writing import Letter
from tests.accounts import two_people

START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
PACKET = "A person reports what happened at a site."


def day(number, hours=0):
    return START + timedelta(days=number, hours=hours)


def said(entries):
    """Whose, what, and the words, of an identity's entries."""
    return [(one.whose, one.kind, one.text) for one in entries]


def limits(case):
    return {limit.key: limit for limit in deadlines.owed(case)}


def kinds(case):
    return list(db.session.scalars(select(Event.kind).where(Event.case_id == case.id).order_by(Event.seq)))


def events(case, kind):
    return kinds(case).count(kind)


def facts(case, kind):
    query = select(Event.facts).where(Event.case_id == case.id, Event.kind == kind).order_by(Event.seq)
    return [json.loads(text) for text in db.session.scalars(query)]


def letters(case, recipient):
    query = select(Letter.template).where(Letter.case_id == case.id, Letter.recipient == recipient)
    return list(db.session.scalars(query.order_by(Letter.id)))


def another_approver(cast):
    code = people.invite(None, "paula@example.org", "Paula", Role.APPROVER)
    people.accept(code, demonstration.PASSWORD)
    (waiting,) = people.waiting(cast["Noor"])
    two_people.admit(cast["Noor"], waiting.id)
    return signed_in("Paula")
