"""What two people do about a calendar, each at their own page."""

from datetime import timedelta

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.models.case import Case
from tests.browser.test_story import Visitor, sign_in
from tests.scenarios.days import limits


def test_two_people_take_a_wrong_holiday_back_at_their_pages(app, cast, live_server, new_page):
    start = clock.now() - timedelta(days=8)
    reference, _code = demonstration.walk_story(cast, "company_acknowledge", start)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    due = limits(case)["L5"].due_on
    holidays.add(cast["Tomas"], "KE", {due: "Founders' Day"})
    noor, tomas = Visitor(new_page(1280), live_server), Visitor(new_page(360), live_server)
    sign_in(noor, "Noor").go("/desk/admin/holidays?country=KE").press("It is wrong")
    assert "1 date is earlier again." in noor.text and reference in noor.text
    noor.press("Ask another person to take it back")
    sign_in(tomas, "Tomas").go("/desk/admin/holidays?country=KE").press("look and decide")
    assert "Noor says that it was typed wrongly." in tomas.text and reference in tomas.text
    tomas.press("Take it back")
    assert "1 date is earlier again." in tomas.text and "Founders' Day" not in tomas.text
    assert "a date is earlier again" in noor.go(f"/desk/cases/{reference}").text
