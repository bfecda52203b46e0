"""A changed, removed, swapped or inserted event, and a removed case, are each found."""

import json
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from grievance import clock, demonstration
from grievance.access import CLOCK
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, ChainHead, Checkpoint, Event
from grievance.record import chain, checkpoint_faults, transaction
from grievance.record.transaction import unit_of_work


@pytest.fixture
def signed(both, ready, tmp_path):
    """Two cases with a few events each, and a checkpoint over them; the guards of the database taken off."""

    def walked():
        start = clock.now() - timedelta(days=40)
        for _ in range(2):
            demonstration.walk_story(both.cast, "respond", start)
        with unit_of_work():
            chain.take_checkpoint(clock.now())

    ready.made_on(both, "two cases and a checkpoint", tmp_path, walked)
    assert chain.verify() == []
    return both


def spoil(kind, *statements):
    with unit_of_work() as session:
        if kind == "sqlite":
            session.execute(text("DROP TRIGGER events_no_update"))
            session.execute(text("DROP TRIGGER events_no_delete"))
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            session.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        for statement in statements:
            session.execute(text(statement))
    return chain.verify()


CASE = "(SELECT min(chain) FROM events WHERE chain <> 'office')"
COLUMNS = "chain, seq, case_id, kind, role, actor_id, happened_at, recorded_at, facts, sealed, previous_hash, hash"


def test_an_event_that_was_changed_is_found(signed):
    assert any(
        "was changed" in f
        for f in spoil(signed.kind, f"UPDATE events SET role='approver' WHERE chain={CASE} AND seq=2")
    )


def test_an_event_that_was_removed_is_found(signed):
    sql = f"DELETE FROM events WHERE chain={CASE} AND seq=2"
    faults = spoil(
        signed.kind, f"DELETE FROM letters WHERE event_id IN (SELECT id FROM events WHERE chain={CASE} AND seq=2)", sql
    )
    assert any("event 2 is missing" in f for f in faults)


def test_two_events_that_were_swapped_are_found(signed):
    swap = [f"UPDATE events SET seq={new} WHERE chain={CASE} AND seq={old}" for old, new in ((2, 99), (3, 2), (99, 3))]
    assert spoil(signed.kind, *swap)


def test_an_event_that_was_put_in_is_found(signed):
    copy = COLUMNS.replace("seq,", "999,")
    assert spoil(signed.kind, f"INSERT INTO events ({COLUMNS}) SELECT {copy} FROM events WHERE chain={CASE} AND seq=1")


def test_a_tail_that_was_cut_with_its_head_is_found_by_the_checkpoint(signed):
    last = f"(SELECT max(seq) FROM events WHERE chain={CASE})"
    head = f"(SELECT previous_hash FROM events WHERE chain={CASE} AND seq={last})"
    faults = spoil(
        signed.kind,
        f"UPDATE cases SET head_hash={head}, head_seq=head_seq-1 WHERE id={CASE}",
        f"DELETE FROM letters WHERE event_id=(SELECT id FROM events WHERE chain={CASE} ORDER BY seq DESC LIMIT 1)",
        f"DELETE FROM events WHERE id=(SELECT id FROM events WHERE chain={CASE} ORDER BY seq DESC LIMIT 1)",
    )
    assert any("checkpoint" in f for f in faults)


def test_a_case_that_was_removed_with_everything_is_found(signed):
    one = db.session.scalar(text(f"SELECT {CASE}"))
    db.session.rollback()
    follow = "DELETE FROM follow_sessions"
    gone = [f"DELETE FROM {table} WHERE case_id='{one}'" for table in ("letters", "events", "limits", "decisions")]
    rest = (
        "summaries",
        "writings",
        "filings",
        "company_envelopes",
        "secretariat_envelopes",
        "receipt_envelopes",
        "remedies",
        "new_marks",
        "respondents",
    )
    gone += [follow, *(f"DELETE FROM {table} WHERE case_id='{one}'" for table in rest)]
    faults = spoil(signed.kind, *gone, f"DELETE FROM cases WHERE id='{one}'")
    assert any("fewer are here" in f for f in faults) and any("no longer has event" in f for f in faults)


def test_a_changed_checkpoint_is_found(signed):
    faults = spoil(signed.kind, "UPDATE checkpoints SET body=replace(body, 'size', 'sise')")
    assert any("signature" in f for f in faults)


@pytest.mark.parametrize("sql", ["UPDATE events SET role='clock'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_the_record(both, sql):
    demonstration.file_one(clock.now())
    with pytest.raises(DBAPIError, match="only added to"), unit_of_work() as session:
        session.execute(text(sql))


def checkpoint():
    """Sign now; what was signed: for each chain that moved, its end."""
    with unit_of_work():
        return json.loads(chain.take_checkpoint(clock.now()).leaves)["heads"]


def ends():
    """Where each chain ends in the database now."""
    cases = db.session.execute(select(Case.id, Case.head_seq, Case.head_hash))
    office = db.session.execute(select(ChainHead.chain, ChainHead.seq, ChainHead.hash))
    found = {chain: [seq, digest] for chain, seq, digest in [*cases, *office]}
    db.session.rollback()
    return found


def file_one():
    return db.session.scalars(select(Case.id).where(Case.reference == demonstration.file_one(clock.now())[0])).one()


def append(case_id):
    now = clock.now()
    chain.append(db.session.get_one(Case, case_id, with_for_update=True), "looked_at", CLOCK, now, now)


def test_a_checkpoint_signs_each_chain_that_moved_where_it_ends_and_no_other(both):
    one, two = file_one(), file_one()
    assert checkpoint() == ends() and {one, two, OFFICE_CHAIN} == set(ends())
    assert checkpoint() == {}
    with unit_of_work():
        append(one)
    assert checkpoint() == {one: ends()[one]}
    assert chain.verify() == []


@contextmanager
def slow_to_commit(app, case_id):
    """Somebody adds to a chain, has the event's number and has written it, and commits at the end."""
    written, go_on = threading.Event(), threading.Event()

    def add():
        with app.app_context():
            with unit_of_work():
                append(case_id)
                transaction._write()
                written.set()
                go_on.wait(30)
            db.session.remove()

    thread = threading.Thread(target=add)
    thread.start()
    written.wait(30)
    yield
    go_on.set()
    thread.join()


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
def test_an_event_that_is_committed_after_one_with_a_higher_number_was_signed_is_signed_too(both):
    slow, quick = file_one(), file_one()
    checkpoint()
    with slow_to_commit(both.app, slow):
        with unit_of_work():
            append(quick)
        assert checkpoint() == {quick: ends()[quick]}
    numbers = dict(db.session.execute(select(Event.chain, Event.id).order_by(Event.id)).all())
    assert numbers[slow] < numbers[quick]
    assert checkpoint() == {slow: ends()[slow]}
    first = f"(SELECT hash FROM events WHERE chain='{slow}')"
    faults = spoil(
        both.kind,
        f"DELETE FROM events WHERE chain='{slow}' AND seq=2",
        f"UPDATE cases SET head_seq=1, head_hash={first} WHERE id='{slow}'",
    )
    assert any("no longer has event 2" in fault for fault in faults)


@pytest.mark.parametrize("what", ["UPDATE cases SET signed_seq = head_seq", "UPDATE chain_heads SET signed_seq = seq"])
def test_a_chain_that_says_that_it_was_signed_and_was_not_is_found(both, what):
    file_one()
    assert chain.verify() == []
    with unit_of_work() as session:
        session.execute(text(what))
    assert any("no checkpoint has signed" in fault for fault in chain.verify())


def test_a_chain_whose_mark_was_lost_is_signed_once_more_and_the_record_is_whole(both):
    one = file_one()
    checkpoint()
    with unit_of_work() as session:
        session.execute(text("UPDATE cases SET signed_seq = 0"))
    assert chain.verify() == []
    assert checkpoint() == {one: ends()[one]} and chain.verify() == []


def test_a_unit_of_work_inside_another_is_refused_and_what_the_outer_one_did_stays(app):
    case_id = file_one()
    with unit_of_work():
        append(case_id)
        with pytest.raises(transaction.Nested), unit_of_work():
            pass
    assert db.session.scalar(select(func.count()).where(Event.chain == case_id)) == 2
    with unit_of_work():
        append(case_id)
    assert chain.verify() == []


@pytest.mark.parametrize("each", [1, 7])
def test_a_thousand_signed_heads_are_asked_for_in_a_few_questions(both, monkeypatch, each):
    """Whether one checkpoint signed them all, or many a few each."""
    for _case in range(28):
        demonstration.file_one(clock.now())
        if _case % each == 0:
            with unit_of_work():
                chain.take_checkpoint(clock.now())
    monkeypatch.setattr(checkpoint_faults, "AT_ONCE", 10)
    sent = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_more: sent.append(statement))
    assert chain.verify() == []
    asked = [one for one in sent if "SELECT events.chain, events.seq, events.hash" in one and " IN " in one]
    assert 1 <= len(asked) <= 6 and len(sent) < 20


def test_every_batch_of_signed_heads_is_looked_at_the_last_one_too(signed, monkeypatch):
    monkeypatch.setattr(checkpoint_faults, "AT_ONCE", 2)
    with unit_of_work() as session:
        bodies = [json.loads(one) for one in session.scalars(select(Checkpoint.leaves))]
        heads = [(name, seq) for body in bodies for name, (seq, _hash) in body["heads"].items()]
    assert len(heads) >= 3
    for name, seq in heads:
        faults = spoiled_and_back(signed.kind, name, seq)
        assert any(f"chain {name} no longer has event {seq}" in fault for fault in faults)


def spoiled_and_back(kind, name, seq):
    """What is found where this one event has another hash; afterwards it has its own again."""
    own = db.session.scalar(select(Event.hash).where(Event.chain == name, Event.seq == seq))
    with guards_off(kind) as session:
        session.execute(text(f"UPDATE events SET hash = 'x' WHERE chain = '{name}' AND seq = {seq}"))
    found = chain.verify()
    with guards_off(kind) as session:
        session.execute(text(f"UPDATE events SET hash = '{own}' WHERE chain = '{name}' AND seq = {seq}"))
    return found


@contextmanager
def guards_off(kind):
    with unit_of_work() as session:
        if kind == "sqlite":
            session.execute(text("DROP TRIGGER IF EXISTS events_no_update"))
        else:
            session.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        yield session
