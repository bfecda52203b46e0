"""With which words the rows of the queue begin."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case, opened
from grievance.crypto.sealing import seal
from grievance.extensions import db
from grievance.models.writing import Writing
from grievance.record.writings import writing_place
from grievance.reports.first_words import LONGEST, cut, first_words
from grievance.workflow import steps
from tests.views.test_routes import client_of


@pytest.fixture
def case(app, cast):
    reference, _receipt = demonstration.walk_story(cast, None, clock.now())
    return find_case(cast["Noor"], reference)


@given(st.text())
def test_a_beginning_is_one_line_no_longer_than_is_shown_and_begins_as_the_text_does(text):
    found = cut(text)
    assert "\n" not in found and len(found) <= LONGEST + 1
    assert " ".join(text.split()).startswith(found.removesuffix("…"))


def test_a_long_account_is_cut_between_two_words_and_one_long_word_in_the_middle():
    assert cut("one two three", 8) == "one two…"
    assert cut("one two", 7) == "one two"
    assert cut("abcdefgh", 4) == "abcd…"


def test_the_queue_shows_an_officer_the_first_words_the_place_and_the_language_of_each_case(app, case, cast):
    words = first_words(cast["Noor"], [case.id])[case.id].words
    page = client_of(app, "Noor").get("/desk").text
    row = next(one for one in page.split("<tr") if case.reference in one)
    assert words and re.sub(r"\s+", " ", demonstration.ACCOUNT).startswith(words.removesuffix("…"))
    assert words.replace("'", "&#39;") in row and "English" in row and "received" in row


@pytest.mark.parametrize("name", ["Ines", "Victor", "Olga"])
def test_nobody_but_the_secretariat_opens_first_words(case, cast, name):
    assert first_words(cast[name], [case.id]) == {}


def test_a_case_of_which_somebody_declared_a_conflict_is_in_none_of_their_lists(app, case, cast):
    steps.take("declare_conflict", cast["Tomas"], case.reference, {"why": "My brother works there."})
    with pytest.raises(NoSuchCase):
        find_case(cast["Tomas"], case.reference)
    words = first_words(cast["Noor"], [case.id])[case.id].words
    assert words[:30] not in client_of(app, "Tomas").get("/desk").text


def test_words_that_are_not_those_of_the_record_are_not_shown_in_the_queue(case, cast):
    """Somebody who writes to the database and holds a key puts other words there."""
    account = db.session.scalars(select(Writing).where(Writing.case_id == case.id, Writing.step == "file")).one()
    key = opened(cast["Noor"], case).key(account.compartment)
    account.sealed = seal(key, json.dumps({"account": "I take it all back."}).encode(), writing_place(account))
    db.session.commit()
    assert first_words(cast["Noor"], [case.id]) == {}
