"""Before which time nothing may be that a checkpoint is the first to sign."""

import os
from datetime import timedelta

from grievance import clock
from grievance.models.event import Checkpoint
from grievance.record.in_time import END, SLACK, floors
from tests.outside import from_outside


def until():
    return {number: one.at for number, one in floors().items()}


def taken(*times):
    with from_outside() as session:
        for number, at in enumerate(times, 1):
            nothing = {"body": "{}", "signature": b"", "public_key": b"", "hash": os.urandom(32).hex()}
            session.add(Checkpoint(id=number, taken_at=at, **nothing))


def test_what_a_checkpoint_signs_first_is_not_of_long_before_the_two_of_before(app):
    """Of two in one sweep each has its own cases, so that they count as one."""
    noon, hour = clock.now() - timedelta(days=1), timedelta(hours=1)
    taken(noon, noon + 3 * hour, noon + 3 * hour, noon + 4 * hour)
    assert until() == {4: noon - SLACK, END: noon + 3 * hour - SLACK}


def test_a_case_that_somebody_held_when_the_worker_came_back_is_signed_by_the_next_one(app):
    """Nothing is said of it for ever because somebody was at work in that moment."""
    back, hour = clock.now() - timedelta(days=1), timedelta(hours=1)
    taken(back, back + hour)
    assert until() == {END: back - SLACK}


def test_a_clock_that_ran_ahead_says_nothing(app):
    noon, hour = clock.now() - timedelta(hours=1), timedelta(hours=1)
    taken(noon, noon + 24 * hour, noon + hour / 2, noon + hour)
    assert until() == {4: noon - SLACK, END: noon + hour / 2 - SLACK}


def test_nor_does_it_while_no_other_checkpoint_was_signed_since(app):
    noon = clock.now() - timedelta(hours=1)
    taken(noon - timedelta(hours=1), noon, noon + timedelta(days=1))
    assert until() == {3: noon - timedelta(hours=1) - SLACK, END: noon - timedelta(hours=1) - SLACK}


def test_of_the_form_of_before_a_checkpoint_of_then_says_nothing(app):
    noon, hour = clock.now() - timedelta(days=1), timedelta(hours=1)
    taken(noon, noon + hour, noon + 2 * hour, noon + 3 * hour)
    with from_outside() as session:
        session.get_one(Checkpoint, 2).leaves = "{}"
    assert [(number, one.of_old_too) for number, one in floors().items()] == [(3, False), (4, True), (END, False)]
