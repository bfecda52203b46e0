"""The intake API: the same rules and verbs as the pages, in JSON; no cookie, no 500, nothing half-written."""

import re
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import people, receipts
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import IdentityEntry
from grievance.models.people import Company, Membership
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.views import rate_limit
from grievance.workflow.custody import IDENTITY
from tests.test_access import case_with, writings
from tests.views.test_routes import _policy

GOOD = {"account": "They pushed me at the gate.", "company": "Larkfield Guarding", "could_harm": "no"}


@pytest.fixture
def client(app, cast):
    return app.test_client()


def file(client, **more):
    return client.post("/api/v1/complaints", json={**GOOD, **more})


def bearer(code):
    return {"Authorization": f"Receipt {code}"}


def cases():
    return db.session.scalar(select(func.count()).select_from(Case))


def test_filing_gives_a_reference_a_receipt_and_what_comes_next(client):
    answer = file(client)
    assert answer.status_code == 201 and set(answer.json) == {"reference", "receipt", "state", "next"}
    assert answer.json["state"] == "received"
    (first,) = [one for one in answer.json["next"] if one["limit"] == "L1"]
    assert first["owed_by"] == "secretariat" and re.fullmatch(r"\d{4}-\d\d-\d\d", first["due_on"])


def test_the_receipt_follows_the_case_here_and_on_the_page(client):
    code = file(client).json["receipt"]
    shown = client.get("/api/v1/case", headers=bearer(code))
    assert shown.status_code == 200 and "They pushed me at the gate." in shown.get_data(as_text=True)
    assert client.get("/api/v1/case", headers={"Authorization": f"Bearer {code}"}).json == shown.json
    assert client.post("/follow", data={"code": code}).location == "/follow/case"


def test_everything_that_the_form_asks_can_be_said(client, cast):
    said = {
        "where": "At the gate", "occurred_on": "2026-05-03", "topics": ["force"], "track": "remedy",
        "country": "KE", "language": "ar", "consents": {"share_account": True, "known_to_secretariat": False},
        "identity": {"name": "Amina", "phone": "0700"}, "representative": {"authority": "She asked me to."},
    }  # fmt: skip
    case = case_with(file(client, **said).json["reference"])
    assert (case.country, case.language, case.represented, case.share_account) == ("KE", "ar", True, True)
    assert not case.known_to_secretariat and case.topics == ["force"]
    says = read_writing(opened(cast["Noor"], case), writings(case)[0])
    assert says["where"] == "At the gate" and says["authority"] == "She asked me to." and "name" not in says


def test_an_unknown_company_is_kept_as_it_was_named(client, cast):
    case = case_with(file(client, company="Elm Guards").json["reference"])
    assert case.company_id is None
    assert read_writing(opened(cast["Noor"], case), writings(case)[0])["company_named"] == "Elm Guards"


def enter(name, country="UG", trade_names=()):
    """One more company, as an approver would add it: its number."""
    people.add_company(Company(name=name, membership=Membership.MEMBER, country=country, trade_names=list(trade_names)))
    return db.session.scalars(select(Company.id).where(Company.name == name)).one()


@pytest.mark.parametrize("named", ["Larkfield", " LARKFIELD  "])
@pytest.mark.parametrize("order", [1, -1])
def test_a_name_that_can_mean_two_companies_is_asked_back_with_both(client, named, order):
    numbers = {name: enter(name) for name in ["Larkfield", "Larkfield (Uganda)"][::order]}
    answer = file(client, company=named)
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json" and cases() == 0
    (error,) = answer.json["errors"]
    assert error["field"] == "company" and error["sentence"].startswith("More than one company can be meant.")
    assert {(one["company"], one["name"]) for one in error["candidates"]} == {(str(n), m) for m, n in numbers.items()}
    for name, number in numbers.items():
        assert case_with(file(client, company=str(number)).json["reference"]).company.name == name


@pytest.mark.parametrize(
    ("named", "meant"),
    [("Larkfield (Uganda)", "Larkfield (Uganda)"), ("larkfield  guarding", "Larkfield Guarding"),
     ("Falcon", "Grey Falcon (East) Ltd"), ("Falcon (Grey Falcon (East) Ltd)", "Grey Falcon (East) Ltd"),
     ("Grey Falcon", "Grey Falcon (East) Ltd"), ("Larkfield (Kenya)", None), ("Uganda", None), ("East) Ltd", None)],
)  # fmt: skip
def test_a_name_that_means_one_company_is_that_company_and_no_other_is_guessed(client, named, meant):
    enter("Larkfield"), enter("Larkfield (Uganda)")
    enter("Grey Falcon (East) Ltd", trade_names=["Falcon"])
    case = case_with(file(client, company=named).json["reference"])
    assert (case.company.name if case.company else None) == meant


def test_a_trade_name_of_two_companies_and_a_name_that_is_a_number_are_asked_back(client):
    first, second = enter("Oak Ltd", trade_names=["Shield"]), enter("Elm Ltd", trade_names=["Shield"])
    number = enter(str(first))
    for named, meant in (("shield", {first, second}), (str(first), {first, number})):
        (error,) = file(client, company=named).json["errors"]
        assert {int(one["company"]) for one in error["candidates"]} == meant


def test_a_company_that_cannot_be_told_is_said_beside_what_else_is_wrong(client):
    enter("Larkfield"), enter("Larkfield (Uganda)")
    answer = file(client, company="Larkfield", country="Kenya")
    assert {one["field"] for one in answer.json["errors"]} == {"company", "country"}


@pytest.mark.parametrize(("more", "whose"), [({}, "complainant"), ({"representative": {"authority": "A letter."}},
                                                                   "representative")])  # fmt: skip
def test_an_identity_is_of_whoever_files(client, more, whose):
    file(client, identity={"name": "Amina", "phone": "0700", "email": "a@example.org", "address": "1 Road"}, **more)
    written = db.session.scalars(select(IdentityEntry)).all()
    assert {(one.kind, one.whose) for one in written} == {(kind, whose) for kind in IDENTITY}


def test_the_same_external_id_with_another_account_is_a_conflict_and_no_second_case(client):
    file(client, external_id="hotline-7f3a9c20bd41")
    again = file(client, external_id="hotline-7f3a9c20bd41", account="It was two guards.")
    assert again.status_code == 409 and "not part of it" in again.json["detail"]


def test_the_same_external_id_gives_the_same_case_and_the_receipt_for_an_hour(client):
    first = file(client, external_id="hotline-7f3a9c20bd41").json
    again = file(client, external_id="hotline-7f3a9c20bd41")
    assert (again.json["reference"], again.json["receipt"]) == (first["reference"], first["receipt"]) and cases() == 1
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        late = file(client, external_id="hotline-7f3a9c20bd41")
        assert (late.status_code, late.json) == (200, {"reference": first["reference"], "receipt": None})


WRONG = {
    "an unknown member": ({"surprise": 1}, "surprise"),
    "a number for a text": ({"account": 7}, "account"),
    "an empty account": ({"account": " "}, "account"),
    "a long account": ({"account": "x" * 20_001}, "account"),
    "a topic that is not in the list": ({"topics": ["x"]}, "topics"),
    "a country in words": ({"country": "Kenya"}, "country"),
    "a language that is not offered": ({"language": "xx"}, "language"),
    "a consent that is none": ({"consents": {"all": True}}, "consents"),
    "an identity as text": ({"identity": "Amina"}, "identity"),
    "no authority": ({"representative": {}}, "authority"),
    "a short external id": ({"external_id": "7"}, "external_id"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_member_gets_a_sentence_under_its_name_and_nothing_is_filed(client, what):
    more, name = WRONG[what]
    answer = file(client, **more)
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json" and cases() == 0
    (error,) = answer.json["errors"]
    assert error["field"] == name and error["sentence"].endswith(".")
    _policy(answer)


def test_refusals_come_in_the_language_that_was_asked_for(client):
    answer = client.post("/api/v1/complaints", json={}, headers={"Accept-Language": "ar"})
    assert answer.json["errors"][0]["sentence"] == "يلزم كتابة ما حدث، أو قوله بصوتك."


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"7", b'"x"'])
def test_what_is_no_json_object_is_refused(client, body):
    answer = client.post("/api/v1/complaints", data=body, content_type="application/json")
    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == ""


@pytest.mark.parametrize(
    ("header", "sentence"),
    [("", "do not know"), ("Receipt 00000000000000000000", "do not know"), ("Receipt 1234", "20 digits"),
     ("Basic x", "do not know"), ("Bearer x", "20 digits"), ("Receipt 00000000000000000001", "20 digits")],
)  # fmt: skip
def test_without_a_living_receipt_nothing_is_shown(client, header, sentence):
    answer = client.get("/api/v1/case", headers={"Authorization": header})
    assert answer.status_code == 401 and sentence in answer.json["detail"]


def test_messages_and_remedies_go_through_the_same_verbs_as_the_pages(client, cast):
    start = clock.now() - timedelta(days=21)
    _reference, code = demonstration.walk_story(cast, "propose_remedy", start)
    said = client.post("/api/v1/case/messages", json={"message": "In the evening."}, headers=bearer(code))
    assert said.status_code == 201 and "In the evening." in said.get_data(as_text=True)
    commented = client.post("/api/v1/case/comments", json={"comment": "Not all of it."}, headers=bearer(code))
    assert commented.status_code == 201
    accepted = client.post("/api/v1/case/remedies/1/accept", json={}, headers=bearer(code))
    assert accepted.json["remedies"][0]["status"] == "accepted"
    again = client.post("/api/v1/case/remedies/1/accept", json={}, headers=bearer(code))
    assert (again.status_code, again.json["errors"][0]["field"]) == (422, "remedy")
    for path, status in (("remedies/9/accept", 404), ("remedies/1/reign", 404), ("withdrawal", 422)):
        assert client.post(f"/api/v1/case/{path}", json={}, headers=bearer(code)).status_code == status
    freely = client.post("/api/v1/case/withdrawal", json={"forced": "no"}, headers=bearer(code))
    assert freely.status_code == 201


def test_no_cookie_is_read_or_set(client):
    code = file(client).json["receipt"]
    client.post("/follow", data={"code": code})
    assert client.get("/api/v1/case").status_code == 401
    assert "Set-Cookie" not in file(client).headers


def test_a_hand_over_code_is_for_the_page_alone(client, cast):
    from grievance.intake import filing

    raw = {
        "account": "x",
        "company": "unknown",
        "could_harm": "no",
        "channel": "phone",
        "read_back": "yes",
        "language": "sw",
    }
    code = filing.file_complaint(raw, filing.new_secret(), "en", officer=cast["Noor"]).code
    assert client.get("/api/v1/case", headers=bearer(code)).status_code == 401
    assert receipts.follow(code) is not None


def test_a_wrong_address_gets_a_problem_document(client):
    for answer in (client.get("/api/v1/nothing"), client.get("/api/v1/complaints")):
        assert answer.status_code in (404, 405) and answer.mimetype == "application/problem+json"


def test_the_description_names_each_way_and_each_question(client):
    document = client.get("/api/v1/openapi.json").json
    complaint = document["paths"]["/api/v1/complaints"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert document["openapi"] == "3.1.0" and {"account", "topics", "identity"} <= set(complaint["properties"])
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", r.rule) for r in client.application.url_map.iter_rules()}
    assert set(document["paths"]) <= rules


members = st.sampled_from([*GOOD, "topics", "consents", "identity", "language", "external_id", "representative", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40)
    | st.sampled_from(["\ud800", "\x00", "no", "en", "KE", "x" * 30_000, "9" * 40]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(members, anything, max_size=6), st.sampled_from(["complaints", "case/messages", "case/comments"])
)
def test_no_json_however_hostile_breaks_it_or_leaves_half_a_case(client, cast, body, path):
    answer = client.post(f"/api/v1/{path}", json=body, headers=bearer("0" * 20))
    assert answer.status_code in (200, 201, 401, 422), answer.get_data(as_text=True)
    filed = db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "file"))
    assert cases() == filed == db.session.scalar(select(func.count()).select_from(Writing))


def test_a_program_that_asks_too_often_is_told_how_long_to_wait(client, monkeypatch):
    monkeypatch.setattr(rate_limit, "filing", rate_limit.RateLimit(at_once=0, seconds=7))
    answer = file(client)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "7"
