"""Small things that stop people, in a browser: how long a text may be, and what is said where it can be seen."""

import pytest

from grievance.digits import written
from grievance.forms.fields import LONG
from tests.browser.test_front_door import scripted  # noqa: F401
from tests.browser.test_story import Visitor


def at_the_account(visitor, language):
    visitor.go(f"/complain?lang={language}").onward("button[value=later]")
    return visitor.fill(could_harm="no").onward()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_where_scripts_run_it_counts_near_the_limit_and_not_before(app, cast, live_server, scripted, language):  # noqa: F811
    amina = at_the_account(Visitor(scripted(360, language), live_server), language)
    said = amina.page.locator("[data-count=account]")
    amina.fill(account="a" * (LONG - 5000))
    assert not said.is_visible()
    amina.fill(account="a" * (LONG - 1))
    assert written(str(LONG - 1), language) in said.inner_text() and written(str(LONG), language) in said.inner_text()


def test_without_scripts_the_limit_is_said(app, cast, live_server, new_page):
    amina = at_the_account(Visitor(new_page(360), live_server), "en")
    assert f"At most {LONG} characters." in amina.text


def test_where_the_connection_is_lost_the_message_above_the_upload_is_on_the_screen(app, cast, live_server, scripted):  # noqa: F811
    amina = at_the_account(Visitor(scripted(360, "en"), live_server), "en")
    amina.fill(account="At the gate they pushed me.").onward().go("/complain?step=files")
    amina.page.set_viewport_size({"width": 360, "height": 400})
    file = {"name": "gate.txt", "mimeType": "text/plain", "buffer": b"The gate at night. " * 99}
    amina.page.set_input_files("#files", file)
    amina.page.route("**/complain", lambda route: route.abort())
    amina.page.locator("button[value=upload]").scroll_into_view_if_needed()
    amina.page.click("button[value=upload]")
    amina.page.wait_for_function("""() => {
      const lost = document.querySelector("[data-lost]").getBoundingClientRect();
      const bar = document.querySelector(".exit").getBoundingClientRect();
      return lost.height && lost.top >= bar.bottom && lost.bottom <= innerHeight;
    }""")
