"""The company's page of a case: its own clock on top, the packet, and one next step."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import receipts
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.models.case import Case
from grievance.reports.company_page import open_company_page
from grievance.workflow import steps
from tests.views.test_routes import client_of


@pytest.fixture
def walk(app, cast):
    """A function that walks a case up to a step and gives its reference."""
    return lambda until, days=25: demonstration.walk_story(cast, until, clock.now() - timedelta(days=days))[0]


def page_of(app, reference):
    answer = client_of(app, "Victor").get(f"/company/cases/{reference}")
    assert answer.status_code == 200
    return answer.text


def filled(page):
    """The step of each filled button."""
    return re.findall(r'class="button filled" href="[^"]+/steps/(\w+)"', page)


def test_the_own_clock_comes_first_with_the_day_and_how_far_away_it_is_and_why(app, walk):
    page = page_of(app, walk("refer", 7))
    places = [page.index(words) for words in ("You must acknowledge the referral", "You must answer the complaint",
                                              demonstration.PACKET, "What was written", "Record</h2>")]  # fmt: skip
    assert places == sorted(places)
    until = r"You must answer the complaint</strong><br>Due: end of \w+ \d+ \w+ \d{4}, Nairobi \(in \d+ days\)"
    assert re.search(until, page)
    assert "Why this date?" in page and "the day it began, not counted" in page


@pytest.mark.parametrize(
    ("until", "step"),
    [("refer", ["company_acknowledge"]), ("company_acknowledge", ["respond"]), ("respond", []),
     ("accept_remedy", ["report_delivered"]), ("close", [])],
)  # fmt: skip
def test_the_next_owed_step_is_the_one_filled_button(app, walk, until, step):
    days = {"refer": 7, "company_acknowledge": 9, "close": 120}.get(until, 25)
    assert filled(page_of(app, walk(until, days))) == step


def test_without_anything_owed_the_page_says_so(app, walk):
    page = page_of(app, walk("respond"))
    assert "You owe nothing now." in page and "What others owe" in page


def test_what_is_paused_is_not_the_next_step(app, cast, walk):
    reference = walk("company_acknowledge", 9)
    deadlines.pause(db.session.scalars(select(Case).where(Case.reference == reference)).one(), "L5", clock.now())
    db.session.commit()
    assert filled(page_of(app, reference)) == []


def test_the_packet_is_shown_once_as_a_document_and_other_words_below(app, cast, walk):
    reference = walk("respond")
    page = page_of(app, reference)
    assert page.count(demonstration.PACKET) == 1 and "As agreed on the phone." in page
    opened = open_company_page(cast["Victor"], find_case(cast["Victor"], reference))
    assert opened.packet.step == "refer" and opened.packet not in opened.messages


def test_after_a_recall_the_corrected_packet_is_the_document(app, cast, walk):
    reference = walk("refer", 7)
    demonstration.do("recall_packet", cast["Noor"], reference, clock.now())
    opened = open_company_page(cast["Victor"], find_case(cast["Victor"], reference))
    assert opened.packet.step == "recall_packet" and opened.messages == []


def test_a_remedy_shows_what_was_promised_and_its_proof_and_the_step_to_take(app, walk):
    page = page_of(app, walk("accept_remedy"))
    assert "What is promised" in page and "What will prove it" in page
    assert re.search(r"/steps/report_delivered\?remedy=[0-9a-f]{32}", page)


def test_it_names_who_of_the_company_can_see_the_case_and_nobody_else(app, cast, walk):
    opened = open_company_page(cast["Victor"], find_case(cast["Victor"], walk("refer", 7)))
    assert [one.name for one in opened.readers] == ["Victor"]


def test_a_date_that_passed_is_called_overdue(app, walk):
    page = page_of(app, walk("refer", 20))
    assert "You must acknowledge the referral" in page and "overdue" in page


def test_it_says_nothing_that_only_the_secretariat_should_see(app, cast, walk):
    reference = walk("respond")
    demonstration.do("report_retaliation", cast["Noor"], reference, clock.now())
    demonstration.do("classify", cast["Noor"], reference, clock.now(), severity="critical")
    page = page_of(app, reference)
    assert not any(word in page for word in ("etaliation", "afety", "ritical", "Noor"))


SAID = "New since you last looked:</strong> "


def record_of(page):
    return page[page.index("Record</h2>") :]


@pytest.mark.parametrize(
    ("who", "answers", "read"),
    [
        ("Noor", {"audience": "company", "message": "Please send the roster."}, True),
        ("Noor", {"audience": "all", "message": "Please talk."}, True),
        ("Amina", {"audience": "all", "message": "I wait."}, True),
        ("Noor", {"audience": "complainant", "message": "For you alone."}, False),
        ("Amina", {"audience": "secretariat", "message": "For you alone."}, False),
    ],
    ids=str,
)
def test_a_message_to_the_company_is_named_as_new_and_stands_on_its_record_and_another_is_not(
    app, cast, who, answers, read
):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    assert "A message was written" not in page_of(app, reference)
    person, told = receipts.person_with(code) if who == "Amina" else cast[who], clock.now() - timedelta(days=1)
    steps.take("write", person, reference, answers, now=told)  # what is hers, since the last release
    page = page_of(app, reference)
    assert (SAID + "A message was written" in page) is read
    assert ("A message was written" in record_of(page)) is read


def test_what_the_company_wrote_stands_on_its_record_and_is_no_news_to_it(app, cast, walk):
    reference = walk("company_acknowledge", 9)
    page_of(app, reference)
    steps.take("write", cast["Victor"], reference, {"audience": "secretariat", "message": "We look at it."})
    page = page_of(app, reference)
    assert "A message was written" in record_of(page) and SAID not in page
