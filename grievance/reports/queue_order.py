"""In which order a queue stands where somebody chose one, and how its next and its former page begin.

A place is the last case of a page, named by its number alone: what it is sorted by is looked up when the page is
turned, so that no address holds a company's name."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select, tuple_

from grievance.extensions import db
from grievance.models.case import Case, Severity
from grievance.models.people import Company

NEW_FIRST, BY_DUE = "new", "due"
"""What is new first, then by when it is due; and by when it is due alone: neither is sorted anew, each has an index."""
_GRAVE = case({one.value: place for place, one in enumerate(Severity)}, value=Case.severity, else_=len(Severity))
_AGE = (Case.received_at, Case.id)


@dataclass(frozen=True)
class Order:
    """`by`: the columns, the last of which is the case's number, so that no two cases are alike."""

    by: tuple[Any, ...]
    newest_first: bool = False


ORDERS = {
    "day": Order(_AGE, newest_first=True),
    "oldest": Order(_AGE),
    "company": Order((Company.name.is_(None), func.lower(func.coalesce(Company.name, "")), *_AGE)),
    "country": Order((Case.country.is_(None), func.coalesce(Case.country, ""), *_AGE)),
    "severity": Order((_GRAVE, *_AGE)),
    "channel": Order((Case.channel, *_AGE)),
    "language": Order((Case.language, *_AGE)),
}
"""What is sorted when it is asked for: a page of the open cases of an office, by what no index has in its order."""
KNOWN = (NEW_FIRST, BY_DUE, *ORDERS)


def place_of(order: Order, case_id: str) -> dict[str, Any] | None:
    """By what this case stands where it stands, as the values of `turned`; None where there is no such case."""
    columns = select(*order.by).select_from(Case).outerjoin(Company, Case.company_id == Company.id)
    row = db.session.execute(columns.where(Case.id == case_id)).one_or_none()
    return None if row is None else {f"key_{number}": value for number, value in enumerate(row)}


def turned(cases: Select[Any], order: Order, *, goes_on: bool, back: bool) -> Select[Any]:
    """These cases in this order; where it goes on, those behind a place alone, or with `back` those before it, the
    nearest first."""
    falls = order.newest_first != back
    if goes_on:
        here = tuple_(*order.by)
        there = tuple_(*(bindparam(f"key_{number}", type_=column.type) for number, column in enumerate(order.by)))
        cases = cases.where(and_(here < there if falls else here > there))
    return cases.order_by(*(column.desc() if falls else column for column in order.by))
