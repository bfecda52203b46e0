"""The three consents, asked as three questions: none answered for her, what follows each answer, what does not fit."""

from datetime import timedelta
from html import unescape

import pytest
from lxml import html
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from grievance.views.public.form_pages import KEYS
from grievance.workflow.questions import CONSENTS
from tests.conftest import ROOT
from tests.views.public.test_filing import answer, fill_in, hidden, send
from tests.views.public.test_first_page import promised
from tests.views.test_routes import client_of, token

NAMES = [field.name for field in CONSENTS]
CHOSEN = "//fieldset[@id='{}']//input[@checked]/@value"


@pytest.fixture
def client(app, cast):
    return app.test_client()


def chosen(page, name):
    return html.fromstring(page.text).xpath(CHOSEN.format(name))


def agreed():
    db.session.rollback()
    case = db.session.scalars(select(Case).order_by(Case.received_at.desc())).first()
    return {name for name in NAMES if getattr(case, name)}


@pytest.mark.parametrize("path", ["/complain?step=agree", "/complain?step=all"])
def test_none_is_answered_for_her_and_each_says_what_follows(client, path):
    fill_in(client, "safety")
    page = client.get(path)
    for field in CONSENTS:
        assert chosen(page, field.name) == []
        assert str(field.on_yes) in page.text.replace("&#39;", "'") and str(field.on_no) in page.text


def test_they_are_asked_after_the_name(client):
    assert KEYS.index("agree") == KEYS.index("you") + 1
    page = client.get("/complain?step=all").text
    assert page.index('name="name"') < page.index('name="share_account"')


def test_what_she_leaves_out_counts_as_no_and_the_page_before_sending_says_so(client):
    fill_in(client)
    page = html.fromstring(client.get("/complain?step=check").text)
    said = {name: page.xpath(f"string(//*[@id='{name}']/dd)").strip() for name in NAMES}
    assert said["share_account"] == "Yes" and said["share_identity"] == "Not answered: it counts as No."
    send(client)
    assert agreed() == {"share_account"}


def test_no_is_no(client):
    fill_in(client, "you")
    answer(client, "agree", share_account="no", known_to_secretariat="yes")
    assert "<dd>No</dd>" in client.get("/complain?step=check").text.replace("\n", "").replace("<dd> ", "<dd>")
    send(client)
    assert agreed() == {"known_to_secretariat"}


def test_each_promise_of_these_pages_stands_on_one_and_has_a_test_that_would_go_red(app, cast):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=25))
    client, consents = of_case(app, code)
    message = client.get("/follow/case/steps/write")
    answers = {"csrf_token": token(message), "audience": "all", "message": "I am Amina."}
    pages = [consents, client.post(message.request.path, data=answers), client.get("/follow/case")]
    anybody = app.test_client()
    fill_in(anybody, "you")
    said = unescape("\n".join(page.text for page in [*pages, anybody.get("/complain?step=agree")]))
    for sentence, tests in promised("The three consents, and what the company reads of hers"):
        assert sentence in said
        for path, name in (one.split("::") for one in tests.split()):
            assert f"def {name}(" in (ROOT / path).read_text(), name


# --- what does not fit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("you", "said", "sentence"),
    [
        ({}, {"share_account": "no", "share_identity": "yes"}, "but not what happened?"),
        ({"name": ""}, {"share_account": "yes", "share_identity": "yes"}, "You did not write your name"),
    ],
)
def test_what_does_not_fit_is_asked_back_once_and_then_it_is_what_she_means(client, you, said, sentence):
    fill_in(client, "safety")
    answer(client, "you", **you)
    page = answer(client, "agree", **said)
    assert page.status_code == 422 and sentence in page.text
    assert [chosen(page, name) for name in said] == [[value] for value in said.values()]
    again = client.post("/complain", data={**hidden(page), **said, "go": "next"})
    assert again.location == "/complain?step=check"


def test_a_name_that_is_there_and_an_account_that_may_be_told_are_not_asked_back(client):
    fill_in(client, "you")
    assert answer(client, "agree", share_account="yes", share_identity="yes").status_code == 303


def test_the_form_on_one_page_asks_back_too(client):
    page = client.get("/complain?step=all")
    form = {**hidden(page), "account": "They pushed me.", "company": "unknown", "could_harm": "no", "name": "Amina",
            "share_identity": "yes"}  # fmt: skip
    asked = client.post("/complain", data=form)
    assert asked.status_code == 422 and "but not what happened?" in asked.text and "They pushed me." in asked.text
    client.post("/complain", data={**form, **hidden(asked)})
    assert agreed() == {"share_identity"}


def test_who_files_for_somebody_is_asked_to_ask_back(app, cast):
    noor = client_of(app, "Noor")
    form = {**hidden(noor.get("/desk/new")), "account": "They pushed me.", "company": "unknown", "could_harm": "no",
            "language": "en", "channel": "phone", "read_back": "yes", "share_identity": "yes"}  # fmt: skip
    assert "but not what happened?" in noor.post("/desk/new", data=form).text


# --- whose name, and what stays read -------------------------------------------------------------------------


def test_who_speaks_for_somebody_reads_whose_name_it_is_about(client):
    fill_in(client, "safety")
    assert "about your own name" not in client.get("/complain?step=agree").text
    answer(client, "you", represents="yes", authority="She asked me to.")
    assert "about your own name" in client.get("/complain?step=agree").text


def of_case(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client, client.get("/follow/case/steps/change_consent")


def test_how_it_stands_is_chosen_and_can_be_taken_back(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client, page = of_case(app, code)
    assert chosen(page, "share_account") == ["yes"] and chosen(page, "share_identity") == ["no"]
    assert "Nothing was sent to the company so far." in page.text
    client.post(page.request.path, data={"csrf_token": token(page), "share_account": "no"})
    assert agreed() == set()


def test_taking_one_back_names_the_days_on_which_the_company_was_sent_something(app, cast):
    start = clock.now() - timedelta(days=20)
    _reference, code = demonstration.walk_story(cast, "refer", start)
    _client, page = of_case(app, code)
    day = clock.office_day(start + timedelta(days=5))
    assert "What the company was sent stays with it." in page.text and f"{day.day} {day:%B %Y}" in page.text


def test_her_page_asks_back_where_no_name_is_kept(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client, page = of_case(app, code)
    both = {"csrf_token": token(page), "share_account": "yes", "share_identity": "yes"}
    asked = client.post(page.request.path, data=both)
    assert asked.status_code == 422 and "You did not write your name" in asked.text and "share_identity" not in agreed()
    client.post(page.request.path, data={**both, "csrf_token": token(asked), "meant": "yes"})
    assert agreed() == {"share_account", "share_identity"}


# --- who has seen my identity --------------------------------------------------------------------------------


def test_who_has_seen_my_identity_says_what_it_counts_and_names_what_she_wrote_to_the_company(app, cast):
    start = clock.now() - timedelta(days=25)
    _reference, code = demonstration.walk_story(cast, "propose_remedy", start)
    client, _page = of_case(app, code)
    head = "Who has seen my identity"
    before = client.get("/follow/case").text.split(head)[1]
    assert "This list counts what we opened." in before and "You wrote to the company yourself on" not in before
    for step, answers in (("write", {"audience": "all", "message": "I am Amina."}), ("decline_remedy", {"why": "No."})):
        said = client.get(f"/follow/case/steps/{step}")
        more = {name: value for name, value in hidden(said).items() if name != "version"}
        between = client.post(said.request.path, data={**more, **answers})
        sends = html.fromstring(between.text).xpath("//button[@name='company_reads']/@value")[0]
        client.post(said.request.path, data={**more, **answers, "company_reads": sends})
    after = client.get("/follow/case").text.split(head)[1]
    assert "You wrote to the company yourself on" in after
    assert "A message was written" in after and "You said no to an offer" in after
