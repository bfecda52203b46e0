"""After the end of a case the office asks what became of it: each time, and her as well as its own officer."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.desk import NewMark
from grievance.models.limit import Limit
from grievance.models.writing import Letter
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.her_steps import with_names
from tests.scenarios.days import another_approver
from tests.scenarios.pages import press
from tests.scenarios.test_safety import case_of, urgent
from tests.times import days_later
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

ALL_THREE = {"L12", "L12b", "L12c"}
ASKED = "Tell us how it is now"


def follow_ups(reference):
    return {limit.key for limit in deadlines.owed(case_of(reference)) if limit.key in ALL_THREE}


def walk(cast, *stops, **filed):
    """A case filed a day ago, and each step with its answers."""
    at = clock.now() - timedelta(days=1)
    reference, amina, code = demonstration.file_one(at, **filed)
    people = {**cast, "Amina": amina}
    for step, who, answers in stops:
        demonstration.do(step, people[who], reference, clock.now(), cast["Tomas"], **answers)
    return reference, code


ACKNOWLEDGED = ("acknowledge", "Noor", {})
ENDS = {
    "dismissed": (ACKNOWLEDGED, ("dismiss", "Noor", {"reason": "no_code_issue"})),
    "a concern": (ACKNOWLEDGED, ("record_concern", "Noor", {})),
    "withdrawn": (ACKNOWLEDGED, ("withdraw", "Amina", {}), ("confirm_withdrawal", "Noor", {"free": "confirmed"})),
    "escalated and closed": (ACKNOWLEDGED, ("escalate", "Noor", {}), ("close", "Noor", {"reason": "no_remedy"})),
    "settled": (ACKNOWLEDGED, ("refer", "Noor", {}), ("close", "Noor", {"reason": "settled"})),
}


@pytest.mark.parametrize("end", ENDS)
def test_follow_ups_open_with_every_end_of_a_case_and_she_is_told_that_we_ask(app, cast, end):
    reference, _code = walk(cast, *ENDS[end], track="alert" if end == "a concern" else "remedy")
    assert case_of(reference).state == "closed" and follow_ups(reference) == ALL_THREE
    told = select(Letter.recipient).where(Letter.case_id == case_of(reference).id, Letter.template == "follow_up_comes")
    assert list(db.session.scalars(told)) == ["complainant"]


def test_the_news_of_follow_ups_is_true_for_every_end_and_speaks_of_no_danger(app, cast):
    _reference, code = walk(cast, *ENDS["dismissed"])
    page = her_page(app, code).get("/follow/case").text
    assert "We ask you here later how you are. You can write to us at any time." in page
    news = page.split("<strong>Papers</strong>")[1].split("</details>")[0]
    assert "harm" not in news and "still holds" not in news and 'href="/follow/case/steps/write"' in with_names(page)


def test_who_complained_of_somebody_who_is_no_member_is_asked_once(app, cast):
    reference, _code = walk(cast, ACKNOWLEDGED, ("dismiss", "Noor", {"reason": "not_member"}), company="unknown")
    assert follow_ups(reference) == {"L12"}


def test_a_remedied_case_that_is_closed_keeps_the_two_that_run_and_opens_none_anew(app, cast):
    reference, _code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=113))
    assert follow_ups(reference) == {"L12b", "L12c"} and len(deadlines.owed(case_of(reference))) == 3


def test_nobody_is_asked_about_a_case_that_was_erased(app, cast):
    reference, _code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=1500))
    demonstration.do("erase", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert follow_ups(reference) == set()


def test_a_case_that_is_decided_again_after_its_end_is_followed_up_after_the_next_one(app, cast):
    reference, _code = walk(cast, *ENDS["dismissed"])
    approver = another_approver(cast)
    demonstration.do("reopen_admission", cast["Noor"], reference, clock.now(), approver, ground="appeal_granted")
    assert follow_ups(reference) == set()


def test_a_case_to_which_she_comes_back_is_followed_up_after_its_next_end(app, cast):
    begun = clock.now() - timedelta(days=60)
    reference, amina, _code = demonstration.file_one(begun)
    for step in ("acknowledge", "escalate", "ask"):
        demonstration.do(step, cast["Noor"], reference, begun + timedelta(days=1))
    for later in range(1, 45):  # the question, what reminds of it, and the end of its time
        sweep(begun + timedelta(days=later))
    demonstration.do("close", cast["Noor"], reference, begun + timedelta(days=46), cast["Tomas"], reason="no_answer")
    assert follow_ups(reference) == ALL_THREE
    steps.take("come_back", amina, reference, {})
    assert follow_ups(reference) == set()


# --- she is asked ------------------------------------------------------------------------------------------


@pytest.fixture
def remedied(app, cast):
    """A remedied case whose first follow-up is due in ten days, with her receipt; of which everything is seen."""
    reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 80))
    db.session.execute(NewMark.__table__.delete())
    db.session.commit()
    return reference, code


def her_page(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def test_she_is_asked_on_her_page_from_two_weeks_before_and_not_earlier(app, cast):
    _reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 70))
    assert ASKED not in her_page(app, code).get("/follow/case").text
    _reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 80))
    page = her_page(app, code).get("/follow/case").text
    assert ASKED in page and page.index(ASKED) < page.index("What happens next")


def test_her_yes_raises_the_alert_at_the_desk_and_the_officer_follows_up_all_the_same(app, cast, remedied):
    reference, code = remedied
    her = her_page(app, code)
    sent = press(her, "/follow/case/steps/answer_follow_up", retaliation="yes", lasting="no", words="They came again.")
    assert sent.status_code == 303 and case_of(reference).safety_alert
    assert "L14h" in {limit.key for limit in deadlines.owed(case_of(reference))}
    assert urgent(reference) == {"Noor", "Tomas"} and follow_ups(reference) == ALL_THREE
    assert ASKED not in her.get("/follow/case").text
    shown = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "They came again." in shown and "The complainant told how it is now" in shown


@pytest.mark.parametrize("whose", ["complainant", "representative"])
def test_whoever_holds_her_phone_reads_that_she_answered_and_not_what(app, cast, whose):
    speaks = {"represents": "yes", "authority": "She asked me to."} if whose == "representative" else {}
    reference, code = walk(cast, *ENDS["settled"], **speaks)
    with time_machine.travel(days_later(80)):
        said = {"retaliation": "yes", "lasting": "no", "words": "They came again."}
        steps.take("answer_follow_up", receipts.person_with(code), reference, said)
        file = open_case_file(receipts.person_with(code), case_of(reference))
        (told,) = (one for one in file.timeline if one.kind == "answer_follow_up")
        assert told.answers == [] and "answer_follow_up" not in {one.step for one in file.writings}
        page = her_page(app, code).get("/follow/case").text
        assert "You told us how it is now" in page and "They came again." not in page
        assert "Did anybody harm you" not in page and "Does what was done for you still hold?" not in page
        shown = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
        assert "They came again." in shown and "Did anybody harm you or put pressure on you" in shown


def test_nor_does_her_page_say_what_an_officer_heard_of_it_at_a_follow_up(app, cast, remedied):
    reference, code = remedied
    steps.take("follow_up", cast["Noor"], reference, {"retaliation": "yes", "lasting": "yes", "words": "Again."})
    assert "Was there retaliation?" not in her_page(app, code).get("/follow/case").text
    assert "Was there retaliation?" in client_of(app, "Noor").get(f"/desk/cases/{reference}").text


@pytest.mark.parametrize(
    ("said", "left"),
    [("no", {"L12b", "L12c"}), ("rather_not", ALL_THREE), ("never_again", set())],
)
def test_what_else_she_answers_raises_nothing_and_is_obeyed(app, cast, remedied, said, left):
    reference, code = remedied
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": said})
    assert not case_of(reference).safety_alert and follow_ups(reference) == left
    with pytest.raises(steps.Refused, match="We ask you this later"):
        steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "no"})


@pytest.fixture
def closed(app, cast):
    """A closed case whose first follow-up is due in ten days, with her receipt."""
    filed = clock.now() - timedelta(days=81)
    reference, _amina, code = demonstration.file_one(filed)
    for step, answers in (("acknowledge", {}), ("dismiss", {"reason": "no_code_issue"})):
        demonstration.do(step, cast["Noor"], reference, filed, cast["Tomas"], **answers)
    return reference, code


@pytest.mark.parametrize("said", [{"retaliation": "no", "lasting": "no"}, {"retaliation": "yes"}])
@pytest.mark.parametrize("end", ["remedied", "closed"])
def test_an_answer_without_words_that_needs_somebody_waits_for_a_word_and_her_page_says_so(app, request, end, said):
    reference, code = request.getfixturevalue(end)
    her = her_page(app, code)
    assert press(her, "/follow/case/steps/answer_follow_up", **said).status_code == 303
    assert case_of(reference).waits_since and follow_ups(reference) == ALL_THREE
    page = her.get("/follow/case").text
    stands = re.search(r'<p class="lead">(.*?)</p>', page).group(1)
    assert "You told us something, and somebody looks at it." in stands and "was done" not in stands
    noor = client_of(app, "Noor")
    assert reference in noor.get("/desk?show=unseen").text and reference in noor.get("/desk?show=waits").text


@pytest.mark.parametrize("lasting", ["yes", "unknown"])
def test_whoever_says_that_all_is_well_waits_for_no_word(app, remedied, lasting):
    reference, code = remedied
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "no", "lasting": lasting})
    assert not case_of(reference).waits_since and follow_ups(reference) == {"L12b", "L12c"}
    assert "You told us something" not in her_page(app, code).get("/follow/case").text


def test_she_is_asked_again_at_the_next_follow_up(app, cast, remedied):
    reference, code = remedied
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "no"})
    with time_machine.travel(days_later(95)):
        steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "no"})
    assert follow_ups(reference) == {"L12c"}


def test_what_an_officer_hears_at_a_follow_up_raises_the_alert_too(app, cast, remedied):
    reference, _code = remedied
    said = {"retaliation": "yes", "lasting": "yes", "words": "They came again."}
    steps.take("follow_up", cast["Noor"], reference, said)
    assert case_of(reference).safety_alert and "Tomas" in urgent(reference)
    assert "L14h" in {limit.key for limit in deadlines.owed(case_of(reference))}


@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_a_follow_up_at_which_nothing_is_heard_raises_nothing(app, cast, remedied, answer):
    reference, _code = remedied
    steps.take("follow_up", cast["Noor"], reference, {"retaliation": answer, "lasting": "yes", "words": "All well."})
    assert not case_of(reference).safety_alert and urgent(reference) == set()


def test_a_company_learns_nothing_of_a_follow_up_nor_of_what_she_answers(app, cast, remedied):
    reference, code = remedied
    victor = client_of(app, "Victor")
    before = unpadded(victor.get(f"/company/cases/{reference}").text).split("<h1>")[1]
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "yes", "words": "Zinnober"})
    after = unpadded(victor.get(f"/company/cases/{reference}").text).split("<h1>")[1]
    assert "ollow" not in after and "Zinnober" not in after and "how it is now" not in after
    assert len(before) == len(after)


def ended(reference):
    """How many follow-ups the case ever had."""
    case = case_of(reference)
    every = select(func.count()).select_from(Limit).where(Limit.case_id == case.id, Limit.key.in_(ALL_THREE))
    return db.session.scalar(every)


def close(cast, reference):
    demonstration.do("close", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert case_of(reference).state == "closed"


def test_do_not_ask_me_again_holds_beyond_the_closing_of_the_case(app, cast, remedied):
    reference, code = remedied
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "never_again"})
    close(cast, reference)
    told = select(Letter.id).where(Letter.case_id == case_of(reference).id, Letter.template == "follow_up_comes")
    assert follow_ups(reference) == set() and list(db.session.scalars(told)) == []


def test_do_not_ask_me_again_holds_beyond_a_reopening_too(app, cast, remedied):
    reference, code = remedied
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "never_again"})
    demonstration.do("reopen", cast["Noor"], reference, clock.now())
    demonstration.do("remedy", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert case_of(reference).state == "remedied" and follow_ups(reference) == set()
    close(cast, reference)
    assert follow_ups(reference) == set()


def three_done(cast, remedied):
    for _time in range(3):
        demonstration.do("follow_up", cast["Noor"], remedied[0], clock.now())
    return remedied[0]


def test_a_case_that_was_followed_up_three_times_before_its_closing_is_followed_up_no_more(app, cast, remedied):
    reference = three_done(cast, remedied)
    close(cast, reference)
    assert follow_ups(reference) == set() and ended(reference) == 3


def test_after_a_reopening_it_is_followed_up_anew(app, cast, remedied):
    reference = three_done(cast, remedied)
    demonstration.do("reopen", cast["Noor"], reference, clock.now())
    demonstration.do("remedy", cast["Noor"], reference, clock.now() + timedelta(seconds=1), cast["Tomas"])
    assert follow_ups(reference) == ALL_THREE
