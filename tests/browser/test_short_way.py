"""How little it takes: the round trips until the first answer is kept, and the presses of Tab until it is sent."""

from tests.browser.test_receipt_first import come_back, keep
from tests.browser.test_story import Visitor


def pages_asked(page):
    """Each request of a page from now on, with its method: one that leads to another counts as two."""
    asked = []
    page.on("request", lambda one: one.resource_type == "document" and asked.append(one.method))
    return asked


def test_the_third_request_from_the_home_page_keeps_the_first_answer_under_the_lines(app, cast, live_server, new_page):
    amina, elsewhere = (Visitor(new_page(), live_server) for _ in range(2))
    asked = pages_asked(amina.page)
    amina.go("/").press("File a complaint")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.fill(could_harm="unsure", harm_when="soon")
    keep(amina, "lines-and-first-question")
    amina.press("Continue")
    assert asked.index("POST") + 1 == 3 and asked == ["GET", "GET", "POST", "GET"]
    assert amina.page.url.endswith("step=account")
    come_back(elsewhere, receipt).go("/complain?step=safety")
    assert elsewhere.page.locator("input:checked").evaluate_all("all => all.map(one => one.value)") == [
        "unsure", "soon",
    ]  # fmt: skip


def test_from_the_address_of_the_form_the_second_request_keeps_it(app, cast, live_server, new_page):
    amina = Visitor(new_page(), live_server)
    asked = pages_asked(amina.page)
    amina.go("/complain").fill(could_harm="no").press("I cannot write now")
    assert asked == ["GET", "POST", "GET"] and amina.page.url.endswith("step=account")
    assert amina.go("/complain?step=safety").page.locator("[value=no]").is_checked()


class Tabs:
    """Somebody who has Tab, Enter and Space only: each page is left by what stands on it, and Tab is counted."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def reach(self, selector):
        for _turn in range(40):
            self.page.keyboard.press("Tab")
            self.pressed += 1
            if self.page.locator(f"{selector}:focus").count():
                return self
        raise AssertionError(f"{selector} cannot be reached by Tab on {self.page.url}")

    def skip(self):
        self.reach("header a.skip").page.keyboard.press("Enter")
        return self

    def key(self, selector, key):
        self.reach(selector).page.keyboard.press(key)
        return self

    def type(self, selector, words):
        self.reach(selector).page.keyboard.type(words)
        return self

    def leave(self, selector="main button.filled"):
        """Press what leads to the next page."""
        self.reach(selector)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press("Enter")
        return self

    def three_answers(self):
        self.skip().leave("a.button.filled").skip().key("[name=could_harm]", "Space")  # the first one: yes
        self.leave().skip().type("#account", "They pushed me.").leave().skip()
        return self.type("#company", "L")


def test_every_page_of_the_form_is_passed_with_sixty_presses_of_tab_at_most(app, cast, live_server, new_page):
    page = new_page(1280)
    tabs = Tabs(page)
    page.goto(live_server + "/")
    tabs.three_answers().leave()
    for key in ("when", "about", "files", "you"):
        assert page.url.endswith(key)
        tabs.skip().leave("main button.skip")
    tabs.skip().key("[name=share_account]", "Space").leave().skip().leave()
    assert "Your complaint is safe with us." in page.inner_text("h1")
    assert tabs.pressed <= 60, tabs.pressed


def test_with_the_three_answers_alone_it_is_sent_with_thirty(app, cast, live_server, new_page):
    page = new_page(1280)
    tabs = Tabs(page)
    page.goto(live_server + "/")
    tabs.three_answers().leave("button[value=check]")
    assert "Leave out the rest" not in page.inner_text("main")
    tabs.skip().leave()
    assert "Your complaint is safe with us." in page.inner_text("h1")
    assert tabs.pressed <= 30, tabs.pressed


def test_what_is_asked_only_after_a_certain_answer_comes_with_it_and_goes_with_another(
    app, cast, live_server, new_page
):
    amina = Visitor(new_page(), live_server)
    seen = amina.page.locator("#harm_when, #company_named, #authority")
    amina.go("/complain")
    assert not seen.is_visible()
    for said, shown in (("unsure", True), ("no", False), ("yes", True), ("no", False)):
        amina.fill(could_harm=said)
        assert seen.is_visible() is shown
    amina.press("Continue").fill(account="They pushed me.").press("Continue")
    assert not seen.is_visible()
    for said, shown in (("Larkfield Guarding", False), ("I do not know, or it is not in the list", True)):
        amina.fill(company=said)
        assert seen.is_visible() is shown
    amina.go("/complain?step=you")
    assert not seen.is_visible()
    amina.fill(represents=True)
    assert seen.is_visible()
