"""A refused proposal is found by its author, with the reason, and comes back to its form with what was typed."""

import html
import re

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.workflow import steps
from tests.scenarios.pages import hidden
from tests.times import days_later
from tests.views.test_routes import client_of

WORDS, WHY = "Guards pushed a person, and wages are owed.", "Leave out the day: it shows who it was."
VALUES = {**demonstration.ANSWERS["refer"], "packet": WORDS}


def proposed(cast, reference, step="refer", **more):
    values = {**VALUES, "previewed": demonstration.packet_hash(WORDS)} if step == "refer" else more
    return steps.take(step, cast["Noor"], reference, values).id


@pytest.fixture
def case(app, cast):
    """Noor proposed to refer a case; Tomas refused it."""
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    steps.decide(cast["Tomas"], reference, proposed(cast, reference), False, WHY)
    return reference


@pytest.fixture
def noor(app, case):
    return client_of(app, "Noor")


def told(page):
    return html.unescape(page.text)


def counted(client):
    return int(re.search(r"Refused, to write again <strong>(\d+)", client.get("/desk").text).group(1))


def test_the_queue_counts_it_for_its_author_and_for_nobody_else(app, noor):
    assert (counted(noor), counted(client_of(app, "Tomas"))) == (1, 0)


def test_the_queue_says_what_was_refused_why_by_whom_and_when(noor, case):
    page = told(noor.get("/desk?show=refused"))
    assert case in page and "Refused: Refer to the company" in page and WHY in page
    assert re.search(r"Refused by Tomas · \d+ \w+ \d{4}, \d\d:\d\d", page)


def test_the_case_says_what_was_refused_why_and_by_whom(app, noor, case):
    for client in (noor, client_of(app, "Tomas")):
        page = told(client.get(f"/desk/cases/{case}"))
        assert "Refused: Refer to the company" in page and WHY in page and "Refused by Tomas" in page
        assert "Proposed by Noor" in page


def again(noor, case):
    (link,) = re.findall(r'href="([^"]+again=\w+)">Write it again', noor.get(f"/desk/cases/{case}").text)
    return noor.get(link)


def test_writing_it_again_brings_back_what_was_typed_under_the_reason(noor, case):
    page = told(again(noor, case))
    typed = re.search(r'<textarea id="packet"[^>]*>(.*?)</textarea>', page, re.DOTALL).group(1)
    assert typed == WORDS and 'name="mechanism_not_subject" value="yes" checked' in page
    assert WHY in page.split("<form")[0] + page.split("<form")[1]
    assert 'name="previewed" value=""' in page, "it is looked at again before it is proposed again"


def test_once_it_is_proposed_again_nothing_of_the_refusal_waits(noor, case):
    form, address = {**hidden(again(noor, case)), "mechanism_not_subject": "yes"}, f"/desk/cases/{case}/steps/refer"
    look = noor.post(address, data={**form, "packet": f"{WORDS} Corrected."})
    looked = re.search(r'name="previewed" value="(\w{64})"', look.text).group(1)
    sent = noor.post(address, data={**form, "packet": f"{WORDS} Corrected.", "previewed": looked})
    assert sent.status_code == 303, told(sent)
    assert counted(noor) == 0 and "Write it again" not in noor.get(f"/desk/cases/{case}").text


def test_words_that_were_kept_after_the_refusal_are_not_lost_to_those_before(noor, case, cast):
    keep = {**hidden(noor.get(f"/desk/cases/{case}/steps/refer")), "packet": "Kept since.", "then": "keep"}
    noor.post(f"/desk/cases/{case}/steps/refer/draft", data=keep)
    assert ">Kept since.</textarea>" in again(noor, case).text


def test_the_reason_stands_above_the_form_also_where_it_is_opened_anew(noor, case):
    page = told(noor.get(f"/desk/cases/{case}/steps/refer"))
    assert WHY in page and "Bring back what was written then" in page and WORDS not in page


def test_a_step_that_cannot_be_taken_any_more_is_not_called_back(noor, case, cast):
    demonstration.do("escalate", cast["Noor"], case, clock.now())
    assert counted(noor) == 0 and "Write it again" not in noor.get(f"/desk/cases/{case}").text


def test_what_was_refused_a_month_ago_has_left_the_queue_and_stands_at_its_case(app, case):
    with time_machine.travel(days_later(31)):
        later = client_of(app, "Noor")
        assert counted(later) == 0 and "Write it again" in later.get(f"/desk/cases/{case}").text


def test_another_case_gives_nothing_of_it(noor, case, cast):
    other, _amina, _code = demonstration.file_one(clock.now())
    (link,) = re.findall(r'steps/refer(\?again=\w+)"', noor.get(f"/desk/cases/{case}").text)
    assert WORDS not in noor.get(f"/desk/cases/{other}/steps/refer{link}").text


def test_two_refusals_of_one_case_have_each_its_own_reason(noor, case, cast):
    letter = {"reason": "no_code_issue", "letter": "We cannot."}
    steps.decide(cast["Tomas"], case, proposed(cast, case, "dismiss", **letter), False, "It is a Code issue.")
    page = told(noor.get(f"/desk/cases/{case}"))
    assert re.search(rf"Refused: Refer to the company.*?{WHY}", page, re.DOTALL)
    assert re.search(r"Refused: Dismiss.*?It is a Code issue.", page.split(WHY)[1], re.DOTALL)


def test_another_steps_form_gets_nothing_of_it(noor, case, cast):
    letter = {"reason": "no_code_issue", "letter": "We cannot take it on."}
    steps.decide(cast["Tomas"], case, proposed(cast, case, "dismiss", **letter), False, "It is a Code issue.")
    (link,) = re.findall(r'steps/dismiss(\?again=\w+)"', noor.get(f"/desk/cases/{case}").text)
    assert ">We cannot take it on.</textarea>" in noor.get(f"/desk/cases/{case}/steps/dismiss{link}").text
    assert ">We cannot take it on.</textarea>" not in noor.get(f"/desk/cases/{case}/steps/record_concern{link}").text
