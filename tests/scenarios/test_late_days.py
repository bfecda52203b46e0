"""Eid is gazetted two days ahead in Kenya, and the closed office enters it on Monday: what was a miss by the calendar
of Friday was none, and two people say so."""

import csv
import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.deadlines import corrections, holidays
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.record import chain
from grievance.reports import exports
from grievance.reports.casefile import open_case_file
from grievance.reports.standing import standing
from grievance.workflow import steps, words
from grievance.workflow.conditions import packet_hash
from tests.accounts.test_leaving import join
from tests.scenarios.days import PACKET, START, another_approver, day, events, facts, kinds, letters, limits

EID, MONDAY, TUESDAY = date(2026, 3, 20), day(21), day(22)
"""Friday; the office and the company are closed until Monday, the 23rd."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def friday(both):
    """Handed to the company on Friday, 13 March; its acknowledgement counts as missed when Friday, the 20th, ends."""
    reference, amina, _code = demonstration.file_one(START)
    do("acknowledge", both.cast["Noor"], reference, day(1))
    do("refer", both.cast["Noor"], reference, day(11), both.cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    db.session.get_one(type(case.company), case.company_id).weekend = [5, 6]
    sweep(limits(case)["L4"].due_at + MINUTE)
    people = {**both.cast, "Amina": amina, "Paula": another_approver(both.cast)}
    return SimpleNamespace(case=case, reference=reference, people=people, **{n.lower(): p for n, p in people.items()})


def missed(case, key="L4"):
    query = select(Limit).where(Limit.case_id == case.id, Limit.key == key, Limit.missed_at.is_not(None))
    return db.session.scalars(query).one()


def enter(friday, by="tomas", at=MONDAY):
    return holidays.add(getattr(friday, by), "KE", {EID: "Idd-ul-Fitr"}, at)


def answers(friday, **more):
    chosen = [str(missed(friday.case).id)]
    return {"breaches": chosen, "cause": "day_off", "why": "Gazetted on Wednesday.", **more}


def propose(friday, by="tomas", at=TUESDAY, **more):
    return steps.take("correct_breach", getattr(friday, by), friday.reference, answers(friday, **more), now=at)


def correct(friday, at=TUESDAY, by="tomas", approved_by="paula", **more):
    decision = propose(friday, by, at, **more)
    steps.decide(getattr(friday, approved_by), friday.reference, decision.id, True, now=at)


def test_before_anybody_enters_it_the_day_is_a_breach_and_the_case_is_escalated(friday):
    assert friday.case.state == State.ESCALATED and missed(friday.case).due_on == EID
    assert facts(friday.case, "escalate")[0]["due_on"] == "2026-03-20" and "L4" not in limits(friday.case)


def test_the_preview_of_the_day_lists_the_miss_that_it_would_undo_with_both_dates(friday):
    effect = holidays.preview(friday.tomas, "KE", {EID: "Idd-ul-Fitr"}, MONDAY)
    (one,) = effect.undone_shown
    assert (effect.undone, one.reference, one.old, one.new) == (1, friday.reference, EID, MONDAY.date())


def test_a_day_that_changes_nothing_about_the_miss_undoes_none(friday):
    assert holidays.preview(friday.tomas, "KE", {date(2026, 3, 18): "Another"}, MONDAY).undone == 0
    assert holidays.preview(friday.tomas, "NG", {EID: "Elsewhere"}, MONDAY).undone == 0


def test_what_was_still_not_done_by_the_later_day_stays_a_miss(both):
    """The office's own acknowledgement, due on a day off of its own, and not given until after the next day."""
    reference, _amina, _code = demonstration.file_one(START)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    due = limits(case)["L1"].due_on
    sweep(day(8))
    preview = holidays.preview(both.cast["Tomas"], "*", {due: "New"}, day(8))
    assert preview.undone == 1
    assert holidays.preview(both.cast["Tomas"], "*", {due: "New"}, day(9)).undone == 0


def test_two_people_correct_it_and_the_record_keeps_the_miss_beside_both_dates(friday):
    enter(friday)
    correct(friday)
    row = missed(friday.case)
    said = {"limit": "L4", "due_on": "2026-03-23", "was_due_on": "2026-03-20", "cause": "day_off"}
    assert (row.due_on, row.corrected_on, row.corrected_at) == (EID, date(2026, 3, 23), TUESDAY)
    assert row.missed_at and not row.breached
    assert facts(friday.case, "breach_corrected") == [said] and events(friday.case, "escalate") == 1
    assert doctor.examine() == [] and chain.verify() == []


def test_the_case_stays_escalated_and_the_company_gets_the_days_that_it_had_left(friday):
    """Of its acknowledgement one, of its answer 38: from Wednesday on, the day after the correction."""
    enter(friday)
    correct(friday)
    owed = limits(friday.case)
    assert friday.case.state == State.ESCALATED and owed["L4"].due_on == date(2026, 3, 25)
    stopped = select(Limit).where(Limit.case_id == friday.case.id, Limit.key == "L5", Limit.stopped_at.is_not(None))
    assert db.session.scalars(stopped).one().due_on == date(2026, 4, 27)
    assert owed["L5"].due_on == date(2026, 5, 1), "27 April, a Monday, and four days that were not counted"
    do("company_acknowledge", friday.victor, friday.reference, day(23))
    assert "L4" not in limits(friday.case) and doctor.examine() == []


def test_what_is_missed_after_the_correction_is_a_miss_of_its_own(friday):
    enter(friday)
    correct(friday)
    sweep(limits(friday.case)["L4"].due_at + MINUTE)
    theirs = select(Limit).where(Limit.case_id == friday.case.id, Limit.key == "L4").order_by(Limit.id)
    assert [one.breached for one in db.session.scalars(theirs)] == [False, True]
    assert doctor.examine() == []


def test_both_sides_are_told_with_both_dates_and_the_company_of_its_own_limits_only(friday):
    enter(friday)
    correct(friday)
    assert letters(friday.case, "company")[-1] == letters(friday.case, "complainant")[-1] == "breach_corrected"
    for who in ("victor", "amina"):
        (told,) = (
            e for e in open_case_file(getattr(friday, who), friday.case).timeline if e.kind == "breach_corrected"
        )
        assert "23 March 2026" in str(told.about) and "20 March 2026" in str(told.about)
        assert told.facts == {"limit": "L4", "due_on": "2026-03-23", "was_due_on": "2026-03-20"}


def test_a_miss_of_the_offices_own_is_corrected_too_and_no_company_hears_of_it(friday):
    """The review was due on a day on which the office was closed."""
    case, limit = friday.case, limits(friday.case)["L8"]
    due, morning = limit.due_on, limit.due_at + timedelta(hours=9)
    sweep(limit.due_at + MINUTE)
    holidays.add(friday.tomas, "*", {due: "The founders' day"}, morning)
    chosen = {"breaches": [str(missed(case, "L8").id)], "cause": "day_off", "why": "It was closed."}
    with time_machine.travel(morning):
        decision = steps.take("correct_breach", friday.tomas, friday.reference, chosen)
        steps.decide(friday.paula, friday.reference, decision.id, True)
    assert limits(case)["L8"].due_on == missed(case, "L8").corrected_on > due
    assert letters(case, "complainant")[-1] == "breach_corrected" != letters(case, "company")[-1]
    told = [e.kind for e in open_case_file(friday.victor, case).timeline]
    assert "breach_corrected" not in told and doctor.examine() == []


def test_whoever_entered_the_day_does_not_approve_what_it_undoes(friday):
    enter(friday, by="paula")
    with pytest.raises(Refused, match="Nobody could approve this"):
        propose(friday, by="tomas")
    decision = propose(friday, by="paula")
    with pytest.raises(Refused, match="did not propose"):
        steps.decide(friday.paula, friday.reference, decision.id, True, now=TUESDAY)
    steps.decide(friday.tomas, friday.reference, decision.id, True, now=TUESDAY)
    assert not missed(friday.case).breached


def test_whoever_entered_the_day_does_not_approve_it_for_a_third_person_either(friday):
    petra = join("Petra", Role.APPROVER, friday.noor)
    enter(friday, by="tomas")
    raw = answers(friday)
    decision = steps.take("correct_breach", friday.paula, friday.reference, raw, now=TUESDAY)
    with pytest.raises(Refused, match="You entered this day off"):
        steps.decide(friday.tomas, friday.reference, decision.id, True, now=TUESDAY)
    assert missed(friday.case).breached
    steps.decide(petra, friday.reference, decision.id, True, now=TUESDAY)
    assert not missed(friday.case).breached


def test_an_officer_corrects_nothing(friday):
    enter(friday)
    with pytest.raises(Refused, match="not for you"):
        propose(friday, by="noor")


def test_without_a_day_off_nothing_is_corrected_by_one(friday):
    with pytest.raises(Refused, match="missed all the same"):
        propose(friday)


@pytest.mark.parametrize(("until", "sentence"), [("", "to which day"), ("2026-03-20", "all the same"),
                                                 ("2026-05-01", "at most 30 days")])  # fmt: skip
def test_after_an_outage_a_day_is_said_that_lies_after_the_one_that_was_counted(friday, until, sentence):
    with pytest.raises(Refused, match=sentence):
        propose(friday, cause="outage", until=until)


def test_after_an_outage_that_no_process_noticed_the_company_gets_what_it_had_left(friday):
    correct(friday, cause="outage", until="2026-03-23")
    assert limits(friday.case)["L4"].due_on == date(2026, 3, 27), "three days were left: Wednesday to Friday"


def test_a_wrong_weekend_is_corrected_by_the_calendar_that_the_company_has_now(friday):
    friday.case.company.weekend = [4, 5]
    db.session.commit()
    correct(friday, cause="calendar")
    assert missed(friday.case).corrected_on == date(2026, 3, 22), "a Sunday, on which it works"


def test_a_miss_is_corrected_once(friday):
    enter(friday)
    raw = answers(friday)
    correct(friday)
    with pytest.raises(BadInput):
        steps.take("correct_breach", friday.tomas, friday.reference, raw, now=TUESDAY)


def test_the_way_back_is_not_counted_as_the_once(friday):
    enter(friday)
    correct(friday)
    assert "L17" in limits(friday.case)
    do("refer_back", friday.noor, friday.reference, day(23), friday.tomas)
    assert friday.case.state == State.REFERRED and friday.case.referred_back == 0
    do("escalate", friday.noor, friday.reference, day(24))
    do("refer_back", friday.noor, friday.reference, day(25), friday.tomas)
    do("escalate", friday.noor, friday.reference, day(26))
    with pytest.raises(Refused, match="needs the Board"):
        do("refer_back", friday.noor, friday.reference, day(27), friday.tomas)


def test_the_way_back_is_open_where_the_once_was_used_before(friday):
    enter(friday)
    friday.case.referred_back = 1
    db.session.commit()
    with pytest.raises(Refused, match="needs the Board"):
        do("refer_back", friday.noor, friday.reference, TUESDAY, friday.tomas)
    correct(friday)
    do("refer_back", friday.noor, friday.reference, day(23), friday.tomas)
    assert friday.case.state == State.REFERRED and friday.case.referred_back == 1


def test_an_answer_of_a_company_whose_miss_was_none_is_not_late(friday):
    enter(friday)
    correct(friday)
    do("respond", friday.victor, friday.reference, day(23))
    assert facts(friday.case, "respond")[0]["late"] is False
    assert kinds(friday.case).count("limit_missed") == 0


def table(friday):
    rows = exports.as_csv(friday.victor, exports.exported(friday.victor))
    (line,) = csv.DictReader(io.StringIO("".join(rows), newline=""))
    return line["Late"], line["Missed, and corrected"]


def test_the_companys_own_table_says_corrected_and_not_late(friday):
    with time_machine.travel(TUESDAY):
        assert table(friday) == ("yes", "no")
        enter(friday)
        correct(friday)
        assert table(friday) == ("no", "yes")


def test_what_went_back_to_the_company_already_is_not_owed_twice(friday):
    do("refer_back", friday.noor, friday.reference, MONDAY, friday.tomas, packet=PACKET, previewed=packet_hash(PACKET))
    enter(friday, at=MONDAY)
    correct(friday)
    assert [one.key for one in friday.case.open_limits if one.open and one.key in ("L4", "L5")] == ["L4", "L5"]
    assert not missed(friday.case).breached and doctor.examine() == []


def test_a_withdrawal_that_came_meanwhile_keeps_what_would_be_given_back(friday):
    enter(friday)
    decision = propose(friday)
    do("withdraw", friday.amina, friday.reference, TUESDAY)
    with pytest.raises(Refused, match="withdrawal waits"):
        steps.decide(friday.paula, friday.reference, decision.id, True, now=TUESDAY)
    assert missed(friday.case).breached and "L4" not in limits(friday.case)


def test_no_review_is_owed_before_the_answer_that_the_company_may_still_give(friday):
    enter(friday)
    assert "L8" in limits(friday.case)
    correct(friday)
    assert "L8" not in limits(friday.case) and "L5" in limits(friday.case)
    do("respond", friday.victor, friday.reference, day(23))
    do("comment", friday.amina, friday.reference, day(24))
    assert "L8" in limits(friday.case) and doctor.examine() == []


def test_her_page_says_until_when_the_company_may_answer(friday):
    enter(friday)
    correct(friday)
    with time_machine.travel(TUESDAY):
        assert "The company has time to answer until" in str(standing(friday.case))
    with time_machine.travel(limits(friday.case)["L5"].due_at + MINUTE):
        assert standing(friday.case) == words.STANDING["escalated"]


def test_the_letter_says_what_follows():
    assert "decides whether the case goes back to the company" in str(corrections.BREACH_CORRECTED.words)
