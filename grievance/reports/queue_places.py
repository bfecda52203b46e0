"""Where a page of a queue begins: the place that its address carries on, a moment and a case."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, String, bindparam

from grievance.extensions import UtcDateTime
from grievance.reports.queue_asked import Asked

NEW = "new~"
"""With what the address of a page begins that goes on among what is new."""
BEGINS = (bindparam("begin", type_=UtcDateTime()), bindparam("last", type_=String()))
"""The moment and the case after which a page begins."""


class Turn(NamedTuple):
    """Whether a page goes on from a place, and whether it is the one before it."""

    goes_on: bool
    back: bool

    def by(self, *columns: Any) -> tuple[Any, ...]:
        return tuple(column.desc() for column in columns) if self.back else columns


def moment(after: str) -> tuple[datetime | None, str]:
    """The moment and the case after which a page begins; no moment where the address says none."""
    at, _tilde, row_id = after.partition("~")
    try:
        begin = datetime.fromisoformat(at) if at else None
        return (begin.astimezone(UTC) if begin and begin.tzinfo else None), row_id
    except (ValueError, OverflowError):
        return None, row_id


def cursor(asked: Asked, last: Row[Any]) -> str:
    if asked.wanted.sorted:
        return str(last.id)
    place = f"{last.at.isoformat()}~{last.id}"
    return place if last.rank is None else f"{NEW}{last.rank}~{place}"
