from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grievance.deadlines.dates import (  # fmt: skip
    Calendar,
    Due,
    Pause,
    Rule,
    due,
    due_on,
    freeze,
    never_earlier,
    passed,
    thaw,
)

ZONES = ("Europe/Zurich", "America/Sao_Paulo", "Asia/Beirut", "Africa/Nairobi", "Pacific/Apia", "UTC")
dates = st.dates(date(2018, 1, 1), date(2032, 12, 31))
moments = st.datetimes(datetime(2018, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
weekends = st.sampled_from([frozenset(w) for w in ({5, 6}, {4, 5}, {4}, set(), {3, 4}, {6})])
calendars = st.builds(
    Calendar, st.sampled_from(ZONES), weekends, st.dictionaries(dates, st.just("Holiday"), max_size=40)
)
rules = st.builds(Rule, st.integers(1, 120), st.sampled_from("cbh"))
pauses = st.lists(st.builds(lambda d, n: Pause(d, d + timedelta(days=n)), dates, st.integers(0, 60)), max_size=3)
many = settings(max_examples=150, deadline=None)


@many
@given(rules, moments, calendars, st.integers(0, 150))
def test_a_holiday_added_never_makes_a_limit_earlier(rule, event, calendar, ahead):
    holiday = event.date() + timedelta(days=ahead)
    fuller = Calendar(calendar.zone, calendar.weekend, {**calendar.holidays, holiday: "New"})
    before, after = due(rule, event, calendar), due(rule, event, fuller)
    assert after.at >= before.at
    assert never_earlier(before, after) == max(before, after, key=lambda d: d.at)


@many
@given(rules, moments, calendars, pauses)
def test_a_pause_never_shortens(rule, event, calendar, held):
    assert due(rule, event, calendar, held).at >= due(rule, event, calendar).at


@many
@given(st.builds(Rule, st.integers(1, 120), st.sampled_from("cb")), moments, calendars, pauses)
def test_the_explanation_adds_up_to_the_date(rule, event, calendar, held):
    answer = due(rule, event, calendar, held)
    assert [d.on for d in answer.days] == [answer.days[0].on + timedelta(days=i) for i in range(len(answer.days))]
    assert [d.counted for d in answer.days if d.counted] == list(range(1, rule.count + 1))
    assert (answer.days[0].reason, answer.days[-1].on) == ("event", answer.on)
    assert calendar.day_off(answer.on) is None


@many
@given(rules, moments, calendars, pauses)
def test_a_limit_computed_again_from_what_it_was_made_with_is_the_same(rule, event, calendar, held):
    assert thaw(freeze(rule, calendar), event, held) == due(rule, event, calendar, held)


@many
@given(rules, moments, calendars, pauses)
def test_a_date_without_its_explanation_is_the_same_date(rule, event, calendar, held):
    told, alone = due(rule, event, calendar, held), due(rule, event, calendar, held, explain=False)
    assert (alone.at, alone.on) == (told.at, told.on)


@many
@given(rules, moments, calendars)
def test_a_limit_is_never_passed_when_it_is_made(rule, event, calendar):
    assert not passed(due(rule, event, calendar).at, event)


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Africa/Nairobi", "America/Bogota"])
def test_the_last_second_of_the_due_day_is_in_time_and_the_next_is_late(zone):
    local = ZoneInfo(zone)
    at = due(Rule(7, "c"), datetime(2026, 5, 4, 23, 59, 59, tzinfo=local), Calendar(zone)).at
    assert not passed(at, datetime(2026, 5, 11, 23, 59, 59, tzinfo=local))
    assert passed(at, datetime(2026, 5, 12, 0, 0, 0, tzinfo=local))


def test_an_event_one_second_after_midnight_counts_from_the_next_day():
    calendar, local = Calendar("Africa/Nairobi"), ZoneInfo("Africa/Nairobi")
    assert due(Rule(1, "b"), datetime(2026, 5, 4, 23, 59, 59, tzinfo=local), calendar).on == date(2026, 5, 5)
    assert due(Rule(1, "b"), datetime(2026, 5, 5, 0, 0, 0, tzinfo=local), calendar).on == date(2026, 5, 6)


@pytest.mark.parametrize(("year", "last"), [(2028, date(2028, 2, 29)), (2027, date(2027, 3, 1))])
def test_29_february_counts_where_there_is_one(year, last):
    assert due(Rule(2, "c"), datetime(year, 2, 27, 12, tzinfo=UTC), Calendar("UTC", frozenset())).on == last


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 3), 24)])
def test_a_day_on_which_the_clocks_change_still_ends_at_midnight(day, hours):
    calendar = Calendar("Europe/Zurich", frozenset())
    length = due_on(day, calendar).at - due_on(day - timedelta(days=1), calendar).at
    assert length == timedelta(hours=hours)


def test_where_midnight_does_not_exist_the_day_ends_at_the_change():
    calendar = Calendar("America/Sao_Paulo", frozenset())
    assert due_on(date(2018, 11, 3), calendar).at == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_friday_and_saturday_are_skipped_where_they_are_the_weekend():
    thursday = datetime(2026, 5, 7, 12, tzinfo=UTC)
    assert due(Rule(1, "b"), thursday, Calendar("UTC", frozenset({4, 5}))).on == date(2026, 5, 10)
    assert due(Rule(1, "b"), thursday, Calendar("UTC")).on == date(2026, 5, 8)


def test_calendar_days_roll_forward_off_a_weekend_and_the_holiday_behind_it():
    calendar = Calendar("UTC", holidays={date(2026, 5, 11): "Founders' Day"})
    answer = due(Rule(7, "c"), datetime(2026, 5, 2, 12, tzinfo=UTC), calendar)
    assert (answer.on, answer.days[-2].name) == (date(2026, 5, 12), "Founders' Day")


def test_twenty_four_hours_are_twenty_four_hours_on_a_weekend_too():
    saturday = datetime(2026, 5, 9, 15, 30, tzinfo=UTC)
    assert due(Rule(24, "h"), saturday, Calendar("UTC")).at == saturday + timedelta(hours=24)


@pytest.mark.parametrize("text", ["", "b", "0b", "-1c", "3651c", "15x", "1.5b", "٣c", "9" * 50 + "c"])
def test_a_doubtful_rule_is_refused(text):
    with pytest.raises(ValueError, match="time limit"):
        Rule.parse(text)


def test_a_week_without_business_days_is_refused():
    with pytest.raises(ValueError, match="business days"):
        Calendar("UTC", frozenset(range(7)))


def test_an_agreed_date_is_not_rolled():
    assert due_on(date(2026, 5, 10), Calendar("UTC")) == Due(
        datetime(2026, 5, 11, tzinfo=UTC), date(2026, 5, 10), due_on(date(2026, 5, 10), Calendar("UTC")).days
    )
