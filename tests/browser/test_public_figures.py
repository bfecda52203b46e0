"""An officer proposes the figures of a year, an approver makes them public, and anybody reads them."""

import pytest

from grievance.extensions import db
from grievance.models.people import Company
from grievance.reports import public_counts
from tests.browser.looks import WIDTHS, faults, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.desk.test_editions import generated, last_year


@pytest.fixture
def many(monkeypatch, cast):
    company = db.session.query(Company).first().id
    monkeypatch.setattr(public_counts, "known_then", lambda as_of: generated(120, company))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_year_is_proposed_looked_at_approved_and_read(chromium, live_server, many, width):
    size = {"width": width, "height": 900}
    page = with_axe(chromium, viewport=size).new_page()
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/editions")
    assert faults(page) == [] and overflow(page) == 0
    page.get_by_label("Period").select_option(str(last_year()))
    page.get_by_role("button", name="Compute and propose").click()
    assert page.get_by_text("This is exactly what the public would see.").is_visible()
    assert faults(page) == [] and overflow(page) == 0
    page.context.close()
    page = with_axe(chromium, viewport=size).new_page()
    sign_in(Visitor(page, live_server), "Tomas")
    page.goto(f"{live_server}/desk/editions")
    page.get_by_role("link", name="Look at it and decide").click()
    page.get_by_role("button", name="Approve: make it public for ever").click()
    assert page.get_by_text("It is public from now on.").is_visible()
    page.context.close()
    for language in ("en", "ar", "fr"):
        page = with_axe(chromium, viewport=size, java_script_enabled=True).new_page()
        page.goto(f"{live_server}/?lang={language}")
        page.locator('footer a[href*="/figures"]').click()
        assert page.locator("#topic").is_visible() and page.locator("svg.bar").count()
        assert faults(page) == [] and overflow(page) == 0
        page.context.close()
