"""Leave: the page is covered before the network answers, whether scripts run or not, and the visit ends."""

import pytest

from grievance import clock, demonstration
from tests.browser.test_front_door import scripted  # noqa: F401
from tests.browser.test_story import Visitor

STORY = "At the gate they pushed me."
SEEN = "document.documentElement.innerText"
COVER = "getComputedStyle(document.querySelector('.exit'), '::after')"


def at_her_case(visitor):
    """A visitor who looks at her own case."""
    _reference, _amina, code = demonstration.file_one(clock.now())
    visitor.go("/follow").fill(code=code).onward()
    visitor.page.wait_for_selector("h1:has-text('Your complaint')")
    return visitor


@pytest.fixture
def amina(app, cast, live_server, scripted):  # noqa: F811
    return at_her_case(Visitor(scripted(360, "en"), live_server))


def is_over(visitor):
    """The empty page has come, and her case is not opened any more."""
    visitor.page.wait_for_selector("title", state="attached")
    return visitor.go("/follow/case").page.url.endswith("/follow")


def test_where_scripts_run_the_page_is_empty_before_the_server_answers(amina):
    held = []
    amina.page.route("**/leave", lambda route: held.append(route), times=1)
    amina.page.click("a.leave")
    assert amina.page.evaluate(SEEN).strip() == "" and amina.page.url.endswith("/leave")
    held[0].continue_()
    assert is_over(amina)


def test_without_a_network_the_page_is_empty_and_the_visit_ends_when_it_is_back(amina):
    amina.page.context.set_offline(True)
    amina.page.click("a.leave")
    assert amina.page.evaluate(SEEN).strip() == ""
    amina.page.context.set_offline(False)
    assert is_over(amina)


def test_three_presses_of_shift_leave_and_capital_letters_do_not(amina):
    amina.go("/follow/case/steps/write")
    amina.page.click("#message")
    for letter in "NGO":
        amina.page.keyboard.press(f"Shift+{letter}")
    amina.page.keyboard.press("Shift")
    amina.page.keyboard.press("Shift")
    assert amina.page.input_value("#message") == "NGO"
    amina.page.keyboard.press("Shift")
    assert amina.page.url.endswith("/leave") and is_over(amina)


def test_going_back_after_leaving_shows_nothing_of_the_page(amina):
    amina.page.click("a.leave")
    amina.page.wait_for_selector("title", state="attached")
    amina.page.go_back()
    assert "GR-" not in amina.page.evaluate(SEEN)


def test_without_scripts_a_cover_lies_on_the_page_from_the_press_on(app, cast, live_server, new_page):
    """It stays for a minute when the finger is lifted, while the empty page comes; the press goes through it."""
    amina = at_her_case(Visitor(new_page(), live_server))
    assert amina.page.evaluate(COVER + ".visibility") == "hidden"
    assert amina.page.evaluate(COVER + ".transitionDelay") == "60s"
    amina.page.mouse.move(180, 24)
    amina.page.mouse.down()
    assert amina.page.evaluate(COVER + ".visibility") == "visible" and "GR-" in amina.text
    with amina.page.expect_navigation(url="**/leave"):
        amina.page.mouse.up()
    assert is_over(amina)


@pytest.mark.parametrize("path", ["/procedure", "/complain?step=all"])
def test_the_bar_covers_nothing_that_has_the_focus(app, cast, live_server, new_page, path):
    page = Visitor(new_page(), live_server).go(path).page
    page.emulate_media(reduced_motion="reduce")
    for key in ["Tab"] * 45 + ["Shift+Tab"] * 40:
        page.keyboard.press(key)
        hidden = page.evaluate("""() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            const out = one.closest(".exit") || one === document.body || box.height <= 1;
            return !out && box.top < 47 ? one.outerHTML : "";
        }""")
        assert hidden == ""


@pytest.mark.parametrize("path", ["/", "/complain", "/follow", "/help", "/procedure", "/complain/paper"])
def test_the_bar_is_as_wide_as_the_screen_says_what_it_does_and_has_a_second_link_at_the_end(
    app, cast, live_server, new_page, path
):
    page = new_page(360)
    page.goto(live_server + path)
    bar, again = page.locator("[data-leave]").all()
    box = bar.bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 360) and 48 <= box["height"] <= 56
    assert bar.inner_text() == "Leave: hides this page" == again.inner_text()
    assert page.locator("a, button, input").last.get_attribute("data-leave") is not None
