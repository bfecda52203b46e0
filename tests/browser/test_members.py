"""A client's quarter of an hour: looks for a certified company in Kenya, reads two, takes the PDF and the clauses."""

import os

import pypdfium2
import pytest

from grievance import demonstration
from grievance.languages import EVERYWHERE
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.less import rest_long

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def published(app, cast):
    demonstration.publish_members(cast)


@pytest.fixture
def client_at(chromium):
    """A page of somebody without scripts and without a past here, with axe in it."""
    contexts = []

    def open_page(width, language="en"):
        contexts.append(with_axe(chromium, locale=language, viewport={"width": width, "height": 740}))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def keep(page, name):
    """A picture to look at, where somebody wants one."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def text(path):
    read = pypdfium2.PdfDocument(path)
    return len(read), " ".join(" ".join(one.get_textpage().get_text_bounded() for one in read).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_a_client_finds_a_certified_company_in_kenya_reads_two_and_takes_the_pdf_and_the_clauses(
    live_server, published, client_at, tmp_path, width
):
    page = client_at(width)
    page.goto(f"{live_server}/")
    onward(page, "footer a[href*='/members']")
    keep(page, f"members-{width}")
    page.select_option("#country", "KE")
    page.select_option("#tier", "certified")
    onward(page)
    assert page.inner_text("main h2") == "2 companies"
    assert page.locator("#country").input_value() == "KE"
    onward(page, "main li a:has-text('Ostrova')")
    assert "The certificate lapses in 25 days" in page.inner_text(".card")
    keep(page, f"member-{width}")
    page.go_back()
    onward(page, "main li a:has-text('Larkfield')")
    main = page.inner_text("main")
    for said in ("ISO 18788", "Northmere Certification", "Guarding of sites", "voices@larkfield.example", "Kiswahili",
                 "No figures of companies are published yet.", "What it does not check"):  # fmt: skip
        assert said in main
    with page.expect_download() as taken:
        page.click("main .filled")
    taken.value.save_as(tmp_path / "member.pdf")
    pages, words = text(tmp_path / "member.pdf")
    assert pages == 2 and "Larkfield Guarding" in words and "Northmere Certification" in words
    onward(page, "main .actions a:not(.filled)")
    keep(page, f"tender-{width}")
    clauses = page.locator("main ol li").all_inner_texts()
    assert len(clauses) == 7 and "Montreux Document" in page.inner_text("main")
    assert all(" ".join(one.split("\n")[-1].split()) in words for one in clauses)


@pytest.mark.parametrize("language", rest_long(list(EVERYWHERE), "en", "ar", "fr"))
def test_axe_finds_nothing_on_the_pages_for_clients_in_any_language(live_server, published, client_at, language):
    page = client_at(WIDTHS[0], language)
    for path in ("/members", "/members?country=KE&service=dogs", "/members/ostrova-security", "/members/tender"):
        page.goto(f"{live_server}{path}")
        assert page.get_attribute("html", "lang") == language
        for width in WIDTHS:
            resize(page, width)
            assert faults(page, runOnly=RULES) == [] and overflow(page) <= 0
            keep(page, f"{language}-{width}{path.split('?')[0].replace('/', '-')}{'-none' if '?' in path else ''}")


def test_an_officer_proposes_and_an_approver_publishes_after_a_look_at_what_differs(
    app, cast, live_server, published, chromium
):
    context = with_axe(chromium, locale="en")
    page = context.new_page()

    def sign_in(name):
        page.goto(f"{live_server}/account/sign-in")
        page.fill("#email", demonstration.email_of(name))
        page.fill("#password", demonstration.PASSWORD)
        onward(page)

    sign_in("Tomas")
    page.goto(f"{live_server}/desk/admin/companies")
    onward(page, "main td a:has-text('Larkfield')")
    onward(page, "main a.button:has-text('Change') >> nth=0")
    page.check("[name=services][value=dogs]")
    page.fill("#certified_by", "Tessel Assurance")
    keep(page, "company-form")
    onward(page)
    page.goto(f"{live_server}/desk/admin/members")
    assert page.locator("main del").all_inner_texts() == [
        "Northmere Certification", "Access control and screening · Mobile protection and convoys · Guarding of sites",
    ]  # fmt: skip
    assert "Tessel Assurance" in page.inner_text("main ins >> nth=0")
    assert faults(page) == [] and overflow(page) <= 0
    keep(page, "publish")
    onward(page, "main button[value=propose]")
    assert page.locator("main button[value=publish]").count() == 0
    onward(page, "header form button")
    sign_in("Noor")
    page.goto(f"{live_server}/desk/admin/members")
    assert "An approver decides next" in page.inner_text("main")
    context.close()
