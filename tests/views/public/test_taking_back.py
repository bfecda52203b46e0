"""Taking it back on her own page: what she reads before she presses, and how she undoes it."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines import rows as deadlines
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.models.case import Case
from grievance.reports.before_taking_back import said_before
from grievance.workflow.taking_back import UNDO_FOR, undone_until, wish
from tests.her_steps import with_names
from tests.scenarios.days import limits
from tests.views.public.test_filing import hidden
from tests.views.public.test_first_page import promised
from tests.views.public.test_status import page_of
from tests.views.test_routes import client_of

ROOT = Path(__file__).parents[3]
PROMISED = [*promised("Withdrawing"), *promised("Asking for deletion")]


@pytest.fixture
def referred(app, cast):
    """Her case, which the company has, and her browser."""
    reference, code = demonstration.walk_story(cast, "refer", clock.now())
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return case_of(reference), client


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def asked(client, step):
    return client.get(f"/follow/case/steps/{step}", follow_redirects=True)


def press(client, step, **answers):
    """As her browser does: the page of the step is opened, and its form sent with these answers."""
    page = asked(client, step)
    sent = client.post(page.request.path, data={**hidden(page), **answers})
    return with_names(client.get("/follow/case").text) if sent.status_code == 303 else sent.text


def head(page):
    """What stands above what happens next."""
    return unescape(re.sub(r"<[^>]+>", " ", page.split("What happens next")[0]))


def lines_of(page):
    return unescape(" ".join(re.findall(r"(?s)<ul>(.*?)</ul>", page.text)))


def test_the_page_says_before_she_withdraws_what_the_company_reads_what_goes_what_stays_and_until_which_day(referred):
    case, client = referred
    said = lines_of(asked(client, "withdraw"))
    last = deadlines.would_be_due(case, "L20", clock.now())[0]
    for sentence in ("it reads only that the complaint is closed", "What goes:", "What stays:",
                     "keep it after the end: 3", f"until {full_date(last)}"):  # fmt: skip
        assert sentence in said
    assert "within 14 days" not in said


def test_where_no_company_has_it_the_page_says_that_none_is_told(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    assert "The company is not told." in page_of(app, code, "/follow/case/steps/withdraw")


def test_until_when_backups_hold_what_was_deleted_is_what_the_office_set(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    for days in (35, 20):
        app.config["BACKUPS_KEPT"] = timedelta(days=days)
        for page in (page_of(app, code, "/follow/case/steps/ask_deletion"), app.test_client().get("/safety").text):
            assert f"gone from them, too, after another {days} days." in page


def test_each_sentence_before_she_presses_is_a_promise_with_a_test(referred, cast):
    case, _client = referred
    said = said_before("withdraw", case) + said_before("ask_deletion", case)
    reference, _amina, _code = demonstration.file_one(clock.now())
    said += said_before("withdraw", case_of(reference))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    said += said_before("ask_deletion", case_of(reference))
    shapes = [re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(promise)) for promise, _tests in PROMISED]
    assert [line for line in said if not any(re.fullmatch(shape, line) for shape in shapes)] == []
    for path, name in (one.split("::") for _promise, tests in PROMISED for one in tests.split()):
        assert f"def {name}(" in (ROOT / path).read_text(), name


def test_left_unanswered_the_page_asks_whether_somebody_made_her(referred):
    _case, client = referred
    assert "Say whether somebody made you do this." in press(client, "withdraw", sure="yes")


def test_a_forced_withdrawal_is_undone_at_the_head_of_her_page_which_says_nothing_of_an_alert(referred):
    case, client = referred
    page = press(client, "withdraw", sure="yes", forced="yes")
    assert case.safety_alert and case.withdrawn_at
    assert f"You can undo it until {full_date(limits(case)['L20'].due_on)}" in head(page)
    assert "/steps/undo_withdrawal" in page.split("What happens next")[0]
    assert "alert" not in page.lower() and "made you" not in page
    page = press(client, "undo_withdrawal", sure="yes")
    assert not case.withdrawn_at and "undo_withdrawal" not in page


def test_a_wish_for_deletion_stands_at_the_head_with_its_day_until_it_is_undone(referred):
    case, client = referred
    said = lines_of(asked(client, "ask_deletion"))
    assert f"until {full_date(clock.office_today() + UNDO_FOR)}. Before that day nothing is deleted" in said
    page = press(client, "ask_deletion", sure="yes", forced="rather_not")
    assert f"You can take that back until {full_date(undone_until(wish(case)))}" in head(page)
    assert "/steps/undo_deletion" in page.split("What happens next")[0]
    assert "answer the wish for deletion" in page
    page = press(client, "undo_deletion", sure="yes")
    assert wish(case) is None and "undo_deletion" not in page


def test_while_something_is_looked_into_she_reads_kindly_why_nothing_is_deleted(referred):
    _case, client = referred
    page = press(client, "report_retaliation", happened="They came to my house.")
    assert "we are still looking at something that you told us" in page
    assert "Then you can ask again" in asked(client, "ask_deletion").text


def test_the_officer_reads_aloud_what_she_must_know_before_it_is_recorded(app, referred):
    case, _client = referred
    page = client_of(app, "Noor").get(f"/desk/cases/{case.reference}/steps/withdraw").text
    assert "Tell the complainant first" in page and "it reads only that the case is closed" in page
