"""What a correction gives back, to whom, and what it does not touch; and whose word is not enough for it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.companies import calendars
from grievance.deadlines import corrections
from grievance.deadlines import rows as deadlines
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.heartbeat import Heartbeat
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.workflow import steps
from tests.scenarios.days import another_approver, day, facts, limits
from tests.scenarios.test_late_days import MINUTE, MONDAY, TUESDAY, correct, enter, friday, missed, propose  # noqa: F401


def given(case, key):
    """The newest of this kind."""
    query = select(Limit).where(Limit.case_id == case.id, Limit.key == key).order_by(Limit.id.desc())
    return db.session.scalars(query.limit(1)).one()


# --- the company's -------------------------------------------------------------------------------------------


def test_what_is_given_back_belongs_to_the_round_in_which_it_was_taken(friday):  # noqa: F811
    enter(friday)
    correct(friday)
    assert [limits(friday.case)[key].round for key in ("L4", "L5")] == [friday.case.respondent.round] * 2
    sweep(limits(friday.case)["L5"].due_at + MINUTE)
    do("respond", friday.victor, friday.reference, given(friday.case, "L5").due_at + timedelta(hours=2))
    assert facts(friday.case, "respond")[0]["late"] is True


def test_in_a_later_round_a_correction_revives_nothing_of_the_companys(friday):  # noqa: F811
    do("close", friday.noor, friday.reference, MONDAY, friday.tomas, reason="no_remedy")
    do("appeal", friday.amina, friday.reference, MONDAY)
    steps_by = {"ground": "appeal_granted", "letter": "We look at it again."}
    decision = steps.take("reopen", friday.noor, friday.reference, steps_by, now=MONDAY)
    steps.decide(friday.paula, friday.reference, decision.id, True, now=MONDAY)
    enter(friday)
    correct(friday)
    assert friday.case.state == State.ESCALATED and not {"L4", "L5"} & set(limits(friday.case))
    assert not missed(friday.case).breached and doctor.examine() == []


def test_a_request_for_more_time_that_nobody_decided_waits_again(friday):  # noqa: F811
    taken = given(friday.case, "L5")
    taken.asked_until, taken.waits_until = taken.due_on + timedelta(days=20), taken.due_at + timedelta(days=5)
    db.session.commit()
    enter(friday)
    correct(friday)
    again = limits(friday.case)["L5"]
    assert again.waits_until > again.due_at
    assert (again.asked_until - again.due_on) == timedelta(days=20)


def test_while_a_withdrawal_waits_nothing_of_the_companys_is_corrected(friday):  # noqa: F811
    enter(friday)
    do("withdraw", friday.amina, friday.reference, MONDAY)
    with pytest.raises(Refused, match="withdr"):
        propose(friday)
    do("undo_withdrawal", friday.amina, friday.reference, TUESDAY)
    correct(friday)
    assert not missed(friday.case).breached


@pytest.fixture
def undelivered(story):
    """A remedy that the company was to deliver by a day on which it was closed; her time to comment was running."""
    story.case.company.weekend = [5, 6]
    story.at("company_acknowledge", "Victor", 6)
    story.at("respond", "Victor", 7)
    story.at("propose_remedy", "Victor", 8, due_on=day(18).date().isoformat())
    story.at("accept_remedy", "Amina", 9)
    sweep(limits(story.case)["L11"].due_at + MINUTE)
    assert story.case.state == State.ESCALATED and "L7" not in limits(story.case)
    story.paula = another_approver({"Noor": story.noor})
    return story


def corrected(story, limit, number, hours=0, by=20):
    raw = {"breaches": [str(limit.id)], "cause": "outage", "why": "x"}
    raw["until"] = (limit.due_on + timedelta(days=by)).isoformat()
    with time_machine.travel(day(number, hours)):
        decision = steps.take("correct_breach", story.tomas, story.reference, raw)
        steps.decide(story.paula, story.reference, decision.id, True)


def test_after_a_delivery_that_was_not_missed_her_time_to_comment_runs_again(undelivered):
    was = given(undelivered.case, "L7")
    corrected(undelivered, given(undelivered.case, "L11"), 21)
    owed = limits(undelivered.case)
    assert {"L11", "L7"} <= set(owed) and owed["L7"].due_on > was.due_on and owed["L7"].round == was.round
    assert doctor.examine() == []


def test_a_delivery_that_escalated_nothing_opens_no_way_back_that_is_not_counted(undelivered):
    """A second remedy is missed while the Secretariat has the case."""
    undelivered.at("refer_back", "Noor", 22)
    undelivered.at("escalate", "Noor", 23)
    undelivered.at("propose_remedy", "Victor", 24, due_on=day(28).date().isoformat())
    undelivered.at("accept_remedy", "Amina", 24)
    sweep(day(32))
    second = given(undelivered.case, "L11")
    assert second.missed_at and undelivered.case.referred_back == 1
    corrected(undelivered, second, 33)
    assert not corrections.is_free_again(undelivered.case)
    with pytest.raises(Refused, match="needs the Board"):
        undelivered.at("refer_back", "Noor", 34)


# --- who made the calendar -----------------------------------------------------------------------------------


def test_whoever_entered_the_day_approves_it_under_no_other_cause_either(friday):  # noqa: F811
    enter(friday, by="paula")
    friday.case.company.weekend = [4, 5]
    db.session.commit()
    with pytest.raises(Refused, match="Nobody could approve this"):
        propose(friday, cause="calendar")


def test_whoever_confirmed_the_calendar_does_not_approve_what_it_undoes(friday):  # noqa: F811
    company = friday.case.company
    calendars.propose(friday.noor, company.id, {"country": "KE", "zone": "Africa/Nairobi", "weekend": ["4", "5"]})
    seen = calendars.waiting_for(friday.paula, company).proposal.id
    calendars.confirm(friday.paula, company.id, seen, also_owed=False, now=MONDAY)
    with pytest.raises(Refused, match="Nobody could approve this"):
        propose(friday, cause="calendar")


# --- the office's own, and safety ------------------------------------------------------------------------------


@pytest.fixture
def in_danger(app, cast):
    """The look within a day is missed."""
    reference, amina, _code = demonstration.file_one(day(0), could_harm="yes", harm_when="soon")
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    sweep(day(1, 1))
    people = {"tomas": cast["Tomas"], "paula": another_approver(cast), "amina": amina, "noor": cast["Noor"]}
    return type("Story", (), {"case": case, "reference": reference, **people})


def away(since, until):
    """The site's own marks, with a gap between them."""
    db.session.add_all([
        Heartbeat(began_at=since - timedelta(days=9), last_at=since),
        Heartbeat(began_at=until, last_at=until + timedelta(days=90)),
    ])  # fmt: skip
    db.session.commit()


def test_the_office_wipes_none_of_its_own_misses_by_an_outage_that_nobody_recorded(in_danger):
    away(day(5), day(6))
    with pytest.raises(Refused, match="own record does not know"):
        corrected(in_danger, given(in_danger.case, "L14h"), 2)


def test_nor_by_a_longer_outage_than_was_recorded(in_danger):
    away(day(0, 12), day(1, 5))
    with pytest.raises(Refused, match="own record does not know"):
        corrected(in_danger, given(in_danger.case, "L14h"), 2)


def test_a_corrected_look_is_owed_no_later_and_a_new_report_has_its_day(in_danger):
    away(day(0, 12), day(24))
    late = given(in_danger.case, "L14h")
    corrected(in_danger, late, 24, hours=2, by=23)
    assert not late.breached and late.open and limits(in_danger.case)["L14h"] is late
    do("report_retaliation", in_danger.amina, in_danger.reference, day(24, 3))
    assert limits(in_danger.case)["L14h"].due_at == day(25, 3) and doctor.examine() == []


def test_a_look_that_ends_later_makes_room_for_one_within_a_day(in_danger):
    deadlines.stop(in_danger.case, ("L14h",), day(2))
    far = deadlines.open_limit(in_danger.case, "L14h", day(2))
    deadlines.agree_on(far, day(30).date(), day(2))
    db.session.commit()
    do("report_retaliation", in_danger.amina, in_danger.reference, day(3))
    assert limits(in_danger.case)["L14h"].due_at == day(4) and not far.open


def test_a_change_of_the_company_opens_no_second_look_beside_a_missed_one(story):
    story.case.severity = "critical"
    db.session.commit()
    do("report_retaliation", story.amina, story.reference, day(6))
    sweep(day(8))
    other = str(db.session.scalar(select(Company.id).where(Company.name == "Ostrova Security")))
    story.at("change_respondent", "Noor", 9, company=other)
    looks = [one for one in deadlines.owed(story.case) if one.key.startswith("L14")]
    assert [(one.key, one.missed_at) for one in looks] == [("L14h", None)]


def test_a_case_that_was_escalated_before_any_company_had_it_goes_to_one_by_referring_back(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(days=9))
    for step in ("acknowledge", "escalate"):
        demonstration.do(step, cast["Noor"], reference, clock.now() - timedelta(days=8))
    demonstration.do("refer_back", cast["Noor"], reference, clock.now() - timedelta(days=7), cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert case.state == State.REFERRED and case.referred_back
