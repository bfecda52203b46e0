"""A time limit that is paused has no day before it goes on: where its date stands, that is said, and none is late."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
import time_machine

from grievance import clock
from grievance.deadlines import holidays
from grievance.desk.message_templates import _due
from grievance.maintenance import doctor
from grievance.models.case import State
from grievance.models.people import Role
from grievance.notify.recipients import pressed
from grievance.reports import exports
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_counts import counts
from grievance.workflow import steps
from grievance.workflow.procedure import find_row
from tests.conftest import ROOT
from tests.scenarios.conftest import story  # noqa: F401
from tests.scenarios.days import day, facts, limits
from tests.views.account.test_calendar import address_of, entries
from tests.views.test_routes import client_of

SAYS = re.compile(r"due_(?:on|at|day|shortly)\b")
SHOWN_BY = {
    "grievance/desk/message_templates.py": "a wording's {date} is of what runs",
    "grievance/reports/concerns.py": "what is owed of a concern, which nothing pauses",
    "templates/macros/concerns.html": "what is owed of a concern, which nothing pauses",
    "templates/desk/board.html": "what is owed of a concern, which nothing pauses",
    "grievance/views/api/company_shown.py": "paused stands beside it",
    "grievance/views/api/company_described.py": "paused stands beside it",
    "grievance/desk/tasks.py": "by when a task is to be done, which is no limit",
    "grievance/reports/awaiting.py": "paused stands in its place",
    "grievance/reports/by_telephone.py": "what is paused is not said to be owed",
    "grievance/reports/promised.py": "paused stands in its place",
    "templates/desk/promised.html": "paused stands in its place",
    "grievance/reports/told_cases.py": "counts what was due in a period, and names no date",
    "grievance/views/comes_next.py": "only what was opened just now",
    "grievance/views/desk/promised.py": "between which days the list lies, for whoever takes it away",
    "grievance/notify/tasks_due.py": "by when a task is to be done, which is no limit",
    "grievance/views/desk/tasks.py": "by when a task is to be done, which is no limit",
    "templates/company/one_answer.html": "paused stands in its place",
    "templates/macros/tasks.html": "by when a task is to be done, which is no limit",
    "grievance/intake/register_cases.py": "an old breach, dated by the register",
    "grievance/maintenance/grants.py": "names the column, and reads none",
    "grievance/maintenance/doctor.py": "counts and compares, and names no date",
    "grievance/maintenance/recomputed.py": "compares, and names no date",
    "grievance/notify/account_mail.py": "of what waits for a second person, which nothing pauses",
    "grievance/notify/recipients.py": "what runs presses",
    "grievance/notify/sign_rounds.py": "when a sign is to go, and no limit",
    "grievance/reports/calendar.py": "only what runs",
    "grievance/reports/casefile.py": "paused stands beside it",
    "grievance/reports/exports.py": "paused stands beside it, or in its place",
    "grievance/reports/office_waits.py": "of what waits for a second person, which nothing pauses",
    "grievance/reports/owed.py": "the day that an event named when it happened",
    "grievance/reports/her_safety.py": "of a look at her safety, which nothing pauses",
    "grievance/reports/figures.py": "counts what was due in a period, and names no date",
    "grievance/reports/queue_due.py": "sorts by it; queue_lines says what a line shows",
    "grievance/reports/queue_lines.py": "as queue_owed says it",
    "grievance/reports/queue_owed.py": "paused stands in its place, and comes last",
    "templates/desk/_office_owes.html": "away() says paused",
    "grievance/reports/standing.py": "only of what runs",
    "grievance/reports/companies_of_hers.py": "only of what runs",
    "grievance/reports/own_figures.py": "only of what runs",
    "templates/company/own_figures.html": "only of what runs",
    "grievance/reports/waits.py": "of what waits for a second person, which nothing pauses",
    "grievance/views/api/complaints.py": "paused stands beside it",
    "grievance/views/api/openapi.py": "paused stands beside it",
    "grievance/views/__init__.py": "gives the templates the words",
    "grievance/views/desk/triage.py": "the place in the queue behind a case, and no date",
    "templates/admin/missed.html": "what was missed, and is not paused",
    "templates/desk/queue.html": "away() says paused",
    "templates/macros/admin.html": "paused stands beside it",
    "templates/macros/cases.html": "away() says paused",
    "templates/macros/hers.html": "away() says paused",
}
"""Each place outside the procedure that reads a limit's date, and what it does about one that is paused."""


def test_no_other_place_reads_a_limits_date():
    places = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.typ")]
    for room in ("desk", "intake", "maintenance", "metrics", "notify", "reports", "views"):
        places += ROOT.glob(f"grievance/{room}/**/*.py")
    assert {str(one.relative_to(ROOT)) for one in places if SAYS.search(one.read_text("utf-8"))} == set(SHOWN_BY)


def hers(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client.get("/follow/case").text


@pytest.fixture
def held(story):  # noqa: F811
    """The company's time is held since day 10, and all that it had has passed."""
    story.at("company_acknowledge", "Victor", 6)
    story.at("propose_remedy", "Victor", 7, due_on=day(40).date().isoformat())
    story.at("accept_remedy", "Amina", 8)
    raw = {"ground": "safety", "why": "She is threatened.", "review_on": day(95).date().isoformat()}
    steps.take("suspend", story.tomas, story.reference, {**raw, "limits": ["L5", "L11"]}, now=day(10))
    with time_machine.travel(day(70)):
        yield story


def test_the_pages_of_all_sides_say_that_it_is_paused(app, held):
    pages = [
        client_of(app, "Noor").get(f"/desk/cases/{held.reference}").text,
        client_of(app, "Victor").get(f"/company/cases/{held.reference}").text,
        hers(app, held.code),
    ]
    for page in pages:
        line = page.partition("nswer the complaint")[2].partition("</p>")[0]
        card = re.split("<h3>(?:Remedy|Offer) 1", page)[1].partition("</article>")[0]
        assert "paused" in line and "overdue" not in line
        assert "paused" in card


def test_the_queues_say_so_and_count_nothing_as_late(app, held):
    (line,) = queue(held.victor, Wanted()).lines
    assert (line.paused, line.overdue) == (True, False)
    assert counts(held.victor, ("overdue", "soon")) == {"overdue": 0, "soon": 0}
    assert ">paused<" in client_of(app, "Victor").get("/company").text.replace("<br>", ">").replace("\n", "")
    assert limits(held.case)["L16"].due_at == held.case.queue_at and doctor.examine() == []


def test_the_api_says_so_of_limits_and_of_remedies(app, held):
    told = app.test_client().get("/api/v1/case", headers={"Authorization": f"Receipt {held.code}"}).get_json()
    assert {one["limit"]: one["paused"] for one in told["next"]}["L5"] is True
    assert [one["paused"] for one in told["remedies"]] == [True]


def test_the_exports_say_so_and_nothing_in_them_is_late(held):
    (line,) = csv.DictReader(io.StringIO("".join(exports.as_csv(held.victor, [held.case.id])), newline=""))
    assert (line["Due"], line["Late"]) == ("paused", "no")
    (told,) = json.loads("".join(exports.as_json(held.victor, [held.case.id])))["cases"]
    assert all(one["paused"] and not one["overdue"] for one in told["limits"] if one["owed_by"] == "company")


def test_the_calendar_feed_has_no_day_for_it(app, held):
    assert entries(app, address_of(held.victor)) == []


def test_nothing_presses_and_no_wording_names_its_day(held):
    assert pressed([held.case.id], limits(held.case)["L5"].due_at - timedelta(days=1)) == set()
    row = find_row("write", Role.OFFICER, State.REFERRED)
    assert _due(held.case, row) not in (limits(held.case)["L5"].due_on, limits(held.case)["L11"].due_on)


def test_an_answer_while_its_time_is_paused_is_not_late(held):
    held.at("respond", "Victor", 70)
    assert facts(held.case, "respond")[-1]["late"] is False


def test_an_escalation_that_is_told_later_may_be_told_on_any_day_the_company_does_not_owe_anything_on(held):
    held.at("escalate_unseen", "Noor", 70, ground="retaliation", tell_on=day(75).date().isoformat())
    assert held.case.escalation_unseen and clock.now()


def test_the_preview_of_a_holiday_says_so(held):
    effect = holidays.preview(held.tomas, "KE", {limits(held.case)["L5"].due_on: "New"}, day(70))
    assert [one.paused for one in effect.shown] == [True]


def test_at_the_desk_what_runs_stands_before_what_is_paused(held):
    (line,) = queue(held.noor, Wanted()).lines
    assert (line.title, line.paused) == ("look again at the suspension", False)
