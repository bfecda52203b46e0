"""Every moment that a row holds has a word, and what says the day of hers holds no more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bin import times as document
from grievance import demonstration
from grievance.maintenance.sweep import sweep
from grievance.record.times import TIMES, Says
from tests.outside import moments

PRESSED = datetime(2026, 3, 5, 14, 7, 31, 250_000, tzinfo=UTC)
"""A minute and a second in which nobody else does anything."""


def test_each_moment_of_each_table_has_a_word(app):
    assert set(TIMES) == set(moments())
    assert all(word.why for word in TIMES.values())


def test_the_page_about_them_is_as_they_are():
    assert (Path(__file__).parents[2] / "docs" / "times.md").read_text() == document.page(), "run `make docs`"


def of_that_minute():
    return {name for name, found in moments().items() if any((at.minute, at.second) == (7, 31) for at in found)}


def test_what_she_did_in_a_marked_minute_is_not_where_the_day_stands(app, cast):
    """Filed, each step of hers of the story, and a message."""
    reference, amina, _code = demonstration.file_one(PRESSED, name="Ana")
    people = {**cast, "Amina": amina}
    for step, who, day in demonstration.STORY:
        at = PRESSED + timedelta(days=day) if who == "Amina" else PRESSED + timedelta(days=day, minutes=3)
        sweep(at - timedelta(days=1, minutes=2))
        demonstration.do(step, people[who], reference, at, cast["Tomas"])
    sweep(PRESSED + timedelta(days=199, minutes=2))
    demonstration.do("write", amina, reference, PRESSED + timedelta(days=200), cast["Tomas"])
    told = {name for name in of_that_minute() if TIMES[name].says is not Says.EXACT}
    assert told == set()
