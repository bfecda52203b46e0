"""An officer writes down a visit at the dossier of a company, reads it there, and opens a concern from it."""

from datetime import timedelta

import pytest

from grievance import clock
from tests.browser.looks import WIDTHS, faults, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.concerns import road

FOUND = "Two gates had no name plates, and one register of weapons was not signed."


@pytest.mark.parametrize("width", WIDTHS)
def test_a_visit_is_written_down_at_the_dossier_and_read_there(chromium, live_server, cast, width):
    page = with_axe(chromium, viewport={"width": width, "height": 900}).new_page()
    officer = sign_in(Visitor(page, live_server), "Noor")
    officer.go(f"/desk/concerns/about/{road.company_id()}")
    assert faults(page) == [] and overflow(page) == 0
    officer.press("Write down a visit, an audit or a self-assessment")
    page.get_by_label("Visit to a site").check()
    page.get_by_label("Day of the visit").fill((clock.office_today() - timedelta(days=3)).isoformat())
    page.get_by_label("What it found").fill(FOUND)
    assert faults(page) == [] and overflow(page) == 0
    page.get_by_role("button", name="Write it down").click()
    assert page.get_by_text(FOUND).is_visible() and page.get_by_text("The company is told nothing of it.").is_visible()
    assert faults(page) == [] and overflow(page) == 0
    page.get_by_role("link", name="Open a concern").click()
    assert page.get_by_label("Company").input_value() == str(road.company_id())
    page.context.close()
