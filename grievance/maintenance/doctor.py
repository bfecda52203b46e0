"""The promises of the product, checked on the data that is here."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from grievance import clock
from grievance.accounts import passkey_rows, waits
from grievance.accounts.keys import log, rotation
from grievance.deadlines import at_companies
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import STANDING
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.maintenance import figures_add_up, later_keys, recomputed
from grievance.models.case import Case, Respondent, State
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import CompanyEnvelope, ReceiptEnvelope, SecretariatEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Account, Party, Role
from grievance.models.sides import OF_THE_OFFICE
from grievance.models.writing import Attachment, Remedy, Writing
from grievance.record import chain, compare, counted, office_signed, record_key, words_signed
from grievance.record.files import store
from grievance.reports import stuck
from grievance.storage.store import StoreAway
from grievance.workflow.delicate import ROAD
from grievance.workflow.procedure import HAND_OVERS, ROWS

Happened = tuple[str, str, dict[str, Any]]
"""An event: its kind, who did it, and the facts of it."""
WAYS = {(s.value, row.target.value, row.step) for row in ROWS if row.target for s in row.source}


def examine(count: compare.Count | None = None) -> list[str]:
    """Every promise that a case breaks, as a sentence with its reference; an empty list means that all hold. `count`:
    of the rows that nothing vouches for, because they are from before."""
    return list(faults(count))


def faults(count: compare.Count | None = None) -> Iterator[str]:
    """The same one by one: whether there is any, the first says."""
    checks = (
        _without_next_step, _misses_without_event, _asleep, _queued, at_companies.faults, _not_as_explained, _keyless,
        _told_by_the_record, _elsewhere, _of_other_events, _respondents, chain.verify, partial(compared, count),
        _counted, _lost, _files, rotation.faults, waits.faults, log.faults, passkey_rows.faults, later_keys.faults,
        _signed, _of_other_companies, figures_add_up.faults,
    )  # fmt: skip
    yield from (sentence for check in checks for sentence in said_by(check))


def said_by(check: Callable[[], Iterable[str]]) -> Iterator[str]:
    """What the program could not have written is a fault like any other, and hides none."""
    try:
        yield from check()
    except (ValueError, LookupError, TypeError) as fault:
        name = getattr(check, "__name__", "compared").strip("_")
        yield f"What is stored cannot be read: {name} stops at a {type(fault).__name__}."


def vouched(count: compare.Count | None = None) -> list[str]:
    """Whatever is not as the record says it, or signed by nobody: for `record verify`, which asks of nothing else."""
    checks = (partial(compared, count), _counted, log.faults, _signed, _of_other_companies, _elsewhere)
    return [sentence for check in checks for sentence in said_by(check)]


def _signed() -> Iterator[str]:
    keys = record_key.intake_keys()
    yield from words_signed.faults(log.known().signs_in_cases, keys)
    yield from office_signed.faults(log.known().signs_in_office, keys, log.WITH_SIGNERS)


def _of_other_companies() -> Iterator[str]:
    """People of a company act in its own cases. Whose account is of another one now may have been of this one then."""
    its = select(Respondent.id).where(Respondent.case_id == Event.chain, Respondent.company_id == Party.company_id)
    query = select(Case.id, Case.reference, Event.seq, Event.actor_id).join(Case, Case.id == Event.chain)
    query = query.join(Account, Account.id == Event.actor_id).join(Party, Party.id == Account.party_id)
    for case_id, reference, seq, number in db.session.execute(query.where(Event.role == Role.COMPANY, ~its.exists())):
        about = select(Respondent.company_id).where(Respondent.case_id == case_id)
        if log.known().is_of_another(number, lambda about=about: db.session.scalars(about).all()):  # type: ignore[misc]
            yield f"{reference}: event {seq} is by somebody of a company that the case was never about."


def compared(count: compare.Count | None = None) -> Iterator[str]:
    """Each row is what the record says of it; and what follows from others is what they give."""
    yield from map(str, compare.everything(count))
    yield from compare.checkpoints()
    yield from recomputed.faults(clock.now())


def _counted() -> Iterator[str]:
    yield from counted.faults(clock.office_today(), timetable().counts_kept)


def nobody_can_act() -> list[str]:
    """Each case in which no living person can take the next step: the data is whole, and somebody is missing. A restore
    brings it back as it was."""
    return list(stuck.examined())


def waiting(now: datetime) -> int:
    """How many cases have something due at `now` that no sweep has settled yet: no fault, but worth knowing."""
    return db.session.scalar(select(func.count(Limit.case_id.distinct())).where(Limit.wake_at <= now)) or 0


def _without_next_step() -> Iterator[str]:
    """Promise 1. A limit that has passed and that the next sweep will settle still counts as the next step."""
    stepping = select(Limit.case_id).where(
        Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.missed_at.is_(None), Limit.key.not_in(STANDING)
    )
    query = select(Case.reference).where(Case.state != State.CLOSED, Case.id.not_in(stepping))
    yield from (f"{reference}: is open and nobody owes a next step." for reference in db.session.scalars(query))


def _misses_without_event() -> Iterator[str]:
    """Promise 2: a missed limit and its one event (that there are not two, the database sees to)."""
    noted = select(Event.missed_limit_id).where(Event.missed_limit_id.is_not(None))
    query = select(Case.reference, Limit.key).join(Limit, Limit.case_id == Case.id)
    for reference, key in db.session.execute(query.where(Limit.missed_at.is_not(None), Limit.id.not_in(noted))):
        yield f"{reference}: {key} was missed and the record does not say so."


def _asleep() -> Iterator[str]:
    """Promise 2: a limit that runs and that the sweep would never find."""
    query = select(Case.reference, Limit.key).join(Limit, Limit.case_id == Case.id)
    running = (Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.missed_at.is_(None), Limit.paused_at.is_(None),
               Limit.held.is_(False))  # fmt: skip
    for reference, key in db.session.execute(query.where(*running, Limit.wake_at.is_(None))):
        yield f"{reference}: the clock would never look at {key}."


def _not_as_explained() -> Iterator[str]:
    """Each page explains a date day by day, from what the limit was made with, and the clock goes by the stored moment:
    what was computed by other rules of a time zone shows here."""
    running = (Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.missed_at.is_(None))
    query = select(Limit, Case.reference).join(Case, Case.id == Limit.case_id).where(*running).order_by(Limit.id)
    for limit, reference in db.session.execute(query.execution_options(yield_per=1000)):
        why = deadlines.explained(limit, explain=False)
        if (why.at, why.on) != (limit.due_at, limit.due_on):
            ends, said = limit.due_at.isoformat(), why.at.isoformat()
            yield f"{reference}: {limit.key} ends at {ends}, and its explanation says {said}."


def _queued() -> Iterator[str]:
    """What the desk sorts by is what is owed."""
    nearest = (
        select(Limit.due_at)
        .where(Limit.case_id == Case.id, Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.key.not_in(STANDING))
        .where((Case.state != State.CLOSED) | Limit.owed_by.in_(OF_THE_OFFICE))
        .order_by(Limit.paused_at.is_not(None), Limit.due_at)
        .limit(1)
        .scalar_subquery()
    )
    query = select(Case.reference).where(Case.queue_at.is_distinct_from(nearest))
    yield from (
        f"{reference}: the queue shows another date than what is owed." for reference in db.session.scalars(query)
    )


def _keyless() -> Iterator[str]:
    """Promise 5: the Secretariat can open every case."""
    sealed = select(SecretariatEnvelope.case_id)
    query = select(Case.reference).where(Case.id.not_in(sealed), Case.erased_at.is_(None))
    yield from (f"{reference}: has no key for the Secretariat." for reference in db.session.scalars(query))


def _told_by_the_record() -> Iterator[str]:
    """What follows from each case's events, a case at a time: a million cases need no more memory than one."""
    held = select(CompanyEnvelope.case_id, func.count().label("number")).group_by(CompanyEnvelope.case_id).subquery()
    query = (
        select(Case.reference, Case.state, Case.erased_at, Case.handovers, Event.kind, Event.role, Event.facts,
               func.coalesce(held.c.number, 0).label("held"))
        .outerjoin(Event, Event.chain == Case.id)
        .outerjoin(held, held.c.case_id == Case.id)
        .order_by(Case.id, Event.seq)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for _reference, rows in groupby(db.session.execute(query), key=attrgetter("reference")):
        case, *_others = events = list(rows)
        happened = [(e.kind, e.role, json.loads(e.facts)) for e in events if e.kind]
        yield from _walked(case, happened)
        yield from _handed_over(case, happened)
        yield from _agreed(case, happened)
        yield from _road(case, happened)


def _elsewhere() -> Iterator[str]:
    """The hash of an event says its chain, and not the case beside it: an event of a case names that case, and one of
    the office none."""
    query = select(Case.reference, Event.chain, Event.seq).outerjoin(Case, Case.id == Event.chain)
    query = query.where(Event.case_id.is_distinct_from(func.nullif(Event.chain, OFFICE_CHAIN))).order_by(
        Event.chain, Event.seq
    )
    for reference, chain_name, seq in db.session.execute(query):
        yield f"{reference or chain_name}: event {seq} of its record stands beside another case, or none."


def _of_other_events() -> Iterator[str]:
    """A letter finds its words by the event that both name."""
    query = select(Case.reference, Writing.step).join(Case, Case.id == Writing.case_id)
    query = query.outerjoin(Event, Event.id == Writing.event_id).where(Writing.event_id.is_not(None))
    for reference, step in db.session.execute(query.where(Event.chain.is_distinct_from(Writing.case_id))):
        yield f"{reference}: what was written with {step} names an event that is not of this case."


def _respondents() -> Iterator[str]:
    """The queues find a company's cases by a pointer, and figures by what a respondent owed: both are the same one."""
    open_now = (Respondent.case_id == Case.id) & Respondent.ended_at.is_(None)
    query = select(Case.reference).outerjoin(Respondent, open_now)
    for reference in db.session.scalars(query.where(Case.company_id.is_distinct_from(Respondent.company_id))):
        yield f"{reference}: its company is not its respondent's."
    for owned in (Limit, Remedy):
        strange = select(Case.reference).join(owned, owned.case_id == Case.id)
        strange = strange.join(Respondent, Respondent.id == owned.respondent_id)
        for reference in db.session.scalars(strange.where(Respondent.case_id != Case.id).distinct()):
            yield f"{reference}: something in it is owed by a respondent of another case."
    ended = select(Case.reference).join(Limit, Limit.case_id == Case.id)
    ended = ended.join(Respondent, Respondent.id == Limit.respondent_id).where(Respondent.ended_at.is_not(None))
    running = (Limit.met_at.is_(None), Limit.stopped_at.is_(None))
    for reference in db.session.scalars(ended.where(*running).distinct()):
        yield f"{reference}: a company that it is not about any more still owes something."


def _walked(case: Any, happened: list[Happened]) -> Iterator[str]:
    """Promises 3 and 7: each state follows from the record, by ways that the table has, and no clock closes."""
    now = None
    for kind, role, facts in happened:
        if kind in ("file", "imported", "part_opened"):
            now = facts.get("state", "received")
        elif kind in ("register_later", "register_undone"):
            now = facts["state"]
        elif "to" in facts:
            if facts["from"] != now or (facts["from"], facts["to"], kind) not in WAYS:
                way = f"from {facts['from']} to {facts['to']} by {kind}"
                yield f"{case.reference}: went {way}, which the table has not."
            if role == "clock" and facts["to"] == "closed":
                yield f"{case.reference}: was closed by the clock."
            now = facts["to"]
    if now != case.state.value:
        yield f"{case.reference}: is {case.state.value}, but the record says {now}."


def _handed_over(case: Any, happened: list[Happened]) -> Iterator[str]:
    """Promise 6: companies hold the keys of what was handed over, and of nothing else."""
    live = ever = 0
    for kind, _role, facts in happened:
        if kind == "recall_packet":
            live, ever = int("n" in facts), ever + int("n" in facts)
        elif kind == "change_respondent":
            live, ever = 0, ever + 1  # a number of its own, under which no company ever had keys
        elif kind in HAND_OVERS:
            live, ever = live + 1, ever + 1
    if case.erased_at is None and (live, ever) != (case.held, case.handovers):
        yield f"{case.reference}: the keys that companies hold are not those that the steps handed over."


def _agreed(case: Any, happened: list[Happened]) -> Iterator[str]:
    """Promise 6, by the consent as it stood at each hand-over: one taken back later does not undo what it covered,
    and one given later heals nothing."""
    agreed = False
    for kind, _role, facts in happened:
        if kind in ("file", "change_consent", "change_respondent"):
            agreed = facts["share_account"]
        elif kind in ("recall_packet", *HAND_OVERS) and "n" in facts and not agreed:
            yield f"{case.reference}: a packet was sent without the complainant's consent."


def _road(case: Any, happened: list[Happened]) -> Iterator[str]:
    """Of sexual violence, and of a child, nothing is handed over on a road that the complainant did not choose."""
    road = True
    for kind, _role, facts in happened:
        road = facts.get(ROAD.name, road)
        if kind in ("recall_packet", *HAND_OVERS) and "n" in facts and not road:
            yield f"{case.reference}: a packet was sent to the company though the complainant had not chosen that."


def _lost() -> Iterator[str]:
    """Promise 8: each complaint has its words, and its receipt unless it came from a register."""
    written = select(Writing.case_id).where(Writing.step.in_(("file", "imported")))
    for reference in db.session.scalars(select(Case.reference).where(Case.id.not_in(written))):
        yield f"{reference}: what the complainant wrote is missing."
    received = select(ReceiptEnvelope.case_id)
    kept = Case.erased_at.is_(None)
    own = Case.part_of.is_(None)  # a part is opened by the receipts of the first case
    query = select(Case.reference).where(Case.register_key.is_(None), Case.id.not_in(received), kept, own)
    yield from (f"{reference}: no receipt opens it." for reference in db.session.scalars(query))


def _files() -> Iterator[str]:
    """Promise 8: each file that came with a writing lies in its store as it came."""
    query = select(Case.reference, Attachment.id, Attachment.digest).join(Attachment, Attachment.case_id == Case.id)
    for reference, file_id, digest in db.session.execute(query):
        try:
            with store().get(file_id) as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except StoreAway:
            raise
        except OSError:
            whole = False
        if not whole:
            yield f"{reference}: the file {file_id} is missing or was changed."
