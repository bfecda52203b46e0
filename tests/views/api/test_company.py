"""The API for companies: a program with a token reads and does what the company's people do, and nothing more."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import jsonschema_rs
import pytest
import schemathesis
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import company_tokens, leaving
from grievance.demonstration import PASSWORD, upload
from grievance.desk import at_company
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.counted import ReadingCount
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.notify import webhooks
from grievance.notify.webhooks import Claimed
from grievance.reports.company_page import open_company_page
from grievance.views import rate_limit
from grievance.views.api.company_verbs import VERBS
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from tests.accounts.test_leaving import join
from tests.outside import a_release_came
from tests.test_access import case_with

ANSWER = {name: f"Our {name}." for name in ("facts", "steps", "position", "offer", "prevention")}
REMEDY = {"kind": "compensation", "promise": "The wages of May.", "deliverer": "Our office", "due_on": "2026-12-20",
          "proof": "A pay slip.", "no_waiver": True}  # fmt: skip


@pytest.fixture
def token(app, cast):
    return company_tokens.make(cast["Victor"], "Desk", PASSWORD)


@pytest.fixture
def program(app, token):
    """A function that asks as a program does: `program("get", "/cases")`."""
    return asking_with(app, token)


def asking_with(app, token):
    client = app.test_client()

    def ask(method, path="", headers=None, **more):
        said = {"Authorization": f"Bearer {token}", **(headers or {})}
        return client.open(f"/api/v1/company{path}", method=method.upper(), headers=said, **more)

    return ask


def walked(cast, step, ago=9):
    return demonstration.walk_story(cast, step, clock.now() - timedelta(days=ago))


@pytest.fixture
def referred(app, cast):
    return walked(cast, "refer")[0]


# --- reading -----------------------------------------------------------------------------------------------


def test_the_list_has_the_companys_cases_with_what_is_owed_next(program, referred):
    found = program("get", "/cases").json
    assert [one["reference"] for one in found["cases"]] == [referred] and found["after"] is None
    assert found["cases"][0]["next"]["owed_by"] == "company"
    assert program("get", "/cases?show=closed").json["cases"] == []
    wrong = program("get", "/cases?show=alert")
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "show")


def test_a_case_has_the_companys_own_reference_and_who_is_in_charge(program, cast, referred):
    assert program("get", f"/cases/{referred}").json["own_reference"] is None
    at_company.keep(cast["Victor"], referred, {"own_reference": "HR-2026-117", "who": str(cast["Victor"].account_id)})
    for said in (program("get", f"/cases/{referred}").json, program("get", "/cases").json["cases"][0]):
        assert (said["own_reference"], said["in_charge"]) == ("HR-2026-117", "Victor")


def test_a_case_says_what_the_companys_page_shows(program, cast, referred):
    page = open_company_page(cast["Victor"], case_with(referred))
    shown = program("get", f"/cases/{referred}").json
    assert shown["packet"]["says"] == [[str(q), str(a)] for q, a in page.packet.fields]
    assert (shown["reference"], shown["state"], shown["unfit"]) == (referred, "referred", None)
    assert {"acknowledge", "answer", "proposeRemedy", "writeMessage"} <= set(shown["possible"])
    assert [one["due_on"] for one in shown["next"]] == [one.due_on.isoformat() for one in page.file.limits]
    assert program("get", f"/cases/{referred}/packet").json == shown["packet"]


def test_who_read_it_is_counted_as_at_the_page(program, cast, referred):
    program("get", f"/cases/{referred}")
    read = select(func.sum(ReadingCount.number)).where(ReadingCount.account_id == cast["Victor"].account_id)
    assert db.session.scalar(read) == 1


def test_another_companys_program_finds_nothing(app, cast, referred):
    other = asking_with(app, company_tokens.make(cast["Olga"], "Desk", PASSWORD))
    assert other("get", "/cases").json["cases"] == []
    for method, path in (("get", ""), ("get", "/packet"), ("post", "/answer")):
        body = {"json": ANSWER} if method == "post" else {}
        assert other(method, f"/cases/{referred}{path}", **body).status_code == 404


def test_a_file_is_given_out_and_one_that_is_not_the_companys_is_not(app, program, cast, referred):
    raw = {"audience": "all", "files": [upload("plan.txt", b"The plan.")]}
    steps.take("attach", cast["Victor"], referred, raw)
    steps.take("attach", cast["Noor"], referred, {"audience": "secretariat", "files": [upload("own.txt", b"Ours.")]})
    shown = program("get", f"/cases/{referred}").json
    (one,) = [file for message in shown["messages"] for file in message["files"]]
    given = program("get", f"/cases/{referred}/files/{one['id']}")
    given.close()
    assert (given.data, given.mimetype) == (b"The plan.", "application/octet-stream")
    assert program("get", f"/cases/{referred}/files/{'0' * 32}").status_code == 404


def test_what_she_did_is_told_at_the_days_release_and_not_before(program, app, cast):
    reference, code = walked(cast, "respond")
    program("get", f"/cases/{reference}")
    before = program("get", f"/cases/{reference}").json
    message = {"message": "Not all of it is so.", "audience": "all", "company_may_read": True}
    receipt = {"Authorization": f"Receipt {code}"}
    said = app.test_client().post("/api/v1/case/messages", json=message, headers=receipt)
    assert said.status_code == 201
    assert program("get", f"/cases/{reference}").json == before
    a_release_came()
    after = program("get", f"/cases/{reference}").json
    assert after != before and "Not all of it is so." in str(after["messages"])


# --- acting ------------------------------------------------------------------------------------------------


def test_a_program_acknowledges_answers_proposes_and_reports_as_delivered(app, program, cast, referred):
    said = program("post", f"/cases/{referred}/acknowledgement", json={"contact": "Our desk", "undertakes": True})
    assert said.status_code == 201 and "acknowledge" not in said.json["possible"]
    more = {"until": (clock.office_today() + timedelta(days=60)).isoformat(), "why": "The witness is away."}
    assert program("post", f"/cases/{referred}/extension", json=more).status_code == 201
    said = program("post", f"/cases/{referred}/answer", json=ANSWER)
    assert said.status_code == 201 and "Our facts." in str(said.json["messages"])
    due = (clock.office_today() + timedelta(days=30)).isoformat()
    said = program("post", f"/cases/{referred}/remedies", json={**REMEDY, "due_on": due})
    assert [one["status"] for one in said.json["remedies"]] == ["proposed"]
    assert program("post", f"/cases/{referred}/messages", json={"message": "Who may we call?"}).status_code == 201
    kinds = db.session.scalars(select(Event.kind).where(Event.role == Role.COMPANY, Event.case_id.is_not(None)))
    assert set(kinds) == {"company_acknowledge", "request_extension", "respond", "propose_remedy", "write"}
    assert doctor.examine() == []


def test_a_program_says_that_a_referral_is_not_its_companys_and_why_it_cannot_where_it_cannot(program, referred):
    assert "contestReferral" in program("get", f"/cases/{referred}").json["possible"]
    said = program("post", f"/cases/{referred}/contest", json={"ground": "elsewhere", "words": "x"})
    assert (said.status_code, said.json["errors"][0]["field"]) == (422, "ground")
    said = program("post", f"/cases/{referred}/contest", json=SENT["contest"])
    assert said.status_code == 201 and "Another company guards this gate." in str(said.json["messages"])
    assert "contestReferral" not in said.json["possible"]
    assert program("post", f"/cases/{referred}/contest", json=SENT["contest"]).status_code == 409


def test_a_program_reads_a_draft_of_observations_and_comments_on_it(program, cast):
    reference = walked(cast, "respond")[0]
    said = program("post", f"/cases/{reference}/draft/comment", json=SENT["draft/comment"])
    assert said.status_code == 409 and "no draft" in said.json["detail"]
    steps.take("draft_observations", cast["Noor"], reference, {"draft": "The wages were owed."})
    shown = program("get", f"/cases/{reference}").json
    assert "The wages were owed." in str(shown["messages"]) and "commentOnDraft" in shown["possible"]
    said = program("post", f"/cases/{reference}/draft/comment", json=SENT["draft/comment"])
    assert said.status_code == 201 and "commentOnDraft" not in said.json["possible"]


def test_a_remedy_is_reported_as_delivered_by_its_number(program, cast):
    reference = walked(cast, "accept_remedy", 30)[0]
    a_release_came()
    assert program("post", f"/cases/{reference}/remedies/9/delivery", json={"evidence": "x"}).status_code == 404
    said = program("post", f"/cases/{reference}/remedies/1/delivery", json={"evidence": "A pay slip."})
    assert said.status_code == 201 and [one["status"] for one in said.json["remedies"]] == ["delivered"]


def test_files_are_sent_as_a_form(program, referred):
    data = {"files": (BytesIO(b"The plan."), "plan.txt"), "about": "What we plan."}
    said = program("post", f"/cases/{referred}/files", data=data, content_type="multipart/form-data")
    assert said.status_code == 201
    assert [file["name"] for one in said.json["messages"] for file in one["files"]] == ["plan.txt"]


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("acknowledgement", {}, 422, "contact"),
        ("acknowledgement", {"contact": "x", "undertakes": True, "surprise": 1}, 422, "surprise"),
        ("answer", {**ANSWER, "facts": 7}, 422, "facts"),
        ("messages", {"message": "x", "audience": "complainant"}, 422, "audience"),
        ("remedies", {**REMEDY, "due_on": "soon"}, 422, "due_on"),
    ],
)
def test_what_is_wrong_gets_a_sentence_under_its_name(program, referred, path, body, status, field):
    said = program("post", f"/cases/{referred}/{path}", json=body)
    assert (said.status_code, said.json["errors"][0]["field"]) == (status, field), said.json
    assert said.mimetype == "application/problem+json"


def test_what_cannot_be_done_now_is_refused_with_the_pages_sentence(program, referred):
    program("post", f"/cases/{referred}/acknowledgement", json={"contact": "Our desk", "undertakes": True})
    again = program("post", f"/cases/{referred}/acknowledgement", json={"contact": "Our desk", "undertakes": True})
    assert again.status_code == 409 and again.json["detail"]


KEY = {"Idempotency-Key": "erp-7f3a9c20bd41aa"}
SOON, LATER = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (30, 60))
SENT = {
    "acknowledgement": {"contact": "Our desk", "undertakes": True},
    "extension": {"until": LATER, "why": "The witness is away."},
    "answer": ANSWER,
    "contest": {"ground": "site", "words": "Another company guards this gate."},
    "draft/comment": {"comment": "The date is wrong."},
    "remedies": {**REMEDY, "due_on": SOON},
    "remedies/1/delivery": {"evidence": "A pay slip."},
    "messages": {"message": "Once."},
    "files": {"files": b"The plan."},
}
AFTER = {"remedies/1/delivery": ("accept_remedy", 30), "draft/comment": ("respond", 9)}
"""Behind which step of the demonstration, begun so many days ago; else behind the referral."""


def test_every_verb_is_sent_twice_below():
    assert {verb.path.replace("{number}", "1") for verb in VERBS} == set(SENT)


@pytest.mark.parametrize("path", SENT)
def test_a_request_that_is_sent_again_with_its_key_is_done_once(program, cast, path):
    """Delivery is of a remedy that was accepted, a comment on a draft that was shown."""
    reference = walked(cast, *AFTER.get(path, ("refer", 9)))[0]
    if path == "draft/comment":
        steps.take("draft_observations", cast["Noor"], reference, {"draft": "The wages were owed."})
    count = select(func.count()).select_from(Event).where(Event.case_id.is_not(None))
    answers, before = [], db.session.scalar(count)
    a_release_came()
    for _time in range(2):
        said = {"json": SENT[path]}
        if path == "files":
            said = {"data": {"files": (BytesIO(SENT[path]["files"]), "plan.txt")}}
        answers.append((program("post", f"/cases/{reference}/{path}", headers=KEY, **said), db.session.scalar(count)))
    (first, once), (second, twice) = answers
    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert first.json == second.json and before < once == twice


def test_another_request_with_the_same_key_is_refused(program, referred):
    key = KEY
    program("post", f"/cases/{referred}/messages", json={"message": "Once."}, headers=key)
    other = program("post", f"/cases/{referred}/messages", json={"message": "Twice."}, headers=key)
    assert other.status_code == 422


# --- who is nobody -----------------------------------------------------------------------------------------


def test_a_token_of_a_person_who_left_is_refused(app, program, cast, referred):
    vera = join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    assert program("get", "/cases").status_code == 200
    leaving.leave(vera, cast["Victor"].account_id)
    for method, path in (("get", "/cases"), ("get", f"/cases/{referred}"), ("post", f"/cases/{referred}/answer")):
        refused = program(method, path, **({"json": ANSWER} if method == "post" else {}))
        assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"
        assert "has left" in refused.json["detail"] and referred not in refused.text


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer x", "Receipt 1234", "Basic eDp4"])
def test_without_a_token_nothing_is_shown(app, cast, referred, header):
    for path in ("/cases", f"/cases/{referred}", f"/cases/{referred}/files/{'0' * 32}"):
        assert app.test_client().get(f"/api/v1/company{path}", headers={"Authorization": header}).status_code == 401


def test_a_receipt_opens_nothing_here_and_a_token_nothing_there(app, program, cast, token):
    _reference, code = walked(cast, "refer")
    assert asking_with(app, code)("get", "/cases").status_code == 401
    theirs = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/case", headers=theirs).status_code == 401


def test_nobody_is_signed_in_by_a_token_nor_a_program_by_a_cookie(app, token, referred):
    from tests.views.test_routes import client_of

    signed_in = client_of(app, "Victor")
    assert signed_in.get("/api/v1/company/cases").status_code == 401
    with_header = app.test_client().get("/company", headers={"Authorization": f"Bearer {token}"})
    assert with_header.status_code == 303 and "Set-Cookie" not in app.test_client().get("/api/v1/company/cases").headers


def test_a_program_that_asks_too_often_is_told_how_long_to_wait(program, monkeypatch):
    monkeypatch.setattr(rate_limit, "programs", rate_limit.RateLimit(at_once=0, seconds=7))
    answer = program("get", "/cases")
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "7"


# --- the description ---------------------------------------------------------------------------------------


@pytest.fixture
def document(app):
    return app.test_client().get("/api/v1/company/openapi.json").json


def test_the_description_is_valid_and_names_what_there_is(app, document):
    schemathesis.openapi.from_dict(document).validate()
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", r.rule) for r in app.url_map.iter_rules()}
    described = {one for one in rules if one.startswith("/api/v1/company/cases")}
    assert set(document["paths"]) == described
    assert set(re.findall(r"#/components/schemas/(\w+)", str(document))) == set(document["components"]["schemas"])


def test_what_a_companys_system_is_sent_is_described_and_is_what_is_sent(document):
    told = document["webhooks"]["somethingWaits"]["post"]
    one = Claimed("1", "2", "GR-1", clock.now(), True, b"", b"", None)
    schema = {**document["components"]["schemas"]["SomethingWaits"], "additionalProperties": False}
    for each in (one, replace(one, reference=None)):
        jsonschema_rs.validate(schema, json.loads(webhooks.body(each)))
    assert {head["name"] for head in told["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert told["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/SomethingWaits")


def test_each_verb_asks_what_its_step_asks(document):
    assert len({verb.name for verb in VERBS}) == len(VERBS)
    for verb in VERBS:
        row = next(one for one in ROWS if one.step == verb.step and Role.COMPANY in one.who)
        left_out = {"remedy"} if verb.step == "attach" else {"remedy", "files"}
        assert {one.name for one in verb.asks} == {one.name for one in row.asks} - left_out, verb


NOT_HERE = {"agree_good_offices", "decline_good_offices", "recuse_person"}
"""Decided by a person who looks."""


def test_each_step_of_a_company_is_a_verb_or_is_a_persons_alone():
    assert {row.step for row in ROWS if Role.COMPANY in row.who} - {verb.step for verb in VERBS} == NOT_HERE
