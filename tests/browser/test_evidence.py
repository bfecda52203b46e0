"""The evidence log in a browser: from the case to the log, what is wrong with a file, the chain of custody as a PDF."""

import pytest

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.record import files
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.evidence import samples
from tests.reports.test_on_paper import joined


@pytest.fixture
def filed(app, cast):
    """A case with a photo and a note: its reference, and the photo."""
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    uploads = [demonstration.upload("gate.jpg", samples.photo()), demonstration.upload("hours.txt", b"Nine to nine.")]
    raw = {"files": uploads, "audience": "secretariat", "about": "The gate."}
    demonstration.do("attach", amina, reference, clock.now(), **raw)
    case = find_case(cast["Noor"], reference)
    return reference, files.of_case(case, opened(cast["Noor"], case))[0][0]


@pytest.mark.parametrize("width", WIDTHS)
def test_an_officer_looks_at_a_file_reads_who_did_in_the_log_and_takes_its_chain_of_custody(
    chromium, live_server, filed, width
):
    reference, photo = filed
    page = with_axe(chromium).new_page()
    resize(page, width)
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/cases/{reference}")
    with page.expect_download():
        page.locator(f"a[href$='/files/{photo.id}']").first.click()
    page.get_by_role("link", name="Evidence log").click()
    page.get_by_text("Opened as it came").wait_for()
    assert faults(page) == [] and overflow(page) <= 0
    card = page.locator("article", has_text="gate.jpg")
    card.get_by_text("SHA-256").first.click()
    assert photo.fingerprint in card.inner_text() and overflow(page) <= 0
    with page.expect_download() as got:
        card.get_by_role("link", name="Chain of custody (PDF)").click()
    with open(got.value.path(), "rb") as paper:
        said = joined(paper.read())
    assert photo.fingerprint in said and "Opened as it came" in said and "hours.txt" not in said


def test_a_file_that_was_changed_is_said_so_in_red_where_it_stands(new_page, live_server, filed):
    reference, photo = filed
    files.store().path_of(photo.id).write_bytes(b"something else")
    page = new_page()
    sign_in(Visitor(page, live_server), "Tomas")
    page.goto(f"{live_server}/desk/cases/{reference}/evidence")
    assert page.get_by_role("alert").get_by_text("A file is not what the record vouches for").is_visible()
    assert page.locator("article", has_text="gate.jpg").locator(".badge.late").count() == 1
    assert page.locator("article", has_text="hours.txt").locator(".badge.late").count() == 0
