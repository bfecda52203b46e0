"""A table with a hidden sheet goes from the complainant to the company, by two people who read what was taken out."""

import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_safety import enter, keep
from tests.browser.test_story import Visitor, approve, sign_in
from tests.scenarios.test_what_was_taken_out import FILES, TOLD

NAME = "hidden-sheet.xlsx"


@pytest.fixture
def filed(app, cast):
    """A case that the company has: its reference and her receipt."""
    reference, amina, code = demonstration.file_one(clock.now())
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    for name in TOLD:
        upload = demonstration.upload(name, (FILES / name).read_bytes())
        raw = {"files": [upload], "audience": "secretariat", "about": "The hours."}
        demonstration.do("attach", amina, reference, clock.now(), **raw)
    return reference, code


def test_she_says_that_it_may_go_it_is_read_before_sharing_and_the_company_gets_the_copy(live_server, new_page, filed):
    reference, code = filed
    amina, noor, tomas, victor = (Visitor(new_page(), live_server) for _ in range(4))
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
    assert TOLD[NAME] in noor.text
    noor.press("Share a file with the company")
    noor.fill(file=f"{NAME} ({TOLD[NAME]}) – the complainant has not said yes", looked=True)
    noor.press("Share a file with the company")
    assert "Ask them: they say it on their page." in noor.text

    enter(amina, code).press("Say whether the company may read a file")
    keep(amina, "say-about-file")
    of_file = amina.page.locator("label", has_text=f"{NAME}: a copy, without what is hidden in it")
    of_file.click()
    amina.fill(company_may="may").press("Say whether the company may read a file")
    assert "Done." in amina.text

    noor.go(f"/desk/cases/{reference}").press("Share a file with the company")
    noor.fill(file=f"{NAME} ({TOLD[NAME]})", looked=True).press("Share a file with the company")
    approve(sign_in(tomas, "Tomas"), live_server, reference)
    sign_in(victor, "Victor").go(f"/company/cases/{reference}")
    assert "A table 1.xlsx" in victor.text and "taken out" not in victor.text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_sharing_fits_and_can_be_read_aloud(chromium, live_server, filed, width):
    reference, _code = filed
    page = with_axe(chromium).new_page()
    resize(page, width)
    sign_in(Visitor(page, live_server), "Noor")
    for path in ("", "/steps/share_file"):
        page.goto(f"{live_server}/desk/cases/{reference}{path}")
        assert faults(page) == [] and overflow(page) <= 0, path
