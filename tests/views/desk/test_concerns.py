"""Concerns at the desk and at the company's: each step at its page, and what a company must not learn."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.maintenance.sweep import sweep
from tests.concerns import road
from tests.times import days_later
from tests.views.test_routes import client_of, token


@pytest.fixture
def noor(app, cast):
    return client_of(app, "Noor")


@pytest.fixture
def tomas(app, cast):
    return client_of(app, "Tomas")


@pytest.fixture
def victor(app, cast):
    return client_of(app, "Victor")


def press(client, address, **answers):
    """What a page answers when it is sent; where it warns, what comes of sending it once more as it is."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    answer = client.post(address, data={"csrf_token": token(page), **answers})
    if looked := re.search(r'name="looked" value="(\w+)"', answer.text):
        answer = client.post(address, data={"csrf_token": token(page), "looked": looked[1], **answers})
    return answer


def test_a_concern_is_opened_from_news_and_stands_in_the_list_and_on_the_dossier(noor, cast):
    company = str(road.company_id())
    answer = press(noor, "/desk/concerns/new", company=company, kind="personnel", source="news", words=road.PLANTED)
    assert answer.status_code == 303
    page = noor.get(answer.location).text
    assert "Larkfield Guarding" in page and road.PLANTED in page and "Ask for a corrective action" in page
    assert "Misconduct of personnel" in noor.get("/desk/concerns").text
    assert answer.location in noor.get(f"/desk/concerns/about/{company}").text


def test_what_is_missing_is_named_and_what_was_typed_is_kept(noor, cast):
    answer = press(noor, "/desk/concerns/new", company="", kind="other", source="news", words=road.PLANTED)
    assert answer.status_code == 422 and "Choose the company." in answer.text and road.PLANTED in answer.text
    concern = road.opened(cast)
    answer = press(
        noor, f"/desk/concerns/{concern}/steps/ask_corrective_action", words="Lock it.", proof="", due_on="x"
    )
    assert answer.status_code == 422 and "Lock it." in answer.text
    past = {"words": "Lock it.", "proof": "The log.", "due_on": road.in_days(-3)}
    answer = press(noor, f"/desk/concerns/{concern}/steps/ask_corrective_action", **past)
    assert answer.status_code == 409 and "to come" in answer.text and "The log." in answer.text


def test_words_that_could_show_somebody_are_shown_once_more_before_they_go(noor, cast):
    concern = road.opened(cast)
    address = f"/desk/concerns/{concern}/steps/note"
    words = "Call amina@example.org about the armoury."
    page = noor.get(address)
    answer = noor.post(address, data={"csrf_token": token(page), "words": words})
    assert answer.status_code == 200 and "Look again" in answer.text and words in answer.text
    assert press(noor, address, words=words).status_code == 303


def test_the_company_reads_what_is_asked_reports_it_and_reads_nothing_behind_it(noor, tomas, victor, cast):
    concern = road.opened(cast)
    assert victor.get(f"/company/asked/{concern}").status_code == 404
    press(noor, f"/desk/concerns/{concern}/steps/ask_corrective_action", **road.answers("ask_corrective_action"))
    (proposal,) = road.waiting(concern)
    assert f"/desk/concerns/proposals/{proposal}" in tomas.get(f"/desk/concerns/{concern}").text
    assert press(tomas, f"/desk/concerns/proposals/{proposal}", answer="approve").status_code == 303
    (action,) = road.items(concern)
    page = victor.get(f"/company/asked/{concern}").text
    assert "Keep the armoury locked at night." in page and "Zinnober" not in page and "Noor" not in page
    assert (
        f"/company/asked/{concern}" in victor.get("/company/asked").text
        and "/company/asked" in victor.get("/company").text
    )
    address = f"/company/asked/{concern}/items/{action}/steps/report_action"
    assert press(victor, address, words="It is locked.").status_code == 303
    assert "It is locked." in noor.get(f"/desk/concerns/{concern}").text
    assert victor.get(address).status_code == 409


def test_a_company_takes_no_step_of_the_office_and_another_company_none_at_all(app, victor, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    for step in ("verify_action", "find_unmet", "withdraw_action", "decide_measure"):
        assert victor.get(f"/company/asked/{concern}/items/{action}/steps/{step}").status_code == 404
    olga = client_of(app, "Olga")
    for address in (f"/company/asked/{concern}", f"/company/asked/{concern}/items/{action}/steps/report_action"):
        assert olga.get(address).status_code == 404
    assert victor.get(f"/desk/concerns/{concern}").status_code == 403


def test_a_missed_action_and_a_measure_that_waits_stand_on_the_boards_list(app, tomas, cast):
    concern = road.opened(cast)
    road.both(cast, "ask_corrective_action", concern)
    measure = road.both(cast, "propose_measure", concern)
    assert tomas.get("/desk/concerns/board").text.count("None.") == 2
    with time_machine.travel(days_later(45), tick=False):
        sweep(clock.now())
        noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")  # eight hours are over
        page = tomas.get("/desk/concerns/board").text
        assert "None." not in page and "Membership suspended" in page and "was due on" in page
        assert "was not done in time" in noor.get("/desk/concerns").text
        address = f"/desk/concerns/{concern}/items/{measure}/steps/decide_measure"
        assert press(tomas, address, **road.answers("decide_measure")).status_code == 303
        assert "in force" in noor.get(f"/desk/concerns/{concern}").text


def test_a_second_person_refuses_with_a_reason_and_without_one_is_asked_for_it(noor, tomas, cast):
    concern = road.opened(cast)
    road.take(cast["Noor"], "ask_corrective_action", concern)
    address = f"/desk/concerns/proposals/{road.waiting(concern)[0]}"
    assert press(tomas, address, answer="refuse", words="").status_code == 422
    assert press(tomas, address, answer="refuse", words="Too early.").status_code == 303
    assert "Too early." in noor.get(f"/desk/concerns/{concern}").text
    assert "This was decided." in noor.get(address).text


def test_three_complaints_of_one_topic_in_a_year_are_proposed_and_the_button_opens_one_with_its_type(noor, cast):
    for days in (300, 200, 100):
        reference = demonstration.file_one(clock.now() - timedelta(days=days))[0]
        demonstration.do("acknowledge", cast["Noor"], reference, clock.now() - timedelta(days=days - 1))
        demonstration.do("classify", cast["Noor"], reference, clock.now() - timedelta(days=days - 1))
    page = noor.get("/desk/concerns").text
    link = re.search(r'href="(/desk/concerns/new\?company=\d+&amp;kind=governance)"', page)[1].replace("&amp;", "&")
    form = noor.get(link).text
    assert 'value="figures" selected' in form or 'value="figures" checked' in form or "figures" in form
    answer = press(noor, link, company=str(road.company_id()), kind="governance", source="figures", words="Three.")
    assert answer.status_code == 303 and "complaints alone" in noor.get(answer.location).text
    assert "What comes again" not in noor.get("/desk/concerns").text


def test_the_day_of_an_action_is_written_out_on_both_sides(noor, victor, cast):
    concern = road.opened(cast)
    road.both(cast, "ask_corrective_action", concern)
    day = full_date(date.fromisoformat(road.in_days(30)))
    for client, address in ((noor, f"/desk/concerns/{concern}"), (victor, f"/company/asked/{concern}")):
        page = client.get(address).text
        assert day in page and road.in_days(30) not in page
