"""Beside a step of a company's stands what the Code asks of it there, and beside nobody else's."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.models.people import Role
from grievance.models.sides import COMPANY, COMPLAINANT, SECRETARIAT
from grievance.workflow import code_says
from grievance.workflow.procedure import ROWS
from tests.views.test_routes import client_of

SAID = "What the Code asks here"


def test_each_step_beside_which_the_code_stands_is_one_of_a_companys():
    theirs = {row.step for row in ROWS if Role.COMPANY in row.who}
    assert set(code_says.BESIDE) <= theirs
    assert not any(code_says.beside(step, side) for step in code_says.BESIDE for side in (SECRETARIAT, COMPLAINANT))


@pytest.mark.parametrize("step", ["company_acknowledge", "respond", "propose_remedy", "request_extension"])
def test_a_company_finds_it_above_its_form(app, cast, step):
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=8))
    page = client_of(app, "Victor").get(f"/company/cases/{reference}/steps/{step}").text
    assert SAID in page and str(code_says.beside(step, COMPANY)) in page


def test_the_office_and_a_message_have_none(app, cast):
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=8))
    assert SAID not in client_of(app, "Victor").get(f"/company/cases/{reference}/steps/write").text
    assert SAID not in client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/propose_remedy").text
