"""Days of one company and of one region; days that are worked though they are a weekend's; half days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from grievance.companies import calendars
from grievance.deadlines import holiday_import, holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.countries import own_key
from grievance.deadlines.dates import Calendar, Rule, due, freeze, thaw
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance import doctor
from grievance.models.people import Company
from grievance.models.writing import Holiday
from tests.companies.test_calendars import ADMIN, choose, larkfield, waiting_of
from tests.deadlines.test_holidays import office, referred
from tests.scenarios.days import START, day, facts, limits
from tests.views.test_routes import client_of

DAY = timedelta(days=1)
DUE = date(2026, 4, 21)
"""When Larkfield's answer is due in `referred`, a Tuesday."""


def in_region(cast, region="KE-30"):
    calendars.propose(cast["Noor"], larkfield().id, {"country": "KE", "region": region, "zone": "", "weekend": []})
    calendars.confirm(cast["Tomas"], larkfield().id, waiting_of(cast["Tomas"], larkfield()).proposal.id, False)


def test_a_day_of_one_company_moves_what_it_owes_and_nobody_elses(both):
    case = referred(both.cast)
    other = db.session.scalars(select(Company).where(Company.name == "Ostrova Security")).one()
    assert holidays.add(both.cast["Tomas"], own_key(other.id), {DUE: "Theirs"}, day(10)).limits == 0
    effect = holidays.add(both.cast["Tomas"], own_key(larkfield().id), {DUE: "Founders' Day"}, day(10))
    assert effect.limits == 1 and limits(case)["L5"].due_on == DUE + DAY
    assert [fact["limit"] for fact in facts(case, "holiday_moved")] == ["L5"] and doctor.examine() == []


def test_a_day_of_a_region_counts_for_its_companies_alone(both):
    in_region(both.cast)
    case = referred(both.cast)
    assert holidays.add(both.cast["Tomas"], "KE-01", {DUE: "Coast"}, day(10)).limits == 0
    assert holidays.add(both.cast["Tomas"], "KE-30", {DUE: "Nairobi"}, day(10)).limits == 1
    assert limits(case)["L5"].due_on == DUE + DAY and doctor.examine() == []


def test_country_region_and_company_count_together_and_the_nearest_one_goes_before(app, cast):
    in_region(cast)
    for key, offset in (("KE", 0), ("KE-30", 1), (own_key(larkfield().id), 2)):
        holidays.add(cast["Tomas"], key, {DUE + offset * DAY: key})
    holidays.add(cast["Tomas"], own_key(larkfield().id), {DUE: "We work"}, kind="works")
    parts = {"country": "KE", "region": "KE-30", "zone": "Africa/Nairobi", "weekend": [5, 6]}
    calendar = deadlines.companys_calendar(larkfield().id, parts)
    assert set(calendar.holidays) == {DUE + DAY, DUE + 2 * DAY} and calendar.works == {DUE: "We work"}


@pytest.mark.parametrize("region", ["UG-1", "Nairobi", "KE", "KE-ABCD"])
def test_a_region_is_one_of_its_country(app, cast, region):
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        in_region(cast, region)
    assert set(bad.value.errors) == {"region"}


def test_a_working_saturday_counts_and_the_explanation_says_so():
    saturday = date(2026, 3, 7)
    calendar = Calendar("UTC", works={saturday: "Instead of the bridge day"})
    found = due(Rule(5, "b"), START, calendar)
    assert (found.on, found.days[-1].reason, found.days[-1].name) == (saturday, "works", "Instead of the bridge day")
    assert due(Rule(5, "b"), START, Calendar("UTC")).on == date(2026, 3, 9)


def test_a_half_day_counts_and_the_explanation_names_it():
    half = Calendar("UTC", half={date(2026, 3, 4): "Christmas Eve"})
    found = due(Rule(5, "b"), START, half)
    assert found.on == due(Rule(5, "b"), START, Calendar("UTC")).on
    assert [(one.on.day, one.counted) for one in found.days if one.reason == "half"] == [(4, 2)]


def test_both_are_kept_with_the_limit_and_an_old_limit_without_them_opens():
    calendar = Calendar("UTC", works={date(2026, 3, 7): "Worked"}, half={date(2026, 3, 4): "Half"})
    frozen = freeze(Rule(5, "b"), calendar)
    assert thaw(frozen, START).on == date(2026, 3, 7)
    old = {name: value for name, value in frozen.items() if name not in ("works", "half")}
    assert thaw(old, START).on == date(2026, 3, 9) and freeze(Rule(5, "b"), Calendar("UTC")).keys() == old.keys()


def test_a_working_saturday_that_is_added_later_makes_nothing_earlier(app, cast):
    case = referred(cast)
    before = limits(case)["L4"].due_at
    assert holidays.add(cast["Tomas"], "KE", {date(2026, 3, 14): "Worked"}, day(6), kind="works").limits == 0
    assert limits(case)["L4"].due_at == before and doctor.examine() == []
    assert office("holiday_added") == 1


def test_a_holiday_of_the_country_does_not_undo_what_a_limit_keeps_as_worked(app, cast):
    holidays.add(cast["Tomas"], own_key(larkfield().id), {DUE: "We work"}, kind="works")
    case = referred(cast)
    assert holidays.add(cast["Tomas"], "KE", {DUE: "Feast"}, day(10)).limits == 0
    assert limits(case)["L5"].due_on == DUE and doctor.examine() == []


def test_an_approver_adds_a_half_day_of_one_company_at_its_page_and_the_company_reads_it_there(app, cast):
    key, tomas = own_key(larkfield().id), client_of(app, "Tomas")
    page = tomas.get(f"{ADMIN}/companies/{larkfield().id}/calendar").text
    assert f'href="/desk/admin/holidays?country={key}"' in page
    assert f"country={key}" in tomas.get(f"{ADMIN}/holidays?country={key}").text
    answers = {"country": key, "kind": "half", "on": "2026-03-09", "name": "Founders' Eve"}
    shown = choose(tomas, f"{ADMIN}/holidays/add?country={key}", **answers)
    assert "No date moves now." in shown.text and "Founders&#39; Eve" in shown.text
    saved = choose(tomas, f"{ADMIN}/holidays/add?country={key}", **answers, answer="confirm")
    assert "Larkfield Guarding" in saved.text and "a half day, which counts" in saved.text
    case = referred(cast)
    told = client_of(app, "Victor").get(f"/company/cases/{case.reference}").text
    assert "a half day, which counts (Founders&#39; Eve)" in told
    assert "Larkfield Guarding" in tomas.get(f"{ADMIN}/record").text
    assert db.session.scalars(select(Holiday)).one().kind == "half"


def test_the_kind_is_no_business_day_where_nothing_is_answered():
    assert holiday_import.kind_of({}) == "off" and holiday_import.kind_of({"kind": "works"}) == "works"
