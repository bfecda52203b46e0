"""Going round again: what belongs to one round ends with it, and begins anew with the next."""

import html
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.deadlines.kinds import Deadline
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.writing import Decision, Outcome
from grievance.reports import exports
from grievance.workflow import steps
from tests.scenarios.days import START, another_approver, day, events, facts, letters, limits
from tests.scenarios.pages import desk, press
from tests.views.test_routes import client_of

COMMENT = "/follow/case/steps/comment"


def of_kind(case, key):
    return list(db.session.scalars(select(Limit).where(Limit.case_id == case.id, Limit.key == key).order_by(Limit.id)))


def still_open(case, key):
    return [one for one in of_kind(case, key) if one.open]


def hers(story):
    client = story.app.test_client()
    assert client.post("/follow", data={"code": story.code}).status_code == 303
    return client


@pytest.fixture
def round_two(story):
    """Its answer is missed in the first round; the case is escalated by that, and referred back on day 62."""
    story.at("company_acknowledge", "Victor", 7)
    sweep(day(60))
    assert story.case.state == State.ESCALATED
    story.at("refer_back", "Noor", 62)
    return story


@pytest.fixture
def received(app, cast):
    """A complaint that is acknowledged and was referred to nobody; `at` as for `story`."""
    reference, amina, code = demonstration.file_one(START)
    who = {**cast, "Amina": amina}

    def at(step, name, number, hours=0, **more):
        do(step, who[name], reference, day(number, hours), cast["Tomas"], **more)

    at("acknowledge", "Noor", 1)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return SimpleNamespace(app=app, reference=reference, case=case, code=code, at=at, amina=amina, **{
        name.lower(): person for name, person in cast.items()
    })  # fmt: skip


# --- late, or not ------------------------------------------------------------------------------------------


def test_an_answer_in_the_second_round_is_not_late_because_the_first_was_missed(round_two):
    round_two.at("respond", "Victor", 66)
    assert facts(round_two.case, "respond")[-1]["late"] is False


def test_an_answer_after_the_last_day_of_its_own_round_is_late(story):
    story.at("company_acknowledge", "Victor", 7)
    sweep(day(60))
    story.at("respond", "Victor", 61)
    assert facts(story.case, "respond")[-1]["late"] is True


def test_an_answer_after_the_case_came_back_is_not_late_because_one_before_the_closing_was_missed(story, cast):
    story.at("company_acknowledge", "Victor", 7)
    sweep(day(60))
    story.at("close", "Noor", 61, reason="no_remedy")
    closed_by_another(story, cast, 62)
    story.at("respond", "Victor", 63)
    assert facts(story.case, "respond")[-1]["late"] is False


def closed_by_another(story, cast, number, step="reopen"):
    """Comes back from its end, as another approver agrees than the one who closed it."""
    do(step, cast["Noor"], story.reference, day(number), another_approver(cast))


def test_the_table_that_a_company_takes_away_says_late_of_the_round_that_runs(round_two):
    round_two.at("respond", "Victor", 66)
    line = list(exports.as_csv(round_two.victor, [round_two.case.id]))[-1]
    assert ",no," in line


def test_more_time_can_be_asked_for_again_in_the_next_round(story):
    story.at("request_extension", "Victor", 8, until=day(60).date().isoformat())
    story.at("escalate", "Noor", 9)
    story.at("refer_back", "Noor", 10)
    story.at("request_extension", "Victor", 11, until=day(70).date().isoformat())
    assert events(story.case, "request_extension") == 2


# --- a second answer, a second question ----------------------------------------------------------------------


def test_a_second_answer_gives_her_all_the_time_to_comment_anew(app, story):
    story.app = app
    story.at("respond", "Victor", 8)
    story.at("respond", "Victor", 36)
    assert limits(story.case)["L7"].due_on >= day(66).date()
    with time_machine.travel(day(60)):
        assert press(hers(story), COMMENT, comment="This is not what happened.").status_code == 303
    assert still_open(story.case, "L7") == []
    assert "L7" not in [said["limit"] for said in facts(story.case, "limit_missed")]


def test_one_time_to_comment_runs_however_often_the_company_answers(story):
    for number in (8, 20, 36):
        story.at("respond", "Victor", number)
    assert len(still_open(story.case, "L7")) == 1


def test_a_second_question_can_be_asked_at_the_page_when_the_first_went_unanswered(app, received):
    received.at("ask", "Noor", 2)
    sweep(day(50))
    with time_machine.travel(day(51)):
        assert press(client_of(app, "Noor"), desk(received, "ask"), question="Which site was it?").status_code == 303
    (running,) = still_open(received.case, "L3")
    assert running.missed_at is None and limits(received.case)["L2"].paused_at


def test_a_question_that_can_still_be_answered_lets_no_second_one_be_asked(received):
    received.at("ask", "Noor", 2)
    with pytest.raises(Refused, match="open already"):
        received.at("ask", "Noor", 20)


def test_good_offices_can_be_offered_again_when_nobody_answered(story):
    story.at("escalate", "Noor", 6)
    story.at("offer_good_offices", "Noor", 7)
    sweep(day(60))
    story.at("offer_good_offices", "Noor", 61)
    assert [len(still_open(story.case, key)) for key in ("L9", "L9c")] == [1, 1]


# --- nobody answered -----------------------------------------------------------------------------------------


def closing(story, number, reason="no_answer"):
    steps.take("close", story.noor, story.reference, {"reason": reason, "letter": "Nobody answered."}, now=day(number))


def test_nobody_can_be_said_not_to_have_answered_where_no_question_was_asked(received):
    received.at("escalate", "Noor", 2)
    with pytest.raises(Refused, match="no question was asked"):
        closing(received, 7)


def test_the_page_says_so_before_the_form_and_does_not_offer_that_reason(app, received):
    received.at("escalate", "Noor", 2)
    with time_machine.travel(day(7)):
        page = html.unescape(client_of(app, "Noor").get(desk(received, "close")).text)
    assert page.index("no question was asked") < page.index('name="reason"')
    assert 'value="no_answer"' not in page and 'value="no_remedy"' in page


def reasons(app, story, number):
    with time_machine.travel(day(number)):
        return re.findall(
            r'name="reason" value="(\w+)"|<option value="(\w+)"', client_of(app, "Noor").get(desk(story, "close")).text
        )


def test_closing_offers_only_the_reasons_that_can_pass_from_where_the_case_is(app, story):
    """A letter is typed before it is refused: what never passes is not there to be chosen."""
    assert [one for pair in reasons(app, story, 6) for one in pair if one] == ["settled"]
    story.at("escalate", "Noor", 7)
    offered = [one for pair in reasons(app, story, 8) for one in pair if one]
    assert "no_remedy" in offered and not {"settled", "remedied", "no_answer"} & set(offered)


def test_nobody_can_be_said_not_to_have_answered_while_there_is_time(received):
    received.at("escalate", "Noor", 2)
    received.at("ask", "Noor", 3)
    with pytest.raises(Refused, match="there is time until"):
        closing(received, 20)


def test_nobody_can_be_said_not_to_have_answered_who_did(received):
    received.at("escalate", "Noor", 2)
    received.at("ask", "Noor", 3)
    received.at("answer", "Amina", 4)
    with pytest.raises(Refused, match="was answered"):
        closing(received, 60)


def test_nobody_can_be_said_not_to_have_answered_who_was_not_reminded(received):
    """The sweep stood still from the question to the end of its time."""
    received.at("escalate", "Noor", 2)
    received.at("ask", "Noor", 3)
    sweep(day(60))
    with pytest.raises(Refused, match="reminder"):
        closing(received, 61)


def asked_in_vain(story, number):
    """A question, what reminds of it, and the end of its time."""
    story.at("ask", "Noor", number)
    for later in range(number, number + 40):
        sweep(day(later))


def test_who_was_asked_and_reminded_and_let_the_time_pass_did_not_answer(received):
    received.at("escalate", "Noor", 2)
    asked_in_vain(received, 3)
    received.at("close", "Noor", 44, reason="no_answer")
    assert received.case.state == State.CLOSED


def closed_in_vain(story):
    story.at("escalate", "Noor", 2)
    asked_in_vain(story, 3)
    story.at("close", "Noor", 44, reason="no_answer")
    story.at("come_back", "Amina", 50)


def test_a_question_of_before_she_came_back_closes_the_case_no_second_time(received):
    closed_in_vain(received)
    with pytest.raises(Refused, match="before the case came back"):
        closing(received, 51)
    asked_in_vain(received, 52)
    closing(received, 93)


def test_who_comes_back_and_then_comments_is_not_said_to_be_silent_either(received):
    closed_in_vain(received)
    received.at("write", "Amina", 51)
    with pytest.raises(Refused, match="Nobody can be said"):
        closing(received, 52)


@pytest.mark.parametrize(("step", "who"), [("write", "Amina"), ("record_message", "Noor")])
def test_who_spoke_after_the_time_to_answer_was_over_is_not_silent(received, step, who):
    received.at("escalate", "Noor", 2)
    asked_in_vain(received, 3)
    received.at(step, who, 43)
    with pytest.raises(Refused, match="spoke after"):
        closing(received, 44)


# --- the review ----------------------------------------------------------------------------------------------


def test_a_word_after_the_review_opens_no_second_one(story):
    story.at("respond", "Victor", 8)
    story.at("comment", "Amina", 9)
    story.at("conclude_review", "Noor", 10)
    story.at("comment", "Amina", 11)
    assert len(of_kind(story.case, "L8")) == 1


def test_the_end_of_the_time_to_comment_opens_no_review_that_is_concluded(story):
    story.at("respond", "Victor", 8)
    story.at("conclude_review", "Noor", 10)
    sweep(day(60))
    assert of_kind(story.case, "L8") == []


def test_another_answer_after_the_review_is_reviewed_too(story):
    story.at("respond", "Victor", 8)
    story.at("comment", "Amina", 9)
    story.at("conclude_review", "Noor", 10)
    story.at("respond", "Victor", 12)
    story.at("comment", "Amina", 13)
    assert len(still_open(story.case, "L8")) == 1


def test_an_answer_of_the_round_before_can_not_be_commented_on_as_if_it_were_new(story):
    story.at("respond", "Victor", 8)
    story.at("escalate", "Noor", 9)
    story.at("refer_back", "Noor", 10)
    with pytest.raises(Refused, match="has not answered"):
        story.at("comment", "Amina", 11)
    assert still_open(story.case, "L7") == still_open(story.case, "L8") == []


# --- what a new round ends -----------------------------------------------------------------------------------


def test_what_the_board_was_asked_ends_when_the_company_has_the_case_again(story):
    story.at("escalate", "Noor", 6)
    story.at("ask_board", "Noor", 7)
    story.at("refer_back", "Noor", 8)
    assert still_open(story.case, "L10") == []


def test_a_third_time_back_to_the_company_needs_a_decision_of_the_board_of_its_own(story):
    for number in (6, 12):
        story.at("escalate", "Noor", number)
        story.at("ask_board", "Noor", number + 1)
        story.at("record_board_decision", "Tomas", number + 2)
        story.at("refer_back", "Noor", number + 3)
    story.at("escalate", "Noor", 20)
    with pytest.raises(Refused, match="needs the Board"):
        story.at("refer_back", "Noor", 21)


def test_good_offices_of_one_round_are_not_under_way_in_the_next(story):
    story.at("escalate", "Noor", 6)
    story.at("offer_good_offices", "Noor", 7)
    story.at("agree_good_offices", "Amina", 8)
    story.at("agree_good_offices", "Victor", 8)
    story.at("refer_back", "Noor", 9)
    story.at("escalate", "Noor", 10)
    with pytest.raises(Refused, match="must have agreed"):
        story.at("begin_mediation", "Noor", 11)


def test_follow_ups_run_once_after_a_remedy_that_was_disputed_and_found_again(story):
    for step, who, number in demonstration.STORY[4:11]:
        story.at(step, who, number)
    for step, who, number in (("dispute_remedy", "Amina", 40), ("verify_remedy", "Amina", 42), ("remedy", "Noor", 43)):
        story.at(step, who, number)
    assert [len(still_open(story.case, key)) for key in ("L12", "L12b", "L12c")] == [1, 1, 1]


def test_no_day_to_tell_the_company_outlives_the_escalation_that_it_was_for(story):
    story.at("propose_remedy", "Victor", 6)
    story.at("accept_remedy", "Amina", 7)
    story.at("verify_remedy", "Amina", 8)
    story.at("escalate_unseen", "Noor", 9, tell_on=day(12).date().isoformat())
    story.at("remedy", "Noor", 10)
    assert still_open(story.case, Deadline.TELL_COMPANY) == []


# --- what runs for as long as a case is open ------------------------------------------------------------------


def test_a_case_that_is_reopened_is_told_of_and_has_a_year_anew(closed, cast):
    closed_by_another(closed, cast, 120)
    assert {"L6", "L15", "L8"} <= set(limits(closed.case))
    assert limits(closed.case)["L15"].due_on > day(480).date()


def test_a_case_of_which_it_is_decided_again_whether_it_can_be_taken_on_too(received, cast):
    received.at("dismiss", "Noor", 5)
    closed_by_another(received, cast, 6, "reopen_admission")
    assert {"L6", "L15", "L2"} <= set(limits(received.case))


def test_a_case_whose_complainant_came_back_too_and_no_appeal_waits_any_more(received):
    received.at("escalate", "Noor", 2)
    asked_in_vain(received, 3)
    received.at("close", "Noor", 44, reason="no_answer")
    received.at("appeal", "Amina", 45)
    received.at("come_back", "Amina", 46)
    assert {"L6", "L15", "L8"} <= set(limits(received.case))
    assert not {"L13", "L19"} & set(limits(received.case))


# --- proposals -------------------------------------------------------------------------------------------------


def proposed(story, step, number, **raw):
    values = {**demonstration.answers_for(step, story.noor, story.case), **raw}
    return steps.take(step, story.noor, story.reference, values, now=day(number)).id


def outcome(decision_id):
    return db.session.get(Decision, decision_id, populate_existing=True).outcome


def test_what_was_proposed_before_the_clock_escalated_is_overtaken_and_its_proposer_told(app, story):
    decision = proposed(story, "close", 11, reason="settled")
    sweep(day(30))
    assert story.case.state == State.ESCALATED and outcome(decision) == Outcome.OVERTAKEN
    assert still_open(story.case, "L18") == [] and "proposal_overtaken" in letters(story.case, "proposer")
    with time_machine.travel(day(31)):
        page = html.unescape(client_of(app, "Noor").get(f"/desk/cases/{story.reference}").text)
    assert "A proposal was overtaken</strong>: Close" in page


def test_what_was_proposed_about_one_round_is_overtaken_by_the_next(story):
    story.at("escalate", "Noor", 6)
    decision = proposed(story, "conclude_review", 7)
    story.at("refer_back", "Noor", 8)
    assert outcome(decision) == Outcome.OVERTAKEN


def test_a_review_that_is_proposed_outlives_an_escalation_in_its_round(story):
    story.at("respond", "Victor", 7)
    decision = proposed(story, "conclude_review", 8)
    story.at("escalate", "Noor", 9)
    assert outcome(decision) is None


def test_a_withdrawal_that_was_undone_waits_for_no_approver(story):
    story.at("withdraw", "Amina", 6)
    decision = proposed(story, "confirm_withdrawal", 23, free="not_possible", words="She was not reached.")
    story.at("undo_withdrawal", "Amina", 24)
    assert outcome(decision) == Outcome.OVERTAKEN


def test_what_she_asked_for_and_the_case_went_past_is_said_to_her(story):
    """With a receipt that replaced a lost one, what she asks for waits for an approver."""
    for step, who, number in demonstration.STORY[4:9]:
        story.at(step, who, number)
    hers_now = replace(story.amina, checked=True)
    do("verify_remedy", hers_now, story.reference, day(31))
    story.at("escalate", "Noor", 32)
    story.at("close", "Noor", 33, reason="no_remedy", told="It stays unpaid.")
    assert "check_overtaken" in letters(story.case, "complainant")
