"""Forty people of one union: each a case with consents and a receipt of her own, one incident at the desk, one answer
of the company, and figures that count forty people and one incident."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import State
from grievance.models.event import Event
from grievance.record import chain, compare
from grievance.reports import awaiting
from grievance.reports.figures import Period, figures
from grievance.views.company import one_answer
from grievance.workflow import steps
from tests import outside
from tests.unpadded import unpadded
from tests.views import union as unions
from tests.views.public.test_filing import hidden
from tests.views.test_routes import client_of

PEOPLE, AGREE = 40, 38
ANSWER = {
    "facts": "The wages of the night shift were not paid.", "steps": "We looked through the lists of March.",
    "position": "It was our mistake.", "offer": "We pay them.", "prevention": "Two people sign each list.",
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("asks_her")


@pytest.fixture
def union(both):
    return a_union(both, PEOPLE, AGREE)


def a_union(both, people, agree):
    """At their pages: `.lead`, and by the references of the others their browsers; `.told` are those that agree that
    the company is told, `.silent` the others; `.incident` is the one of all. Those who agree were referred together."""
    found = unions.files_for(both.app, people)
    others = list(found.hers)
    _noor, incident = unions.at_the_desk(both.app, found)
    unions.agree(both.app, found, incident, others[: agree - 1])
    told = unions.refer_all(both.app, found, incident)
    assert sorted(told) == sorted([found.lead, *others[: agree - 1]])
    return SimpleNamespace(**vars(found), told=[found.lead, *others[: agree - 1]], silent=others[agree - 1 :],
                           incident=incident, **vars(both))  # fmt: skip


def answers(union):
    """The company writes one answer, looks at it, and sends it to all that wait."""
    victor = client_of(union.app, "Victor")
    page = victor.get("/company/answers")
    look = victor.post("/company/answers", data={**hidden(page), **ANSWER, "which": "all", "then": "look"})
    told = [one for one in union.told if one in look.text]
    assert look.status_code == 200 and f"each of these {AGREE} cases" in look.text and len(told) == AGREE
    sent = {**hidden(look), **ANSWER, "which": "ticked", "case": told, "then": "send"}
    assert victor.post("/company/answers", data=sent).status_code == 303
    return victor, page.text


def kinds(kind):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind))


@pytest.mark.long
def test_forty_of_one_union_are_forty_people_and_one_incident(union):
    noor = client_of(union.app, "Noor")
    page = noor.get(f"/desk/incidents/{union.incident}").text
    assert all(one in page for one in (*union.told, *union.silent)) and f"{AGREE} of {PEOPLE}" in page
    assert kinds("incident_linked") == PEOPLE

    victor, listed = answers(union)
    assert kinds("respond") == AGREE
    queue = unpadded(victor.get("/company").text)
    for one in union.silent:
        assert one not in listed and one not in queue and victor.get(f"/company/cases/{one}").status_code == 404
    seen = [listed, queue, unpadded(victor.get(f"/company/cases/{union.told[3]}").text)]
    assert not any(word in text for text in seen for word in ("March wages", "incident", "of 40", "speaks for"))

    for one in union.told:
        hers = union.hers.get(one, union.browser).get("/follow/case").text
        assert ANSWER["offer"] in hers and not any(other in hers for other in union.hers if other != one)
    disputing = union.told[5:7]
    for one in disputing:
        unions.says(union.hers[one], "escalate", ground="inadequate", why="It speaks of March alone.")
    outside.a_release_came()
    states = unions.state_of()
    assert sorted(one for one in states if states[one] == State.ESCALATED) == sorted(disputing)
    assert [states[one] for one in union.silent] == [State.RECEIVED, State.RECEIVED]

    today = clock.office_today()
    found = figures(Period(today - timedelta(days=30), today))
    assert (found.received, found.incidents) == (PEOPLE, 1)
    page = noor.get("/desk/figures").text
    number = '<td role="cell" data-label="Number">'
    assert (
        f"{number}{PEOPLE}</td>" in page
        and f"which are the same (of now, not in the recount)</th>{number}1</td>" in page
    )
    assert chain.verify() == [] and list(compare.everything()) == []


def test_one_answer_goes_to_some_where_only_they_are_ticked_and_to_no_case_that_is_not_the_companys(both):
    union = a_union(both, 5, 4)
    victor = client_of(both.app, "Victor")
    page = victor.get("/company/answers")
    some = union.told[:3]
    said = {**ANSWER, "which": "ticked", "case": [*some, *union.silent], "then": "send"}
    answer = victor.post("/company/answers", data={**hidden(page), **said})
    assert answer.status_code == 409 and "1 case that you ticked does not wait for your answer any more" in answer.text
    assert kinds("respond") == 3
    left = victor.get("/company/answers").text
    assert not any(one in left for one in some) and all(one in left for one in union.told[3:])


def test_what_stopped_waiting_between_the_look_and_the_sending_is_named_and_the_others_get_it(both):
    union = a_union(both, 4, 4)
    victor = client_of(both.app, "Victor")
    page = victor.get("/company/answers")
    said = {**ANSWER, "which": "ticked", "case": union.told[:2]}
    look = victor.post("/company/answers", data={**hidden(page), **said, "then": "look"})
    assert look.status_code == 200 and "any more" not in look.text
    steps.take("respond", both.cast["Victor"], union.told[0], ANSWER)

    again = victor.post("/company/answers", data={**hidden(look), **said, "then": "look"})
    assert again.status_code == 200 and named(again) == [union.told[0]]
    answer = victor.post("/company/answers", data={**hidden(look), **said, "then": "send"})
    assert answer.status_code == 409 and named(answer) == [union.told[0]] and kinds("respond") == 2
    assert "1 case has your answer." in answer.text

    answer = victor.post("/company/answers", data={**hidden(look), **said, "then": "send"})
    assert answer.status_code == 409 and named(answer) == union.told[:2] and kinds("respond") == 2
    assert "Tick what you mean." not in answer.text and ANSWER["offer"] in answer.text


def named(answer):
    """Which cases a page says to wait no longer."""
    return re.findall(r'<li class="ref">([^<]+)</li>', answer.text)


def test_of_more_than_a_page_lists_it_says_how_many_wait_and_ticks_beyond_them_count(both, monkeypatch):
    union = a_union(both, 4, 4)
    monkeypatch.setattr(awaiting, "MOST", 3)
    monkeypatch.setattr(one_answer, "MOST", 3)
    victor = client_of(both.app, "Victor")
    page = victor.get("/company/answers")
    assert "4 cases wait. The first 3 are listed" in page.text and "The 3 cases that are listed here" in page.text
    assert "All 3 cases" not in page.text
    (beyond,) = [one for one in union.told if one not in page.text]
    look = victor.post(
        "/company/answers", data={**hidden(page), **ANSWER, "which": "ticked", "case": beyond, "then": "look"}
    )
    assert look.status_code == 200 and beyond in look.text and named(look) == []
    look = victor.post("/company/answers", data={**hidden(page), **ANSWER, "which": "all", "then": "look"})
    assert "each of these 3 cases" in look.text
    monkeypatch.setattr(awaiting, "MOST", 4)
    monkeypatch.setattr(one_answer, "MOST", 4)
    page = victor.get("/company/answers")
    assert "All 4 cases that wait" in page.text and "are listed" not in page.text


@pytest.mark.parametrize(
    ("answers", "where"),
    [({"which": ""}, "which"), ({"which": "ticked"}, "which"), ({"which": "all", "facts": ""}, "facts")],
)
def test_what_is_missing_is_named_nothing_is_sent_and_what_was_typed_stays(app, cast, answers, where):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=5))[0]
    victor = client_of(app, "Victor")
    said = {**hidden(victor.get("/company/answers")), **ANSWER, "then": "send", **answers}
    page = victor.post("/company/answers", data=said)
    assert page.status_code == 422 and f'href="#{where}"' in page.text and ANSWER["offer"] in page.text
    assert reference in page.text and kinds("respond") == 0


def test_nobody_but_a_company_has_the_page(app, cast):
    for name in ("Noor", "Tomas", "Ines"):
        assert client_of(app, name).get("/company/answers").status_code in (403, 404)
