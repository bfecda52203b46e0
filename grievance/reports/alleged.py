"""Sites, units and incidents, and the cases that stand in them, as far as whoever asks may see those cases.

The words are opened with the keys of the person who asks; a record of which she may see no case is not there for her.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, visible
from grievance.desk.incidents import STANDS, known, words_of
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.group import SpokenFor
from grievance.models.incident import Alleged, Incident, StandsIn
from grievance.models.people import Account, Company

MOST = 500
"""Records that one page opens, the newest first: each takes a fifth of a millisecond."""


@dataclass(frozen=True)
class Record:
    """One record as a page shows it. `name` is empty where nothing opens; `cases`: how many of those that stand in it
    this person may see."""

    id: str
    kind: Alleged
    name: str
    where: str
    day: date | None
    hour: str
    cases: int = 0

    @property
    def said(self) -> str:
        """Where and when, on one line."""
        return ", ".join(part for part in (self.where, self.hour) if part)


class Said(NamedTuple):
    """What was said of one case: of a record, or of another case of which this person may know."""

    id: str
    same: bool
    record: Record | None
    other: str
    by: str
    on: date
    ended_by: str
    ended_on: date | None


class Line(NamedTuple):
    """One case that stands in a record. `spoken_for`: somebody speaks for its person."""

    reference: str
    received_on: date
    state: Any
    company: str | None
    shares: bool
    spoken_for: bool


def everything(person: Person, kind: str = "") -> list[Record]:
    """The newest `MOST` that this person may know of."""
    found = known(person).order_by(Incident.made_at.desc(), Incident.id)
    found = found.where(Incident.kind == Alleged(kind)) if kind in set(Alleged) else found
    return _read(person, db.session.execute(found.limit(MOST)))


def standing(person: Person, ids: Sequence[str]) -> dict[str, set[str]]:
    """The cases that stand in each of these records, as far as this person may see them."""
    query = visible(person).join(StandsIn, StandsIn.case_id == Case.id).where(StandsIn.incident_id.in_(ids), *STANDS)
    found = defaultdict[str, set[str]](set)
    for incident_id, case_id in db.session.execute(query.with_only_columns(StandsIn.incident_id, Case.id)):
        found[str(incident_id)].add(case_id)
    return found


def one(person: Person, incident_id: str) -> Record | None:
    return next(iter(_read(person, db.session.execute(known(person).where(Incident.id == incident_id)))), None)


def _read(person: Person, rows: Iterable[Any]) -> list[Record]:
    return [_record(person, row, number) for row, number in rows]


def _record(person: Person, row: Incident, number: int = 0) -> Record:
    says = words_of(person, row) or {}
    day = date.fromisoformat(says["day"]) if says.get("day") else None
    return Record(
        row.id, row.kind, says.get("name", ""), says.get("where", ""), day, says.get("hour", ""), number
    )  # fmt: skip


# --- of one case -------------------------------------------------------------------------------------------


_OF_CASE = (
    select(Incident)
    .join(StandsIn, StandsIn.incident_id == Incident.id)
    .where(StandsIn.case_id == bindparam("case_id"), *STANDS)
    .order_by(StandsIn.at, StandsIn.id)
)


def of_case(person: Person, case: Case) -> list[Record]:
    """In which records it stands now: one statement."""
    return [_record(person, row) for row in db.session.scalars(_OF_CASE, {"case_id": case.id})]


def said_of(person: Person, case: Case) -> list[Said]:
    """Everything that was said of it, with who and when; what was taken back too."""
    rows = db.session.scalars(select(StandsIn).where(_concerns(case)).order_by(StandsIn.at, StandsIn.id)).all()
    records = _records(person, [row.incident_id for row in rows if row.incident_id])
    names = _names(rows)
    others = _references(person, [row.other_id for row in rows if row.other_id] + [row.case_id for row in rows])
    found = []
    for row in rows:
        other = others.get(row.case_id if row.other_id == case.id else row.other_id or "", "")
        if row.incident_id in records or other:
            ended = (names.get(row.ended_by or 0, ""), clock.office_day(row.ended_at) if row.ended_at else None)
            record = records.get(row.incident_id or "")
            found.append(Said(row.id, row.same, record, other, names[row.by_id], clock.office_day(row.at), *ended))
    return found


def _concerns(case: Case) -> ColumnElement[bool]:
    return or_(StandsIn.case_id == case.id, StandsIn.other_id == case.id)


def _records(person: Person, ids: Sequence[str]) -> dict[str, Record]:
    rows = db.session.scalars(select(Incident).where(Incident.id.in_(ids)))
    return {row.id: _record(person, row) for row in rows}


def _names(rows: Sequence[StandsIn]) -> dict[int, str]:
    ids = {one for row in rows for one in (row.by_id, row.ended_by) if one}
    return dict(db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).all())


def _references(person: Person, ids: Sequence[str]) -> dict[str, str]:
    query = visible(person).where(Case.id.in_(ids)).with_only_columns(Case.id, Case.reference)
    return dict(db.session.execute(query).all())


# --- of one record -----------------------------------------------------------------------------------------


def cases_of(person: Person, incident_id: str) -> list[Line]:
    """The cases that stand in it and that this person may see, by the day on which they came."""
    among = select(StandsIn.case_id).where(StandsIn.incident_id == incident_id, *STANDS)
    spoken_for = exists().where(SpokenFor.case_id == Case.id)
    columns = (Case.reference, Case.received_at, Case.state, Company.name, Case.share_account, spoken_for)
    query = visible(person).where(Case.id.in_(among), OF_SOMEBODY).outerjoin(Company, Company.id == Case.company_id)
    rows: Any = db.session.execute(query.with_only_columns(*columns))
    lines = [Line(reference, clock.office_day(at), *others) for reference, at, *others in rows]
    return sorted(lines, key=lambda line: (line.received_on, line.reference))
