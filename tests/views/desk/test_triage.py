"""New complaints one after the other: read, acknowledged and classified on one page each."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.forms.choices import TOPICS
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.record import chain, compare
from grievance.workflow import steps
from tests.views.test_routes import client_of, token

ANSWERS = {"no_conflict": "yes", "safety_looked_at": "yes", "severity": "medium", "track": "remedy"}


TOPIC = TOPICS[0][0]


@pytest.fixture
def references(app, cast):
    """Three complaints, in the order in which they are to be acknowledged."""
    begun = clock.now() - timedelta(days=20)
    return [demonstration.walk_story(cast, None, begun + timedelta(days=5 * n))[0] for n in range(3)]


@pytest.fixture
def noor(app, references):
    return client_of(app, "Noor")


def events_of(cast, reference):
    """What people did."""
    case = find_case(cast["Noor"], reference)
    theirs = select(Event.kind).where(Event.case_id == case.id, Event.role != Role.CLOCK.value)
    return list(db.session.scalars(theirs.order_by(Event.seq)))


def answer(client, reference, **answers):
    path = f"/desk/new-ones/{reference}"
    return client.post(path, data={**sent_with(client.get(path)), **answers})


def sent_with(page):
    """What the page sends along without being asked."""
    return {"csrf_token": token(page), "version": re.search(r'name="version" value="(\d+)"', page.text).group(1)}


def test_one_press_acknowledges_classifies_and_leads_to_the_next(noor, references, cast):
    assert noor.get("/desk/new-ones").location == f"/desk/new-ones/{references[0]}"
    answer(noor, references[0], **ANSWERS, topics=TOPIC)
    assert events_of(cast, references[0]) == ["file", "acknowledge", "classify"]
    assert find_case(cast["Noor"], references[0]).officer_id == cast["Noor"].account_id
    assert noor.get("/desk/new-ones").location == f"/desk/new-ones/{references[1]}"
    assert chain.verify() == [] and list(compare.everything()) == []


def test_at_the_end_the_queue_says_that_nothing_is_left(noor, references):
    for reference in references:
        answer(noor, reference, **ANSWERS)
    assert (
        "Every complaint that you can acknowledge is acknowledged."
        in noor.get("/desk/new-ones", follow_redirects=True).text
    )


@pytest.mark.parametrize("left_out", ["no_conflict", "safety_looked_at", "severity"])
def test_without_one_answer_nothing_happens_and_the_others_are_kept(noor, references, cast, left_out):
    said = {name: value for name, value in ANSWERS.items() if name != left_out}
    page = answer(noor, references[0], **said, topics=TOPIC)
    assert page.status_code == 422 and f'href="#{left_out}"' in page.text
    assert f'value="{TOPIC}" checked' in page.text
    assert events_of(cast, references[0]) == ["file"]


def test_a_tick_that_is_missing_is_named_once_and_one_button_says_what_it_does(noor, references):
    page = answer(noor, references[0])
    summary = page.text.split('class="summary"')[1].split("</div>")[0]
    assert summary.count("I have no conflict of interest in this case") == 1
    assert '<a href="#severity">Severity</a>: ' in summary
    assert ">Acknowledge and classify</button>" in page.text


def test_no_conflict_the_look_at_her_safety_and_the_severity_are_never_filled_in_beforehand(noor, references):
    page = noor.get(f"/desk/new-ones/{references[0]}").text
    for name in ("no_conflict", "safety_looked_at"):
        assert not re.search(rf'name="{name}"[^>]* checked', page)
    severity = page.split('id="severity"')[1].split("</select>")[0]
    assert " selected" not in severity


def test_her_account_and_her_answer_about_safety_stand_beside_what_is_asked(noor, references):
    page = noor.get(f"/desk/new-ones/{references[0]}").text
    assert demonstration.ACCOUNT[:40] in page and 'class="safety' in page


def test_what_a_colleague_did_meanwhile_is_said_and_nothing_is_done_twice(noor, references, cast):
    path = f"/desk/new-ones/{references[0]}"
    page = noor.get(path)
    steps.take("acknowledge", cast["Noor"], references[0], dict.fromkeys(("no_conflict", "safety_looked_at"), "yes"))
    late = noor.post(path, data={**sent_with(page), **ANSWERS})
    assert late.status_code == 409 and "acknowledged, or it is not yours" in late.text
    assert events_of(cast, references[0]) == ["file", "acknowledge"]


def test_a_complaint_can_be_left_for_later(noor, references):
    page = noor.get(f"/desk/new-ones/{references[0]}").text
    later = re.search(r'href="(/desk/new-ones\?after=[^"]+)"', page).group(1)
    assert noor.get(later).location == f"/desk/new-ones/{references[1]}"


def test_without_script_a_link_leads_back_to_the_one_before(noor, references):
    page = noor.get(f"/desk/new-ones/{references[1]}").text
    before = re.search(r'href="(/desk/new-ones\?before=[^"]+)"', page).group(1)
    assert noor.get(before).location == f"/desk/new-ones/{references[0]}"
    first = noor.get(f"/desk/new-ones/{references[0]}").text
    before = re.search(r'href="(/desk/new-ones\?before=[^"]+)"', first).group(1)
    assert "Before this one nothing" in noor.get(before, follow_redirects=True).text


def test_who_cannot_acknowledge_is_not_led_there(app, references):
    approver = client_of(app, "Tomas")
    assert "new-ones" not in approver.get("/desk").text
    assert approver.get("/desk/new-ones").location == "/desk"


def test_several_steps_by_one_press_are_all_taken_or_none(references, cast):
    """The second is refused: of the first nothing is left."""
    with pytest.raises(steps.Refused):
        steps.take_all(("acknowledge", "acknowledge"), cast["Noor"], references[0], ANSWERS)
    db.session.rollback()
    assert events_of(cast, references[0]) == ["file"]


def test_in_the_morning_after_the_worker_slept_the_clock_is_no_reason_to_look_again(noor, references, cast):
    path = f"/desk/new-ones/{references[0]}"
    page = noor.get(path)
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        answered = noor.post(path, data={**sent_with(page), **ANSWERS})
    assert answered.status_code == 303
