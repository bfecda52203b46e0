"""What a program sends and no browser does is refused with a page, and never looks like a fault of ours."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.types import LARGEST_ID
from tests.views.test_routes import client_of, token

BEYOND = str(LARGEST_ID), "9" * 30


@pytest.fixture
def referred(both):
    reference, _code = demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=9))
    return reference


def ended(answer):
    """The status of an answer; what the request read is let go, as a server does."""
    db.session.rollback()
    return answer.status_code


# --- the character that no text has ------------------------------------------------------------------------


def test_the_character_zero_is_taken_out_of_a_form_and_its_words_stay(both):
    client = both.app.test_client()
    page = client.get("/account/sign-in")
    form = {"csrf_token": token(page), "email": "no\0or@exa\0mple.org", "password": demonstration.PASSWORD}
    again = client.post("/account/sign-in", data={**form, "password": "wrong"})
    assert ended(again) == 422 and "noor@example.org" in again.text
    assert ended(client.post("/account/sign-in", data=form)) == 303


ZERO = ("/desk/cases/%00", "/desk/cases/{}%00", "/desk/cases/{}/files/%00", "/desk/cases/{}/proposals/%00",
        "/desk/cases/{}/steps/%00", "/account/invitation/a%00b", "/calendar/%00.ics", "/static/%00",
        "/%00")  # fmt: skip


def test_no_page_has_the_character_zero_in_its_address(both, referred):
    client = client_of(both.app, "Noor")
    assert {path: ended(client.get(path.format(referred))) for path in ZERO} == dict.fromkeys(ZERO, 404)


ASKED = "after=2026-01-01T00:00:00%2B00:00~%00", "q=a%00", "show=%00", "lang=%00", "state=%00", "%00=1"


def test_the_character_zero_is_taken_out_of_what_an_address_asks_for(both):
    client = client_of(both.app, "Noor")
    assert {ended(client.get(f"/desk?{query}")) for query in ASKED} <= {200, 303}


def test_a_link_to_a_step_with_the_character_zero_opens_the_step(both):
    reference, code = demonstration.walk_story(both.cast, "propose_remedy", clock.now() - timedelta(days=21))
    client = both.app.test_client()
    client.post("/follow", data={"code": code})
    assert ended(client.get("/follow/case/steps/write?audience=%00&message=%00")) == 200
    assert ended(client_of(both.app, "Noor").get(f"/desk/cases/{reference}/steps/write?audience=%00")) == 200


# --- other shapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[" * 100_000, '{"account":' * 50_000])
def test_json_that_is_nested_without_end_gets_a_problem_document(app, cast, body):
    answer = app.test_client().post("/api/v1/complaints", data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("who", ["nobody", "Noor"])
def test_what_a_page_can_do_is_not_told_to_who_asks_for_its_options(app, cast, who):
    client = client_of(app, who)
    for path in ("/desk", "/desk/cases/X", "/desk/templates", "/company", "/custodian", "/follow/case", "/"):
        answer = client.open(path, method="OPTIONS")
        assert answer.status_code == 405 and "<h1>" in answer.text, path


@pytest.mark.parametrize("head", ["form-data", "form-data; filename=a.txt"])
def test_a_part_of_a_form_that_has_no_name_is_no_answer(app, cast, head):
    body = f"--x\r\nContent-Disposition: {head}\r\n\r\nz\r\n--x--\r\n"
    for path in ("/account/sign-in", "/follow/case/steps/write", "/desk/new", "/complain", "/follow"):
        answer = app.test_client().post(path, data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (400, 401, 422) and "<h1>" in answer.text, path


@pytest.mark.parametrize("secret", ["!" * 43, "-" * 43, "é" * 43, "A" * 42, ""])
def test_a_secret_that_no_form_has_is_taken_neither_from_a_stranger_nor_at_the_desk(app, cast, secret):
    desk, words = client_of(app, "Noor"), {"secret": secret, "account": "They pushed me."}
    form = {**words, "company": "unknown", "could_harm": "no", "channel": "phone", "language": "en", "read_back": "yes"}
    for client, path in ((app.test_client(), "/complain"), (desk, "/desk/new")):
        page = client.post(path, data={"csrf_token": token(desk.get("/desk")), **form})
        assert page.status_code == 422 and "They pushed me." in page.text and "once more" in page.text, path


# --- numbers and days that no row has ----------------------------------------------------------------------

SHOWN = {
    "Noor": (
        "/desk?company={}",
        "/desk?officer={}",
        "/desk/cases/{reference}/steps/write?audience=secretariat&template={}",
    ),
    "Victor": ("/company?company={}", "/company/cases/{reference}/steps/write?audience=secretariat&template={}"),
    "Tomas": ("/desk/admin/record?before={}",),
}
NOT_THERE = {
    "Noor": ("/desk/cases/{reference}/letters/{}.pdf",),
    "Victor": ("/company/cases/{reference}/letters/{}.pdf",),
    "Tomas": ("/desk/templates/{}", "/account/people/{}/leave", "/account/people/{}/again", "/account/people/{}/half"),
}
CANNOT_BE = {
    "Noor": ("/desk/views/{}/remove",),
    "Tomas": ("/desk/templates/{}", "/desk/templates/{}/retire", *(f"/account/people/{{}}/{verb}" for verb in
              ("leave", "again", "admit", "half"))),
}  # fmt: skip


@pytest.mark.parametrize("who", SHOWN)
def test_a_page_with_a_number_that_no_row_has_is_shown_without_it_or_is_not_there(both, referred, who):
    client = client_of(both.app, who)
    for paths, status in ((SHOWN[who], 200), (NOT_THERE[who], 404)):
        asked = [path.format(number, reference=referred) for path in paths for number in BEYOND]
        assert {path: ended(client.get(path)) for path in asked} == dict.fromkeys(asked, status)


@pytest.mark.parametrize("who", CANNOT_BE)
def test_nothing_can_be_done_to_a_number_that_no_row_has(both, who):
    client = client_of(both.app, who)
    form = {"csrf_token": token(client.get("/account/people"))}
    asked = [path.format(number) for path in CANNOT_BE[who] for number in BEYOND]
    assert {path: ended(client.post(path, data=form)) for path in asked} == dict.fromkeys(asked, 404)


def test_an_invitation_to_a_company_that_is_not_there_asks_for_one_of_the_list(both):
    client = client_of(both.app, "Tomas")
    form = {"csrf_token": token(client.get("/desk")), "email": "c@example.org", "name": "C", "role": "company"}
    for company in ("", "x", *BEYOND):
        answer = client.post("/account/people/invite", data={**form, "company": company})
        assert ended(answer) == 422 and "Choose a company from the list." in answer.text, company


@pytest.mark.parametrize(("who", "home", "step"), [("Noor", "/desk", "note"), ("Victor", "/company", "respond")])
def test_words_are_kept_whatever_version_comes_with_them(both, referred, who, home, step):
    client, path = client_of(both.app, who), f"{home}/cases/{referred}/steps/{step}"
    form = {"csrf_token": token(client.get(home)), "note": "words", "facts": "words"}
    for number in BEYOND:
        typed = {**form, "version": number, "template": number}
        assert ended(client.post(f"{path}/draft", data={**typed, "then": "keep"})) == 303
        assert ">words</textarea>" in client.get(path).text
        assert ended(client.post(path, data=typed)) in (303, 422)


@pytest.mark.parametrize(("who", "path"), [("Noor", "/desk"), ("Victor", "/company")])
def test_a_queue_that_is_to_begin_outside_of_time_begins_at_its_start(both, referred, who, path):
    client = client_of(both.app, who)
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x", "2999-01-01"):
        answer = client.get(path, query_string={"after": f"{at}~x"})
        assert ended(answer) == 200 and referred in answer.text, at
        assert ended(client.get(path, query_string={"after": f"{at}~x", "show": "closed"})) == 200
