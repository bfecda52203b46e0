"""What others list as days off: to be ticked, never a calendar."""

import csv
import re
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from grievance.deadlines import suggestions
from grievance.deadlines.country_calendars import weekends
from grievance.extensions import db
from grievance.models.writing import Holiday
from tests.views.test_routes import client_of, token

PATH = "/desk/admin/holidays/suggestions/add"


def test_each_line_is_of_a_known_country_and_has_a_name_that_a_calendar_takes():
    with suggestions.FILE.open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) > 5000 and {row["country"] for row in rows} <= set(weekends())
    assert all(1 <= len(row["name"]) <= 120 and date.fromisoformat(row["on"]) for row in rows)
    assert len({(row["country"], row["on"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("country", "name"),
    [("KE", "Eid al-Fitr"), ("KE", "Eid al-Adha"), ("NG", "Eid al-Fitr"), ("SA", "Eid al-Fitr Holiday"),
     ("SA", "Eid al-Fitr Holiday (observed)"), ("BD", "Eid al-Adha")],
)  # fmt: skip
def test_a_day_for_which_the_moon_is_sighted_is_never_sure(country, name):
    found = [day for day in suggestions.suggested(country, 2027) if name in day.name]
    assert found and not any(day.sure for day in found)


def test_the_gazetted_feast_that_is_in_another_category_is_there_and_a_fixed_day_is_sure():
    kenya = {day.name: day for day in suggestions.suggested("KE", 2027)}
    assert kenya["Eid al-Adha"].categories == "islamic" and kenya["Madaraka Day"].sure
    assert not any("estimated" in name for name in kenya)


def test_in_a_country_without_days_off_nothing_is_suggested():
    assert [day for day in suggestions.suggested("UA", 2027) if "public" in day.categories.split()] == []


def test_an_approver_ticks_sees_what_moves_and_saves_and_nothing_is_ticked_beforehand(app, cast):
    tomas = client_of(app, "Tomas")
    assert f'href="{PATH}?country=KE"' in tomas.get("/desk/admin/holidays?country=KE").text
    page = tomas.get(f"{PATH}?country=KE&year=2027")
    assert "Madaraka Day" in page.text and "checked" not in page.text
    assert re.search(r"Eid al-Fitr.*date not sure", page.text)
    ticked = {"csrf_token": token(page), "country": "KE", "year": "2027", "day": ["2027-06-01", "2027-03-09"]}
    shown = tomas.post(PATH, data=ticked)
    assert "No date moves now." in shown.text and db.session.scalars(select(Holiday)).all() == []
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    tomas.post("/desk/admin/holidays/add", data={**hidden, "answer": "confirm"})
    there = {day.on: day.name for day in db.session.scalars(select(Holiday))}
    assert there == {date(2027, 6, 1): "Madaraka Day", date(2027, 3, 9): "Eid al-Fitr"}
    assert "In the calendar: Tuesday, 1 June 2027" in tomas.get(f"{PATH}?country=KE&year=2027").text


def test_a_day_whose_date_is_not_sure_stays_so_through_the_preview_into_the_calendar(app, cast):
    tomas = client_of(app, "Tomas")
    page = tomas.get(f"{PATH}?country=KE&year=2027")
    ticked = {"csrf_token": token(page), "country": "KE", "year": "2027", "day": ["2027-06-01", "2027-03-09"]}
    shown = tomas.post(PATH, data=ticked)
    assert re.search(r"9 March 2027:.*date not sure", shown.text) and shown.text.count("date not sure") == 1
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    changed = tomas.post("/desk/admin/holidays/add", data={**hidden, "answer": "change"})
    assert 'name="unsure" value="2027-03-09"' in changed.text
    saved = tomas.post("/desk/admin/holidays/add", data={**hidden, "answer": "confirm"}, follow_redirects=True)
    assert {day.on: day.expected for day in db.session.scalars(select(Holiday))} == {
        date(2027, 6, 1): False, date(2027, 3, 9): True
    }  # fmt: skip
    assert "Saved. No date moved." in saved.text


def test_without_a_tick_nothing_is_shown_and_an_unknown_country_is_no_page(app, cast):
    tomas = client_of(app, "Tomas")
    page = tomas.get(f"{PATH}?country=KE&year=2027")
    none = tomas.post(PATH, data={"csrf_token": token(page), "country": "KE", "year": "2027"})
    assert none.status_code == 422 and "Tick the days that you take." in none.text
    assert tomas.get(f"{PATH}?country=XX").status_code == 404
    assert f'href="{PATH}?country=KE' in tomas.get(PATH).text


def test_from_october_on_the_coming_year_is_shown(app, cast):
    with time_machine.travel("2026-11-28T12:00:00+01:00", tick=False):
        assert "Kenya 2027" in client_of(app, "Tomas").get(f"{PATH}?country=KE").text


def test_an_officer_ticks_nothing(app, cast):
    assert client_of(app, "Noor").get(f"{PATH}?country=KE").status_code == 403
