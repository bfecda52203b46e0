"""A concern that begins with a case: the company and the type go into it, and nothing of hers but the words that she
said right to. The link is the Secretariat's alone, and ends with the case."""

from datetime import datetime

from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.concerns import words
from grievance.concerns.conditions import has_another_source
from grievance.concerns.steps import made
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.concern import Concern, ConcernWords, Of, Reader, Source, Stands
from grievance.record import chain

STEP = "open_concern"


def open_one(by: Person, case: Case, kind: Of, right: str, at: datetime, now: datetime) -> Concern:
    """`right`: the words that she said right to for this company; empty where nothing of hers goes with it. Part of
    the caller's unit of work."""
    if case.company_id is None:
        raise LookupError("a condition asked for a company")
    concern = made(by, case.company_id, kind, Source.CASE, now, case_id=case.id, may_ask=bool(right))
    if right:
        words.write(by, concern, None, STEP, {"words": right}, Reader.SECRETARIAT, now, of_case=True)
    chain.append(None, "concern_opened_from_case", by, at, now, {"concern": concern.id, "kind": kind.value})
    return concern


def is_open(case: Case) -> bool:
    """Whether one that began with this case is open."""
    query = select(Concern.id).where(Concern.case_id == case.id, Concern.state == Stands.OPEN)
    return db.session.scalars(query).first() is not None


def part(case_id: str) -> None:
    """Her case is erased: her words go with it, and the link. What a company was given stays with the concern. Part of
    the caller's unit of work."""
    now = clock.now()
    for concern in db.session.scalars(select(Concern).where(Concern.case_id == case_id).with_for_update()).all():
        hers = select(ConcernWords).where(ConcernWords.concern_id == concern.id, ConcernWords.of_case)
        for row in db.session.scalars(hers).all():
            db.session.delete(row)
        concern.case_id, concern.may_ask = None, has_another_source(concern)
        chain.append(None, "concern_parted", CLOCK, now, now, {"concern": concern.id})
