"""Whose day it is: a company's, the office's or the reader's, around midnight, at every page and on every paper."""

import csv
import inspect
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
import vobject
from flask import render_template_string
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.accounts import calendar_tokens
from grievance.deadlines import dates, days, holidays, office_hours
from grievance.deadlines import rows as deadlines
from grievance.extensions import db, speaking
from grievance.languages import CODES
from grievance.models.people import Company
from grievance.reports import exports
from grievance.reports.actions import proposed
from grievance.reports.brief import brief_pdf
from grievance.reports.casefile import open_case_file
from grievance.reports.letters import letter_pdf
from grievance.workflow import closing, steps
from tests.outside import a_release_came
from tests.reports.test_letters import seen
from tests.views.test_routes import client_of

NIGHT = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
"""Monday evening in London, and Tuesday already in Kathmandu and Auckland."""
PLACES = {"Asia/Kathmandu": "Kathmandu", "Pacific/Auckland": "Auckland", "UTC": "UTC", "Europe/Zurich": "Zurich"}
TIME = re.compile(r"\b\d\d:\d\d\b")


@pytest.fixture(params=[("Asia/Kathmandu", "Europe/Zurich"), ("Pacific/Auckland", "UTC")], ids="-".join)
def referred(request, app, cast):
    """A case that was referred in that night to a company which lives in tomorrow; read an hour later.

    L4, seven days, ends with Tuesday the 10th there; at the office it is still Tuesday then.
    """
    company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    company.zone, app.config["TIME_ZONE"] = request.param
    db.session.commit()
    with time_machine.travel(NIGHT + timedelta(hours=1)):
        victor = demonstration.signed_in("Victor")
        reference, amina, code = demonstration.file_one(NIGHT - timedelta(days=1))
        for step in ("acknowledge", "refer"):
            demonstration.do(step, cast["Noor"], reference, NIGHT, cast["Tomas"])
        yield SimpleNamespace(
            reference=reference, amina=amina, code=code, victor=victor, noor=cast["Noor"], tomas=cast["Tomas"],
            zone=company.zone, place=PLACES[company.zone], office=PLACES[app.config["TIME_ZONE"]],
            case=find_case(victor, reference),
        )  # fmt: skip


def page(app, name, path):
    answer = client_of(app, name).get(path)
    assert answer.status_code == 200
    return answer.text


def hers(app, code, language="en"):
    client = app.test_client()
    client.post("/follow", data={"code": code, "lang": language})
    return client.get(f"/follow/case?lang={language}").text


# --- pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "face"), [("Noor", "desk"), ("Victor", "company")])
def test_a_companys_due_day_is_the_companys_and_says_so_to_officer_and_company(app, referred, name, face):
    text = page(app, name, f"/{face}/cases/{referred.reference}")
    assert f"Due: end of Tuesday 10 March 2026, {referred.place}" in text
    assert f"All of these are days in {referred.place}." in text


def test_what_the_office_owes_ends_with_the_offices_day_also_on_the_companys_page(app, referred):
    demonstration.do("escalate", referred.noor, referred.reference, NIGHT)
    a_release_came()
    text = page(app, "Victor", f"/company/cases/{referred.reference}")
    assert f"Due: end of Monday 30 March 2026, {referred.office}" in text  # the review, 20 business days after the 2nd


def test_the_queue_names_a_place_where_it_is_not_the_readers_own(app, referred):
    desk, company = page(app, "Noor", "/desk"), page(app, "Victor", "/company")
    assert f'<span class="ref">10 March 2026, {referred.place}</span>' in desk
    assert f"Each day ends at midnight in {referred.office};" in desk
    assert '<span class="ref">10 March 2026</span>' in company
    assert f"Each day ends at midnight in {referred.place};" in company


def test_what_happened_in_that_night_is_told_by_the_readers_own_day(app, referred):
    """The referral is the office's Monday and the company's Tuesday, and each page says by which clock it tells."""
    for name, face, on, place in (
        ("Noor", "desk", "2 March 2026", referred.office), ("Victor", "company", "3 March 2026", referred.place),
    ):  # fmt: skip
        page(app, name, f"/{face}/cases/{referred.reference}")  # what is new is seen, and stands in the story alone
        text = page(app, name, f"/{face}/cases/{referred.reference}")
        story = text[text.index("The complaint was referred to the company") :]
        assert on in story[:200]
        assert f"Where no place stands beside a day, it is the day in {place}." in text


def test_the_day_on_which_it_was_received_is_the_offices(app, referred):
    text = page(app, "Noor", f"/desk/cases/{referred.reference}")
    assert f"<dd>1 March 2026, {referred.office}</dd>" in text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_complainant_reads_the_same_day_and_no_place_or_time(app, referred, language):
    """But for the office's next hour of work, which is an hour of a place."""
    text = hers(app, referred.code, language)
    with app.test_request_context(), speaking(language):
        assert days.full_date(date(2026, 3, 10)) in text
        places = {days.place(zone) for zone in (referred.zone, app.config["TIME_ZONE"])}
        at_work = office_hours.for_case(referred.case, clock.now())
    assert at_work in text
    text = text.replace(at_work, "")
    assert not [place for place in places | {"end of", "midnight"} if place in text]
    assert not TIME.search(text)


def test_the_day_is_over_where_the_company_is_while_it_goes_on_at_the_office(app, referred):
    ends = next(limit.due_at for limit in deadlines.owed(referred.case) if limit.key == "L4")
    for at, word in ((ends - timedelta(minutes=1), "today"), (ends, "overdue")):
        with time_machine.travel(at):
            assert clock.office_today() == date(2026, 3, 10)
            line = page(app, "Noor", "/desk").partition(f"10 March 2026, {referred.place}")[2]
            assert word in line[:80]


# --- papers, feeds and machines ----------------------------------------------------------------------------


def letters(person, case):
    return [letter_pdf(person, case, one.name) for one in open_case_file(person, case).letters]


def test_a_letter_has_the_day_of_its_reader_and_to_a_company_its_place(app, referred):
    (to_company,) = letters(referred.victor, referred.case)
    assert f"3 March 2026, {referred.place}" in seen(to_company)
    for letter in letters(referred.amina, referred.case):
        assert re.search(r"[12] March 2026", seen(letter)) and referred.office not in seen(letter)


def test_the_brief_for_the_board_is_of_the_offices_day(app, referred):
    brief = seen(brief_pdf(referred.noor, referred.case))
    assert f"2 March 2026, {referred.office}" in brief and f"1 March 2026, {referred.office}" in brief


def test_an_export_says_for_each_day_in_which_zone_it_is(app, referred):
    ids = exports.exported(referred.victor)
    (case,) = json.loads("".join(exports.as_json(referred.victor, ids)))["cases"]
    first = next(one for one in case["limits"] if one["what"] == "acknowledge the referral")
    assert (first["due_on"], first["zone"]) == ("2026-03-10", referred.zone)
    (line,) = csv.DictReader(io.StringIO("".join(exports.as_csv(referred.victor, ids)), newline=""))
    assert (line["Received by the company"], line["Time zone"]) == ("2026-03-03", referred.zone)
    assert line["Due"] == "2026-04-17"


def feed(app, person):
    read = vobject.readOne(app.test_client().get(f"/calendar/{calendar_tokens.make_calendar(person)}.ics").text)
    return [(one.dtstart.value, one.description.value) for one in read.contents["vevent"]]


def test_a_companys_calendar_says_that_its_days_are_its_own(app, referred):
    assert feed(app, referred.victor)[0] == (date(2026, 3, 10), f"end of Tuesday 10 March 2026, {referred.place}")


def test_an_officers_calendar_has_the_same_day_and_no_place(app, referred):
    """It lies on a device that others look at: a place would tell where the company of a case is."""
    entries = feed(app, referred.noor)
    assert date(2026, 3, 10) in [on for on, _whose in entries]
    assert {whose for _on, whose in entries} == {"By the days of whoever must act."}


def test_the_api_says_in_which_zone_a_day_ends(app, referred):
    answer = app.test_client().get("/api/v1/case", headers={"Authorization": f"Receipt {referred.code}"})
    (first,) = [one for one in answer.json["next"] if one["limit"] == "L4"]
    assert (first["due_on"], first["zone"]) == ("2026-03-10", referred.zone)


def test_a_remedy_is_due_by_the_companys_day_on_every_page(app, referred):
    demonstration.do("company_acknowledge", referred.victor, referred.reference, clock.now())
    demonstration.do("propose_remedy", referred.victor, referred.reference, clock.now(), due_on="2026-03-20")
    for name, face in (("Noor", "desk"), ("Victor", "company")):
        text = page(app, name, f"/{face}/cases/{referred.reference}")
        assert f"Due: end of Friday 20 March 2026, {referred.place}" in text
    assert "due 20 March 2026</p>" in hers(app, referred.code)


def test_a_holiday_shows_what_moves_by_the_days_of_who_owes_it(app, referred):
    effect = holidays.preview(referred.tomas, "KE", {date(2026, 3, 10): "A day of mourning"}, clock.now())
    (moving,) = [one for one in effect.shown if one.old == date(2026, 3, 10)]
    with app.test_request_context():
        assert days.due_day(moving.new_at, moving.zone) == f"end of Wednesday 11 March 2026, {referred.place}"


def test_a_proposal_says_by_whose_days_its_day_is(app, referred):
    keys = opened(referred.noor, referred.case)
    for step, name, place in (("suspend", "review_on", referred.office), ("propose_remedy", "due_on", referred.place)):
        ((_label, text),) = proposed(referred.case, keys, step, {name: "2026-04-03"})
        assert text == f"end of Friday 3 April 2026, {place}"


def test_who_asks_for_longer_is_told_the_last_day_with_its_place(app, referred):
    with pytest.raises(steps.Refused, match=rf"at most 1 June 2026, {referred.place}\."):
        demonstration.do("request_extension", referred.victor, referred.reference, clock.now(), until="2027-01-01")


# --- the office's day --------------------------------------------------------------------------------------


def test_a_retention_counts_from_the_offices_day_of_the_closing(app):
    """The last minutes of a year in London are the next year in Auckland."""
    at, years = datetime(2026, 12, 31, 23, 30, tzinfo=UTC), deadlines.timetable().retention_years
    found = {}
    for zone in ("UTC", "Pacific/Auckland"):
        app.config["TIME_ZONE"] = zone
        found[zone] = closing.retained_until(at)
    assert found == {"UTC": date(2026 + years, 12, 28), "Pacific/Auckland": date(2027 + years, 1, 1)}


@pytest.mark.parametrize(("zone", "last"), [("UTC", date(2026, 5, 31)), ("Pacific/Auckland", date(2026, 6, 1))])
def test_a_suspension_is_looked_at_within_ninety_of_the_offices_days(app, cast, zone, last):
    app.config["TIME_ZONE"] = zone
    reference, _amina, _code = demonstration.file_one(NIGHT)
    with pytest.raises(steps.Refused, match="at most 90 days"):
        demonstration.do("suspend", cast["Tomas"], reference, NIGHT, review_on=str(last + timedelta(days=1)))
    demonstration.do("suspend", cast["Tomas"], reference, NIGHT, review_on=str(last))
    assert find_case(cast["Noor"], reference).suspended


# --- the words themselves ----------------------------------------------------------------------------------


def test_a_moment_is_never_put_into_words_as_if_it_were_a_day(app):
    for say in (days.full_date, lambda at: days.day_there(at, "UTC"), lambda at: days.date_in(at, "en")):
        with app.test_request_context(), pytest.raises(TypeError, match="a moment is no day"):
            say(NIGHT)


def test_a_moment_without_a_zone_has_no_date():
    with pytest.raises(ValueError, match="without a zone"):
        clock.day(NIGHT.replace(tzinfo=None), "UTC")


def test_a_page_has_no_filter_that_says_a_date_without_a_zone(app):
    for name in ("dateformat", "datetimeformat", "timeformat"):
        assert name not in app.jinja_env.filters
    with app.test_request_context(), pytest.raises(TypeError, match="a moment is no day"):
        render_template_string("{{ full_date(at) }}", at=NIGHT)


def test_a_limit_of_hours_ends_at_a_time_and_says_by_which_clock(app):
    with app.test_request_context():
        assert days.due_day(NIGHT, "Asia/Kathmandu") == "3 March 2026, 02:15, Kathmandu"
        assert days.due_shortly(NIGHT, "UTC", own="UTC") == "2 March 2026, 20:30, UTC"


def test_a_day_that_ends_where_midnight_does_not_exist_is_still_a_whole_day(app):
    ends = dates.due_on(date(2024, 9, 7), dates.Calendar("America/Santiago")).at
    with app.test_request_context():
        assert days.due_day(ends, "America/Santiago") == "end of Saturday 7 September 2024, Santiago"


@pytest.mark.parametrize(("zone", "named"), [
    ("Europe/Zurich", "Zurich"), ("America/Argentina/Buenos_Aires", "Buenos Aires"), ("UTC", "UTC"),
    ("Etc/UTC", "UTC"), ("Etc/GMT-3", "UTC+3"), ("Etc/GMT+10", "UTC-10"), ("Japan", "Japan"),
])  # fmt: skip
def test_a_zone_is_called_by_its_city_or_its_distance(app, zone, named):
    with app.test_request_context():
        assert days.place(zone) == named


def test_a_place_is_said_in_the_readers_language(app):
    with app.test_request_context(), speaking("ru"):
        assert days.end_of(date(2026, 12, 4), "Africa/Nairobi") == "конец дня: пятница, 4 декабря 2026, Найроби"


@pytest.mark.parametrize("language", CODES)
def test_a_sentence_that_ends_with_a_day_has_one_full_stop(app, language):
    with app.test_request_context(), speaking(language):
        assert not days.full_date(date(2026, 12, 4)).endswith(".")
        assert "." not in days.end_of(date(2026, 12, 4), "Africa/Nairobi")


def test_a_due_date_is_decided_without_reading_the_clock():
    """Of the clock the pure functions take a zone's calendar alone: what they say does not depend on the hour."""
    taken = re.findall(r"^from grievance\.clock import (\w+)", inspect.getsource(dates), re.M)
    assert set(taken) == {"day", "time_of_day"} and "import clock" not in inspect.getsource(dates)
