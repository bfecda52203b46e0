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


@pytest.mark.parametrize("width", WIDTHS)
def test_no_figure_is_cut_off_and_no_part_of_so_many_breaks(chromium, live_server, cases, cast, width):
    demonstration.walk_story(cast, "accept_remedy", clock.now() - timedelta(days=60))
    page = with_axe(chromium, viewport={"width": width, "height": 900}).new_page()
    sign_in(Visitor(page, live_server), "Tomas").go("/desk/figures")
    assert page.locator("#remedies").count() and faults(page) == []
    wider = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert page.locator(".scroll").evaluate_all(wider) == []
    parts = page.locator(".figures tbody td").filter(has_text=" of ")
    lines = "one => { const all = new Range(); all.selectNodeContents(one); return all.getClientRects().length; }"
    assert parts.count() and {part.evaluate(lines) for part in parts.all()} == {1}
    label = "one => getComputedStyle(one, '::before').content"
    waived = page.locator("section:has(#remedies) td[data-label=Waived]").first
    assert ("Waived" in waived.evaluate(label)) == (width < 700)
    page.context.close()


def test_a_day_of_which_there_are_no_figures_is_said_and_stays_in_its_field(chromium, live_server, cases):
    page = with_axe(chromium, viewport={"width": 360, "height": 900}).new_page()
    visitor = sign_in(Visitor(page, live_server), "Tomas").go("/desk/figures")
    today = clock.office_today()
    for day, said in (
        (today + timedelta(days=300), "This day has not come yet, so the figures are as of today."),
        (today.replace(year=today.year - 1), "At the end of this day the period had not begun, so nothing is counted."),
    ):
        page.get_by_label("As it stood at the end of").fill(day.isoformat())
        visitor.press("Show")
        assert page.get_by_role("status").inner_text() == said and faults(page) == []
        assert page.get_by_label("As it stood at the end of").input_value() == day.isoformat()
    page.context.close()


def test_a_file_is_named_by_its_period_and_the_day_as_of_which_it_is(chromium, live_server, cases, tmp_path):
    page = with_axe(chromium, accept_downloads=True).new_page()
    today = clock.office_today()
    sign_in(Visitor(page, live_server), "Tomas").go(f"/desk/figures?year={today.year}&as_of={today.year}-01-02")
    said = f"figures-{today.year}-01-01-{today.year}-12-31-as-of-{today.year}-01-02.xlsx"
    assert taken(page, "A workbook (XLSX)", tmp_path).name == said
    page.context.close()


def test_no_column_repeats_the_title_above_it(chromium, live_server, cases):
    page = with_axe(chromium).new_page()
    sign_in(Visitor(page, live_server), "Tomas").go("/desk/figures")
    for section in page.locator("section:has(table)").all():
        first = section.locator("thead th").first
        if first.inner_text() == section.locator("h2").inner_text():
            assert first.locator(".unseen").count() == 1
    page.context.close()


def taken(page, button, folder):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path
