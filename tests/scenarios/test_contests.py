"""A company says that a referral is not its own; she is asked, two people decide, and its time waits meanwhile."""

import pytest
from sqlalchemy import select

from grievance.access import NoSuchCase, find_case
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import State
from grievance.models.limit import Limit
from grievance.reports.casefile import open_case_file
from tests.outside import a_release_came
from tests.scenarios.days import day, events, facts, kinds, letters, limits
from tests.scenarios.test_wrong_company import Wrong, ostrova

L4, L5 = Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE
L22, L28 = Deadline.CONTEST_DECISION, Deadline.CONTEST_ANSWER
HERS = "The jackets had its name on the back."


class Contested(Wrong):
    """Larkfield has the case since day 5, and says on day 9 that the site is not its own."""

    def contest(self, number=9, **more):
        self.at("contest_referral", "Victor", number, **{"ground": "site", "words": "Ostrova guards it.", **more})

    def answer(self, number=12):
        self.at("answer_contest", "Amina", number, theirs="yes", words=HERS)

    def refuse(self, number, **more):
        self.at("refuse_contest", "Noor", number, **{"told": "Your name stood on the jackets.", **more})


@pytest.fixture
def quiet(both):
    return Contested(both.cast)


@pytest.fixture
def case(quiet):
    quiet.contest()
    return quiet


def test_the_companys_time_waits_from_the_contest_on_and_she_is_asked(case):
    owed = limits(case.case)
    assert owed[L4].paused_at == owed[L5].paused_at == day(9)
    assert owed[L28].due_on == day(21).date() and L22 not in owed  # day 19 is a Saturday
    assert letters(case.case, "complainant")[-1] == "contested"
    assert letters(case.case, "officer")[-1] == "contested_to_decide"
    assert doctor.examine() == []


def test_nobody_escalates_a_company_whose_contest_waits(case):
    sweep(day(20))
    assert case.case.state == State.REFERRED and not limits(case.case)[L4].missed_at


def test_her_answer_opens_the_decision_and_the_company_still_waits(case):
    case.answer()
    owed = limits(case.case)
    assert L28 not in owed and owed[L22].due_on == day(18).date()  # day 12 is a Saturday
    assert owed[L4].paused_at and owed[L5].paused_at
    assert letters(case.case, "officer")[-1] == "contest_answered" and case.case.waits_since


def test_where_she_says_nothing_the_clock_opens_the_decision_and_misses_nothing(case):
    sweep(day(23))
    owed = limits(case.case)
    assert L28 not in owed and L22 in owed and owed[L4].paused_at and owed[L5].paused_at
    ended = db.session.scalars(select(Limit).where(Limit.case_id == case.case.id, Limit.key == L28)).one()
    assert ended.stopped_at and "overdue" not in letters(case.case, "officer")
    case.answer(24)
    assert limits(case.case)[L22].opened_at == owed[L22].opened_at
    case.refuse(25)
    assert L22 not in limits(case.case) and doctor.examine() == []


def test_a_decision_that_the_office_misses_does_not_let_the_companys_time_run(case):
    case.answer()
    sweep(day(40))
    owed = limits(case.case)
    assert owed[L22].missed_at and owed[L4].paused_at and owed[L5].paused_at and case.case.state == State.REFERRED


def test_nobody_decides_before_she_was_heard(case):
    with pytest.raises(Refused, match="has not answered that yet"):
        case.refuse(10)
    with pytest.raises(Refused, match="has not answered that yet"):
        case.change(10)


def test_refused_it_has_the_days_that_were_left_and_reads_why(case):
    before = {key: limits(case.case)[key].due_on for key in (L4, L5)}
    case.answer()
    case.refuse(16)
    owed = limits(case.case)
    assert L22 not in owed and not owed[L4].paused_at and not owed[L5].paused_at
    assert {key: (owed[key].due_on - before[key]).days >= 7 for key in before} == {L4: True, L5: True}
    a_release_came()
    file = case.heard(case.cast["Victor"])
    assert any("jackets" in text for w in file.writings for _name, text in w.fields)
    assert letters(case.case, "company")[-1] == letters(case.case, "complainant")[-1] == "contest_refused"
    assert doctor.examine() == []


def test_granted_it_loses_the_case_and_the_decision_was_met(case):
    case.answer()
    case.change(14)
    assert case.case.state == State.RECEIVED and case.case.company.name == "Ostrova Security"
    assert not {L4, L5, L22, L28} & set(limits(case.case)) and Deadline.ADMISSIBILITY in limits(case.case)
    met = db.session.scalars(select(Limit).where(Limit.case_id == case.case.id, Limit.key == L22)).one()
    assert met.met_at and not met.stopped_at and facts(case.case, "change_respondent")[0]["contest"] == "granted"
    with pytest.raises(NoSuchCase):
        find_case(case.cast["Victor"], case.reference)
    assert doctor.examine() == []


def test_granted_where_nobody_knows_whose_it_is_the_case_has_no_company_until_one_is_named(case):
    case.answer()
    case.at("change_respondent", "Noor", 14, company="", told="You were right.")
    assert case.case.state == State.RECEIVED and case.case.company is None and case.case.respondent is None
    assert doctor.examine() == []
    for name in ("Noor", "Amina"):
        assert case.heard(case.who[name]).writings
    case.at("classify", "Noor", 16, company=ostrova())
    assert case.case.company.name == "Ostrova Security"
    assert [(one.n, one.ended_as) for one in case.respondents()] == [(1, "wrong_company"), (2, None)]
    case.hand_to_the_right_one(17)
    assert case.case.state == State.REFERRED and doctor.examine() == []


def test_without_a_contest_the_right_company_is_named(quiet):
    with pytest.raises(Refused, match="Choose the right company"):
        quiet.at("change_respondent", "Noor", 14, company="")


def test_granted_in_an_escalated_case_it_stays_there_and_the_next_move_is_decided(quiet):
    quiet.at("escalate", "Amina", 8)
    quiet.contest()
    quiet.answer()
    quiet.change(14)
    assert quiet.case.state == State.ESCALATED and Deadline.NEXT_MOVE in limits(quiet.case)


def test_another_company_may_contest_in_its_turn(case):
    case.answer()
    case.change(14)
    case.hand_to_the_right_one(15)
    case.at("contest_referral", "Olga", 16, ground="people", words="They are Larkfield's.")
    assert L28 in limits(case.case) and events(case.case, "contest_referral") == 2


def test_a_referral_is_contested_once(case):
    case.answer()
    case.refuse(13)
    with pytest.raises(Refused, match="once"):
        case.contest(14)


def test_a_referral_is_contested_within_fourteen_days(quiet):
    with pytest.raises(Refused, match="over"):
        quiet.contest(20)
    quiet.contest(19)
    assert L28 in limits(quiet.case)


def test_who_has_answered_does_not_contest(quiet):
    quiet.at("respond", "Victor", 8)
    with pytest.raises(Refused, match="answered"):
        quiet.contest(9)


def test_a_contest_has_a_ground_and_words(quiet):
    for raw in ({"ground": "subcontractor"}, {"words": ""}):
        with pytest.raises(BadInput):
            quiet.contest(**raw)
    assert "contest_referral" not in kinds(quiet.case)


def test_it_is_not_referred_back_while_it_waits(quiet):
    quiet.at("escalate", "Noor", 8)
    quiet.contest()
    with pytest.raises(Refused, match="Decide that first"):
        quiet.at("refer_back", "Noor", 10)


def test_what_she_says_of_it_is_never_the_companys_to_read_nor_her_time_for_it(case):
    case.answer()
    a_release_came()
    file = open_case_file(case.cast["Victor"], find_case(case.cast["Victor"], case.reference))
    said = repr([(w.step, w.fields) for w in file.writings])
    assert HERS not in said and "answer_contest" not in said + repr([one.kind for one in file.timeline])
    assert not any(one.key == L28 for one in file.limits) and any(one.key == L22 for one in file.limits)
