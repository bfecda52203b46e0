"""What is done each minute beside the cases: little where nothing has died, and never late."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.event import Checkpoint
from grievance.models.keys import (
    AccountSession,
    Draft,
    Filing,
    FollowSession,
    IdentityGrant,
    IdentityRequest,
    ReceiptEnvelope,
)


@pytest.fixture
def statements(both):
    """Each statement that is sent from now on, but for those that begin and end a transaction."""
    sent = []

    def note(_connection, _cursor, statement, _values, _context, _many):
        if not statement.startswith("BEGIN"):
            sent.append(statement.split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_where_nothing_is_due_the_sweep_asks_four_times_and_notes_that_it_was_there(both, statements):
    demonstration.file_one(clock.now())
    sweep(clock.now())
    del statements[:]
    sweep(clock.now())
    assert statements == ["SELECT"] * 3 + ["UPDATE", "SELECT"]  # the first of holidays, the last of concerns


def dying(account_id, now):
    """What must not outlive so many minutes, as of `now`, each with its minutes."""
    digest = lambda: secrets.token_hex(32)  # noqa: E731
    envelope = db.session.scalars(select(ReceiptEnvelope.id)).first()
    return {
        "draft": (Draft(secret_hash=digest(), sealed=b"x", started_at=now, expires_at=now + timedelta(minutes=5)), 5),
        "follow": (FollowSession(secret_hash=digest(), envelope_id=envelope, sealed_key=b"x", seen_at=now), 15),
        "account": (
            AccountSession(secret_hash=digest(), account_id=account_id, sealed_seed=b"x", started_at=now, seen_at=now),
            30,
        ),
    }


@pytest.mark.parametrize("name", ["draft", "follow", "account"])
def test_what_has_had_its_time_dies_with_the_next_sweep_and_not_before(both, name):
    demonstration.file_one(clock.now())
    now = clock.now()
    row, minutes = dying(both.cast["Noor"].account_id, now)[name]
    there = select(func.count()).where(type(row).secret_hash == row.secret_hash)
    db.session.add(row)
    db.session.commit()
    sweep(now + timedelta(minutes=minutes, seconds=-1))
    assert db.session.scalar(there) == 1
    sweep(now + timedelta(minutes=minutes))
    assert db.session.scalar(there) == 0


def test_a_receipt_that_was_shown_dies_after_its_hour(both):
    demonstration.file_one(clock.now())
    shown = select(func.count()).select_from(Filing).where(Filing.sealed_receipt.is_not(None))
    expires_at = db.session.scalars(select(Filing.expires_at)).one()
    sweep(expires_at - timedelta(seconds=1))
    assert db.session.scalar(shown) == 1
    sweep(expires_at)
    assert db.session.scalar(shown) == 0


def test_a_grant_dies_with_its_day_where_nothing_else_does(both):
    reference, _amina, _code = demonstration.file_one(clock.now(), name="Zinnober", known_to_secretariat="yes")
    for step, who in (("ask_identity", "Noor"), ("grant_identity", "Ines")):
        demonstration.do(step, both.cast[who], reference, clock.now())
    granted = select(func.count()).select_from(IdentityGrant)
    expires_at = db.session.scalars(select(IdentityRequest.expires_at)).one()
    sweep(expires_at - timedelta(seconds=1))
    assert db.session.scalar(granted) > 0
    sweep(expires_at)
    assert db.session.scalar(granted) == 0


def test_a_checkpoint_is_signed_each_hour_and_no_sooner(both):
    now = clock.now()
    for minutes in (0, 59, 60, 61, 119, 120):
        sweep(now + timedelta(minutes=minutes))
    taken = db.session.scalars(select(Checkpoint.taken_at).order_by(Checkpoint.id)).all()
    assert taken == [now, now + timedelta(hours=1), now + timedelta(hours=2)]
