"""What a day off that is entered late undoes, by whichever way it comes; and that it is as if it had been entered in
time."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.deadlines import corrections, holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Calendar, Rule, freeze, thaw
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.limit import Limit
from grievance.models.writing import Holiday
from tests.deadlines.test_holidays import office, referred
from tests.scenarios.days import limits


def imported(both, tmp_path, *options):
    """Idd-ul-Fitr, by the command line."""
    file = tmp_path / "days.txt"
    file.write_text(f"{both.due} Idd-ul-Fitr\n")
    return both.app.test_cli_runner().invoke(args=["import-holidays", "KE", str(file), *options])


@pytest.fixture
def missed(both):
    both.case = referred(both.cast)
    both.due = limits(both.case)["L4"].due_on
    sweep(limits(both.case)["L4"].due_at + timedelta(minutes=1))
    return both


def test_the_command_line_names_the_misses_that_a_day_undoes_as_the_page_does(missed, tmp_path):
    done = imported(missed, tmp_path, "--dry-run")
    counts = {"added": 1, "known": 0, "moved": 0, "undone": 1}
    assert done.exit_code == 0 and json.loads(done.stdout) == counts
    assert done.stderr.startswith(
        f"{missed.case.reference}: acknowledge the referral counted as missed on {missed.due}"
    )
    assert db.session.query(Holiday).count() == 0


def test_the_command_line_enters_the_day_and_corrects_nothing(missed, tmp_path):
    assert imported(missed, tmp_path, "--not-sure").exit_code == 0
    (day,) = db.session.query(Holiday)
    assert (day.on, day.name, day.expected, day.added_by) == (missed.due, "Idd-ul-Fitr", True, None)
    assert office("holiday_added") == 1 and day.added_at
    assert all(limit.corrected_at is None for limit in db.session.query(Limit))


def test_a_bad_line_is_named_and_nothing_is_entered(both, tmp_path):
    both.due = "2026-13-01"
    done = imported(both, tmp_path)
    assert done.exit_code == 1 and "Line 1" in done.stderr and db.session.query(Holiday).count() == 0


def test_a_miss_of_a_company_that_lost_the_case_is_nobodys_and_no_day_undoes_it(missed):
    missed.case.respondent.ended_at, missed.case.respondent.ended_as = missed.case.received_at, "wrong_company"
    db.session.commit()
    assert (
        holidays.preview(missed.cast["Tomas"], "KE", {missed.due: "Eid"}, datetime(2026, 3, 17, tzinfo=UTC)).undone == 0
    )


START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = st.dictionaries(st.dates(date(2026, 3, 3), date(2026, 5, 30)), st.just("Eid"), max_size=12)


@given(count=st.integers(1, 45), unit=st.sampled_from("cb"), known=DAYS, late=DAYS)
def test_the_day_that_is_right_is_the_one_of_a_calendar_that_had_it_in_time(count, unit, known, late):
    frozen = freeze(Rule(count, unit), Calendar("Africa/Nairobi", holidays=known))
    limit = Limit(frozen=frozen, opened_at=START, pauses=[], due_on=(due := thaw(frozen, START)).on, due_at=due.at)
    in_time = thaw(freeze(Rule(count, unit), Calendar("Africa/Nairobi", holidays={**known, **late})), START)
    found = corrections.Right(*deadlines.with_holidays(limit, late))
    assert (found.due.at, found.due.on) == (in_time.at, in_time.on)


@given(count=st.integers(1, 45), unit=st.sampled_from("cb"), late=DAYS, after=st.integers(0, 4000))
def test_it_was_no_miss_exactly_if_what_was_done_is_in_time_by_the_right_day(count, unit, late, after):
    frozen = freeze(Rule(count, unit), Calendar("Africa/Nairobi"))
    due = thaw(frozen, START)
    met = due.at + timedelta(minutes=7 * after)
    limit = Limit(frozen=frozen, opened_at=START, pauses=[], due_on=due.on, due_at=due.at, missed_at=due.at, met_at=met)
    found = corrections.Right(*deadlines.with_holidays(limit, late))
    assert corrections.is_undone(limit, found, met) is (met < found.due.at)
