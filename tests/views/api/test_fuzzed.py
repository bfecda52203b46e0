"""Schemathesis sends what the description allows, and what it does not, and holds each answer against it.

One check is left out: that whatever the description allows is done. What is empty of words, or not asked about, is
refused with a sentence, and no schema can say so.
"""

from datetime import timedelta

import pytest
import schemathesis
from flask import g
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from grievance import clock, demonstration
from grievance.accounts import company_tokens, hotlines
from grievance.extensions import db
from grievance.views.api.company_described import BASE
from grievance.views.api.company_verbs import VERBS
from tests.views.api.test_openapi import bearer, code  # noqa: F401 (a fixture)

OPERATIONS = ("fileComplaint", "followCase", "writeMessage", "comment", "withdraw", "askForDeletion", "answerRemedy")
BY_TELEPHONE = ("fileByTelephone", "hearState")


def as_a_server(app):
    """Each request begins with nothing remembered."""

    def serve(environ, start_response):
        g.__dict__.clear()
        db.session.rollback()
        return app(environ, start_response)

    return serve


def send_all(schema, name, headers, reference=None):
    operation = schema.find_operation_by_id(name)

    @settings(max_examples=30, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def sent(case):
        if reference and case.path_parameters:
            case.path_parameters["reference"] = reference  # nobody guesses one
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    sent()
    return {one.ok().definition.raw["operationId"] for one in schema.get_all_operations()}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_sent_by_the_description_or_against_it_is_answered_as_described(app, cast, code, name):  # noqa: F811
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", as_a_server(app), config=SchemathesisConfig())
    assert send_all(schema, name, bearer(code)) == {*OPERATIONS, *BY_TELEPHONE}


@pytest.mark.parametrize("name", BY_TELEPHONE)
def test_what_a_telephone_system_sends_is_answered_as_described(app, cast, name):
    with app.test_request_context():
        hotlines.propose(cast["Noor"], "Line of the unions")
        by_token = {"Authorization": f"Bearer {hotlines.make(cast['Tomas'], hotlines.listed()[0].id)}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", as_a_server(app), config=SchemathesisConfig())
    assert send_all(schema, name, by_token) == {*OPERATIONS, *BY_TELEPHONE}


OF_COMPANIES = ("listCases", "getCase", "getPacket", "getFile", *(verb.name for verb in VERBS))


@pytest.mark.parametrize("name", OF_COMPANIES)
def test_what_a_companys_program_sends_is_answered_as_described(app, cast, name):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))[0]
    by_token = {"Authorization": f"Bearer {company_tokens.make(cast['Victor'], 'Desk', demonstration.PASSWORD)}"}
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", as_a_server(app), config=SchemathesisConfig())
    assert send_all(schema, name, by_token, reference) == set(OF_COMPANIES)
