"""What stands in the place of {due}: the next date that each reader of the text sees."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.desk.message_templates import filled
from grievance.models.desk import MessageTemplate
from grievance.models.people import Role
from grievance.workflow.procedure import find_row

BY_DUE = MessageTemplate(name="Due", language="en", text="by {due}")


def due(case, key):
    return f"by {days.date_in(next(one.due_on for one in deadlines.owed(case) if one.key == key), 'en')}"


@pytest.mark.parametrize(
    ("until", "step", "key"),
    [
        ("acknowledge", "write", "L2"),
        ("acknowledge", "dismiss", "L2"),
        ("refer", "write", "L4"),
        ("close", "reopen", "L13"),
    ],
)
def test_due_is_the_next_date_that_each_reader_sees(app, cast, until, step, key):
    day = next(day for name, _who, day in demonstration.STORY if name == until)
    reference, _code = demonstration.walk_story(cast, until, clock.now() - timedelta(days=day))
    case = find_case(cast["Noor"], reference)
    assert filled(BY_DUE, case, find_row(step, Role.OFFICER, case.state)) == due(case, key)
