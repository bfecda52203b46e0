"""By when a company owes something in each of its cases. It is noted on the case (`Case.company_at`), so that a page of
a company's queue is read from an index, however many cases it was handed.

`rows.queue` notes it with each change. A case from before there was such a note is worked out when it is looked at,
until a worker has begun once.
"""

from collections.abc import Iterator

from sqlalchemy import case, func, literal, null, or_, select, update

from grievance.extensions import UtcDateTime, db
from grievance.models.case import NOT_NOTED, OWES_NOTHING, Case, State
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.models.sides import COMPANY
from grievance.record.transaction import unit_of_work

BATCH = 500
OWED = func.coalesce(
    select(func.min(Limit.due_at))
    .where(
        Limit.case_id == Case.id,
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
        Limit.owed_by == COMPANY,
        Limit.paused_at.is_(None),
    )
    .correlate(Case)
    .scalar_subquery(),
    literal(OWES_NOTHING, UtcDateTime()),
    type_=UtcDateTime(),
)
"""Of a case, worked out from its limits: when what its company owes next is due; what is paused has no day."""
_IS_THERE = case((or_(Case.state == State.CLOSED, Case.handovers == 0), null()), else_=OWED)
_WAITING = select(Case.id).join(Company, Company.id == Case.company_id).where(Case.company_at == NOT_NOTED).limit(BATCH)


def note_all() -> None:
    """Cases from before, some at a time: nobody waits for it."""
    while ids := db.session.scalars(_WAITING).all():
        with unit_of_work() as session:
            some = update(Case).where(Case.id.in_(ids), Case.company_at == NOT_NOTED)
            session.execute(some.values(company_at=_IS_THERE), execution_options={"synchronize_session": False})


def faults() -> Iterator[str]:
    """What a company's queue sorts by is what it owes."""
    query = select(Case.reference).where(Case.company_at.is_distinct_from(_IS_THERE))
    query = query.where(or_(Case.company_at.is_(None), Case.company_at != NOT_NOTED))
    for reference in db.session.scalars(query):
        yield f"{reference}: the company's queue shows another date than what it owes."
