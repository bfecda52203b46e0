"""The API's description: a valid document, true of every answer, and enough for programs that are made from it."""

import re
from datetime import timedelta

import pytest
import schemathesis
from schemathesis.core.failures import FailureGroup

from grievance import clock, demonstration
from grievance.models.people import Role
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


def test_an_answer_that_is_not_as_described_is_found(app, cast, schema, monkeypatch):
    monkeypatch.setattr("grievance.views.api.complaints._next", lambda file: [{"limit": 1}])
    with pytest.raises(FailureGroup):
        schema["/api/v1/complaints"]["post"].validate_response(file(app.test_client()))


@pytest.mark.parametrize(("path", "steps"), [
    ("/api/v1/case/remedies/{number}/{verb}", [f"{verb}_remedy" for verb in VERBS]),
    ("/api/v1/case/deletion", ["ask_deletion"]), ("/api/v1/case/withdrawal", ["withdraw"]),
])  # fmt: skip
def test_every_question_of_a_step_can_be_answered_as_the_description_says(document, path, steps):
    """`remedy` and `sure` are said by the address."""
    described = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    rows = [row for row in ROWS if row.step in steps and Role.COMPLAINANT in row.who]
    assert {field.name for row in rows for field in row.asks} - {"remedy", "sure", "files"} <= set(described)
