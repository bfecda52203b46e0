"""Cases that are settled because they are like another one get what each would have got by itself."""

import json
import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from grievance.extensions import db
from grievance.maintenance import sweep as sweeping
from grievance.models.case import Case, State
from grievance.models.desk import NewMark
from grievance.models.event import Event
from grievance.models.heartbeat import Heartbeat
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.vouching import Signature
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import alike
from tests.maintenance.test_sweep import START, many

CASES, EXAMPLES = 5, int(os.environ.get("ALIKE_EXAMPLES", "6"))
DUE = START + timedelta(days=60)
OF_A_CASE = {
    "as it is": {},
    "of nobody": {"officer_id": None},
    "from a register": {"register_key": Case.id},
    "suspended": {"suspended": True},
    "withdrawn": {"withdrawn_at": START},
    "in danger": {"safety_alert": True},
    "unseen": {"escalation_unseen": True, "state": State.ESCALATED},
    "escalated": {"state": State.ESCALATED},
    "received": {"state": State.RECEIVED},
    "closed": {"state": State.CLOSED, "closed_at": START},
    "nothing handed over": {"handovers": 0},
    "never opened": {"company_opened": 0},
    "waits for a word": {"waits_since": START},
    "of no company": {"company_id": None},
    "a part": {"parts": 1},
    "in another language": {"language": "uk", "country": "BD", "version": 40, "topics": ["wages"]},
}
OF_A_LIMIT = {
    "as it is": {},
    "held": {"held": True},
    "paused": {"paused_at": START, "wake_at": None},
    "a warning": {"due_at": DUE + timedelta(days=9)},
    "waits": {"waits_until": DUE + timedelta(days=1)},
    "waited": {"waits_until": DUE - timedelta(days=1)},
    "missed": {"missed_at": DUE - timedelta(days=3)},
    "reminded": {"reminded_at": START + timedelta(days=9)},
    "given again": {"grace_seconds": 7200},
    "later": {"opened_at": START + timedelta(seconds=9)},
    "asleep": {"wake_at": None},
    "of another round": {"round": 7},
    "without warning": {"wake_at": DUE - timedelta(days=1), "due_at": DUE - timedelta(days=1)},
}
KEYS = ("L4", "L5", "L6", "L15")
one_case = st.tuples(
    st.sampled_from(sorted(OF_A_CASE)), st.sampled_from(KEYS), st.sampled_from(sorted(OF_A_LIMIT)), st.booleans()
)
mixed = st.lists(one_case, min_size=1, max_size=3).flatmap(
    lambda kinds: st.lists(st.sampled_from(kinds), min_size=CASES, max_size=CASES)
)


class TakenBack(Exception):
    """The end of every try."""


def changed(ids, kinds, silent):
    """The cases made different by hand; the record need not know, as both ways begin from it."""
    for one, (case, key, limit, reads) in zip(ids, kinds, strict=True):
        if OF_A_CASE[case]:
            db.session.execute(update(Case).where(Case.id == one).values(OF_A_CASE[case]))
        if OF_A_LIMIT[limit]:
            db.session.execute(update(Limit).where(Limit.case_id == one, Limit.key == key).values(OF_A_LIMIT[limit]))
        if not reads:
            db.session.execute(delete(CompanyEnvelope).where(CompanyEnvelope.case_id == one))
    if silent:
        db.session.add_all(Heartbeat(began_at=at, last_at=at) for at in (START, DUE + timedelta(hours=1)))
    db.session.flush()
    db.session.expire_all()


def rows(model, *but):
    columns = [column for column in model.__table__.c if column.name not in but]
    return [tuple(row) for row in db.session.execute(select(*columns))]


def written():
    """Every row that a sweep writes, with no number that another order of the same work would change."""
    named = {number: (case, key, str(opened)) for number, case, key, opened in db.session.execute(
        select(Limit.id, Limit.case_id, Limit.key, Limit.opened_at))}  # fmt: skip
    events = [
        (e.chain, e.seq, e.kind, e.role, e.actor_id, e.happened_at, e.recorded_at, e.facts, e.sealed, e.format,
         named.get(e.missed_limit_id), said_of(e.rows, named))
        for e in db.session.scalars(select(Event))
    ]  # fmt: skip
    letters = [
        (n.chain, n.seq, one.recipient, one.template, one.owed_at, one.counts_from, one.tries, one.sent_at,
         json.dumps(one.facts, sort_keys=True), json.dumps(one.mailed))
        for one, n in db.session.execute(select(Letter, Event).join(Event, Event.id == Letter.event_id))
    ]  # fmt: skip
    found = [
        rows(Case, "head_hash"),
        rows(Limit, "id"),
        rows(NewMark),
        rows(Signature, "id", "event_hash", "signature"),
    ]
    return [Counter(map(repr, part)) for part in (*found, events, letters, chain.verify())]


def said_of(text, named):
    if not text:
        return text
    said = json.loads(text)
    return sorted((str(named[int(name[7:])]) if name.startswith("limits:") else name, digest)
                  for name, digest in said.items())  # fmt: skip


def settled(ids, kinds, silent, least, monkeypatch):
    """What a sweep counts and writes, of cases of which so many must be alike; all of it is taken back."""
    monkeypatch.setattr(alike, "LEAST", least)
    counts, failed, found = sweeping.Counts(), set(), []
    with suppress(TakenBack), unit_of_work():
        changed(ids, kinds, silent)
        while sweeping.settle_some(DUE, counts, failed):
            pass
        found += written()
        raise TakenBack
    return counts.as_dict(), sorted(failed), found


def test_what_is_settled_together_is_what_each_case_would_have_got(both, monkeypatch):
    many(both.cast, monkeypatch, CASES)
    ids = list(db.session.scalars(select(Case.id).where(Case.state == State.REFERRED).order_by(Case.id)))[:CASES]
    copied = Counter()
    real = alike.follow
    monkeypatch.setattr(
        alike, "follow", lambda found, loose: copied.update(len(g) for _o, g in found) or real(found, loose)
    )

    @settings(
        max_examples=EXAMPLES,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(kinds=mixed, silent=st.booleans())
    def alike_or_alone(kinds, silent):
        alone = settled(ids, kinds, silent, CASES + 1, monkeypatch)
        assert settled(ids, kinds, silent, 1, monkeypatch) == alone

    alike_or_alone()
    assert copied, "nothing was settled together"


def test_what_is_not_compared_is_noticed_also_where_it_was_read_before(both, monkeypatch):
    """A warning asks when its limit was opened, which may be another moment in each case."""
    many(both.cast, monkeypatch, CASES)
    ids = list(db.session.scalars(select(Case.id).where(Case.state == State.REFERRED)))
    with unit_of_work():
        known = db.session.scalars(sweeping.WHOLE, {"ids": ids}).all()
        assert alike.settle_alike(ids, START + timedelta(days=3)) == ([], ids) and len(known) >= CASES
