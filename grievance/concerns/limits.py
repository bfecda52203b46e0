"""What a company owes by a day on the road of a concern: made by its own calendar, warned of, met, missed or stopped.

The same rules of days as for a case (`deadlines.dates`, `deadlines.warnings`), in rows of their own: these stand
without a case, so that no day of a case is in them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grievance.deadlines import dates, warnings
from grievance.deadlines.dates import Calendar, Rule
from grievance.deadlines.rows import companys_calendar, timetable
from grievance.extensions import db
from grievance.models.concern import ConcernItem, ConcernLimit
from grievance.models.people import Company
from grievance.record import chain

ACTION, GROUNDS, APPEAL = "L24", "L30", "appeal"
DAY = Rule(1, "c")
"""Of a day that was chosen, which no rule counts out."""


@dataclass(frozen=True)
class Made:
    """`warned_at`: one or two moments between the beginning and the end, or none."""

    zone: str
    due_on: date
    due_at: datetime
    warned_at: tuple[datetime, ...]


def rule_of(key: str) -> Rule:
    return {ACTION: DAY, GROUNDS: timetable().grounds_answered, APPEAL: timetable().measures_appealed}[key]


def made(key: str, calendar: Calendar, now: datetime, agreed: date | None) -> Made:
    """Pure but for the rule: when it is due, and when whoever owes it is warned."""
    frozen = dates.freeze(rule_of(key), calendar, agreed)
    due = dates.thaw(frozen, now, explain=False)
    first = warnings.half(frozen, None, now, now, due.at, ())
    last = warnings.business_days_before(due.on, calendar)
    return Made(calendar.zone, due.on, due.at, warnings.both(first, last, now, due.at, calendar.zone))


def calendar_of(company: Company) -> Calendar:
    parts = {"country": company.country, "region": company.region, "zone": company.zone, "weekend": company.weekend}
    return companys_calendar(company.id, parts)


def begin(item: ConcernItem, key: str, now: datetime, agreed: date | None = None) -> ConcernLimit:
    """Part of the caller's unit of work."""
    when = made(key, calendar_of(db.session.get_one(Company, item.company_id)), now, agreed)
    first, last = (*when.warned_at, None, None)[:2]
    row = ConcernLimit(
        id=chain.new_id(), item_id=item.id, key=key, zone=when.zone, opened_at=now, due_on=when.due_on,
        due_at=when.due_at, warn_first_at=first, warn_last_at=last, warned=0, wake_at=first or when.due_at,
    )  # fmt: skip
    db.session.add(row)
    return row


def of(item: ConcernItem) -> list[ConcernLimit]:
    query = select(ConcernLimit).where(ConcernLimit.item_id == item.id)
    return list(db.session.scalars(query.order_by(ConcernLimit.opened_at, ConcernLimit.id)))


def owed(item: ConcernItem, key: str) -> ConcernLimit | None:
    """The open one; one that was missed stays owed until it is met or stopped."""
    return next((one for one in of(item) if one.key == key and not one.met_at and not one.stopped_at), None)


def meet(item: ConcernItem, key: str, now: datetime) -> None:
    if limit := owed(item, key):
        limit.met_at, limit.wake_at = now, None


def stop(item: ConcernItem, now: datetime) -> None:
    """Nothing of it is owed any more."""
    for limit in of(item):
        if not limit.met_at and not limit.stopped_at:
            limit.stopped_at, limit.wake_at = now, None


def next_wake(limit: ConcernLimit, now: datetime) -> datetime | None:
    """When the clock has something to do with it after `now`."""
    moments = (limit.warn_first_at, limit.warn_last_at, limit.due_at)
    return next((one for one in moments if one and one > now), None)
