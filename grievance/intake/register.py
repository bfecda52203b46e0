"""Taking over an office's old register, row by row; nothing is invented (docs/decisions/0006).

Each row becomes a case whose one `imported` event sets the state and the known dates. A row that was sent and has
no answer gets L5 from the day it was sent; an answer that was recorded as late becomes a past breach.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from grievance import clock
from grievance.access import CLOCK
from grievance.accounts.people import enter_company
from grievance.companies.imported import noon
from grievance.crypto.compartments import CaseKeys, Compartment, new_master
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.forms.fields import LONG, SHORT, clean_text
from grievance.intake.filing import new_reference, seal_master, sealed_to
from grievance.intake.register_mapping import Line, Plan
from grievance.models.case import Case, Channel, State
from grievance.models.people import Company, Membership
from grievance.record import chain
from grievance.record.transaction import savepoint, unit_of_work
from grievance.workflow import closing, respondents
from grievance.workflow.context import StepContext
from grievance.workflow.events import MISSED
from grievance.workflow.execute import ensure_next_step

BATCH = 200
DATES = ("received_on", "sent_on", "answered_on", "closed_on")


class BadRow(ValueError):
    """Why a row is left out."""


def take_over(
    lines: Iterable[Line], plan: Plan, name: str, now: datetime, dry_run: bool = False
) -> tuple[dict[str, int], list[str]]:
    """Import the rows: counts, and a sentence for each row that was left out. A second run adds nothing."""
    counts = {"imported": 0, "known": 0, "bad": 0, "received": 0, "referred": 0, "closed": 0, "late": 0}
    faults: list[str] = []
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            _batch(batch, plan, name, now, dry_run, counts, faults)
            batch = []
    _batch(batch, plan, name, now, dry_run, counts, faults)
    return counts, faults


class _DryRun(Exception):
    """Ends a transaction of which nothing is to stay."""


def _batch(
    batch: list[Line], plan: Plan, name: str, now: datetime, dry_run: bool, counts: dict[str, int], faults: list[str]
) -> None:
    try:
        with unit_of_work():
            for line in batch:
                try:
                    with savepoint():
                        _one(line, plan, now, counts)
                except (ValueError, DBAPIError) as reason:  # one bad row must leave the others theirs
                    counts["bad"] += 1
                    why = reason if isinstance(reason, BadRow) else f"cannot be stored ({type(reason).__name__})"
                    faults.append(f"{name}, line {line.number}: {why}.")
            if dry_run:
                raise _DryRun
    except _DryRun:
        return


def _one(line: Line, plan: Plan, now: datetime, counts: dict[str, int]) -> None:
    if line.cells is None:
        raise BadRow(line.fault)
    row = {ours: line.cells[theirs].strip() for ours, theirs in plan.columns.items()}
    key = _key(plan, line, row)
    if db.session.scalar(select(Case.id).where(Case.register_key == key)):
        counts["known"] += 1
        return
    facts = _facts(row, plan, now)
    case = _case(row, plan, facts, key, now)
    master = new_master()
    db.session.add(case)
    db.session.flush()
    respondents.name(case, _company(row["company"]).id, case.received_at)
    seal_master(case, master)
    context = StepContext(case, CLOCK, {}, now, now, CaseKeys.from_master(master))
    says = {name: _text(name, line.cells[name]) for name in plan.also if line.cells[name].strip()}
    context.seal(Compartment.CORRESPONDENCE, "imported", {"account": _text("account", row.get("account", "")), **says})
    sealed = [w.sealed for w in context.writings]
    chain.append(case, "imported", CLOCK, now, now, facts | sealed_to(), sealed, number=context.event_id)
    _limits(case, facts, context)
    counts["imported"] += 1
    counts[case.state.value] += 1
    counts["late"] += int(facts["late"])


def _key(plan: Plan, line: Line, row: dict[str, str]) -> str:
    """What makes a row the same row: the register's own number, or else everything that it says, and which of
    several equal rows it is."""
    own = row.get("id") or "\x1f".join(f"{k}={v}" for k, v in sorted((line.cells or {}).items()))
    again = f"\x1f{line.nth}" if line.nth and not row.get("id") else ""
    return hashlib.sha256(f"{plan.source}\x1f{own}{again}".encode()).hexdigest()


def _text(name: str, text: str) -> str:
    if len(text) > LONG:
        raise BadRow(f"{name} is longer than {LONG} characters")
    return clean_text(text)


def _facts(row: dict[str, str], plan: Plan, now: datetime) -> dict[str, Any]:
    if row["state"] not in plan.states:
        raise BadRow(f"the mapping does not say what the state {row['state'][:40]!r} means")
    if not row["company"] or len(row["company"]) > SHORT:
        raise BadRow("the company is missing or its name is too long")
    if not re.fullmatch("([A-Za-z]{2})?", row.get("country", "")):
        raise BadRow(f"the country {row['country'][:20]!r} is not a code of two letters")
    facts: dict[str, Any] = {"state": plan.states[row["state"]], "late": _late(row, plan)}
    facts |= {name: _date(name, row[name], plan, now) for name in DATES if row.get(name)}
    if "received_on" not in facts:
        raise BadRow("the date on which it was received is missing")
    if facts["state"] == "referred" and "sent_on" not in facts:
        raise BadRow("it was sent to the company, but the date is missing")
    known = [facts[name] for name in DATES if name in facts]
    if known != sorted(known):
        raise BadRow("its dates are not in order: received, sent, answered, closed")
    return facts


def _late(row: dict[str, str], plan: Plan) -> bool:
    if "timely" in row and row["timely"] not in plan.late + plan.on_time:
        raise BadRow(f"the mapping does not say whether {row['timely'][:40]!r} is late or on time")
    return row.get("timely") in plan.late


def _date(name: str, text: str, plan: Plan, now: datetime) -> str:
    for shape in plan.dates:
        try:
            day = clock.read_day(text, shape)
        except ValueError:
            continue
        if day.year < 1950 or day > clock.office_day(now):
            raise BadRow(f"{name} {text[:20]!r} is not a date of the past")
        return day.isoformat()
    raise BadRow(f"{name} {text[:20]!r} is not a date")


def _case(row: dict[str, str], plan: Plan, facts: dict[str, Any], key: str, now: datetime) -> Case:
    """Where the day of the closing is not known, the retention counts from the import."""
    state = State(facts["state"])
    received_at = noon(facts["received_on"])
    closed_on = facts.get("closed_on") or facts.get("answered_on")
    facts["closed_on_known"] = bool(closed_on)
    closed = state == State.CLOSED
    return Case(
        id=chain.new_id(),
        reference=new_reference(),
        state=state,
        admitted=state not in (State.RECEIVED, State.CLOSED),
        channel=Channel.REGISTER,
        language=plan.language,
        country=row.get("country", "").upper() or None,
        topics=[],
        received_at=received_at,
        closed_at=(noon(closed_on) if closed_on else received_at) if closed else None,
        retain_until=closing.retained_until(noon(closed_on) if closed_on else now) if closed else None,
        register_key=key,
    )


def _company(name: str) -> Company:
    found = db.session.scalars(select(Company).where(Company.name == name)).one_or_none()
    if found is None:
        found = Company(name=name, membership=Membership.UNCONFIRMED, country="*", zone="UTC", weekend=[5, 6])
        enter_company(found)
    return found


def _limits(case: Case, facts: dict[str, Any], context: StepContext) -> None:
    """Only what the register's own dates give: L5 from the day it was sent, and a breach where it says late. By whose
    days a company's time runs nobody knows before its calendar is confirmed; then it is counted."""
    if case.state == State.REFERRED:
        if case.company and case.company.calendar_confirmed_at:
            deadlines.open_limit(case, Deadline.COMPANY_RESPONSE, noon(facts["sent_on"]), made_at=context.now)
    elif facts["late"] and "sent_on" in facts:
        _past_breach(case, facts, context)
    ensure_next_step(context)


def _past_breach(case: Case, facts: dict[str, Any], context: StepContext) -> None:
    """Dated when our limit passed or, where the answer came before that, on the day of the answer: the register
    called it late by a rule of its own. Where neither lies in the past, the fact stays and no date is made up."""
    answered = facts.get("answered_on") or facts.get("closed_on")
    limit = deadlines.open_limit(case, Deadline.COMPANY_RESPONSE, noon(facts["sent_on"]))
    if not answered and limit.due_at > context.now:
        db.session.flush()
        case.open_limits.remove(limit)
        db.session.delete(limit)
        return
    deadlines.miss(limit)
    if answered:
        limit.met_at = noon(answered)
        limit.missed_at = min(limit.due_at, limit.met_at)
    else:
        limit.stopped_at = context.now  # when it was answered is not known: it is no longer owed
    told = {
        "limit": Deadline.COMPANY_RESPONSE,
        "due_on": limit.due_on.isoformat(),
        "owed_by": "company",
        "from_register": True,
    }
    chain.append(case, MISSED.kind, CLOCK, limit.missed_at or limit.due_at, context.now, told, missed=limit)
