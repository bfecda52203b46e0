"""Several officers on one case in a browser: who is put beside finds it among their own, and gets the mail when nobody
else is there."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.accounts import absence
from grievance.models.people import Role
from grievance.notify.outbox import deliver
from grievance.workflow import steps
from tests.accounts.test_leaving import join
from tests.browser.looks import looks_right, onward, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.notify.test_outbox import port, server
from tests.times import days_later

__all__ = ["port"]


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 360, "height": 740}, locale="en")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def who_got(box):
    return sorted(tos[0] for tos, _mail in box.mails)


def test_a_second_officer_finds_the_case_among_their_own_and_gets_its_mail_when_the_first_is_away(
    page, live_server, cast, petra, port
):
    reference, amina, _code = demonstration.file_one(clock.now() - timedelta(days=6))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now() - timedelta(days=5))
    with server(port):
        deliver(clock.now() - timedelta(days=1))
    sign_in(Visitor(page, live_server), "Noor").go(f"/desk/cases/{reference}/steps/put_beside")
    page.locator("#beside").select_option(label="Petra")
    onward(page, "main button:has-text('Put a colleague beside')")
    page.locator("dl.facts div", has_text="Beside").get_by_text("Petra").wait_for()
    looks_right(page)
    with server(port) as box:
        deliver(clock.now())
    assert who_got(box) == ["petra@example.org"] and reference not in box.mails[0][1].as_string()
    page.context.clear_cookies()
    sign_in(Visitor(page, live_server), "Petra").go("/desk?show=mine")
    page.get_by_text("with Noor in charge").wait_for()
    assert page.locator("td a.ref").all_inner_texts() == [reference]
    looks_right(page)
    days = {"first_day": clock.office_today().isoformat(), "last_day": "2099-01-01"}
    pia = join("Pia", Role.OFFICER, cast["Tomas"])
    for who, stand_in in ((cast["Noor"], pia), (pia, petra)):  # both are away, so nobody stands in for Noor
        absence.announce(who, {**days, "stand_in": str(stand_in.account_id)})
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "They came again."})
    with server(port) as box:
        deliver(days_later(2))
    assert who_got(box) == ["petra@example.org"]
