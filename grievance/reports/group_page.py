"""The people for whom somebody speaks, as the spokesperson reads them; and what each of them reads of that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import spoken_for
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.group import SpokenFor
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.people import Role
from grievance.reports.incidents import Part
from grievance.workflow import group


@dataclass(frozen=True)
class Line:
    """One of the people. `own_since`: the day on which they made a receipt of their own; None before. `until`: the last
    day of a slip that waits for its first use. `speaks`: whether the spokesperson still opens the case."""

    number: int
    called: str
    speaks: bool
    own_since: date | None
    until: date | None
    slip: str
    """20 digits, of a slip that waits."""

    @property
    def may_have_another(self) -> bool:
        """In the place of a slip that was lost, or is too old."""
        return self.speaks and self.own_since is None


def lines(lead: Person, now: datetime) -> list[Line]:
    """The people whom this receipt added; those of an earlier receipt of the same case are not among them."""
    return list(_lines(lead, now))


def _lines(lead: Person, now: datetime) -> Iterator[Line]:
    rows = spoken_for.of(lead)
    since, receipts = _own_since([row.case_id for row in rows]), _receipts(rows)
    for row in rows:
        if (known := spoken_for.held(lead, row)) is None:
            continue
        mine, slip = receipts[row.receipt_id], receipts[row.slip_id]
        waits = slip.revoked_at is None and slip.expires_at is not None and slip.expires_at > now
        until = clock.office_day(slip.expires_at) if waits and slip.expires_at else None
        yield Line(row.number, known.called, mine.revoked_at is None, since.get(row.case_id), until,
                   known.slip if waits else "")  # fmt: skip


def _own_since(cases: list[str]) -> dict[str, date]:
    query = select(ReceiptEnvelope.case_id, func.min(ReceiptEnvelope.created_at))
    query = query.where(ReceiptEnvelope.case_id.in_(cases), ReceiptEnvelope.holder == Holder.COMPLAINANT)
    return {
        case_id: clock.office_day(at) for case_id, at in db.session.execute(query.group_by(ReceiptEnvelope.case_id))
    }


def _receipts(rows: list[SpokenFor]) -> dict[str, ReceiptEnvelope]:
    wanted = {name for row in rows for name in (row.receipt_id, row.slip_id)}
    found = db.session.scalars(select(ReceiptEnvelope).where(ReceiptEnvelope.id.in_(wanted)))
    return {one.id: one for one in found}


def others(case: Case, shown: list[Line]) -> int:
    """How many this receipt does not open: they were added with another one."""
    return spoken_for.how_many(case.id) - len(shown)


@dataclass(frozen=True)
class Spoken:
    """What stands at the head of the page of one of a group. `asks`: whether she is asked if they may go on; `said`:
    what was said for her, of which nothing follows; `hers`: whether it is she who looks."""

    hers: bool
    asks: bool
    said: list[tuple[Label, bool]]


def of_hers(person: Person, case: Case, part: Part | None) -> Spoken | None:
    """None in a case of nobody's group, and where nothing is left to say."""
    if part is None or not part.number:
        return None
    hers = person.role == Role.COMPLAINANT
    asks, said = hers and group.speaks_unasked(case), group.said_for(case)
    return Spoken(hers, asks, said) if asks or said else None


def speaking(person: Person, lead: Person | None) -> str:
    """How the spokesperson calls the person whose page this is, where they came from their own; else empty."""
    row = db.session.get(SpokenFor, person.case_id) if lead and person.role == Role.REPRESENTATIVE else None
    known = spoken_for.held(lead, row) if lead and row and row.receipt_id == person.receipt_id else None
    return known.called if known else ""
