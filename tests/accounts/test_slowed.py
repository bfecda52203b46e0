"""Guessing passwords is slowed in all processes together, and shuts nobody out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock
from grievance.accounts import slowed
from grievance.demonstration import email_of
from grievance.extensions import db
from grievance.maintenance import expiry
from grievance.models.counted import SlowedTry
from grievance.record.transaction import unit_of_work

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
NOOR, HERS = email_of("Noor"), "198.51.100.7"

MEASURES = {name: getattr(slowed, name) for name in ("NETWORK", "ACCOUNT", "BOTH")}
"""As people have them: other tests are not slowed."""


@pytest.fixture
def both(both, monkeypatch):
    for name, measure in MEASURES.items():
        monkeypatch.setattr(slowed, name, measure)
    return both


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def guesses(email, number, networks=1):
    """How long each guess waits, from so many networks in turn."""
    return [slowed.wait(email, f"2001:db8:0:{1 + n % networks:x}::{n + 1:x}") for n in range(number)]


def rows():
    return db.session.scalar(select(func.count()).select_from(SlowedTry))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::ffff", "2001:0db8:0001:0002"),
        ("2001:db8:1:3::4", "2001:0db8:0001:0003"),
        ("", ""),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_first_64_bits(address, network):
    assert slowed.network_of(address) == network


def test_one_network_that_guesses_at_one_account_is_slowed_to_one_try_in_half_a_minute(both, noon):
    waits = guesses(NOOR, 20)
    assert waits[:10] == [0] * 10 and waits[10:] == [30] * 10
    noon.shift(timedelta(seconds=30))
    assert guesses(NOOR, 2) == [0, 30]


def test_whoever_guesses_from_everywhere_does_not_shut_out_the_person_whose_account_it_is(both, noon):
    guesses(NOOR, 300, networks=100)
    assert guesses(NOOR, 400, networks=100)[-1] > 0
    assert [slowed.wait(NOOR, HERS) for _time in range(4)][:3] == [0, 0, 0]
    assert 0 < slowed.wait(NOOR, HERS) <= slowed.BOTH.seconds  # even then, for ten minutes at most


def test_one_network_that_tries_many_accounts_is_slowed_as_before(both, noon):
    waits = [slowed.wait(f"n{n}@else.example", HERS) for n in range(31)]
    assert waits == [0] * 30 + [5]


def test_an_address_that_is_nobodys_is_slowed_as_one_that_is_somebodys(both, noon):
    assert guesses("nobody@else.example", 20) == [0] * 10 + [30] * 10


def test_however_the_address_is_written_it_is_the_same_account_also_for_who_is_signed_in(both, noon):
    guesses(NOOR, 5)
    guesses(f"  {NOOR.upper()} ", 5)
    assert slowed.wait_of(both.cast["Noor"].account_id, "2001:db8:0:1::9") == 30


def test_no_row_holds_an_address_and_the_next_day_nobody_is_known_by_the_same_name(both, noon):
    guesses(NOOR, 1)
    today = set(db.session.scalars(select(SlowedTry.name)))
    noon.shift(timedelta(days=1))
    guesses(NOOR, 1)
    assert len(today) == 3 and len(set(db.session.scalars(select(SlowedTry.name))) - today) == 3


def test_rows_go_when_they_slow_nobody_any_more(both, noon):
    guesses(NOOR, 20)
    noon.shift(timedelta(minutes=30, seconds=1))
    with unit_of_work():
        expiry.tidy(clock.now())
    assert rows() == 0


def test_where_the_table_is_full_those_go_that_would_be_over_first_and_never_all(both, noon, monkeypatch):
    monkeypatch.setattr(slowed, "MOST", 20)
    guesses(NOOR, 10)
    longest = db.session.scalar(select(SlowedTry.name).order_by(SlowedTry.until.desc()).limit(1))
    for n in range(50):
        slowed.wait(f"n{n}@else.example", f"203.0.113.{n}")
    assert rows() == 20 and db.session.get(SlowedTry, longest)


def test_two_processes_count_together(both, noon):
    """What the table holds, and nothing in memory, says how long somebody waits."""
    guesses(NOOR, 10)
    with both.app.app_context():
        assert guesses(NOOR, 1) == [30]
