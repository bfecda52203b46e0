"""What changes after a time limit was made reaches it: how grave the case is, and that it is suspended."""

from datetime import timedelta

import pytest
import time_machine

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import SAFETY
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.workflow import steps
from tests.scenarios.days import day, facts, kinds, letters, limits
from tests.scenarios.pages import desk, form
from tests.views.test_routes import client_of

HOURS = timedelta(hours=24)


def classify(story, severity, number, hours=0):
    raw = {"severity": severity, "track": "remedy", "topics": ["pay"]}
    steps.take("classify", story.noor, story.reference, raw, now=day(number, hours))


def report(story, number):
    steps.take("report_retaliation", story.noor, story.reference, {"happened": "She is threatened."}, now=day(number))


def suspend(story, number, *keys):
    raw = {"ground": "safety", "why": "She is threatened.", "review_on": day(number + 60).date().isoformat()}
    steps.take("suspend", story.tomas, story.reference, {**raw, "limits": list(keys)}, now=day(number))


def resume(story, number):
    steps.take("resume", story.tomas, story.reference, {"reason": "She is safe."}, now=day(number))


def looks(story):
    return {key: limit.due_at for key, limit in limits(story.case).items() if key in SAFETY}


def test_critical_set_while_an_alert_is_open_leaves_twenty_four_hours(story):
    report(story, 11)  # a Friday: one business day ends on Monday
    classify(story, "critical", 11, 2)
    assert looks(story) == {"L14h": day(11, 2) + HOURS}


def test_a_look_that_ends_sooner_keeps_its_end(story):
    report(story, 7)  # on Monday, until the end of Tuesday
    before = looks(story)
    classify(story, "critical", 8, 4)
    assert looks(story) == before


def test_a_look_that_was_missed_is_asked_for_anew_in_hours(story):
    report(story, 7)
    sweep(day(10))
    classify(story, "critical", 10, 1)
    assert looks(story) == {"L14h": day(10, 1) + HOURS}


def test_a_case_that_is_no_longer_critical_keeps_its_twenty_four_hours(story):
    report(story, 11)
    classify(story, "critical", 11, 2)
    classify(story, "low", 11, 3)
    assert looks(story) == {"L14h": day(11, 2) + HOURS}


def test_classified_again_as_critical_nothing_begins_anew(story):
    report(story, 11)
    classify(story, "critical", 11, 2)
    steps.take("assess_safety", story.noor, story.reference, {"assessment": "She is away."}, now=day(11, 3))
    classify(story, "critical", 11, 4)
    assert list(looks(story)) == ["L14r"]


def test_without_an_alert_nobody_owes_a_look_at_the_safety(story):
    classify(story, "critical", 11)
    assert looks(story) == {}


def test_the_officer_sees_the_twenty_four_hours_after_setting_critical_on_the_page(app, story):
    report(story, 11)
    with time_machine.travel(day(11, 2)):
        client, path = client_of(app, "Noor"), desk(story, "classify")
        answers = {**form(client, path), "severity": "critical", "track": "remedy", "topics": ["pay"]}
        assert client.post(path, data=answers).status_code == 303
        page = client.get(f"/desk/cases/{story.reference}").text
    assert "14 March 2026, 12:00" in page.partition("look at the safety, critical case")[2]  # of the office in Zurich


def test_twenty_four_hours_run_on_through_a_weekend_and_a_suspension(story):
    classify(story, "critical", 10)
    report(story, 11)
    suspend(story, 11)
    sweep(day(12) + timedelta(seconds=1))
    assert facts(story.case, "limit_missed")[-1]["limit"] == "L14h"
    assert "safety_missed" in letters(story.case, "approver")


@pytest.mark.parametrize("key", SAFETY)
def test_a_suspension_cannot_hold_a_look_at_the_safety(app, story, key):
    report(story, 11)
    deadlines.open_unless_open(story.case, key, day(11))
    db.session.commit()
    with time_machine.travel(day(11)):
        page = client_of(app, "Tomas").get(desk(story, "suspend")).text
    assert f'name="limits" value="{key}"' not in page and 'name="limits" value="L5"' in page


# --- what a company is told on a day -----------------------------------------------------------------------


def unseen(story, number=10, tell_on=12):
    on = day(tell_on).date().isoformat()
    story.at("escalate_unseen", "Noor", number, ground="retaliation", tell_on=on)


def test_the_clock_tells_no_company_of_an_escalation_while_the_case_is_suspended(story):
    unseen(story)
    suspend(story, 11)
    sweep(day(20))
    assert (story.case.escalation_unseen, limits(story.case)["L31"].paused_at) == (True, day(11))
    resume(story, 21)
    assert limits(story.case)["L31"].due_on == (day(12) + timedelta(days=10)).date()
    sweep(day(24))
    assert "tell_company" in kinds(story.case) and doctor.examine() == []


def test_an_escalation_that_is_kept_from_the_company_in_a_suspended_case_is_told_after_it(story):
    suspend(story, 9)
    unseen(story)
    sweep(day(20))
    assert story.case.escalation_unseen


def test_a_case_that_was_suspended_before_a_suspension_held_it_is_told_after_it_too(story):
    unseen(story)
    suspend(story, 11)
    limit = limits(story.case)["L31"]
    limit.paused_at, limit.wake_at = None, limit.due_at
    db.session.commit()
    sweep(day(20))
    assert story.case.escalation_unseen
    resume(story, 21)
    sweep(day(21, 1))
    assert "tell_company" in kinds(story.case)
