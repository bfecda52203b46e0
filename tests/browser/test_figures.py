"""The head of the office makes the yearly report: the desk, the page, as of a day, the PDF and the workbook."""

from datetime import timedelta

import openpyxl
import pikepdf
import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def cases(app, cast):
    start = clock.now() - timedelta(days=150)
    for n, until in enumerate((None, "acknowledge", "refer", "close")):
        demonstration.walk_story(cast, until, start + timedelta(days=7 * n))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_head_takes_the_yearly_report_in_a_language_and_the_workbook(chromium, live_server, cases, tmp_path, width):
    page = with_axe(chromium, viewport={"width": width, "height": 900}, accept_downloads=True).new_page()
    sign_in(Visitor(page, live_server), "Tomas")
    page.goto(f"{live_server}/desk/figures")
    assert page.get_by_role("heading", name="Who has what now").is_visible()
    assert faults(page) == [] and overflow(page) == 0
    yesterday = clock.office_today() - timedelta(days=1)
    page.get_by_label("As it stood at the end of").fill(yesterday.isoformat())
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**as_of={yesterday}*")
    page.get_by_label("Language of the report").select_option("ar")
    with pikepdf.open(taken(page, "The report (PDF)", tmp_path)) as report:
        assert str(report.Root.Lang) == "ar" and bool(report.Root.MarkInfo.Marked)
    book = openpyxl.load_workbook(taken(page, "A workbook (XLSX)", tmp_path))
    assert book["Period"]["B3"].value == yesterday.isoformat() and "Who has what now" not in book.sheetnames
    page.context.close()


def taken(page, button, folder):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path
