"""In a browser: nothing that was typed is lost, and a button that is pressed twice has one effect."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.writing import Writing
from tests.browser.test_story import Visitor

WORDS = "They held my papers for three weeks."


@pytest.fixture
def visitor(app, cast, live_server, new_page):
    return Visitor(new_page(), live_server)


def values(visitor):
    return [one.input_value() for one in visitor.page.locator("textarea, input[type=text], input:not([type])").all()]


@pytest.mark.parametrize("path", ["/complain?step=account", "/complain?step=all"])
def test_switching_the_language_in_the_middle_of_a_complaint_keeps_what_was_typed(visitor, path):
    visitor.begin().go(path).fill(account=WORDS).press("Español")
    assert visitor.page.get_attribute("html", "lang") == "es" and WORDS in values(visitor)
    visitor.press("العربية")
    assert visitor.page.get_attribute("html", "dir") == "rtl" and WORDS in values(visitor)


def test_all_questions_on_one_page_has_what_was_typed_on_the_first(visitor):
    visitor.begin().go("/complain?step=account").fill(account=WORDS).press("All questions on one page")
    assert WORDS in values(visitor) and visitor.page.locator("[name=could_harm]").count()


def test_the_enter_key_sends_the_form_and_changes_no_language(visitor):
    visitor.begin().go("/complain?step=account").fill(account=WORDS).press("Continue")
    visitor.fill(company="I do not know, or it is not in the list", company_named="Gate Guards")
    with visitor.page.expect_navigation(wait_until="domcontentloaded"):
        visitor.page.locator("[name=company_named]").press("Enter")
    assert visitor.page.get_attribute("html", "lang") == "en"


def test_a_message_that_is_sent_with_a_double_press_is_there_once(app, cast, live_server, new_page):
    _reference, _amina, code = demonstration.file_one(clock.now())
    amina = Visitor(new_page(), live_server)
    amina.go("/follow").fill(code=code).press("Continue")
    amina.go("/follow/case/steps/write").fill(audience="secretariat", message=WORDS)
    # the second press breaks off the way that the first one began: what counts is the page where both lead
    amina.page.locator("main form#typed button.filled").dblclick(no_wait_after=True)
    expect(amina.page).to_have_url(re.compile("/follow/case$"))
    amina.page.wait_for_load_state("load")
    assert amina.go("/follow/case").unfolded.count(WORDS) == 1
    db.session.rollback()  # what was read before the page was sent is not how it is now
    assert db.session.scalar(select(func.count()).select_from(Writing).where(Writing.step == "write")) == 1
