"""Nothing runs for a month, and then one sweep: each breach dated when it fell, told once, reminders merged."""

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from bench import month
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.workflow import steps

ESCALATED = Counter(
    [("approver", "alert"), *((who, "escalated_late") for who in ("company", "complainant", "officer"))]
)
FELL = {  # worked out by hand: the end of the day where it is owed, Nairobi for the company, Zurich for the office
    ("received", "L1"): datetime(2026, 3, 6, 23, tzinfo=UTC),
    ("referred, not acknowledged", "L4"): datetime(2026, 3, 9, 21, tzinfo=UTC),  # Sunday the 8th rolls to Monday
    ("acknowledged, not answered", "L5"): datetime(2026, 3, 27, 21, tzinfo=UTC),
    ("escalated", "L8"): datetime(2026, 3, 20, 23, tzinfo=UTC),
    ("withdrawn", "L20"): datetime(2026, 3, 16, 23, tzinfo=UTC),  # the 15th is a Sunday
    ("suspended", "L16"): datetime(2026, 3, 12, 23, tzinfo=UTC),
}


@pytest.fixture
def after(both):
    made = month.tell(both.cast)
    sweep(month.ENDS)
    return SimpleNamespace(lines=list(month.lines(made)), made=made)


def traces():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (Event, Letter)]


def test_after_a_month_each_limit_came_out_as_the_procedure_asks(after):
    for line in after.lines:
        where = (line.story, line.key)
        missed = line.asked in (month.ALERT, month.ESCALATE)
        assert (line.dated, line.noticed) == ((line.due, month.ENDS) if missed else (None, None)), where
        assert line.escalations == (line.asked == month.ESCALATE), where
        assert line.reminders == (line.asked == month.REMIND), where
        wanted = {month.ALERT: Counter({("approver", "alert"): 1}), month.ESCALATE: ESCALATED, month.HELD: Counter(),
                  month.REMIND: Counter({("company", "reminder"): 1})}[line.asked]  # fmt: skip
        assert line.letters == wanted, where
    assert {(line.story, line.key) for line in after.lines} == {
        (story.name, key) for story in month.STORIES for key in story.asked
    }
    dated = {(line.story, line.key): line.dated for line in after.lines}
    assert {where: dated[where] for where in FELL} == FELL
    assert (chain.verify(), doctor.examine()) == ([], [])


def test_a_second_sweep_after_the_month_does_nothing(after):
    before = traces()
    assert sweep(month.ENDS).cases == 0 and traces() == before


def test_a_step_after_the_month_finds_the_same_as_the_sweep_would_have(both):
    made = month.tell(both.cast)
    for reference in made.values():
        steps.bring_up_to_date(both.cast["Noor"], reference, month.ENDS)
    counted = traces()
    assert sweep(month.ENDS).cases == 0 and traces() == counted
    escalated = select(func.count()).select_from(Event).where(Event.kind == "escalate", Event.role == "clock")
    assert db.session.scalar(escalated) == 2
    assert db.session.scalar(select(func.count()).select_from(Case)) == len(month.STORIES)
