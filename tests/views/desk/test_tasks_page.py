"""Tasks at their pages: the list, the case's page, the desk's line."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.desk import tasks
from tests.desk.test_tasks import WORDS, made, said, today
from tests.views.test_routes import client_of, token


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]


def press(client, page, to, **answers):
    return client.post(to, data={"csrf_token": token(client.get(page)), **answers})


def test_a_task_is_added_from_the_case_done_there_and_taken_back(app, cast, reference):
    client = client_of(app, "Noor")
    page, case = f"/desk/tasks/new/{reference}", f"/desk/cases/{reference}"
    assert page in client.get(case).text
    answer = press(client, page, page, **said(cast["Noor"]))
    assert answer.location == f"{case}#tasks"
    shown = client.get(case).text
    assert WORDS in shown
    (done,) = set(re.findall(r"/desk/tasks/\w+/done", shown))
    assert press(client, case, done, **{"from": "case"}).location == f"{case}#tasks"
    shown = client.get(case).text
    assert "1 task that is done" in shown and done not in shown
    press(client, case, done.replace("/done", "/open"), **{"from": "case"})
    assert done in client.get(case).text


def test_the_desk_says_in_one_line_what_is_due_and_nothing_where_nothing_is(app, cast):
    client = client_of(app, "Noor")
    assert "tasks today" not in client.get("/desk").text
    for days in (0, 0, -1):
        made(cast["Tomas"], cast["Noor"], days=days)
    assert re.search(r'href="/desk/tasks">2 tasks today, <strong class="late">1 late<', client.get("/desk").text)


def test_what_is_missing_is_said_and_what_was_typed_stays(app, cast):
    client = client_of(app, "Noor")
    answer = press(client, "/desk/tasks/new", "/desk/tasks/new", words=WORDS, who="", due_on="")
    assert answer.status_code == 422 and 'href="#due_on"' in answer.text and WORDS in answer.text
    task_id = made(cast["Noor"], cast["Noor"])
    answer = press(client, f"/desk/tasks/{task_id}", f"/desk/tasks/{task_id}", who="7000", due_on="")
    assert answer.status_code == 422 and 'href="#due_on"' in answer.text


def test_a_weekends_day_is_kept_and_said(app, cast):
    client = client_of(app, "Noor")
    day = next(day for day in map(today, range(1, 9)) if day.weekday() == 6)
    press(client, "/desk/tasks/new", "/desk/tasks/new", **{**said(cast["Noor"]), "due_on": day.isoformat()})
    assert "It stays on the day that you chose. That day is on a weekend." in client.get("/desk/tasks").text
    assert tasks.listed(cast["Noor"], "mine")[0].due_on == day


def test_another_person_gets_it_at_its_page(app, cast, reference):
    client, task_id = client_of(app, "Noor"), made(cast["Noor"], cast["Noor"], case=reference)
    page = f"/desk/tasks/{task_id}"
    assert WORDS in client.get(page).text
    press(client, page, page, who=str(cast["Tomas"].account_id), due_on=today(2).isoformat())
    assert WORDS in client_of(app, "Tomas").get("/desk/tasks").text


@pytest.mark.parametrize("show", ["", "?show=all", "?show=nobodys", "?show=done", "?show=x"])
def test_every_list_is_shown(app, cast, reference, show):
    made(cast["Noor"], cast["Noor"], case=reference)
    tasks.finish(cast["Noor"], made(cast["Noor"], cast["Noor"]))
    assert client_of(app, "Noor").get(f"/desk/tasks{show}").status_code == 200


def test_a_task_that_is_not_there_is_answered_as_a_case_that_is_not(app, cast):
    client = client_of(app, "Noor")
    for path in ("/desk/tasks/x", "/desk/tasks/new/2020-0000"):
        assert client.get(path).status_code == 404
