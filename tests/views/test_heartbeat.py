"""The heartbeat asks as companies do, and concludes nothing where it cannot know."""

import threading

import pytest
from sqlalchemy import func, select

from grievance.extensions import db
from grievance.models.heartbeat import Heartbeat
from grievance.views import heartbeat
from grievance.views.heartbeat import Front


@pytest.fixture
def answers(monkeypatch):
    """What the public address answers, one time after the other."""
    said = []
    monkeypatch.setattr(heartbeat, "_answers", lambda _address: said.pop(0))
    return said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([True, False, True], [True, False, True]),  # a front that is full, and is not any more
        ([False, False], [True, True]),  # no way out and in again
        ([False, True, False], [True, True, False]),
    ],
)
def test_a_front_that_was_reached_and_is_not_counts_as_down(answers, said, told):
    answers += said
    front = Front("https://complaints.example.org")
    assert [front.is_open() for _each in said] == told


def test_without_https_nobody_is_asked(answers):
    assert Front("http://127.0.0.1:8000").is_open()


def test_a_health_check_over_the_line_says_whether_it_answers(live_server):
    assert heartbeat._answers(f"{live_server}/healthz")
    assert not heartbeat._answers(f"{live_server}/nothing-here") and not heartbeat._answers(
        "http://127.0.0.1:9/healthz"
    )


@pytest.mark.parametrize("is_open", [True, False])
def test_no_mark_is_left_while_nobody_outside_can_be_here(app, cast, monkeypatch, is_open):
    monkeypatch.setattr(Front, "is_open", lambda _self: is_open)
    end = threading.Event()
    end.set()
    heartbeat.beat_until(app, end)
    assert (db.session.scalar(select(func.count()).select_from(Heartbeat)) == 1) is is_open
