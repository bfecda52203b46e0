"""The desk asks for the days of the next year in time, and a day before a feast whose date nobody knows yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from grievance import demonstration
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance.health import note_sweep
from grievance.maintenance.trouble import troubles
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.deadlines.test_holidays import office
from tests.scenarios.pages import form
from tests.views.test_routes import client_of

NOON = timedelta(hours=12)
OCTOBER, EID = datetime(2026, 10, 1, 9, tzinfo=UTC), date(2027, 3, 10)
GAP = "There are no days off of 2027 yet for: Kenya."


def said(now):
    return [(one.sentence, one.lines) for one in troubles(now)]


def about_days(now):
    return [sentence for sentence, _lines in said(now) if "no days off of" in sentence]


def about_feasts(now):
    return [line for sentence, lines in said(now) if "gazetted" in sentence for line in lines]


@pytest.fixture
def referred(both):
    """A company of Kenya has a case, and the office has its own days of the next year."""
    start = OCTOBER - timedelta(days=9)
    reference, _amina, _code = demonstration.file_one(start)
    demonstration.do("acknowledge", both.cast["Noor"], reference, start)
    demonstration.do("refer", both.cast["Noor"], reference, start, both.cast["Tomas"])
    holidays.add(both.cast["Tomas"], "*", {date(2027, 1, 1): "New Year"}, start)
    return both


def test_from_october_on_the_desk_names_each_country_in_use_without_days_of_the_next_year(referred):
    assert about_days(OCTOBER - timedelta(days=1)) == []
    (sentence,) = about_days(OCTOBER)
    assert sentence.startswith(GAP)


def test_a_day_of_the_next_year_ends_it_and_one_of_this_year_does_not(referred):
    holidays.add(referred.cast["Tomas"], "KE", {date(2026, 12, 25): "Christmas"}, OCTOBER)
    assert len(about_days(OCTOBER)) == 1
    holidays.add(referred.cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"}, OCTOBER)
    assert about_days(OCTOBER) == []


def test_the_offices_own_calendar_is_asked_for_too(referred):
    """Complainants' times run by it, and those of companies whose country is not known."""
    db.session.execute(delete(Holiday).where(Holiday.country == "*"))
    db.session.commit()
    assert about_days(OCTOBER - timedelta(days=1)) == []
    (sentence,) = about_days(OCTOBER)
    assert sentence.startswith("There are no days off of 2027 yet for: Kenya; the Secretariat itself.")
    assert "as if there were no holiday" in sentence


def test_a_country_of_which_no_company_has_a_case_is_not_named(both):
    assert about_days(OCTOBER) == []


@pytest.mark.parametrize("name", ["Noor", "Tomas"])
def test_it_stands_at_the_desk(referred, name):
    with time_machine.travel(OCTOBER):
        with unit_of_work():
            note_sweep(OCTOBER)
        for path in ("/desk", "/desk/admin"):
            page = client_of(referred.app, name).get(path).text
            assert GAP in page and 'href="/desk/admin/holidays">Open the holidays</a>' in page


@pytest.fixture
def moon(both):
    """Idd-ul-Fitr of 2027, by the calculated moon."""
    holidays.add(both.cast["Tomas"], "KE", {EID: "Idd-ul-Fitr", date(2027, 1, 1): "New Year"}, OCTOBER, expected=[EID])
    return both


def at_noon(days):
    return datetime(2027, 3, 10, 12, tzinfo=UTC) + timedelta(days=days)


@pytest.mark.parametrize(("days", "lines"), [
    (-2, []), (-1, ["Kenya: Idd-ul-Fitr, expected tomorrow, 10 March 2027"]),
    (0, ["Kenya: Idd-ul-Fitr, expected today, 10 March 2027"]),
    (3, ["Kenya: Idd-ul-Fitr, was expected on 10 March 2027"]), (31, []),
])  # fmt: skip
def test_the_desk_warns_from_the_day_before_an_expected_feast_on(moon, days, lines):
    assert about_feasts(at_noon(days)) == lines


def test_who_looked_says_so_at_the_page_and_the_desk_is_quiet_again(moon):
    feast = db.session.scalars(select(Holiday).where(Holiday.expected)).one().id
    with time_machine.travel(at_noon(-1)):
        tomas = client_of(moon.app, "Tomas")
        page = tomas.get("/desk/admin/holidays?country=KE").text
        assert page.count("date not sure") == 1 and f"/desk/admin/holidays/{feast}/confirm" in page
        path = f"/desk/admin/holidays/{feast}/confirm"
        assert tomas.post(path, data=form(tomas, path)).status_code == 303
    assert about_feasts(at_noon(-1)) == [] and office("holiday_confirmed") == 1 and chain.verify() == []


def test_only_an_approver_says_so_and_only_once(moon):
    feast = db.session.scalars(select(Holiday).where(Holiday.expected)).one().id
    with pytest.raises(Refused):
        holidays.confirm(moon.cast["Noor"], feast)
    holidays.confirm(moon.cast["Tomas"], feast)
    with pytest.raises(Refused, match="sure already"):
        holidays.confirm(moon.cast["Tomas"], feast)


def test_the_form_asks_whether_the_dates_are_sure(moon):
    tomas = client_of(moon.app, "Tomas")
    path = "/desk/admin/holidays/add"
    asked = {**form(tomas, path), "country": "KE", "on": "2027-05-17", "name": "Idd-ul-Azha", "not_sure": "yes"}
    looked = tomas.post(path, data=asked)
    assert 'name="not_sure" value="yes"' in looked.text
    assert tomas.post(path, data={**asked, "answer": "confirm"}).status_code == 303
    chosen = db.session.scalars(select(Holiday.on).where(Holiday.expected).order_by(Holiday.on))
    assert list(chosen) == [EID, date(2027, 5, 17)]
