"""Taking back an import: its cases are gone as if they were erased, and what it changed is as it was before.

Of a case with which somebody here has gone on nothing is taken back: it is named. The record keeps that there was an
import, and that it was taken back.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.crypto.compartments import CaseKeys
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.intake.register_later import LATER, RUN_UNDONE, UNDONE, gone_on
from grievance.models.case import TAKEN_BACK, Case, Ended, Respondent, State
from grievance.models.event import Event
from grievance.models.people import Company
from grievance.models.register import WAITING, Found, RegisterEntry, RegisterName, RegisterRun
from grievance.models.writing import Writing
from grievance.record import chain, erasures
from grievance.record.transaction import unit_of_work
from grievance.workflow import closing, respondents
from grievance.workflow.context import StepContext
from grievance.workflow.execute import ensure_next_step


@dataclass
class Undone:
    """`taken_back`: cases that are gone; `restored`: cases that are as they were before the run. `refused`: a sentence
    for each that stays."""

    taken_back: int = 0
    restored: int = 0
    refused: list[str] = field(default_factory=list)


class _DryRun(Exception):
    """Ends a transaction of which nothing is to stay."""


def undo(number: int, now: datetime, dry_run: bool = False, by: Person | None = None) -> Undone:
    """Take back a run, in one transaction. Raises ValueError with a sentence where there is none, or none any more."""
    done = Undone()
    try:
        with unit_of_work():
            run = db.session.get(RegisterRun, number, with_for_update=True)
            if run is None:
                raise ValueError(f"There is no import with the number {number}.")
            _undo(run, now, {"register": run.source, "run": run.id} | ({"by": by.account_id} if by else {}), done)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return done


def _undo(run: RegisterRun, now: datetime, told: dict[str, Any], done: Undone) -> None:
    done.refused += _brought_later(run)
    entries = db.session.scalars(select(RegisterEntry).where(RegisterEntry.run_id == run.id)).all()
    if not entries and not done.refused:
        raise ValueError(f"Nothing is left of import {run.id} that could be taken back.")
    companies: set[int] = set()
    for entry in entries:
        case = db.session.scalars(select(Case).where(Case.id == entry.case_id).with_for_update(of=Case)).one()
        if case.erased_at or gone_on(case.id):
            done.refused.append(f"{case.reference}: somebody here has gone on with it, and it stays.")
            continue
        companies.update(db.session.scalars(select(Respondent.company_id).where(Respondent.case_id == case.id)))
        kind, facts, event_id = _of_run(case.id, run.id)
        if kind == LATER:
            _restore(case, entry, facts["before"], event_id, now, told)
            done.restored += 1
        else:
            _take_away(case, now, told)
            done.taken_back += 1
        db.session.flush()
    _forget(companies, now)
    run.undone_at = now
    counts = {"taken_back": done.taken_back, "restored": done.restored, "refused": len(done.refused)}
    chain.append(None, RUN_UNDONE, CLOCK, now, now, told | counts)


def _brought_later(run: RegisterRun) -> Iterator[str]:
    """The cases of this run in which a later one changed something."""
    query = select(Case.reference, RegisterEntry.run_id, Event.facts).join(Case, Case.id == RegisterEntry.case_id)
    query = query.join(Event, (Event.chain == Case.id) & Event.kind.in_(("imported", LATER)))
    query = query.where(RegisterEntry.source == run.source, RegisterEntry.run_id > run.id)
    for reference, later, facts in db.session.execute(query.order_by(Case.reference)):
        if json.loads(facts).get("run") == run.id:
            yield f"{reference}: import {later} brought something later: take that one back first."


def _of_run(case_id: str, number: int) -> tuple[str, dict[str, Any], int]:
    """The newest event of this run in a case. One that was taken back lies after it."""
    query = select(Event.kind, Event.facts, Event.id).where(Event.chain == case_id, Event.kind.in_(("imported", LATER)))
    events = ((kind, json.loads(facts), event_id) for kind, facts, event_id in db.session.execute(
        query.order_by(Event.seq.desc())))  # fmt: skip
    return next(one for one in events if one[1].get("run") == number)


def _take_away(case: Case, now: datetime, told: dict[str, Any]) -> None:
    """The words, the names and the keys are destroyed; the number is free for the next import."""
    try:
        erasures.begin(case, now)
    except OSError:
        raise ValueError("The list of erasures cannot be written, so nothing was taken back.") from None
    deadlines.stop(case, None, now)
    if case.respondent:
        respondents.end(case, case.respondent, now, Ended.CORRECTED)
    closing.destroy(case.id, [])
    case.company_id, case.state, case.erased_at, case.waits_since = None, State.CLOSED, now, None
    case.closed_at, case.retain_until, case.queue_at = (
        case.closed_at or now,
        case.retain_until or clock.office_day(now),
        None,
    )
    case.register_key = f"{TAKEN_BACK}{case.id}"
    case.version += 1
    chain.append(case, UNDONE, CLOCK, now, now, told | {"state": case.state.value})


def _restore(
    case: Case, entry: RegisterEntry, before: dict[str, Any], event_id: int, now: datetime, told: dict[str, Any]
) -> None:
    """The state, the end and the company of before; the words that came with the run are destroyed."""
    if case.state.value != before["state"]:
        deadlines.stop(case, None, now)
        db.session.flush()
    if before.get("company"):
        respondents.name(case, before["company"], now)
        db.session.flush()
    case.state = State(before["state"])
    case.closed_at = datetime.fromisoformat(before["closed_at"]) if "closed_at" in before else None
    case.retain_until = date.fromisoformat(kept) if (kept := before.get("retain_until")) else None
    case.closing_reason = before.get("reason")
    entry.said, entry.run_id = before["said"], before["run"]
    for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id, Writing.event_id == event_id)):
        writing.sealed = b""
    ensure_next_step(StepContext(case, CLOCK, {}, now, now, CaseKeys()))
    case.version += 1
    chain.append(case, UNDONE, CLOCK, now, now, told | {"state": case.state.value})


def _forget(companies: Iterable[int], now: datetime) -> None:
    """Names at which nobody has looked, and that no case has any more: with a wrong mapping they were no companies."""
    used = select(Respondent.company_id).where(Respondent.ended_at.is_(None))
    query = select(Company).where(WAITING, Company.id.in_(companies), Company.id.not_in(used))
    for company in db.session.scalars(query).all():
        company.name = f"{company.id}: taken back"
        company.version += 1
        db.session.add(RegisterName(company_id=company.id, found=Found.UNDONE, at=now))
        chain.append(None, "register_name", CLOCK, now, now, {"company": company.id, "found": Found.UNDONE})
