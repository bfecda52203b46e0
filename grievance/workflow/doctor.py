"""The promises of the product, checked on the data that is here."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope, ReceiptEnvelope, SecretariatEnvelope
from grievance.models.limit import Limit
from grievance.models.writing import Attachment, Writing
from grievance.workflow import record, rotation
from grievance.workflow.files import path_of
from grievance.workflow.procedure import HAND_OVERS, ROWS
from grievance.workflow.timetable import STANDING


def examine() -> list[str]:
    """Every promise that a case breaks, as a sentence with its reference; an empty list means that all hold."""
    return [
        *_without_next_step(),
        *_misses_without_event(),
        *_asleep(),
        *_queued(),
        *_walks(),
        *record.verify(),
        *_envelopes(),
        *_lost(),
        *_files(),
        *rotation.faults(),
    ]


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


def _queued() -> Iterator[str]:
    """What the desk sorts by is what is owed."""
    nearest = (
        select(func.min(Limit.due_at))
        .where(Limit.case_id == Case.id, Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.key.not_in(STANDING))
        .scalar_subquery()
    )
    wrong = Case.queue_at.is_distinct_from(nearest)
    query = select(Case.reference).where(Case.state != State.CLOSED, wrong)
    yield from (
        f"{reference}: the queue shows another date than what is owed." for reference in db.session.scalars(query)
    )


def _walks() -> Iterator[str]:
    """Promises 3 and 7: each state follows from the record, by ways that the table has, and no clock closes."""
    ways = {(s.value, row.target.value, row.step) for row in ROWS if row.target for s in row.source}
    states = {i: (r, s.value) for i, r, s in db.session.execute(select(Case.id, Case.reference, Case.state))}
    now: dict[str, str] = {}
    moved = select(Event.chain, Event.kind, Event.role, Event.facts).where(Event.case_id.is_not(None))
    for chain, kind, role, text in db.session.execute(moved.order_by(Event.chain, Event.seq)):
        facts = json.loads(text)
        if kind in ("file", "imported"):
            now[chain] = facts.get("state", "received")
        elif "to" in facts:
            reference = states.get(chain, (chain, ""))[0]
            if facts["from"] != now.get(chain) or (facts["from"], facts["to"], kind) not in ways:
                yield f"{reference}: went from {facts['from']} to {facts['to']} by {kind}, which the table has not."
            if role == "clock" and facts["to"] == "closed":
                yield f"{reference}: was closed by the clock."
            now[chain] = facts["to"]
    for case_id, (reference, state) in states.items():
        if now.get(case_id) != state:
            yield f"{reference}: is {state}, but the record says {now.get(case_id)}."


def _envelopes() -> Iterator[str]:
    """Promises 5 and 6: the Secretariat can open every case; a company only what was handed over with consent."""
    sealed = select(SecretariatEnvelope.case_id)
    kept = Case.erased_at.is_(None)
    for reference in db.session.scalars(select(Case.reference).where(Case.id.not_in(sealed), kept)):
        yield f"{reference}: has no key for the Secretariat."
    known = _handed_over()
    given = select(CompanyEnvelope.case_id, func.count()).group_by(CompanyEnvelope.case_id)
    held = {row[0]: row[1] for row in db.session.execute(given)}
    cases = select(Case).where(Case.erased_at.is_(None), (Case.handovers > 0) | Case.id.in_([*known, *held]))
    for case in db.session.scalars(cases):
        live, ever = known.get(case.id, (0, 0))
        if (live, ever) != (held.get(case.id, 0), case.handovers):
            yield f"{case.reference}: the keys that companies hold are not those that the steps handed over."
    yield from _without_consent()


def _handed_over() -> dict[str | None, tuple[int, int]]:
    """By the record, for each case: how many hand-overs a company should hold the keys of, and how many there were."""
    known: dict[str | None, tuple[int, int]] = {}
    query = select(Event.case_id, Event.kind, Event.facts).where(Event.kind.in_((*HAND_OVERS, "recall_packet")))
    for case_id, kind, facts in db.session.execute(query.order_by(Event.case_id, Event.seq)):
        live, ever = known.get(case_id, (0, 0))
        new = int(kind != "recall_packet" or "n" in json.loads(facts))
        known[case_id] = (new if kind == "recall_packet" else live + 1, ever + new)
    return known


def _without_consent() -> Iterator[str]:
    """Promise 6, by the consent as it stood at each hand-over: one taken back later does not undo what it covered,
    and one given later heals nothing."""
    kinds = ("file", "change_consent", "recall_packet", *HAND_OVERS)
    query = select(Case.reference, Event.case_id, Event.kind, Event.facts).join(Event, Event.case_id == Case.id)
    agreed: dict[str | None, bool] = {}
    for reference, case_id, kind, facts in db.session.execute(
        query.where(Event.kind.in_(kinds)).order_by(Event.case_id, Event.seq)
    ):
        if kind in ("file", "change_consent"):
            agreed[case_id] = json.loads(facts)["share_account"]
        elif "n" in json.loads(facts) and not agreed.get(case_id, False):
            yield f"{reference}: a packet was sent without the complainant's consent."


def _lost() -> Iterator[str]:
    """Promise 8: each complaint has its words, and its receipt unless it came from a register."""
    written = select(Writing.case_id).where(Writing.step.in_(("file", "imported")))
    for reference in db.session.scalars(select(Case.reference).where(Case.id.not_in(written))):
        yield f"{reference}: what the complainant wrote is missing."
    received = select(ReceiptEnvelope.case_id)
    kept = Case.erased_at.is_(None)
    query = select(Case.reference).where(Case.register_key.is_(None), Case.id.not_in(received), kept)
    yield from (f"{reference}: no receipt opens it." for reference in db.session.scalars(query))


def _files() -> Iterator[str]:
    """Promise 8: each file that came with a writing lies in its folder as it came."""
    query = select(Case.reference, Attachment.id, Attachment.digest).join(Attachment, Attachment.case_id == Case.id)
    for reference, file_id, digest in db.session.execute(query):
        try:
            with path_of(file_id).open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            whole = False
        if not whole:
            yield f"{reference}: the file {file_id} is missing or was changed."
