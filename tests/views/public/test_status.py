"""The complainant's own page speaks to her, and says what is open now."""

import re
from datetime import timedelta

import pytest
from flask_babel import ngettext

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.extensions import speaking
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with
from tests.her_steps import with_names
from tests.views.test_routes import client_of


def page_of(app, code, path="/follow/case", **headers):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return with_names(client.get(path, headers=headers).text)


def told_until(app, cast, step):
    """Her page when the story has come to a step yesterday."""
    day = next(day for name, _who, day in demonstration.STORY if name == step)
    _reference, code = demonstration.walk_story(cast, step, clock.now() - timedelta(days=day + 1))
    return page_of(app, code)


def test_her_page_calls_her_you(app, cast):
    page = told_until(app, cast, "accept_remedy")
    assert "<strong>You</strong> · comment on the answer" in page
    assert "You said yes to an offer" in page and "You can say yes or no" in page
    assert "You and our office (the Secretariat) read this" in page and "tell you how it stands" in page
    assert "The complainant" not in page


def events_of(page):
    return re.search(r'(?s)<ol class="timeline".*?</ol>', page)[0]


def test_whose_doing_something_was_is_said_as_she_and_the_company_know_it(app, cast):
    """To them an approver is the Secretariat, and what the program does by itself is nobody's."""
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=60))
    demonstration.do("suspend", cast["Tomas"], reference, clock.now(), limits=[])
    steps.bring_up_to_date(cast["Noor"], reference, clock.now())
    hers = events_of(page_of(app, code))
    theirs = events_of(client_of(app, "Victor").get(f"/company/cases/{reference}").text)
    for page in (hers, theirs):
        assert "By itself, when it was time" in page and "The Secretariat" in page
        assert "The approver" not in page and "The clock" not in page
    assert "The approver" in (ours := client_of(app, "Noor").get(f"/desk/cases/{reference}").text)
    assert "The clock" in ours


@pytest.mark.parametrize(("step", "word"), [("grant_identity", "granted"), ("refuse_identity", "refused")])
def test_what_a_custodian_decided_is_named(app, cast, step, word):
    reference, _amina, code = demonstration.file_one(clock.now(), name="Amina K", known_to_secretariat="yes")
    demonstration.do("ask_identity", cast["Noor"], reference, clock.now())
    demonstration.do(step, cast["Ines"], reference, clock.now())
    assert f"A custodian {word} that your identity is opened" in events_of(page_of(app, code))


PACKET_READ = re.compile(r'(?s)We asked the company to answer</strong> · .*?<p class="soft">[^·]*· ([^<]*)</p>')


@pytest.mark.parametrize(("step", "another"), [("recall_packet", True), ("change_respondent", False)])
def test_who_reads_a_packet_is_true_after_it_was_taken_back(app, cast, step, another):
    reference, code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    assert PACKET_READ.search(page_of(app, code))[1] == "You, the company and our office (the Secretariat) read this"
    demonstration.do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    page = page_of(app, code)
    assert PACKET_READ.search(page)[1] == "You and the Secretariat read this; the company could read it before"
    assert ("You, the company and our office (the Secretariat) read this" in page) is another
    theirs = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "The complainant and the Secretariat read this; the company could read it before" in theirs


def test_the_page_to_print_tells_nothing_that_happened_in_the_case(app, cast):
    """It says of itself that it does not say what is in the complaint, nor who made it."""
    reference, code = demonstration.walk_story(cast, "accept_remedy", clock.now() - timedelta(days=23))
    demonstration.do("report_retaliation", receipts.person_with(code), reference, clock.now())
    page = page_of(app, code, "/follow/case/summary")
    told = page[page.index("<h1>") :]
    assert "It does not say what is in it, nor who made it." in told and reference in told
    assert "Association" in told and "Received on" in told and case_with(reference).head_hash in told
    for word in (
        "Referred",
        "Where it stands",
        "etaliation",
        "remedy",
        "The representative",
        "The complainant",
        "Larkfield",
        "<ol",
        "answered",
    ):
        assert word not in told


@pytest.mark.parametrize(
    ("number", "text"), [(32, "خلال ٣٢ يومًا"), (11, "خلال ١١ يومًا"), (100, "خلال ١٠٠ يوم"), (7, "خلال ٧ أيام")]
)
def test_arabic_counts_days_by_its_own_rules(app, number, text):
    with app.test_request_context("/"), speaking("ar"):
        assert ngettext("in %(num)d day", "in %(num)d days", number) == text


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("refer", "The company was asked to answer."),
        ("respond", "The company has answered. You can comment until"),
    ],
)
def test_the_first_sentence_says_what_is_open(app, cast, step, sentence):
    assert f'<p class="lead">{sentence}' in told_until(app, cast, step)


def test_after_her_comment_the_first_sentence_says_that_the_answer_is_looked_at(app, cast):
    reference, amina, code = demonstration.file_one(clock.now() - timedelta(days=30))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now() - timedelta(days=29))
    demonstration.do("refer", cast["Noor"], reference, clock.now() - timedelta(days=6), cast["Tomas"])
    demonstration.do("respond", cast["Victor"], reference, clock.now() - timedelta(days=2))
    demonstration.do("comment", amina, reference, clock.now() - timedelta(days=1))
    page = page_of(app, code)
    assert "The Secretariat looks at whether the answer is fair." in page


def test_a_withdrawal_that_waits_is_the_first_thing_said(app, cast):
    reference, amina, code = demonstration.file_one(clock.now() - timedelta(days=2))
    demonstration.do("withdraw", amina, reference, clock.now() - timedelta(days=1))
    page = page_of(app, code)
    assert '<p class="lead">You withdrew your complaint. You can undo it until' in page
    assert "You can undo it until" in page


def asked_anew(cast):
    """A case whose company was the wrong one."""
    reference, code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    demonstration.do("change_respondent", cast["Noor"], reference, clock.now(), cast["Tomas"])
    return receipts.person_with(code), reference, code


def test_after_a_change_of_company_she_is_told_that_nothing_goes_on_without_her(app, cast):
    amina, reference, code = asked_anew(cast)
    page, sentence = page_of(app, code), "We need to know from you whether the right company may be told what happened."
    assert f'<p class="lead">{sentence}' in page
    offered = page[page.index("What you can do") :]
    assert re.search(r"/steps/(\w+)", offered)[1] == "change_consent"
    demonstration.do("change_consent", amina, reference, clock.now(), share_account="yes")
    page = page_of(app, code)
    assert sentence not in page and re.search(r"/steps/(\w+)", page[page.index("What you can do") :])[1] == "write"


def test_a_question_that_waits_for_her_is_the_first_thing_said(app, cast):
    reference, code = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=3))
    demonstration.do("ask", cast["Noor"], reference, clock.now())
    assert '<p class="lead">We asked you a question.' in page_of(app, code)
    demonstration.do("answer", receipts.person_with(code), reference, clock.now())
    assert "We asked you a question." not in page_of(app, code)


@pytest.mark.parametrize("whose", [{}, {"represents": "yes", "authority": "A letter."}], ids=["her", "representative"])
def test_the_last_question_stands_above_the_field_for_its_answer(app, cast, whose):
    reference, writer, code = demonstration.file_one(clock.now() - timedelta(days=2), **whose)
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    steps.take("ask", cast["Noor"], reference, {"question": "On which day was it?"})
    steps.take("answer", writer, reference, {"answer": "On Friday."})
    steps.take("ask", cast["Noor"], reference, {"question": "Which gate did they close?"})
    page = page_of(app, code, "/follow/case/steps/answer")
    assert page.index("Which gate did they close?") < page.index('id="typed"') and "On which day" not in page


def test_an_appeal_that_waits_is_said(app, cast):
    reference, code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=120))
    demonstration.do("appeal", receipts.person_with(code), reference, clock.now())
    assert '<p class="lead">Your complaint is closed. You asked us to look at that again' in page_of(app, code)


def test_a_remedy_that_she_disputes_is_said(app, cast):
    reference, code = demonstration.walk_story(cast, "report_delivered", clock.now() - timedelta(days=40))
    demonstration.do("dispute_remedy", receipts.person_with(code), reference, clock.now())
    assert '<p class="lead">You said that what was promised was not done, or only partly.' in page_of(app, code)


def test_where_a_time_comes_from_is_said_in_plain_words_of_the_pages_language(app):
    page = app.test_client().get("/procedure").text
    assert "as long as we ourselves have to tell you that somebody looks at it" in page
    assert "own rule" not in page and "mirrors" not in page
    assert "do what it offered: the date that was agreed" in page
    arabic = app.test_client().get("/procedure?lang=ar").text
    assert "set by this association" not in arabic


def test_what_was_verified_shows_the_date_that_it_was_due(app, cast):
    page = told_until(app, cast, "verify_remedy")
    assert re.search(r">Done</span> due \d+ ", page)


def test_her_own_duty_comes_first_and_leads_to_its_step(app, cast):
    page = told_until(app, cast, "respond")
    nexts = page[page.index("What happens next") :]
    assert nexts.index("<strong>You</strong> · comment") < nexts.index("<strong>Our office</strong>")
    own = nexts[: nexts.index("<strong>Our office</strong>")]
    assert '<a class="button filled" href="/follow/case/steps/comment">' in own


def test_what_she_can_do_begins_with_a_message_and_ends_with_taking_it_back(app, cast):
    page = told_until(app, cast, "respond")
    can = page[page.index("What you can do") : page.index("What was written")]
    offered = re.findall(r'<li><a class="button quiet" href="/follow/case/steps/(\w+)"', can)
    assert offered[0] == "write" and offered[-2:] == ["withdraw", "ask_deletion"] and "comment" not in offered
    assert '<span class="soft">' not in can


def test_her_page_names_the_company_and_what_it_is_about(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now(), topics=["force", "work"])
    page = page_of(app, code)
    top = page[: page.index("What happens next")]
    assert "Larkfield Guarding" in top and "Force, threats or weapons · Pay, contract or safety at work" in top


@pytest.mark.parametrize(("step", "offered"), [("acknowledge", False), ("refer", True)])
def test_the_company_is_offered_as_a_reader_once_it_takes_part(app, cast, step, offered):
    day = next(day for name, _who, day in demonstration.STORY if name == step)
    _reference, code = demonstration.walk_story(cast, step, clock.now() - timedelta(days=day + 1))
    page = page_of(app, code, "/follow/case/steps/write")
    assert ("The Secretariat and the company" in page) is offered
    assert ('type="hidden" name="audience" value="secretariat"' in page) is not offered


def test_a_remedy_to_choose_says_what_it_is(app, cast):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=22))
    page = page_of(app, code, "/follow/case/steps/accept_remedy")
    assert re.search(r"<p>Offer 1: Restitution, due \d.+ – As agreed on the phone", page)


def test_a_right_to_appeal_that_lapsed_is_no_time_limit_that_she_missed(app, cast):
    filed = clock.now() - timedelta(days=75)
    reference, _amina, code = demonstration.file_one(filed)
    for step, answers in (("acknowledge", {}), ("dismiss", {"reason": "no_code_issue"})):
        demonstration.do(step, cast["Noor"], reference, filed, cast["Tomas"], **answers)
    steps.bring_up_to_date(cast["Noor"], reference, clock.now())
    page = page_of(app, code)
    head, story = page.split("Since you were last here")[1].split("</p>")[0], events_of(page)
    for where in (head, story):
        assert "The time to appeal is over. With a good reason you still can." in where
        assert "A time limit was missed" not in where
    assert 'href="/follow/case/steps/appeal"' in page


def test_a_missed_time_limit_is_named_to_everybody_who_reads_of_it(app, cast):
    reference, code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=80))
    steps.bring_up_to_date(cast["Noor"], reference, clock.now())
    missed = "A time limit was missed</strong>: "
    assert missed + "tell you how it stands" in page_of(app, code)
    desk = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert missed + "tell the complainant how it stands" in desk
