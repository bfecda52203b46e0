"""Where a case stands, on her page: the places and the sentence are true in each situation that it can be in."""

from datetime import timedelta

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.demonstration import do
from grievance.reports.complainant_page import open_complainant_page
from tests.accounts.test_leaving import case_with
from tests.views.public.test_status import page_of

SENT = ["received", "company"]
HEARD = [*SENT, "answered"]
OVER = [*HEARD, "done", "closed"]
NO_PACKET = {"packet": "", "previewed": ""}
SITUATIONS = {
    "fresh": (None, [], ["received"], "We have your complaint"),
    "sent": ("refer", [], SENT, "The company was asked to answer."),
    "answered": ("respond", [], HEARD, "The company has answered."),
    "offered": ("propose_remedy", [], HEARD, "A remedy was proposed."),
    "accepted": ("accept_remedy", [], HEARD, "You accepted what was offered."),
    "delivered": ("report_delivered", [], [*HEARD, "delivered"], "The company says that a remedy was delivered."),
    "disputed": ("report_delivered", [("dispute_remedy", "Amina", {})], HEARD, "You said that what"),
    "done": ("remedy", [], [*HEARD, "done"], "What was agreed was done."),
    "not done after all": ("remedy", [("dispute_remedy", "Amina", {})], [*HEARD, "ourselves"], "You said that what"),
    "closed": ("close", [], OVER, "This case is closed."),
    "appealed": ("close", [("appeal", "Amina", {})], [*OVER, "appealed"], "This case is closed. You appealed"),
    "escalated": ("respond", [("escalate", "Noor", {})], [*HEARD, "ourselves"], "The Secretariat has taken the case"),
    "back with the company": (
        "respond", [("escalate", "Noor", {}), ("refer_back", "Noor", {})], SENT, "The company was asked",
    ),
    "never sent": ("acknowledge", [("dismiss", "Noor", {"reason": "no_code_issue"})], ["received", "closed"], "This"),
    "withdrawn": ("respond", [("withdraw", "Amina", {})], [*HEARD, "withdrawn"], "You withdrew your complaint."),
    "undone": ("refer", [("withdraw", "Amina", {}), ("undo_withdrawal", "Amina", {})], SENT, "The company was asked"),
    "taken back": ("refer", [("recall_packet", "Noor", NO_PACKET)], ["received"], ""),
    "wrong company": ("refer", [("change_respondent", "Noor", {})], ["received"], "We need to know from you"),
}  # fmt: skip


def come_to(cast, until, more):
    days = next((day for step, _who, day in demonstration.STORY if step == until), 0)
    reference, code = demonstration.walk_story(cast, until, clock.now() - timedelta(days=days + 1))
    people = {**cast, "Amina": receipts.person_with(code)}
    for step, who, answers in more:
        do(step, people[who], reference, clock.now(), cast["Tomas"], **answers)
    return reference, code


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_places_and_the_sentence_are_true(app, cast, situation):
    until, more, places, sentence = SITUATIONS[situation]
    reference, code = come_to(cast, until, more)
    page = open_complainant_page(receipts.person_with(code), case_with(reference))
    assert page.track == places and str(page.standing).startswith(sentence)


def test_the_last_place_is_where_it_stands_in_words_and_for_who_cannot_see(app, cast):
    _reference, code = come_to(cast, "respond", [])
    places = html.fromstring(page_of(app, code)).xpath("//ol[@class='track']/li")
    assert [one.get("aria-current") for one in places] == [None, None, "step"]
    assert [one.text_content().split(maxsplit=1)[1] for one in places] == ["Received", "With the company", "Answered"]
