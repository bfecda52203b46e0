"""The complainants' pages in a browser: accessible in every language, and walked by those who file in theirs."""

import re

import pytest

from grievance.views import NAMES
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor
from tests.less import rest_long

LANGUAGES = list(NAMES)
PAGES = ["/", "/complain", "/complain?step=all", "/follow", "/safety", "/help?harm=4", "/procedure", "/complain/paper"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def scripted(chromium):
    """A page in which scripts run."""
    contexts = []

    def open_page(width, language):
        context = chromium.new_context(viewport={"width": width, "height": 740}, locale=language)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def looked_at(chromium):
    """A page with axe in it, in this language."""
    contexts = []

    def open_page(language):
        contexts.append(with_axe(chromium, locale=language))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", rest_long(LANGUAGES, "en", "ar"))
def test_axe_finds_nothing_on_any_page_that_a_complainant_sees(app, live_server, looked_at, monkeypatch, language):
    """Each page at both widths. The walk goes on at the width that comes last, so that half of the pages are opened on
    a telephone and half at a desk; in every other language it is the other half."""
    monkeypatch.setitem(app.config, "LANGUAGES", LANGUAGES)
    page = looked_at(language)
    visitor = Visitor(page, live_server)
    found, widths = [], [*WIDTHS] if LANGUAGES.index(language) % 2 else [*reversed(WIDTHS)]
    resize(page, widths[0])

    def look():
        page.wait_for_load_state()
        assert page.get_attribute("html", "lang") == language
        for width in widths:
            resize(page, width)
            found.extend(faults(page, runOnly=RULES))
            assert overflow(page) <= 0, (page.url, width)
        widths.reverse()

    for path in PAGES:
        visitor.go(path + ("&" if "?" in path else "?") + f"lang={language}")
        look()
    visitor.go(f"/complain?lang={language}")
    page.fill("#line", "1")
    onward(page)
    look()  # a line that is wrong
    page.fill("#line", "")
    onward(page)
    onward(page)
    look()  # an error
    page.check("input[value=unsure]")
    onward(page)
    look()
    visitor.fill(account="At the gate they pushed me.")
    onward(page)
    page.select_option("#company", index=1)
    for _ in range(7):
        look()
        onward(page)
    look()  # it was sent
    onward(page, "form[action$=second] button")
    look()
    visitor.go("/complain/receipt?lines=show")
    look()
    onward(page)
    look()  # the case
    for step in ("write", "attach", "report_retaliation", "change_consent", "revoke_authority"):
        visitor.go(f"/follow/case/steps/{step}")
        look()
    visitor.go("/follow/case/summary")
    look()
    assert found == []


@pytest.mark.parametrize("language", ["ru", "sw", "ar"])
def test_at_twice_the_size_on_a_narrow_screen_nothing_is_cut_off(app, live_server, scripted, language):
    """320 pixels is 1280 at 400 %, 180 is the old phone at 200 %."""
    for width in (320, 180):
        page = scripted(width, language)
        for path in PAGES:
            page.goto(live_server + path)
            assert overflow(page) <= 0, (path, width)


def test_the_story_begins_in_arabic_and_the_receipt_is_typed_in_arabic_digits(app, live_server, new_page):
    amina = Visitor(new_page(language="ar"), live_server)
    amina.go("/").press("تقديم شكوى")
    receipt = amina.page.locator(".receipt").inner_text()
    assert re.fullmatch(r"[٠-٩\s]{24}", receipt.strip().replace("\n", " "))
    amina.press("متابعة").fill(could_harm="no").press("متابعة")
    amina.fill(account="دفعني الحراس عند البوابة.").press("متابعة")
    amina.page.select_option("#company", index=1)
    amina.press("متابعة").press("متابعة").press("متابعة").press("متابعة").press("متابعة").press("متابعة")
    amina.onward().onward()
    reference = re.search(r"GR-\w{4}-\w{4}", amina.text).group()
    amina.go("/leave").go("/follow").fill(code=receipt).onward()
    assert reference in amina.text and "دفعني الحراس عند البوابة." in amina.unfolded
    assert amina.page.get_attribute("html", "dir") == "rtl"


def test_in_french_a_representative_files_and_the_second_receipt_is_cut_half_way(app, live_server, new_page):
    joseph, amina = (Visitor(new_page(language="fr"), live_server) for _ in range(2))
    joseph.begin().fill(could_harm="no").onward()
    joseph.fill(account="Les gardes l'ont poussée devant la porte.").onward()
    joseph.page.select_option("#company", index=1)
    for _ in range(4):
        joseph.onward()
    joseph.fill(represents=True, authority="Elle m'a donné une lettre.").onward()
    joseph.onward().onward()
    joseph.onward("form[action$=second] button")
    _his, hers = joseph.page.locator(".receipt").all_inner_texts()
    joseph.fill(kept=True).onward()

    amina.go("/follow").fill(code=hers).onward()
    assert "Les gardes l'ont poussée devant la porte." in amina.unfolded
    amina.go("/follow/case/steps/revoke_authority").fill(sure=True).onward()
    joseph.go("/follow/case")
    assert joseph.page.url.endswith("/follow")
    amina.go("/follow/case/steps/write").fill(audience="secretariat", message="Je continue seule.")
    amina.onward()
    assert "Je continue seule." in amina.unfolded


def test_the_whole_story_goes_by_keyboard_alone_and_the_first_stop_is_leaving(app, live_server, new_page):
    page = new_page()
    keys = Keys(page)
    page.goto(live_server + "/")
    page.keyboard.press("Tab")
    assert page.locator("a.leave:focus").count() == 1
    keys.press("a[href^='/complain']")
    code = "".join(page.locator(".receipt").inner_text().split())
    keys.press("button[value=next]").press("input[value=yes]", "ArrowDown").press("button[value=next]")
    keys.type("#account", "At the gate they pushed me.").press("button[value=next]")
    keys.type("#company", "L").press("button[value=next]")
    for _ in ("when", "about", "files"):
        keys.press("button[value=next]")
    keys.press("button[value=next]").press("input[name=share_account][value=yes]", " ").press("button[value=next]")
    keys.press("button[value=send]").press("form[action$=second] button")
    keys.press("main button.filled")
    assert "Your complaint" in page.locator("h1").inner_text()
    keys.press("a:has-text('Write a message')").type("#message", "In the evening.")
    keys.press("main button.filled")
    keys.press("details.group > summary:has-text('essage')", " ")
    assert "In the evening." in page.locator("main").inner_text()
    keys.press("summary:has-text('About your safety')", " ").press("a:has-text('Someone harmed or threatened me')")
    keys.type("#happened", "They came to my house.").press("main button.filled")
    keys.press("summary:has-text('More')", " ").press("a:has-text('Cut the other receipt')").press("#sure", " ")
    keys.press("main button.filled").press("a.leave")
    page.goto(live_server + "/follow")
    keys.type("#code", code).press("main button.filled")
    keys.press("summary:has-text('About your safety')", " ")
    assert "They came to my house." in page.locator("main").inner_text()


class Keys:
    """Somebody without a mouse: Tab to an element, then press a key or type."""

    def __init__(self, page):
        self.page = page

    def reach(self, selector):
        for _ in range(60):
            if self.page.locator(f"{selector}:focus").count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with the keyboard")

    def press(self, selector, key="Enter"):
        self.reach(selector)
        if key == "Enter" and not selector.startswith("["):
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
        else:
            self.page.keyboard.press(key)
        return self

    def type(self, selector, words):
        self.reach(selector)
        self.page.keyboard.type(words)
        return self


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_story_fits_at_twice_the_size(app, live_server, scripted, language):
    """An old phone of 360 pixels at 200 % has 180 left: nothing is cut off on the way."""
    page = scripted(180, language)
    page.goto(live_server + "/")
    for selector in (
        "a[href^='/complain'].filled", "button[value=later]", "input[value=no]", "next", "#account", "next", "#company",
        "next", "next", "next", "next", "next", "next", "button[value=send]", "form[action$=second] button",
        "[name=kept]", "main button.filled", "ul a.quiet[href*='/steps/']", "#message", "main button.filled",
        "a[href$='/summary']",
    ):  # fmt: skip
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert overflow(page) <= 0, page.url
        if selector in ("#account", "#message"):
            page.fill(selector, "At the gate they pushed me. " * 9)
        elif selector == "#company":
            page.select_option(selector, index=1)
        elif selector in ("input[value=no]", "[name=kept]"):
            page.check(selector)
        else:
            onward(page, "button[value=next]" if selector == "next" else selector)
    assert overflow(page) <= 0, page.url


def test_where_scripts_run_an_upload_shows_how_far_it_is_and_a_lost_connection_says_so(app, live_server, scripted):
    page = scripted(360, "en")
    visitor = Visitor(page, live_server)
    visitor.begin().fill(could_harm="no").press("Continue")
    visitor.fill(account="At the gate they pushed me.").press("Continue").fill(company="Larkfield Guarding").press(
        "Continue"
    ).press("Continue").press("Continue")
    file = {"name": "gate.txt", "mimeType": "text/plain", "buffer": b"The gate at night. " * 99}
    page.set_input_files("#files", file)
    page.route("**/complain", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.click("button[value=upload]")
    page.wait_for_selector("[data-lost]:not([hidden])")
    page.unroute("**/complain")
    page.click("button[value=upload]")
    page.wait_for_selector("h2:has-text('Files that are kept')")
    assert page.locator("li:has-text('gate.txt')").count() == 1
    page.set_input_files("#files", {**file, "name": "run.exe", "buffer": b"MZ\x90\0"})
    page.click("button[value=upload]")
    page.wait_for_selector(".summary")
    assert "We cannot take run.exe" in visitor.text and "gate.txt" in visitor.text
