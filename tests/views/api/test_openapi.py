"""The API's description: a valid document, true of every answer, and enough for programs that are made from it."""

import re
from datetime import timedelta

import pytest
import schemathesis
from schemathesis.core.failures import Failure

from grievance import clock, demonstration
from grievance.models.people import Role
from grievance.views import rate_limit
from grievance.views.api import complaints
from grievance.views.api.openapi import VERBS
from grievance.workflow.procedure import ROWS
from tests.views.api.test_complaints import bearer, file


@pytest.fixture
def document(app):
    return app.test_client().get("/api/v1/openapi.json").json


@pytest.fixture
def schema(document):
    return schemathesis.openapi.from_dict(document)


@pytest.fixture
def code(cast):
    return demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))[1]


def operations(document):
    return {f"{m} {p}": way for p, ways in document["paths"].items() for m, way in ways.items() if m != "parameters"}


def test_the_document_is_valid(schema):
    schema.validate()
    assert all(operation.ok() for operation in schema.get_all_operations())


def test_every_operation_has_a_name_of_its_own_and_says_what_comes_back(document):
    ways = operations(document)
    names = [way["operationId"] for way in ways.values()]
    assert len(set(names)) == len(names) == len(ways) and all(re.fullmatch("[a-z]+[A-Za-z]*", name) for name in names)
    for name, way in ways.items():
        for status, answer in way["responses"].items():
            assert next(iter(answer["content"].values()))["schema"]["$ref"], (name, status)


def test_every_operation_is_among_the_tags_that_the_document_explains(document):
    explained = {one["name"] for one in document["tags"]}
    assert {tag for way in operations(document).values() for tag in way["tags"]} == explained
    assert all(len(way["tags"]) == 1 for way in operations(document).values())


def every_schema(part):
    """Each schema of the document, those inside others too."""
    if isinstance(part, list):
        return [found for one in part for found in every_schema(one)]
    if not isinstance(part, dict):
        return []
    here = [part] if {"type", "enum", "properties", "items", "$ref"} & set(part) else []
    return here + [found for one in part.values() for found in every_schema(one)]


def test_every_choice_and_every_list_says_its_type(document):
    for one in every_schema(document["paths"]) + every_schema(document["components"]["schemas"]):
        assert "enum" not in one or one["type"] == "string", one
        assert one.get("type") != "array" or isinstance(one["items"], dict), one


def test_who_asks_an_address_in_another_way_is_told_which_it_knows(app, cast, document):
    for path, ways in document["paths"].items():
        known = {method.upper() for method in ways if method != "parameters"}
        answer = app.test_client().delete(re.sub(r"\{number\}", "1", path.replace("{verb}", "accept")))
        assert answer.status_code == 405 and known <= set(answer.headers["Allow"].split(", ")), path
        assert answer.json["status"] == 405 and "DELETE" not in answer.headers["Allow"]
        for way in ways.values() if "parameters" not in ways else [ways["post"]]:
            assert way["responses"]["405"]["headers"]["Allow"]["required"]


def test_who_is_slowed_is_told_for_how_long_as_described(app, cast, document, monkeypatch):
    monkeypatch.setattr(rate_limit, "filing", rate_limit.RateLimit(at_once=0, seconds=7))
    monkeypatch.setattr(rate_limit, "codes", rate_limit.RateLimit(at_once=0, seconds=7))
    answers = [file(app.test_client()), app.test_client().get("/api/v1/case", headers=bearer("0" * 20))]
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(429, "7"), (429, "7")]
    for way in operations(document).values():
        assert way["responses"]["429"]["headers"]["Retry-After"]["required"]


def test_the_server_is_the_sites_address_in_full(app):
    app.config["SITE_URL"] = "https://example.org/complaints"
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document["servers"] == [{"url": "https://example.org/complaints"}]


def test_every_schema_that_is_named_is_there_and_every_one_that_is_there_is_named(document):
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named == set(document["components"]["schemas"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", "/api/v1/case", None, 200),
        ("post", "/api/v1/case/messages", {"message": "In the evening."}, 201),
        ("post", "/api/v1/case/comments", {"comment": "Not all of it."}, 201),
        ("post", "/api/v1/case/withdrawal", {"forced": "no"}, 201),
        ("post", "/api/v1/case/deletion", {"forced": "no"}, 201),
        ("post", "/api/v1/case/remedies/1/accept", {}, 201),
        ("post", "/api/v1/case/messages", {"message": " "}, 422),
        ("post", "/api/v1/case/remedies/9/accept", {}, 404),
    ],
)
def test_every_answer_to_a_receipt_is_as_described(app, schema, code, method, path, body, status):
    answer = app.test_client().open(path, method=method.upper(), json=body, headers=bearer(code))
    assert answer.status_code == status
    way = re.sub(r"/\d+/\w+$", "/{number}/{verb}", path)
    schema[way][method].validate_response(answer)


def test_every_answer_to_a_filing_is_as_described(app, cast, schema):
    client, filing = app.test_client(), schema["/api/v1/complaints"]["post"]
    answers = [file(client, external_id="hotline-7f3a9c20bd41"), file(client, account=7)]
    answers.append(file(client, external_id="hotline-7f3a9c20bd41", account="It was two guards."))
    assert [answer.status_code for answer in answers] == [201, 422, 409]
    for answer in answers:
        filing.validate_response(answer)


def test_an_answer_without_a_receipt_is_as_described(app, cast, schema):
    answer = app.test_client().get("/api/v1/case")
    assert answer.status_code == 401
    schema["/api/v1/case"]["get"].validate_response(answer)


@pytest.mark.parametrize("wrong", [{"limit": 1}, {"more": "x"}])
def test_an_answer_that_is_not_as_described_is_found_by_any_test(app, cast, monkeypatch, wrong):
    was = complaints._next
    monkeypatch.setattr(complaints, "_next", lambda file: [{**one, **wrong} for one in was(file)])
    with pytest.raises(Failure):
        file(app.test_client())


@pytest.mark.parametrize(("path", "steps"), [
    ("/api/v1/case/remedies/{number}/{verb}", [f"{verb}_remedy" for verb in VERBS]),
    ("/api/v1/case/deletion", ["ask_deletion"]), ("/api/v1/case/withdrawal", ["withdraw"]),
])  # fmt: skip
def test_every_question_of_a_step_can_be_answered_as_the_description_says(document, path, steps):
    """`remedy` and `sure` are said by the address."""
    described = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    rows = [row for row in ROWS if row.step in steps and Role.COMPLAINANT in row.who]
    assert {field.name for row in rows for field in row.asks} - {"remedy", "sure", "files"} <= set(described)
