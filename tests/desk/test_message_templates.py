"""What stands in the place of {due}: the next date that each reader of the text sees."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.desk import message_templates
from grievance.desk.message_templates import filled, whole
from grievance.forms.fields import Refused
from grievance.models.desk import MessageTemplate
from grievance.models.people import Role
from grievance.workflow.procedure import find_row
from tests.views.test_routes import client_of

BY_DUE = MessageTemplate(name="Due", language="en", text="by {due}")


UNTIL_DUE = {"name": "How it stands", "step": "write", "language": "en", "text": "You need do nothing before {due}."}
ALWAYS = {"name": "Thanks", "step": "write", "language": "en", "text": "Thank you for {reference}."}


def due(case, key):
    return f"by {days.date_in(next(one.due_on for one in deadlines.owed(case) if one.key == key), 'en')}"


def walked(cast, until):
    day = next(day for name, _who, day in demonstration.STORY if name == until)
    reference, _code = demonstration.walk_story(cast, until, clock.now() - timedelta(days=day))
    return find_case(cast["Noor"], reference)


@pytest.mark.parametrize(
    ("until", "step", "key"),
    [
        ("acknowledge", "write", "L2"),
        ("acknowledge", "dismiss", "L2"),
        ("refer", "write", "L4"),
    ],
)
def test_due_is_the_next_date_that_each_reader_sees(app, cast, until, step, key):
    case = walked(cast, until)
    assert filled(BY_DUE, case, find_row(step, Role.OFFICER, case.state)) == due(case, key)


def asked_something(cast):
    """She is to answer a question: what the Secretariat decides waits for that."""
    case = walked(cast, "acknowledge")
    demonstration.do("ask", cast["Noor"], case.reference, clock.now())
    return find_case(cast["Noor"], case.reference)


@pytest.mark.parametrize(
    "whose", [asked_something, lambda cast: walked(cast, "close")], ids=["a question", "an appeal"]
)
def test_due_is_never_a_date_of_the_complainants_own(app, cast, whose):
    """To answer, or to appeal: before that a wording would tell her that she need not do anything."""
    case = whose(cast)
    row = find_row("write", Role.OFFICER, case.state)
    assert any(one.owed_by == "complainant" for one in deadlines.owed(case))
    assert filled(BY_DUE, case, row) == "by {due}"
    with app.test_request_context("/"), pytest.raises(Refused, match="complainant's own"):
        whole(BY_DUE, case, row)


def test_a_wording_with_due_is_offered_at_the_step_only_while_the_next_date_is_anothers(app, cast):
    for wording in (UNTIL_DUE, ALWAYS):
        message_templates.add(cast["Tomas"], wording)
    acknowledged, asked = walked(cast, "acknowledge"), asked_something(cast)
    noor = client_of(app, "Noor")
    pages = [
        noor.get(f"/desk/cases/{one.reference}/steps/write?audience=complainant").text for one in (acknowledged, asked)
    ]
    assert [("How it stands" in page, "Thanks" in page) for page in pages] == [(True, True), (False, True)]
