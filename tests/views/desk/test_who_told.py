"""Whoever writes down what was said for the complainant is asked who said it, where somebody speaks for her."""

from grievance import clock, demonstration
from grievance.demonstration import do
from tests.views.test_routes import client_of

STEP = "/desk/cases/{}/steps/ask_deletion"


def page_of(app, cast, **answers):
    reference, _amina, _code = demonstration.file_one(clock.now(), **answers)
    do("acknowledge", cast["Noor"], reference, clock.now())
    client = client_of(app, "Noor")
    return client, client.get(STEP.format(reference))


def test_it_is_asked_and_nothing_is_filled_in(app, cast):
    _client, page = page_of(app, cast, represents="yes", authority="She asked me to.")
    question = page.text.partition("Who told you this?")[2].partition("</fieldset>")[0]
    assert "The complainant" in question and "Whoever speaks for the complainant" in question
    assert "checked" not in question and "selected" not in question.replace('value="" selected', "")


def test_where_she_speaks_for_herself_alone_nobody_is_asked(app, cast):
    _client, page = page_of(app, cast)
    assert page.status_code == 200 and "Who told you this?" not in page.text
