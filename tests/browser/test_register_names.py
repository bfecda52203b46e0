"""An officer looks at the names that came with an old register, at their page; scripts off."""

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.people import Company
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in
from tests.intake.test_old_registers import HEAD, ONE, take  # noqa: F401


def test_an_officer_confirms_a_name_merges_another_and_says_that_a_third_is_nobodys(
    take,  # noqa: F811
    cast,
    live_server,
    new_page,
    tmp_path,
):
    take(HEAD + "".join(ONE.replace("1,", f"{number},", 1).replace("Alpha Guards", name) for number, name in enumerate(
        ("Alpha Guards", "Larkfield Guards Ltd", "Joe Person", "Joe Person"), 1)))  # fmt: skip
    noor = Visitor(new_page(), live_server)
    sign_in(noor, "Noor").go("/desk").press("Administration").press("Names from earlier registers")
    assert "3 names came with a register" in noor.text and "Alike: Larkfield Guarding" in noor.text
    assert overflow(noor.page) <= 0
    noor.page.screenshot(path=tmp_path / "narrow.png", full_page=True)
    wide = new_page(1280)
    wide.context.add_cookies(noor.page.context.cookies())
    wide.goto(noor.page.url)
    wide.screenshot(path=tmp_path / "wide.png", full_page=True)
    card(noor, "Joe Person").get_by_role("button", name="It is no company's name").click()
    assert "2 names came with a register" in noor.text and "Its cases name no company now." in noor.page.content()
    merged = card(noor, "Larkfield Guards Ltd")
    merged.get_by_text("It is another company's name").click()
    merged.get_by_role("button", name="Its cases are about this company").click()
    assert "Choose the company whose name it is." in noor.text
    merged = card(noor, "Larkfield Guards Ltd")
    merged.get_by_text("It is another company's name").click()
    merged.locator("select").select_option(label="Larkfield Guarding")
    merged.get_by_role("button", name="Its cases are about this company").click()
    card(noor, "Alpha Guards").get_by_role("button", name="It is a company of this name").click()
    assert "No name waits for somebody to look at it." in noor.text
    db.session.rollback()
    assert "Joe Person" not in db.session.scalars(select(Company.name)).all()


def card(visitor, name):
    return visitor.page.locator("section.card", has=visitor.page.get_by_role("heading", name=name, exact=True))


def test_the_start_page_says_how_many_names_wait_and_leads_there(take, cast, live_server, new_page):  # noqa: F811
    take(HEAD + ONE)
    noor = sign_in(Visitor(new_page(), live_server), "Noor")
    noor.press("1 name from an old register waits to be confirmed")
    assert "Alpha Guards" in noor.text
