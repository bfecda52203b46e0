"""Work beside the procedure in a browser: a task for Tuesday, a checklist, a visit that a second person approves."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import onward
from tests.browser.test_story import Visitor, sign_in
from tests.workflow.test_field_work import CHECK, PLAN, SECRET


@pytest.fixture
def reference(app, cast):
    found = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))[0]
    demonstration.do("classify", cast["Noor"], found, clock.now())
    return found


@pytest.fixture(params=[360, 1280])
def page(request, chromium):
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="en")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def looks_right(page):
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_reminder_stands_on_the_desk_and_is_done_at_the_case(page, live_server, reference):
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/cases/{reference}")
    page.get_by_role("link", name="Add a task").click()
    looks_right(page)
    page.get_by_label("What is to be done").fill("Call her.")
    page.get_by_label("By which day").fill(clock.office_today().isoformat())
    onward(page)
    page.get_by_text("The task is kept. It is Noor's.").wait_for()
    looks_right(page)
    page.goto(f"{live_server}/desk")
    page.get_by_role("link", name="1 task today").click()
    looks_right(page)
    page.get_by_role("button", name="Done Call her.").click()
    page.get_by_text("Done. You can take that back where the task stands.").wait_for()
    page.goto(f"{live_server}/desk/cases/{reference}")
    page.get_by_text("Pay, contracts and work").click()
    page.get_by_label("Asked for the contract").check()
    page.get_by_role("button", name="Keep the ticks").click()
    page.get_by_text("1 of 7").wait_for()
    assert page.get_by_label("Asked for the contract").is_visible(), "the list stays open"
    assert page.get_by_text(", Noor").first.is_visible()


def test_a_visit_is_planned_by_one_and_approved_by_another(page, live_server, reference):
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/cases/{reference}/steps/plan_visit")
    for name, words in {**PLAN, **CHECK, "on": (clock.office_today() + timedelta(days=3)).isoformat()}.items():
        page.locator(f"#{name}").fill(words)
    onward(page)
    page.get_by_text("waits for an approver").first.wait_for()
    looks_right(page)
    page.context.clear_cookies()
    sign_in(Visitor(page, live_server), "Tomas")
    page.goto(f"{live_server}/desk/cases/{reference}")
    page.get_by_role("link", name="Plan a visit: look and decide").click()
    page.get_by_text(CHECK["safety_check"]).wait_for()
    looks_right(page)
    page.get_by_role("button", name="Approve").click()
    page.get_by_text(SECRET).first.wait_for()
    assert page.get_by_text("A visit was planned, and its safety check approved").count()
