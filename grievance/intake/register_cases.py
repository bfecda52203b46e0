"""A case from an old register: its rows, its sealed words, and the time limits that the register's own days give."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from grievance.access import CLOCK
from grievance.accounts.keys.party_keys import OfficeKeys
from grievance.accounts.new_case import new_reference, seal_master, sealed_to
from grievance.companies.imported import noon
from grievance.crypto.compartments import CaseKeys, Compartment, new_master
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.intake.register_mapping import DAYS, Plan
from grievance.intake.register_rows import Read
from grievance.models.case import Case, Channel, State
from grievance.models.people import Company
from grievance.models.register import RegisterEntry, sought
from grievance.record import chain
from grievance.record.events import Signer
from grievance.workflow import closing, respondents
from grievance.workflow.context import StepContext
from grievance.workflow.custody import seal_entry
from grievance.workflow.events import MISSED
from grievance.workflow.execute import ensure_next_step


@dataclass(frozen=True)
class Run:
    """An import under way. `by`: what each event says of it; `signed_by`: who gave their password with the command."""

    number: int
    plan: Plan
    now: datetime
    by: dict[str, Any]
    signed_by: tuple[Signer, ...] = ()


def enter(read: Read, companies: list[int], counted: bool, run: Run, keys: OfficeKeys) -> Case:
    """The case with all its rows. `companies`: whom it is about, the first as its respondent. `counted`: whether the
    first one's calendar is confirmed. `keys`: the office's, found sound for this batch. Part of the transaction.
    """
    case, master = _case(read, run), new_master()
    db.session.add(case)
    if companies:
        respondents.name(case, companies[0], case.received_at)
        set_committed_value(case, "company", db.session.get_one(Company, companies[0]))
    seal_master(case, master, keys)
    context = StepContext(case, CLOCK, {}, run.now, run.now, CaseKeys.from_master(master))
    context.seal(Compartment.CORRESPONDENCE, "imported", read.says)
    entries = [seal_entry(case, "complainant", kind, text, run.now, keys) for kind, text in read.identity.items()]
    sealed = [*(one.sealed for one in context.writings), *(one.sealed for one in entries)]
    facts = read.facts | run.by | sealed_to(keys) | ({"companies": companies} if len(companies) > 1 else {})
    chain.append(
        case, "imported", CLOCK, run.now, run.now, facts, sealed, number=context.event_id, signed_by=run.signed_by
    )
    db.session.add(
        RegisterEntry(case_id=case.id, source=run.plan.source, number=read.number, sought=sought(read.number),
                      said=read.said, run_id=run.number)
    )  # fmt: skip
    limits(case, read.facts, context, counted)
    return case


def _case(read: Read, run: Run) -> Case:
    """Where the day of the closing is not known, the retention counts from the import."""
    state, facts = State(read.facts["state"]), read.facts
    case = Case(
        id=chain.new_id(),
        reference=new_reference(),
        state=state,
        admitted=state not in (State.RECEIVED, State.CLOSED),
        channel=Channel.REGISTER,
        language=run.plan.language,
        country=read.country,
        topics=read.topics,
        received_at=noon(facts["received_on"]) if "received_on" in facts else _first_day(facts, run.now),
        register_key=read.key,
        handovers=0,
        handed_before=0,
        version=0,
        head_seq=0,
        head_hash="",
        safety_alert=False,
    )
    if state == State.CLOSED:
        close(case, read, run)
    else:
        facts["closed_on_known"] = bool(facts.get("closed_on") or facts.get("answered_on"))
    return case


def _first_day(facts: dict[str, Any], now: datetime) -> datetime:
    """What stands in for the day of receipt where the register has none."""
    return min((noon(facts[name]) for name in DAYS if name in facts), default=now)


def close(case: Case, read: Read, run: Run) -> None:
    """Closed on the day that the register says."""
    closed_on = read.facts.get("closed_on") or read.facts.get("answered_on")
    read.facts["closed_on_known"] = bool(closed_on)
    case.closed_at = noon(closed_on) if closed_on else case.received_at
    case.retain_until = closing.retained_until(noon(closed_on) if closed_on else run.now)
    case.closing_reason = read.outcome


def limits(case: Case, facts: dict[str, Any], context: StepContext, counted: bool) -> None:
    """Only what the register's own dates give: L5 from the day it was sent, and a breach where it says late. By whose
    days a company's time runs nobody knows before its calendar is confirmed; then it is counted."""
    if case.state == State.REFERRED:
        if counted and "sent_on" in facts:
            deadlines.open_limit(case, Deadline.COMPANY_RESPONSE, noon(facts["sent_on"]), made_at=context.now)
    elif facts["late"] and "sent_on" in facts and case.company_id:
        _past_breach(case, facts, context)
    ensure_next_step(context)


def _past_breach(case: Case, facts: dict[str, Any], context: StepContext) -> None:
    """Dated when our limit passed or, where the answer came before that, on the day of the answer: the register
    called it late by a rule of its own. Where neither lies in the past, the fact stays and no date is made up."""
    answered = facts.get("answered_on") or facts.get("closed_on")
    sent_at = noon(facts["sent_on"])
    if not answered and deadlines.would_end(case, Deadline.COMPANY_RESPONSE, sent_at) > context.now:
        return
    limit = deadlines.open_limit(case, Deadline.COMPANY_RESPONSE, sent_at)
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
