"""The page of a case as an officer has it before them: the account first, what is owed beside it, each form beside the
account; measured where it stands on the screen."""

import os
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.demonstration import PASSWORD, email_of
from tests.browser.looks import faults, onward, overflow, resize, with_axe

ACCOUNT = "The guards at the north gate pushed me. " * 12
WHERE, WHEN = "The north gate of the depot", "In May"
FORMS = ("note", "classify", "escalate", "ask")
TABBED = """() => [...document.querySelectorAll('.case a[href], .case button, .case summary, .case [tabindex="0"]')]
  .filter(one => one.checkVisibility({contentVisibilityAuto: true}) && one.offsetParent)
  .map(one => one.closest('.case > section'))
  .map(area => [...area.parentNode.children].indexOf(area))"""


@pytest.fixture
def officer(app, cast, chromium, live_server):
    """A function: the officer's page at a width, in this direction; scripts off but for what measures."""
    contexts = []

    def open_page(width, direction="ltr"):
        context = with_axe(chromium, viewport={"width": width, "height": 800}, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server}/account/sign-in")
        page.fill("[name=email]", email_of("Noor"))
        page.fill("[name=password]", PASSWORD)
        onward(page, "form:has([name=password]) button")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def reference(app, cast):
    start = clock.now() - timedelta(days=20)
    found, amina, _code = demonstration.file_one(start, account=ACCOUNT, where=WHERE, when=WHEN)
    demonstration.do("acknowledge", cast["Noor"], found, start + timedelta(days=1))
    demonstration.do("write", amina, found, clock.now(), audience="secretariat", message="They asked me again.")
    demonstration.do("write", cast["Noor"], found, clock.now(), audience="complainant", message="We look at it.")
    return found


def shows(page, path):
    page.goto(path)
    if folder := os.environ.get("SHOTS"):
        name = path.rpartition("/")[2]
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
    return page


def box(page, selector):
    found = page.locator(selector).first.bounding_box()
    return found["x"], found["y"], found["width"], found["height"]


def to_the_end_of(page, selector):
    """The last line of it stands at the lower edge of the screen."""
    page.evaluate(f"document.querySelector('{selector}').scrollIntoView({{block: 'end', behavior: 'instant'}})")


def test_at_1280_the_account_stands_left_in_the_wider_column_and_what_is_owed_right_of_it(
    officer, live_server, reference
):
    page = shows(officer(1280), f"{live_server}/desk/cases/{reference}")
    x, y, width, _height = box(page, "article.writing:has-text('What happened?')")
    now_x, now_y, now_width, _ = box(page, ".case > .now")
    assert x + width < now_x and width > now_width
    assert now_y < y < 800 and box(page, ".now a.filled")[1] < 800  # both at once, without scrolling
    assert page.locator("main .filled").count() == 1


def test_what_is_owed_stays_in_sight_while_the_story_is_read(officer, live_server, reference):
    page = shows(officer(1280), f"{live_server}/desk/cases/{reference}")
    to_the_end_of(page, ".case > section:last-child")
    _x, y, _width, height = box(page, ".case > .now")
    assert page.evaluate("window.scrollY") > 100 and y >= 0 and y + height <= 800 + 5


def test_at_360_the_account_comes_before_every_button(officer, live_server, reference):
    page = shows(officer(360), f"{live_server}/desk/cases/{reference}")
    account = box(page, "article.writing:has-text('What happened?')")
    first = min(one.bounding_box()["y"] for one in page.locator(".case .button").all() if one.is_visible())
    assert account[1] + account[3] < first
    place, asked = box(page, f"dd:has-text('{WHERE}')"), box(page, "dd:has-text('In May')")
    assert place[1] < asked[1] + asked[3] < account[1]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_cut_off_axe_finds_nothing_and_the_keys_follow_the_eyes(
    officer, live_server, reference, width, direction
):
    page = officer(width)
    for path in ("", *(f"/steps/{one}" for one in FORMS)):
        shows(page, f"{live_server}/desk/cases/{reference}{path}")
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        assert overflow(page) <= 0, path
        assert not faults(page), path
        if not path:
            areas = page.evaluate(TABBED)
            assert areas == sorted(areas) and set(areas) == {0, 1, 2}
    if width == 1280:
        shows(page, f"{live_server}/desk/cases/{reference}").evaluate(f"document.documentElement.dir = '{direction}'")
        left, right = box(page, ".case > section")[0], box(page, ".case > .now")[0]
        assert (left < right) == (direction == "ltr")


def test_the_account_stays_in_sight_down_to_the_last_line_of_a_long_form(officer, live_server, reference):
    page = shows(officer(1280), f"{live_server}/desk/cases/{reference}/steps/classify")
    to_the_end_of(page, "form#typed .actions")
    account, form = box(page, "section:has(.fold)"), box(page, "#do")
    assert page.get_by_text("pushed me").first.is_visible()
    assert account[1] >= 0 and account[0] + account[2] <= form[0]


@pytest.mark.parametrize("step", FORMS)
def test_at_360_the_account_lies_folded_above_the_form_and_one_press_opens_it(officer, live_server, reference, step):
    page = shows(officer(360), f"{live_server}/desk/cases/{reference}/steps/{step}")
    if page.locator("a[href*='audience=']").count():
        onward(page, "a[href*='audience=']")
    said = page.get_by_text("pushed me").first
    fold, form = box(page, ".fold > summary"), box(page, "form#typed")
    assert not said.is_visible() and fold[1] < form[1]
    page.locator(".fold > summary").click()
    assert said.is_visible() and page.locator("form#typed").is_visible()
    resize(page, 1280)
    assert said.is_visible() and not page.locator(".fold > summary").is_visible()
