"""What a complainant owes is missed when its day has ended everywhere on earth; her pages say the day alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from grievance import clock, demonstration
from grievance.deadlines import holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Calendar, Rule, due, freeze, thaw
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.reports.casefile import line
from tests.scenarios.days import START, day, facts, limits

MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(app, cast):
    """She has thirty days for an answer, from Tuesday, 3 March: until Thursday, 2 April."""
    reference, _amina, code = demonstration.file_one(START)
    demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    demonstration.do("ask", cast["Noor"], reference, day(1))
    case = db.session.query(Case).filter_by(reference=reference).one()
    return case, cast, code


def test_her_day_is_over_when_it_is_over_twelve_hours_behind_utc(asked):
    case, _cast, _code = asked
    limit = limits(case)["L3"]
    assert limit.due_on.isoformat() == "2026-04-02" and limit.due_at == datetime(2026, 4, 3, 12, tzinfo=UTC)
    sweep(limit.due_at - MINUTE)
    assert [one for one in facts(case, "limit_missed") if one["limit"] == "L3"] == []
    sweep(limit.due_at)
    assert [one["due_on"] for one in facts(case, "limit_missed") if one["limit"] == "L3"] == ["2026-04-02"]
    assert doctor.examine() == []


def test_what_the_office_owes_ends_by_the_offices_own_day(asked):
    case, _cast, _code = asked
    limit = limits(case)["L2"]
    assert clock.day(limit.due_at - MINUTE, clock.office_zone()) == limit.due_on
    assert deadlines.ends_in(limit) == clock.office_zone()


def test_it_rolls_off_the_offices_days_off(asked):
    case, cast, _code = asked
    holidays.add(cast["Tomas"], "*", {limits(case)["L3"].due_on: "Maundy Thursday"}, day(3))
    limit = limits(case)["L3"]
    assert limit.due_on.isoformat() == "2026-04-03" and limit.due_at == datetime(2026, 4, 4, 12, tzinfo=UTC)


def test_her_page_says_the_day_and_why_this_date_says_when_it_is_over_everywhere(asked, app):
    _case, _cast, code = asked
    with time_machine.travel(day(2)):
        client = app.test_client()
        client.post("/follow", data={"code": code})
        page = client.get("/follow/case").text
    assert "by 2 April 2026" in page
    assert "over everywhere on earth: 3 April 2026, 14:00, Zurich" in page


def test_while_it_is_over_at_the_office_and_not_everywhere_it_is_still_today(asked):
    case, _cast, _code = asked
    with time_machine.travel(datetime(2026, 4, 3, 9, tzinfo=UTC)):
        shown = line(limits(case)["L3"], "complainant")
    assert (shown.days_left, shown.overdue) == (0, False)


WORLD = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


@given(zone=st.sampled_from(WORLD), at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
       rule=st.sampled_from(["30c", "21c", "60c", "10b"]))  # fmt: skip
def test_wherever_she_is_her_whole_day_counts(zone, at, rule):
    calendar = Calendar("Europe/Zurich")
    frozen = freeze(Rule.parse(rule), calendar) | {"ends": deadlines.LAST_ON_EARTH}
    hers, offices = thaw(frozen, at.replace(tzinfo=UTC)), due(Rule.parse(rule), at.replace(tzinfo=UTC), calendar)
    assert hers.on == offices.on and hers.days == offices.days
    assert hers.at.astimezone(ZoneInfo(zone)).date() > hers.on
