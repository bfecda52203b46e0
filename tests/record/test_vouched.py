"""Each event says what the rows are that its unit of work changed, and whoever acted with keys signs it."""

import json
from contextlib import suppress

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grievance import clock, demonstration
from grievance.crypto import signing
from grievance.demonstration import do
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Account
from grievance.models.vouching import Signature
from grievance.models.writing import Writing
from grievance.record import chain, vouched
from grievance.record.transaction import savepoint, unit_of_work


@pytest.fixture
def case(both):
    reference, _amina, _code = demonstration.file_one(clock.now())
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def said(case):
    """What each row is by the record."""
    rows = {}
    for event in db.session.scalars(select(Event).where(Event.chain == case.id).order_by(Event.seq)):
        rows |= json.loads(event.rows or "{}")
    return rows


def now_of(row):
    db.session.expire_all()
    table = vouched.OF_MODEL[type(row)]
    return table.name_of(row), table.digest_of(row.__getattribute__)


def test_what_the_record_says_of_a_new_row_is_what_the_database_gives_back(case):
    rows = said(case)
    for row in (case, *db.session.scalars(select(Writing).where(Writing.case_id == case.id))):
        name, digest = now_of(row)
        assert rows[name] == digest


def test_a_step_says_what_it_changed_and_nothing_else(both, case):
    before = len(list(db.session.scalars(select(Writing).where(Writing.case_id == case.id))))
    do("acknowledge", both.cast["Noor"], case.reference, clock.now())
    last = db.session.scalars(select(Event).where(Event.chain == case.id, Event.kind == "acknowledge")).one()
    changed = json.loads(last.rows or "{}")
    after = len(list(db.session.scalars(select(Writing).where(Writing.case_id == case.id))))
    assert len([name for name in changed if name.startswith("writings:")]) == after - before
    assert said(case)[now_of(case)[0]] == now_of(case)[1]


def test_a_row_that_is_changed_behind_the_record_no_longer_fits(case):
    db.session.execute(db.text("UPDATE cases SET share_account = NOT share_account"))
    db.session.commit()
    name, digest = now_of(case)
    assert said(case)[name] != digest


def test_what_a_savepoint_took_back_is_not_said(both, case):
    was, other = case.safety_alert, not case.safety_alert
    with unit_of_work():
        changing = db.session.get_one(Case, case.id)
        with suppress(ZeroDivisionError), savepoint():
            changing.safety_alert = other
            db.session.flush()
            raise ZeroDivisionError
        chain.append(changing, "noted", both.cast["Noor"], clock.now(), clock.now())
    db.session.expire_all()
    assert case.safety_alert is was and said(case)[now_of(case)[0]] == now_of(case)[1]


def test_after_a_change_that_the_database_refused_the_next_one_is_said(both, case):
    with unit_of_work():
        changing = db.session.get_one(Case, case.id)
        with suppress(IntegrityError), savepoint():
            changing.handovers = -1
        changing.safety_alert = not changing.safety_alert
        chain.append(changing, "noted", both.cast["Noor"], clock.now(), clock.now())
    name, digest = now_of(case)
    assert said(case)[name] == digest


def test_a_change_that_no_event_speaks_of_is_a_fault_where_the_house_is_built(both, case, monkeypatch):
    monkeypatch.setitem(current_app.config, "UNVOUCHED_IS_A_FAULT", True)
    with pytest.raises(vouched.Unvouched, match="cases:"), unit_of_work():
        db.session.get_one(Case, case.id).safety_alert = not case.safety_alert


def test_whoever_acts_with_keys_of_their_own_signs_the_event(both, case):
    noor = both.cast["Noor"]
    do("acknowledge", noor, case.reference, clock.now())
    event = db.session.scalars(select(Event).where(Event.chain == case.id, Event.kind == "acknowledge")).one()
    one = db.session.scalars(select(Signature).where(Signature.event_hash == event.hash)).one()
    assert (one.signer, one.signer_id) == ("account", str(noor.account_id))
    public = signing.public_of(noor.own_seed)
    assert signing.is_signed(public, one.signature, bytes.fromhex(event.hash), "event")
    assert one.key == signing.digest(public[:32])


@pytest.mark.parametrize("change", ["UPDATE signatures SET signer_id = '9'", "DELETE FROM signatures"])
def test_the_database_refuses_to_change_or_delete_a_signature(both, case, change):
    do("acknowledge", both.cast["Noor"], case.reference, clock.now())
    with pytest.raises(Exception, match="only added to"):
        db.session.execute(db.text(change))
    db.session.rollback()


def test_several_events_of_a_unit_of_work_follow_each_other(both, case):
    with unit_of_work():
        locked = db.session.get_one(Case, case.id)
        for kind in ("one", "two", "three"):
            chain.append(locked, kind, both.cast["Noor"], clock.now(), clock.now())
    assert chain.verify() == [] and db.session.get_one(Account, both.cast["Noor"].account_id)


@pytest.mark.parametrize("field", ["rows", "facts", "kind", "role"])
def test_verify_finds_whatever_of_an_event_was_changed(case, field):
    event = db.session.scalars(select(Event).where(Event.chain == case.id)).first()
    plain = {column.name: getattr(event, column.name) for column in Event.__table__.columns}
    assert chain.hash_of(plain) == event.hash
    assert chain.hash_of({**plain, field: plain[field] + " "}) != event.hash
