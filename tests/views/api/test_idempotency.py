"""`Idempotency-Key`: every request of the API that changes something is done once, for one caller and one body."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import hotlines
from grievance.extensions import Base, db
from grievance.record import sent_forms
from grievance.record.transaction import unit_of_work
from tests.views.api.test_complaints import GOOD, bearer
from tests.views.test_sent_twice import posts, rows

KEY = "k" * 20
UNTIL = {"/api/v1/case/comments": "respond", "/api/v1/case/remedies/1/accept": "propose_remedy"}
SENT = {
    "/api/v1/complaints": GOOD,
    "/api/v1/case/messages": {"message": "One more thing."},
    "/api/v1/case/comments": {"comment": "That is not what happened."},
    "/api/v1/case/withdrawal": {"forced": "no"},
    "/api/v1/case/deletion": {"forced": "no"},
    "/api/v1/case/remedies/1/accept": {},
    "/api/v1/hotline/complaints": {"account": "They pushed me at the gate.", "read_back": True, "company": "unknown",
                                   "could_harm": "no"},
}  # fmt: skip
ASKS = {"/api/v1/hotline/state"}
"""What is sent for an answer alone, and changes nothing: a receipt stands in no address."""

DECIDED = {"/api/v1/case/withdrawal", "/api/v1/case/deletion", "/api/v1/case/remedies/1/accept"}
"""Where another body is none of the answers that there are."""


@pytest.fixture
def client(app, cast):
    return app.test_client()


def story(cast, path):
    """The header of whoever may send this."""
    if path == "/api/v1/complaints":
        return {}
    if path == "/api/v1/hotline/complaints":
        hotlines.propose(cast["Noor"], "Line of the unions")
        return {"Authorization": f"Bearer {hotlines.make(cast['Tomas'], hotlines.listed()[0].id)}"}
    return bearer(demonstration.walk_story(cast, UNTIL.get(path), clock.now() - timedelta(days=22))[1])


def send(client, path, who, body, key=KEY):
    return client.post(path, json=body, headers={**who, "Idempotency-Key": key})


def test_every_address_of_the_api_that_takes_a_request_is_sent_twice_below(app):
    ours = {path.replace("/1/accept", "/<int:number>/<verb>") for path in SENT}
    assert {rule for rule in posts(app) if rule.startswith("/api/") and "/company/" not in rule} == ours | ASKS


@pytest.mark.parametrize("path", sorted(SENT))
def test_a_request_that_is_sent_twice_with_its_key_has_one_effect_and_the_same_answer(client, cast, path):
    who, before = story(cast, path), rows()
    first = send(client, path, who, SENT[path])
    once = rows()
    second = send(client, path, who, SENT[path])
    assert first.status_code == second.status_code == 201, (first.text, second.text)
    assert first.json == second.json and before != once == rows()


@pytest.mark.parametrize("path", sorted(set(SENT) - DECIDED))
def test_another_body_with_the_same_key_is_refused_with_a_sentence(client, cast, path):
    who = story(cast, path)
    send(client, path, who, SENT[path])
    once = rows()
    other = send(client, path, who, {**SENT[path], next(iter(SENT[path])): "Something else."})
    assert other.status_code == 422 and "said something else" in other.json["detail"] + other.json["title"]
    assert rows() == once


def test_the_same_key_of_another_caller_is_another_key(client, cast):
    path = "/api/v1/case/messages"
    for who in (story(cast, path), story(cast, path)):
        once = rows()
        assert send(client, path, who, SENT[path]).status_code == 201 and rows() != once


def test_a_key_that_somebody_else_could_send_by_chance_is_refused(client):
    answer = send(client, "/api/v1/complaints", {}, GOOD, "1")
    assert answer.status_code == 422 and "16 to 100" in answer.text


def test_a_key_is_kept_for_a_day_and_then_it_is_new(client, cast):
    path, now = "/api/v1/case/messages", clock.now()
    who = story(cast, path)
    for hours, fresh in ((0, True), (23, False), (25, True)):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            once = rows()
            assert send(client, path, who, SENT[path]).status_code == 201
            assert (rows()["events"] != once["events"]) is fresh


def test_a_request_that_was_refused_is_not_done_and_its_key_is_free(client, cast):
    path = "/api/v1/case/messages"
    who = story(cast, path)
    assert send(client, path, who, {"message": ""}).status_code == 422
    assert send(client, path, who, SENT[path]).status_code == 201


def test_where_the_first_is_still_being_done_the_second_is_told_so(both):
    """PostgreSQL tells; on SQLite there is one writer, so that the second waits for its turn and finds the first."""
    if both.kind == "sqlite":
        return
    path, app = "/api/v1/case/messages", both.app
    who, begun, end = story(both.cast, path), threading.Event(), threading.Event()

    def first():
        with app.test_request_context(path, method="POST", json=SENT[path]):
            case = demonstration.receipts.person_with(who["Authorization"].partition(" ")[2]).case_id
            known_by = sent_forms.mac("api", KEY, case, path)
            sent_forms.begin(sent_forms.Claim(known_by, sent_forms.mac(b"x"), path, waits=False))
            with unit_of_work():
                begun.set()
                end.wait(20)

    doing = threading.Thread(target=first)
    doing.start()
    assert begun.wait(20)
    answer = send(app.test_client(), path, who, SENT[path])
    end.set()
    doing.join()
    assert answer.status_code == 409 and "just now" in answer.text


def test_the_description_names_the_key_for_every_request_that_changes_something(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    keys = {
        path: {one["name"] for one in of["post"].get("parameters", ())} for path, of in paths.items() if "post" in of
    }
    assert {path for path, names in keys.items() if "Idempotency-Key" not in names} == ASKS and len(keys) == len(
        SENT
    ) + 1


def test_nothing_of_a_key_or_a_receipt_is_kept(client, cast):
    path = "/api/v1/case/messages"
    who = story(cast, path)
    send(client, path, who, SENT[path])
    table = Base.metadata.tables["sent_forms"]
    (row,) = db.session.execute(select(table)).all()
    assert db.session.scalar(select(func.count()).select_from(table)) == 1
    assert KEY not in str(row) and "One more" not in str(row) and row.result == path
