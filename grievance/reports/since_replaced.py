"""What was done with the receipt that took another's place: whoever lets a frozen case go on reads it first, and
whoever confirms that does, too. Reads only."""

import json
from datetime import datetime

from sqlalchemy import select

from grievance.access import Person
from grievance.accounts.new_receipt import REPLACING
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.reports.casefile import Happened, open_case_file
from grievance.workflow.events import NOT_ME
from grievance.workflow.procedure import OF_HERS


def since_replaced(person: Person, case: Case) -> list[Happened]:
    """From the event that replaced the first receipt of which somebody said *it was not me*, the oldest first: what was
    done with a receipt. Empty where the case is not frozen."""
    if case.frozen_at is None:
        return []
    first = _replaced_at(case, case.frozen_at)
    found = [one for one in open_case_file(person, case).timeline if one.seq >= first and _with_a_receipt(one)]
    return sorted(found, key=lambda one: one.seq)


def _replaced_at(case: Case, frozen_at: datetime) -> int:
    """Its place in the record; the beginning where it cannot be told."""
    query = select(Event).where(Event.chain == case.id, Event.kind.in_((NOT_ME.kind, *REPLACING))).order_by(Event.seq)
    told = [(one, json.loads(one.facts)) for one in db.session.scalars(query)]
    said = {facts["replaced"] for one, facts in told if one.kind == NOT_ME.kind and one.happened_at >= frozen_at}
    return next((one.seq for one, facts in told if said & set(facts.get("ended", ()))), 0)


def _with_a_receipt(one: Happened) -> bool:
    """Also what waited for an approver: nobody of the office proposed it."""
    return one.role in OF_HERS or one.facts.get("proposed_by", 0) is None
