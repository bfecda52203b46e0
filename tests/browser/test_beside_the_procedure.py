"""Work beside the procedure in a browser: a task for Tuesday, a checklist, a visit that a second person approves."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.workflow import steps
from tests.browser.looks import onward
from tests.browser.test_story import Visitor, sign_in
from tests.workflow.test_field_work import CHECK, PLAN, SECRET, decide, on


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


def test_of_two_visits_one_is_called_off_and_the_other_is_written_down(page, live_server, reference, cast):
    for days in (8, 4):
        steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on(days)})
        decide(cast, reference)
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/cases/{reference}")
    second = page.locator(".card.next", has_text="Visit 2")
    assert page.locator(".card.next", has_text="Visit 1").is_visible()
    looks_right(page)
    second.get_by_role("link", name="Write what came of it").click()
    assert page.get_by_label("Visit 2").is_checked() and not page.get_by_label("Visit 1").is_checked()
    page.get_by_role("radio", name="It was called off").check()
    page.get_by_label("What came of it, or why it was called off").fill("The road is watched.")
    looks_right(page)
    onward(page)
    page.get_by_text("Interviews and visits before").click()
    page.locator("li", has_text="Visit 2").get_by_text("It was called off").wait_for()
    looks_right(page)
    page.locator(".card.next", has_text="Visit 1").get_by_role("link", name="Write what came of it").click()
    assert page.locator("[name=meeting]").count() == 0, "of one that is open nothing is asked"
    page.get_by_role("radio", name="It took place").check()
    page.get_by_label("What came of it, or why it was called off").fill("She showed us the pay slips.")
    onward(page)
    page.get_by_text("Interviews and visits before").wait_for()
    assert page.locator(".card.next", has_text="A visit is planned").count() == 0
