"""Checklists and planned visits at the case page: what was ticked stays in sight, and a visit is there until it was."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines.days import day_of_the_week
from grievance.extensions import db
from grievance.models.writing import Decision
from grievance.workflow import steps
from tests.views.test_routes import client_of, token
from tests.workflow.test_field_work import CHECK, PLAN, decide, on


@pytest.fixture
def reference(app, cast):
    found = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))[0]
    demonstration.do("classify", cast["Noor"], found, clock.now())
    return found


def page_of(app, name, path):
    return client_of(app, name).get(path).text


def open_lists(page):
    return re.findall(r'<details class="group" open><summary><strong>[^<]*</strong> \((\d) of', page)


def test_a_checklist_stays_open_after_its_ticks_are_kept_and_says_who_ticked_and_when(app, reference):
    client, case = client_of(app, "Noor"), f"/desk/cases/{reference}"
    page = client.get(case).text
    assert open_lists(page) == []
    item = re.search(r'name="item" value="([^"]+)"', page)[1]
    said = {"csrf_token": token(client.get(case)), "item": item, "list": "1"}
    answer = client.post(f"/desk/tasks/ticks/{reference}", data=said, follow_redirects=True).text
    assert open_lists(answer) == ["1"] and re.search(r"\d{4}, Noor</small>", answer)


def test_the_button_that_keeps_ticks_stands_inside_each_list(app, reference):
    page = page_of(app, "Noor", f"/desk/cases/{reference}")
    lists = re.findall(
        r'<details class="group">(?:(?!</details>).)*name="item"(?:(?!</details>).)*</details>', page, re.S
    )
    assert lists and all("Keep the ticks" in one for one in lists)
    assert page.count("Keep the ticks") == len(lists)


def test_a_visit_is_proposed_for_a_day_and_not_for_the_end_of_one(app, cast, reference):
    day = on(5)
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **day})
    decision = db.session.scalars(select(Decision.id).order_by(Decision.proposed_at.desc())).first()
    page = page_of(app, "Tomas", f"/desk/cases/{reference}/proposals/{decision}")
    said = day_of_the_week(clock.office_today() + timedelta(days=5))
    assert f">{said}<" in page and f"end of {said}" not in page
    decide(cast, reference)
    assert day["on"] not in page_of(app, "Noor", f"/desk/cases/{reference}")


def planned_at(app, name, reference):
    """What stands of visits and interviews under *What is owed*: (which, its day, whether it has its button)."""
    page = page_of(app, name, f"/desk/cases/{reference}")
    owed = page[page.index('<h2 id="now">') : page.index('<h2 id="tasks">')]
    found = re.findall(r"<strong>An? (visit|interview) is planned</strong>: ([^<]*)<(.*)", owed.replace("</div>", "\n"))
    return [(what, day, "Write what came of it" in rest) for what, day, rest in found]


def test_what_is_planned_and_not_held_is_owed_with_its_day_and_the_button_to_say_what_came_of_it(app, cast, reference):
    assert planned_at(app, "Noor", reference) == []
    steps.take("plan_interview", cast["Noor"], reference, {**PLAN, **on(9)})
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on(5)})
    days = [day_of_the_week(clock.office_today() + timedelta(days=number)) for number in (5, 9)]
    assert planned_at(app, "Noor", reference) == [("interview", days[1], True)], "nobody approved a visit"
    decide(cast, reference)
    both = [("visit", days[0], True), ("interview", days[1], True)]
    assert planned_at(app, "Noor", reference) == both
    assert planned_at(app, "Tomas", reference) == [(what, day, False) for what, day, _button in both]
    for step in ("record_visit", "record_interview"):
        steps.take(step, cast["Noor"], reference, {"held": "held", "outcome": "It was said again."})
    assert planned_at(app, "Noor", reference) == []


def test_of_two_visits_the_later_one_is_owed_after_the_first_was_held(app, cast, reference):
    for number in (8, 4):
        steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on(number)})
        decide(cast, reference)
    steps.take("record_visit", cast["Noor"], reference, {"meeting": "2", "held": "held", "outcome": "She came."})
    left = day_of_the_week(clock.office_today() + timedelta(days=8))
    assert planned_at(app, "Noor", reference) == [("visit", left, True)]
