"""A company's export: what its pages show of its own cases, and nothing else."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.case import Conflict
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.record import chain
from grievance.reports import exports
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.views.test_routes import _policy, client_of, token


@pytest.fixture
def answered(app, cast):
    """A case that the company has answered."""
    return demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=25))[0]


def told(person):
    """The export as the person's program reads it."""
    return json.loads("".join(exports.as_json(person, exports.exported(person))))["cases"]


def table(person):
    return list(csv.DictReader(io.StringIO("".join(exports.as_csv(person, exports.exported(person))), newline="")))


def test_a_company_takes_away_what_its_page_shows_of_a_case(app, cast, answered):
    page = open_case_file(cast["Victor"], find_case(cast["Victor"], answered))
    (case,) = told(cast["Victor"])
    assert (case["reference"], case["state"]) == (answered, "referred")
    assert [one["due_on"] for one in case["limits"]] == [one.due_on.isoformat() for one in page.limits]
    assert [one["step"] for one in case["writings"]] == [one.step for one in page.writings]
    assert len(case["timeline"]) == len(page.timeline) and len(case["remedies"]) == 1
    words = json.dumps(case)
    assert demonstration.PACKET in words and "As agreed on the phone." in words


def test_what_is_not_for_the_company_is_not_in_it(app, cast):
    start = clock.now() - timedelta(days=25)
    reference, amina, _code = demonstration.file_one(start, account="Zinnober", name="Zinnober")
    for step, who in (("acknowledge", "Noor"), ("note", "Noor"), ("refer", "Noor")):
        demonstration.do(step, cast[who], reference, start, cast["Tomas"], note="Zinnober")
    demonstration.do("report_retaliation", amina, reference, start, happened="Zinnober")
    (case,) = told(cast["Victor"])
    assert "Zinnober" not in json.dumps(case) and "etaliation" not in json.dumps(case)


def test_files_are_named_with_their_size_and_not_given_out(app, cast, answered):
    raw = {"audience": "all", "files": [demonstration.upload("answer.txt", b"Zinnober at the gate")]}
    steps.take("attach", cast["Victor"], answered, raw)
    (case,) = told(cast["Victor"])
    files = [one for writing in case["writings"] for one in writing["files"]]
    assert files == [{"name": "answer.txt", "size": 20}] and "Zinnober" not in json.dumps(case)


def test_the_table_tells_the_days_of_the_referral_and_of_the_answer(app, cast, answered):
    (line,) = table(cast["Victor"])
    start = clock.now() - timedelta(days=25)
    days = [clock.day(start + timedelta(days=number), "Africa/Nairobi").isoformat() for number in (5, 7, 20)]
    assert [line["Received by the company"], line["Acknowledged"], line["Answered"]] == days
    assert (line["Reference"], line["Late"], line["State"]) == (answered, "no", "Referred to the company")
    assert line["Due"] > days[2]


def test_an_answer_after_the_due_day_is_late_and_so_is_a_missing_one(app, cast):
    late = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=80))[0]
    steps.take("respond", cast["Victor"], late, RESPONSE)
    demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=81))
    lines = table(cast["Victor"])
    assert [line["Late"] for line in lines] == ["yes", "yes"]
    assert [bool(line["Answered"]) for line in lines] == [False, True]


RESPONSE = dict.fromkeys(("facts", "steps", "position", "offer", "prevention"), "As agreed.")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_into_text(cell):
    ((read,),) = csv.reader(io.StringIO(exports.csv_row([cell]), newline=""))
    assert read == f"'{cell}"


def test_another_company_and_who_has_a_conflict_take_away_nothing(app, cast, answered):
    assert told(cast["Olga"]) == [] and table(cast["Olga"]) == []
    case = find_case(cast["Victor"], answered)
    db.session.add(Conflict(case_id=case.id, account_id=cast["Victor"].account_id))
    db.session.commit()
    assert told(cast["Victor"]) == [] and table(cast["Victor"]) == []


def test_a_case_that_is_lost_while_it_is_written_is_left_out(app, cast, answered):
    ids = exports.exported(cast["Victor"])
    parts = exports.as_json(cast["Victor"], ids)
    start = next(parts)
    db.session.add(Conflict(case_id=ids[0], account_id=cast["Victor"].account_id))
    db.session.commit()
    assert json.loads(start + "".join(parts))["cases"] == []


def test_it_is_written_case_by_case(app, cast, answered, monkeypatch):
    demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))
    opened = []
    real = exports.open_case_file
    monkeypatch.setattr(exports, "open_case_file", lambda *one: (opened.append(1), real(*one))[1])
    parts = exports.as_json(cast["Victor"], exports.exported(cast["Victor"]))
    seen = [len(opened) for _part in parts]
    assert seen == [0, 1, 2, 2]


@pytest.mark.parametrize(("path", "kind"), [("/company/export", "json"), ("/company/export.csv", "csv")])
def test_the_pages_give_a_file_under_a_neutral_name_and_the_office_knows_of_it(app, cast, answered, path, kind):
    client = client_of(app, "Victor")
    page = client.get("/company")
    assert f'action="{path}"' in page.text and client.get(path).status_code == 405
    answer = client.post(path, data={"csrf_token": token(page)})
    assert answer.status_code == 200 and answered in answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="export.{kind}"'
    assert answer.mimetype == {"json": "application/json", "csv": "text/csv"}[kind]
    _policy(answer)
    noted = db.session.scalars(
        select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc()).limit(1)
    ).one()
    facts = json.loads(noted.facts)
    assert (noted.kind, noted.actor_id, facts["cases"], facts["form"]) == ("exported", 4, 1, kind)
    assert chain.verify() == []
    answer.close()


def test_the_export_is_the_same_on_each_database(both):
    reference = demonstration.walk_story(both.cast, "respond", clock.now() - timedelta(days=25))[0]
    assert [one["reference"] for one in told(both.cast["Victor"])] == [reference]
    assert [line["Reference"] for line in table(both.cast["Victor"])] == [reference]
