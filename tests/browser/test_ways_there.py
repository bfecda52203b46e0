"""What stands only behind other pages is found: from the administration, and from a list to the thing in its case."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["Noor", "Tomas"])
@pytest.mark.parametrize("title", ["What is kept no longer", "Promised remedies", "Sites, units and incidents"])
def test_each_member_finds_the_lists_of_the_office_in_the_administration(page, live_server, cast, name, title):
    sign_in(Visitor(page, live_server), name).go("/desk/admin").press(title)
    assert page.get_by_role("heading", level=1).inner_text() == title


def test_nothing_is_taken_away_where_nothing_is_promised_and_a_line_leads_to_its_remedy(page, live_server, cast):
    noor = sign_in(Visitor(page, live_server), "Noor").go("/desk/remedies")
    assert "None." in noor.text and page.get_by_role("button", name="CSV").count() == 0
    reference, *_others = demonstration.walk_story(cast, "accept_remedy", clock.now() - timedelta(days=30))
    noor.go("/desk/remedies")
    assert page.get_by_role("button", name="CSV").count() == 1
    for width in WIDTHS:
        resize(page, width)
        assert faults(page) == [] and overflow(page) <= 0
    onward(page, f"text={reference}")
    assert page.url.endswith(f"/cases/{reference}#remedy-1")
    assert page.locator("#remedy-1").is_visible() and "Remedy 1" in page.locator("#remedy-1").inner_text()
