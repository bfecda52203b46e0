"""What somebody types, or was sent, stands in no address and no history; going back is calm."""

from grievance import clock, demonstration
from grievance.accounts import people
from grievance.models.people import Role
from tests.browser.test_story import Visitor, sign_in


def test_the_code_of_a_link_goes_into_its_field_and_out_of_the_address(app, cast, live_server, chromium):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{live_server}/account/invitation#{code}")
    assert page.input_value("#code") == code and page.url == f"{live_server}/account/invitation"
    page.reload()
    assert page.input_value("#code") == ""
    context.close()


def test_who_comes_back_from_a_case_that_was_found_finds_the_list_again(app, cast, live_server, new_page):
    reference = demonstration.file_one(clock.now())[0]
    demonstration.file_one(clock.now())
    noor = sign_in(Visitor(new_page(), live_server), "Noor").go("/desk")
    noor.fill(q="larkfield").press("Search")
    assert noor.page.url.endswith("/desk/search") and noor.page.input_value("[name=q]") == "larkfield"
    noor.go(f"/desk/cases/{reference}").page.go_back()
    assert noor.page.url.endswith("/desk/search") and noor.page.input_value("[name=q]") == "larkfield"
