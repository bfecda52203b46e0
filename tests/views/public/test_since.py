"""Her page begins with what happened since she was last here: in one sentence, until she leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.demonstration import do
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.keys import FollowSession, ReceiptEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with

SINCE = "Since you were last here: "


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))


def visit(app, code):
    """A function that opens her page, as she does until she leaves."""
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return lambda **headers: client.get("/follow/case", headers=headers).text


def test_what_happened_is_said_once_and_stays_until_she_leaves(app, cast, case):
    _reference, code = case
    page = visit(app, code)
    first = page()
    assert SINCE + "The company says that it has your complaint · We asked the company to answer · " in first
    assert first.index(SINCE) < first.index("What happens next")
    assert SINCE in page()
    assert SINCE not in visit(app, code)()


def test_what_comes_while_she_is_here_is_new_too(app, cast, case):
    reference, code = case
    page = visit(app, code)
    page()
    do("respond", cast["Victor"], reference, clock.now(), cast["Tomas"])
    assert SINCE + "The company responded · " in page()
    assert SINCE not in visit(app, code)()


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}], ids=str)
def test_a_browser_that_fetches_ahead_ends_nothing(app, case, headers):
    _reference, code = case
    visit(app, code)(**headers)
    assert SINCE in visit(app, code)()


def test_who_has_just_filed_is_told_nothing_as_new(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    assert SINCE not in visit(app, code)()


def test_what_she_did_herself_is_no_news(app, cast, case):
    reference, code = case
    visit(app, code)()
    steps.take("write", receipts.person_with(code), reference, {"audience": "all", "message": "I wait."})
    assert SINCE not in visit(app, code)()


def test_words_that_were_written_to_the_company_alone_are_no_news_to_her(app, cast, case):
    reference, code = case
    visit(app, code)()
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Send the pay slips."})
    assert SINCE not in visit(app, code)()


def test_at_the_head_of_her_page_nothing_speaks_of_safety(app, cast, case):
    reference, code = case
    visit(app, code)()
    do("report_retaliation", cast["Noor"], reference, clock.now())
    assert SINCE not in visit(app, code)()


def with_representative():
    """A case with two receipts: hers and Joseph's."""
    secret = filing.new_secret()
    raw = {"account": "They pushed me.", "company": demonstration.larkfield(), "could_harm": "no", "name": "Amina"}
    filed = filing.file_complaint(raw, secret, "en")
    return filed.reference, filed.code, receipts.make_second(secret)


def test_who_was_never_here_before_is_not_told_of_a_last_time(app, cast):
    reference, _hers, josephs = with_representative()
    do("acknowledge", cast["Noor"], reference, clock.now())
    page = visit(app, josephs)
    assert SINCE not in page() and SINCE not in page()
    do("ask", cast["Noor"], reference, clock.now())
    assert SINCE + "The Secretariat asked you a question" in visit(app, josephs)()


def test_a_representative_is_told_what_they_may_see_and_on_their_own_receipt(app, cast):
    reference, hers, josephs = with_representative()
    visit(app, josephs)(), visit(app, hers)()
    steps.take("correct_identity", receipts.person_with(hers), reference, {"phone": "0700 1"})
    assert SINCE not in visit(app, josephs)()
    do("acknowledge", cast["Noor"], reference, clock.now())
    assert SINCE + "We told you that somebody looks at your complaint" in visit(app, hers)()
    assert SINCE + "We told you that somebody looks at your complaint" in visit(app, josephs)()
    steps.take("write", receipts.person_with(josephs), reference, {"audience": "secretariat", "message": "And then?"})
    assert SINCE + "A message was written" in visit(app, hers)()


def test_a_receipt_that_replaces_a_lost_one_still_tells_what_that_had_not_shown(app, cast, case):
    reference, code = case
    visit(app, code)()
    do("respond", cast["Victor"], reference, clock.now(), cast["Tomas"])
    raw = {"holder": "complainant", "channel": "phone", "why": "I know her voice."}
    decision = steps.take("reissue_receipt", cast["Noor"], reference, raw)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    written = open_case_file(cast["Noor"], case_with(reference)).writings
    one_use = next(
        str(text) for w in written if w.step == "handover_code" for _label, text in w.fields if " " in str(text)
    )
    assert "The company responded" in visit(app, one_use)().split("What happens next")[0]


def test_nothing_is_kept_of_when_she_was_here(app, case):
    """The session ends after a quarter of an hour; the receipt keeps which event was seen, and no time."""
    _reference, code = case
    visit(app, code)()
    columns = {column.name for column in ReceiptEnvelope.__table__.columns}
    assert columns & {"seen_at", "visited_at", "looked_at"} == set()
    seen = db.session.scalars(select(ReceiptEnvelope.seen_seq)).one()
    assert seen > 0 and db.session.scalars(select(FollowSession.new_after)).all() != []
