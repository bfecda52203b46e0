"""Whose Friday it is: an officer enters a company's country, an approver confirms its weekend, and what is owed rolls
off it; in a browser, scripts off."""

from datetime import UTC, timedelta

import time_machine
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Company
from tests.browser.looks import overflow
from tests.browser.test_story import PACKET, Visitor, approve, sign_in
from tests.scenarios.days import limits

FRIDAY = 4


def next_friday():
    """At nine in the morning in Riyadh; the browser's own clock is not far from it, so that it keeps its cookies."""
    today = clock.now().replace(hour=6, minute=0, second=0, microsecond=0)
    return today + timedelta(days=(FRIDAY - today.astimezone(UTC).weekday()) % 7 or 7)


def test_a_company_of_saudi_arabia_rests_on_friday_once_two_people_have_seen_to_it(app, cast, live_server, new_page):
    db.session.execute(update(Company).values(zone="UTC", weekend=[5, 6], country="*", calendar_confirmed_at=None))
    db.session.commit()
    with time_machine.travel(next_friday(), tick=True):
        reference, _amina, _code = demonstration.file_one(clock.now())
        demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
        noor, tomas = Visitor(new_page(), live_server), Visitor(new_page(1280), live_server)
        sign_in(noor, "Noor").go(f"/desk/cases/{reference}/steps/refer")
        assert "Nobody has confirmed the calendar of this company" in noor.text
        assert noor.page.locator("main textarea").count() == 0

        noor.go("/desk").press("Administration").page.get_by_role("link", name="Companies", exact=True).click()
        noor.press("Larkfield Guarding")
        assert "not confirmed" in noor.text
        noor.press("propose or confirm").fill(country="Saudi Arabia").press("Fill in by this country")
        assert "Known of this country: Friday, Saturday. Source: CLDR 48" in noor.text
        assert noor.page.locator("[name=zone]").input_value() == "Asia/Riyadh" and overflow(noor.page) <= 0
        noor.press("Propose it")
        assert "Proposed by Noor." in noor.text and noor.page.locator("text=Confirm this calendar").count() == 0

        sign_in(tomas, "Tomas").press("calendars of companies are to be confirmed")
        assert "Larkfield Guarding" in tomas.text and "Asia/Riyadh" in tomas.text and overflow(tomas.page) <= 0
        company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
        tomas.page.locator(f"[name=confirm][value^='{company.id}.']").check()
        tomas.press("Confirm what is ticked")
        assert "1 calendar is confirmed." in tomas.page.content()

        noor.go(f"/desk/cases/{reference}").press("Refer to the company")
        noor.fill(packet=PACKET, mechanism_not_subject=True).press("Refer to the company")
        noor.press("Propose with this packet")
        approve(tomas, live_server, reference)
        db.session.rollback()
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        due = limits(case)["L4"].due_on
        assert due == clock.today("Asia/Riyadh") + timedelta(days=9) and due.weekday() == 6
        with app.test_request_context():
            words = full_date(due)
        assert words in noor.go(f"/desk/cases/{reference}").page.content()
