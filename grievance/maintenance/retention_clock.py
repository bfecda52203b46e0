"""The clock's part of retention: it asks, keeps longer and proposes, and erases nothing."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from grievance import logs
from grievance.access import CLOCK
from grievance.crypto.compartments import CaseKeys
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.record.transaction import savepoint, unit_of_work
from grievance.workflow import keeping, retention
from grievance.workflow.context import StepContext
from grievance.workflow.execute import execute
from grievance.workflow.keeping import Said
from grievance.workflow.row import Row

log = logging.getLogger("grievance.workflow.sweep")
MOST = 200
"""Cases at a time, so that nobody waits for the lock; what is left comes an hour later."""

Query = Any
"""A select of cases."""


def run(now: datetime) -> int:
    """Of up to so many cases what is due; how many it were. Each case has a savepoint: a bad one does not stop the
    rest, and is named."""
    with unit_of_work():
        due = [*_claimed(_to_ask(now), retention.ASK), *_claimed(_over(now), None)]
        return sum(_one(case, row, now) for case, row in due)


def _claimed(query: Query, row: Row | None) -> list[tuple[Case, Row]]:
    cases = db.session.scalars(query.order_by(Case.retain_until, Case.id).limit(MOST).with_for_update(skip_locked=True))
    return [(case, row or _at_the_end(case)) for case in cases]


def _kept(until: date) -> Query:
    """What is kept until that day or less. A complaint about several companies is kept until the last day of its parts,
    and its first case stands for all of them."""
    kept = select(Case).where(Case.retain_until <= until, Case.erased_at.is_(None), Case.state == State.CLOSED)
    part = aliased(Case)
    longer = select(part.id).where(part.part_of == Case.id, part.erased_at.is_(None))
    longer = longer.where((part.state != State.CLOSED) | (part.retain_until > until))
    return kept.where(Case.part_of.is_(None), ~longer.exists())


def _to_ask(now: datetime) -> Query:
    """A hold keeps the case whatever she says: she is asked when it is lifted, and has her days then."""
    waits = Case.retention_asked_on.is_(None) & Case.retention_answer.is_(None) & Case.legal_hold.is_(False)
    return _kept(keeping.to_ask(now)).where(waits)


def _over(now: datetime) -> Query:
    """Where nothing keeps it; what something keeps is looked at again when that has ended."""
    asked = or_(Case.retention_asked_on.is_not(None), Case.retention_answer == Said.WISH.value)
    return _kept(keeping.over_before(now) - timedelta(days=1)).where(
        retention.nothing_keeps(), asked, Case.retention_ended_on.is_(None)
    )


def _at_the_end(case: Case) -> Row:
    """To keep it longer takes nobody's yes but hers."""
    if case.retention_answer == Said.KEEP:
        return retention.KEEP
    return retention.PROPOSE


def _one(case: Case, row: Row, now: datetime) -> bool:
    try:
        with savepoint():
            execute(row, StepContext(case, CLOCK, {}, now, now, CaseKeys(), facts={}))
        return True
    except Exception as fault:  # any fault of one case must leave the others their due
        log.error("the time of keeping failed for one case: %s", type(fault).__name__, extra=logs.fault(fault))
        return False
