"""What else would tell a company of an escalation that it is told of later: its queue, its record, a date, a mark."""

from grievance.deadlines.days import date_in
from grievance.desk.message_templates import filled
from grievance.models.desk import MessageTemplate
from grievance.models.people import Role
from grievance.reports.queue import Wanted, queue
from grievance.workflow.procedure import find_row
from tests.scenarios.days import limits
from tests.scenarios.test_told_later import at_ten, escalate

__all__ = ["at_ten"]


def test_its_queue_names_no_review_once_it_has_answered(at_ten):
    escalate(at_ten, tell_on=40)
    at_ten.at("respond", "Victor", 11)
    (line,) = queue(at_ten.victor, Wanted()).lines
    assert (line.title, line.due_on) == ("comment on the answer", limits(at_ten.case)["L7"].due_on)


def test_a_wording_for_the_company_has_the_date_that_it_sees(at_ten):
    at_ten.at("respond", "Victor", 10)
    escalate(at_ten, tell_on=10)
    row = find_row("write", Role.OFFICER, at_ten.case.state)
    text = filled(MessageTemplate(name="Due", language="en", text="{due}"), at_ten.case, row)
    owed = limits(at_ten.case)
    assert owed["L8"].due_on < owed["L7"].due_on and text == date_in(owed["L7"].due_on, "en")
