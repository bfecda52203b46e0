"""What everybody may know of the measures against a company: what is in force from a suspension of good standing
upwards, once nobody can appeal any more. Never the grounds, nor the concern behind it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from grievance import clock
from grievance.concerns.limits import APPEAL
from grievance.concerns.questions import BOARDS
from grievance.extensions import Label, db
from grievance.models.concern import Cause, ConcernItem, ConcernLimit, Rung, Stands, Thing

SHOWN = tuple(rung for rung, _title in BOARDS)


@dataclass(frozen=True)
class PublicMeasure:
    """`since`: the day at the office on which the Board's decision was recorded."""

    rung: Rung
    title: Label
    cause: Cause
    since: date


def measures_in_public(company_id: int) -> list[PublicMeasure]:
    """Those in force now, the newest first. Not before the time to appeal is over and not while an appeal waits; advice
    and warnings never; of one that ended nothing more is said here."""
    appeal = (ConcernLimit.item_id == ConcernItem.id, ConcernLimit.key == APPEAL)
    may_appeal = exists().where(*appeal, ConcernLimit.met_at.is_(None), ConcernLimit.missed_at.is_(None))
    query = select(ConcernItem).where(
        ConcernItem.company_id == company_id, ConcernItem.thing == Thing.MEASURE, ConcernItem.rung.in_(SHOWN),
        ConcernItem.state == Stands.IN_FORCE, ~may_appeal,
    )  # fmt: skip
    rows = db.session.scalars(query.order_by(ConcernItem.in_force_at.desc(), ConcernItem.id))
    return [_shown(row) for row in rows]


def _shown(row: ConcernItem) -> PublicMeasure:
    if row.rung is None or row.cause is None or row.in_force_at is None:
        raise LookupError("a measure in force has a rung, a cause and a day")
    return PublicMeasure(row.rung, dict(BOARDS)[row.rung], row.cause, clock.office_day(row.in_force_at))
