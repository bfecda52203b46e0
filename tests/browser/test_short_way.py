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
