"""The pages of a group: the spokesperson's, the slips, each person's own, and a slip that two people use."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts, spoken_for
from grievance.crypto import receipt_codes
from grievance.deadlines.days import full_date
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.group import SpokenFor
from grievance.models.keys import FollowSession, ReceiptEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.times import days_later
from tests.views.public.test_filing import hidden
from tests.views.public.test_first_page import promised, said_on
from tests.views.public.test_receipt_pages import receipts_shown
from tests.views.test_routes import token

ONE = {"knows": "yes", "called": "7", "could_harm": "no"} | dict.fromkeys(
    ("share_account", "known_to_secretariat", "share_identity"), "later"
)


@pytest.fixture
def union(app, cast):
    """The browser of the union's person, with their own page open."""
    _reference, _person, code = demonstration.file_one(clock.now() - timedelta(days=1))
    client = app.test_client()
    client.post("/follow", data={"code": code})
    client.receipt = code
    return client


def adds(client, **answers):
    page = client.get("/follow/case/people/new")
    return client.post("/follow/case/people/new", data={**hidden(page), **ONE, **answers})


def presses(client, path):
    return client.post(path, data=hidden(client.get("/follow/case/people")))


def rows():
    db.session.expire_all()
    return list(db.session.scalars(select(SpokenFor).order_by(SpokenFor.number)))


def slip_of(client, row):
    """As the spokesperson's receipt opens it."""
    person = receipts.complainant_of(receipts.follow(client.receipt).session)
    return spoken_for.held(person, row).slip


def takes_over(app, slip):
    """Somebody types the code of a slip, and writes the receipt down that it makes."""
    client = app.test_client()
    client.post("/follow", data={"code": slip})
    (code,) = receipts_shown(client)
    client.post("/complain/receipt", data={"csrf_token": token(client.get("/complain/receipt")), "kept": "yes"})
    return client, code


def test_the_pages_of_a_group_say_what_they_promise(app, union):
    adds(union, share_account="yes")
    slip = slip_of(union, rows()[0])
    pages = [union.get(f"/follow/case/people{one}") for one in ("", "/new", "/slips")]
    pages += [takes_over(app, slip)[0].get("/follow/case"), app.test_client().post("/follow", data={"code": slip})]
    said = " ".join(said_on(page) for page in pages)
    assert [sentence for sentence, _tests in promised("For a group") if sentence not in said] == []


def test_a_person_is_added_and_stands_in_the_list_with_a_slip(union):
    assert adds(union, called="Seven").location == "/follow/case/people"
    page = union.get("/follow/case/people").text
    assert "<bdi>Seven</bdi>" in page and "The slip was not used yet" in page
    assert len(rows()) == 1


def test_what_is_missing_is_named_and_what_was_typed_is_kept(union):
    answer = adds(union, knows="", called="Seven")
    assert answer.status_code == 422 and "nobody files for somebody who does not know of it" in answer.text
    assert 'value="Seven"' in answer.text and not rows()


def test_one_form_files_for_one_person_however_often_it_is_sent(union):
    form = {**hidden(union.get("/follow/case/people/new")), **ONE}
    for _again in range(2):
        assert union.post("/follow/case/people/new", data=form).status_code == 303
    assert len(rows()) == 1


def test_the_slips_say_nothing_of_a_complaint_and_a_name_only_where_it_is_ticked(union):
    adds(union, called="Seven")
    page = union.get("/follow/case/people/slips").text
    slips = page[page.index('class="card paper cut"') :].partition("</section>")[0]
    for word in ("complaint", "company", "Larkfield", "Seven", "Secretariat"):
        assert word not in slips
    assert "Seven" in union.get("/follow/case/people/slips?names=yes").text.partition('class="card paper cut"')[2]
    assert all(line in slips for line in receipt_codes.lines(slip_of(union, rows()[0])))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_slips_are_a_file_with_a_neutral_name(union, language):
    adds(union)
    answer = union.get(f"/follow/case/people/slips.pdf?lang={language}")
    assert answer.data.startswith(b"%PDF") and 'filename="information.pdf"' in answer.headers["Content-Disposition"]


def test_a_used_slip_stands_no_more_among_those_to_print_and_its_day_does(app, union):
    adds(union)
    takes_over(app, slip_of(union, rows()[0]))
    page = union.get("/follow/case/people").text
    assert f"This person has a receipt of their own since {full_date(clock.office_today())}." in page
    assert "make a new one" not in page
    assert "No slip waits to be used." in union.get("/follow/case/people/slips").text


def test_the_second_of_two_with_one_slip_reads_when_it_was_used_and_what_to_do(app, union):
    adds(union)
    slip = slip_of(union, rows()[0])
    takes_over(app, slip)
    answer = app.test_client().post("/follow", data={"code": slip})
    assert f"This slip was used on {full_date(clock.office_today())}." in answer.text
    assert "ask whoever gave it to you" in answer.text and "It was not me" in answer.text


def test_who_says_that_it_was_not_them_stops_what_could_harm(app, union):
    adds(union)
    slip = slip_of(union, rows()[0])
    takes_over(app, slip)
    client = app.test_client()
    page = client.post("/follow", data={"code": slip})
    assert client.post("/follow/not-me", data=hidden(page)).status_code == 200
    assert db.session.get(Case, rows()[0].case_id).frozen_at


def test_a_slip_in_whose_place_another_was_made_or_that_is_too_old_says_so_and_freezes_nothing(app, union):
    adds(union)
    lost = slip_of(union, rows()[0])
    presses(union, "/follow/case/people/1/slip")
    answer = app.test_client().post("/follow", data={"code": lost})
    assert "This slip works no more since" in answer.text and "It was not me" not in answer.text
    assert app.test_client().post("/follow/not-me", data={"code": lost}).status_code == 404
    old = slip_of(union, rows()[0])
    with time_machine.travel(days_later(timetable().slips_for.days + 1)):
        assert "This slip works no more since" in app.test_client().post("/follow", data={"code": old}).text


def test_a_code_that_the_office_handed_over_is_no_slip(app, union, cast):
    adds(union)
    case = db.session.get(Case, rows()[0].case_id)
    wish = {"holder": "complainant", "channel": "phone", "why": "She named what only she can know."}
    decision = steps.take("reissue_receipt", cast["Noor"], case.reference, wish)
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    written = open_case_file(cast["Noor"], case).writings
    code = next(one.fields[0][1] for one in written if one.step == "handover_code")
    app.test_client().post("/follow", data={"code": code})
    answer = app.test_client().post("/follow", data={"code": code})
    assert "Somebody used this code on" in answer.text


def test_the_spokesperson_opens_a_persons_page_and_comes_back(union):
    adds(union, called="Seven", share_account="yes")
    assert presses(union, "/follow/case/people/1/open").location == "/follow/case"
    page = union.get("/follow/case")
    assert "Seven" in page.text and "Nothing follows from it until they say it themselves" in page.text
    assert "/follow/receipt" not in page.text
    assert union.post("/follow/case/people/back", data=hidden(page)).location == "/follow/case/people"
    assert "The people you speak for" in union.get("/follow/case/people").text


def test_leaving_ends_both_sessions_of_a_spokesperson(union):
    before = len(db.session.scalars(select(FollowSession)).all())
    adds(union)
    presses(union, "/follow/case/people/1/open")
    union.get("/leave")
    assert len(db.session.scalars(select(FollowSession)).all()) == before - 1


def test_she_is_asked_on_her_own_page_and_says_it_herself(app, union):
    adds(union, share_account="yes")
    adds(union)
    hers, _code = takes_over(app, slip_of(union, rows()[0]))
    page = hers.get("/follow/case").text
    assert "Somebody speaks for you here. May they go on?" in page
    assert "Nothing follows from it until you say it yourself" in page
    form = hidden(hers.get("/follow/case/steps/revoke_authority"))
    assert hers.post("/follow/case/steps/revoke_authority", data={**form, "sure": "yes"}).status_code == 303
    assert "Somebody speaks for you here" not in hers.get("/follow/case").text
    refused = presses(union, "/follow/case/people/1/open")
    assert refused.status_code == 409 and "You speak for this person no more." in refused.text


def test_whoever_is_cut_while_the_page_is_open_is_led_away(app, union):
    adds(union)
    slip = slip_of(union, rows()[0])
    presses(union, "/follow/case/people/1/open")
    hers, _code = takes_over(app, slip)
    form = hidden(hers.get("/follow/case/steps/revoke_authority"))
    hers.post("/follow/case/steps/revoke_authority", data={**form, "sure": "yes"})
    assert union.get("/follow/case").location == "/follow"


def test_one_of_the_group_adds_nobody(app, union):
    adds(union)
    hers, _code = takes_over(app, slip_of(union, rows()[0]))
    assert (
        "group"
        not in hers.get("/follow/case").text.partition("<main")[2].partition("More")[2].partition("</details>")[0]
    )
    assert "Nobody can be added" in hers.get("/follow/case/people").text
    assert adds(hers).status_code == 409


def test_no_hour_is_told_of_when_a_slip_was_used(app, union):
    adds(union)
    takes_over(app, slip_of(union, rows()[0]))
    created = db.session.scalars(select(ReceiptEnvelope.created_at).order_by(ReceiptEnvelope.created_at.desc())).first()
    assert f"{created:%H:%M}" not in union.get("/follow/case/people").text
