"""Who says that nobody answered sees when and how the office wrote, and whether anybody could read it."""

import html
from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.demonstration import larkfield
from grievance.intake import filing
from grievance.maintenance.sweep import sweep
from grievance.models.keys import HANDED_OVER_FOR
from grievance.workflow import steps
from tests.scenarios.days import START, day
from tests.views.test_routes import client_of

ACCOUNT = "The guards pushed me."


def filed_for_them(cast, channel="phone", at=None):
    raw = {"account": ACCOUNT, "company": larkfield(), "could_harm": "no", "share_account": "yes", "language": "en",
           "channel": channel, "read_back": "yes"}  # fmt: skip
    return filing.file_complaint(raw, filing.new_secret(), "en", officer=cast["Noor"], now=at)


def told(app, path, name="Noor"):
    page = client_of(app, name).get(path)
    assert page.status_code == 200, page.text
    return html.unescape(page.text)


@pytest.mark.parametrize(
    ("channel", "how"), [("phone", "by phone"), ("letter", "by letter"), ("in_person", "in person")]
)
def test_the_desk_says_that_nobody_has_used_the_code_yet_and_until_when_it_can_be(app, cast, channel, how):
    page = told(app, f"/desk/cases/{filed_for_them(cast, channel).reference}")
    assert f"Filed {how}; nobody has used the code yet." in page and "It can be used until" in page


def test_once_the_code_was_used_the_desk_says_nothing_of_it(app, cast):
    filed = filed_for_them(cast)
    receipts.follow(filed.code)
    assert "nobody has used the code" not in told(app, f"/desk/cases/{filed.reference}")


def test_a_code_that_nobody_used_in_time_is_to_be_replaced(app, cast):
    filed = filed_for_them(cast, at=clock.now() - HANDED_OVER_FOR - timedelta(hours=1))
    assert "have the receipt replaced" in told(app, f"/desk/cases/{filed.reference}")


def test_of_a_complaint_that_came_by_the_site_nothing_is_said_of_a_code(app, cast):
    assert "the code" not in told(app, f"/desk/cases/{demonstration.file_one(clock.now())[0]}")


@pytest.fixture
def silent(app, cast):
    """Escalated, asked on day 8, reminded, and never answered; the page is opened on day 60."""
    reference, amina, _code = demonstration.file_one(START)
    demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    demonstration.do("escalate", cast["Noor"], reference, day(6))
    demonstration.do("write", amina, reference, day(7), audience="secretariat", message="I wait.")
    demonstration.do("ask", cast["Noor"], reference, day(8))
    for number in range(9, 60):
        sweep(day(number))
    with time_machine.travel(day(60)):
        yield reference


WROTE = ("10 March 2026, 10:00, Zurich: a question on the case's page", "a reminder on the case's page",
         "the time to answer had passed", "Last heard from the complainant: 9 March 2026")  # fmt: skip


def test_the_form_of_closing_shows_when_and_how_the_office_wrote(app, silent):
    page = told(app, f"/desk/cases/{silent}/steps/close")
    assert [words for words in WROTE if words not in page] == []


def test_the_approval_of_a_closing_for_no_answer_shows_it_too(app, cast, silent):
    claim = {"reason": "no_answer", "letter": "You did not answer."}
    decision = steps.take("close", cast["Noor"], silent, claim)
    page = told(app, f"/desk/cases/{silent}/proposals/{decision.id}", "Tomas")
    assert [words for words in WROTE if words not in page] == []


def test_the_approval_of_another_closing_does_not(app, cast, silent):
    decision = steps.take("close", cast["Noor"], silent, {"reason": "no_remedy", "letter": "There was none."})
    assert "When and how we wrote" not in told(app, f"/desk/cases/{silent}/proposals/{decision.id}", "Tomas")


def test_where_nobody_wrote_that_is_said(app, cast):
    reference = filed_for_them(cast).reference
    demonstration.do("escalate", cast["Noor"], reference, clock.now())
    page = told(app, f"/desk/cases/{reference}/steps/close")
    assert "Nobody wrote to the complainant." in page and "nobody has used the code yet" in page
    assert "Nothing was heard from the complainant since the complaint was filed." in page
