"""Her pages where the phone chooses the colours, and on paper: what a background says on a screen, a border says there,
and paper has neither buttons nor words that are cut off."""

import re
from datetime import timedelta

import pypdfium2
import pytest

from grievance import clock, demonstration
from tests.browser.looks import faults, overflow, with_axe
from tests.browser.test_story import Visitor

A4 = {"width": 794, "height": 1123}
BESIDE = """() => [...document.querySelectorAll("body *")].filter(one => {
  const place = one.getBoundingClientRect();
  return one.checkVisibility() && place.width > 1 && (place.left < -1 || place.right > innerWidth + 1);
}).map(one => one.outerHTML.slice(0, 80))"""
LOOK = """one => { const style = getComputedStyle(one);
  return {line: style.borderTopWidth, edge: style.borderTopColor, ground: style.backgroundColor, ink: style.color,
          ring: style.outlineStyle, wide: style.outlineWidth, colour: style.outlineColor}; }"""


@pytest.fixture
def visitor(chromium, live_server):
    contexts = []

    def visit(**more):
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, bypass_csp=True, **more))
        return Visitor(contexts[-1].new_page(), live_server)

    yield visit
    for context in contexts:
        context.close()


def at_the_case(visitor, code):
    return visitor.go("/leave").go("/follow").fill(code=code).onward()


def until_sent(amina, look):
    """From home until it was sent, with an error on the way; `look` sees each page."""
    look(amina.go("/"))
    look(amina.onward("main a.filled"))
    look(amina.fill(could_harm="unsure", harm_when="soon").onward("button[value=later]"))
    look(amina.onward())
    look(amina.fill(account="At the gate they pushed me.").onward())
    amina.page.select_option("#company", index=1)
    for chosen in ({}, {}, {"topics": True}, {}, {}, {"share_account": True}, {}):
        look(amina.fill(**chosen).onward())


# --- where the phone chooses the colours -------------------------------------------------------------------


def looks(page, selector):
    return page.locator(selector).evaluate_all(f"all => all.map({LOOK})")


def borders_say_it(amina):
    """The bar is red, as the pages call it; one button is the heavier one, and so is a row that is chosen; squares are
    full or empty; and nothing is too wide."""
    page = amina.page
    (bar,) = looks(page, "a.leave")
    assert (bar["ground"], bar["ink"]) == ("rgb(143, 29, 29)", "rgb(255, 255, 255)"), page.url
    assert {one["line"] for one in looks(page, "main .filled")} <= {"4px"}
    assert {one["line"] for one in looks(page, "main :is(.button, button):not(.filled, .link, .skip)")} <= {"2px"}
    assert {one["line"] for one in looks(page, ".tick:has(:checked)")} <= {"2px"}
    assert {one["line"] for one in looks(page, ".tick:not(:has(:checked))")} <= {"1px"}
    step = re.search(r"Step (\d) of 8", page.inner_text("main"))
    assert [one["line"] for one in looks(page, ".squares i")] == (
        ["4px"] * int(step[1]) + ["1px"] * (8 - int(step[1])) if step else []
    )
    for one in looks(page, ".squares .on, main .filled, .tick, .receipt, .card"):
        assert one["edge"] != one["ground"], page.url
    assert overflow(page) <= 0
    assert faults(page, rules={"color-contrast": {"enabled": False}}) == []  # the colours are the phone's own


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_phones_own_colours_borders_say_what_backgrounds_said(app, cast, visitor, scheme):
    amina = visitor(forced_colors="active", color_scheme=scheme)
    until_sent(amina, borders_say_it)
    assert "Your complaint is safe with us." in amina.text
    code = demonstration.walk_story(cast, "report_delivered", clock.now() - timedelta(days=31))[1]
    borders_say_it(at_the_case(amina, code))
    assert re.findall("[●◉○]", amina.page.inner_text(".track")) == ["●", "●", "●", "◉"]


@pytest.mark.parametrize("path", ["/", "/complain", "/complain?step=all"])
def test_with_the_phones_own_colours_the_keyboards_place_has_a_ring(app, cast, visitor, path):
    page = visitor(forced_colors="active").go(path).page
    for _turn in range(9):
        page.keyboard.press("Tab")
        (at,) = looks(page, ":focus")
        assert (at["ring"], at["wide"]) == ("solid", "3px") and at["colour"] != at["ground"], (path, at)


# --- on paper ----------------------------------------------------------------------------------------------


def on_paper(amina):
    page = amina.page
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    shown = page.locator("button, .button, form, .exit, a.leave, header nav, footer").filter(visible=True)
    assert page.evaluate(BESIDE) == [], page.url
    return [one.inner_text() for one in shown.all()]


def pages_of(page):
    """What stands on each sheet."""
    file = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return [sheet.get_textpage().get_text_range() for sheet in file]


def western(text):
    return re.sub(r"\d", lambda one: str(int(one[0])), text)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_printed_case_has_no_button_no_bar_and_no_word_that_is_cut_off(app, cast, visitor, language):
    code = demonstration.walk_story(cast, "report_delivered", clock.now() - timedelta(days=31))[1]
    her = at_the_case(visitor(locale=language), code)
    for path in ("/follow/case", "/follow/case/summary"):
        her.page.emulate_media(media="screen")
        assert on_paper(her.go(path)) == []
    her.go("/follow/case")
    assert not her.page.locator("summary", has_text="About your safety").filter(visible=True).count()
    assert "Larkfield Guarding" in "".join(pages_of(her.page))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_lines_and_the_receipt_are_printed_on_one_sheet_each(app, cast, visitor, language):
    amina, printed = visitor(locale=language), []

    def look(at):
        if not at.page.locator("ol.receipt").count():
            return
        lines = at.page.locator("ol.receipt").inner_text().split()
        assert on_paper(at) == []
        (sheet,) = pages_of(at.page)
        assert len(lines) == 5 and all(f"{int(line):04}" in western(sheet) for line in lines)
        at.page.emulate_media(media="screen")
        at.page.set_viewport_size({"width": 360, "height": 740})
        printed.append(at.page.url)

    until_sent(amina, look)
    assert [one.rpartition("/")[2] for one in printed] == ["complain", "receipt"]
