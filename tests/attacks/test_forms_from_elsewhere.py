"""What another site, or a press at the wrong moment, can make of somebody's forms: nothing."""

import io

import pytest

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.intake import filing, form_draft
from grievance.models.writing import Attachment
from tests.views.public.test_filing import cases, fill_in, hidden, with_files
from tests.views.test_routes import client_of, token

ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def client(app, cast):
    return app.test_client()


def test_a_receipt_that_another_site_sends_opens_nothing_here(client, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    assert client.post("/follow", data={"code": code}, headers=ELSEWHERE).status_code == 400
    assert client.get_cookie("s") is None


@pytest.mark.parametrize("name", ["Noor", "nobody"])
def test_a_step_that_another_site_sends_is_not_kept_to_be_sent_after_signing_in(app, cast, name):
    reference = demonstration.walk_story(cast, "refer", clock.now())[0]
    path = f"/desk/cases/{reference}/steps/note"
    page = client_of(app, name).post(path, data={"note": "From elsewhere, and long."}, headers=ELSEWHERE)
    assert page.status_code == 400 and "From elsewhere" not in page.text


@pytest.mark.parametrize("target", [
    "/company/cases/..\\..\\account\\people\\6\\admit?/steps/1", "/desk/cases/x/../../../account/people/6/admit",
    "//larkfield.example/desk/cases/1/steps/note", "/desk/%2e%2e/account/people", "/account/people/6/admit",
])  # fmt: skip
def test_who_signs_in_again_is_led_to_no_other_page_than_a_step(app, cast, target):
    client = app.test_client()
    form = {"email": demonstration.email_of("Noor"), "password": demonstration.PASSWORD, "next": target,
            "csrf_token": token(client.get("/account/sign-in")), "kept.answer": "grant"}  # fmt: skip
    page = client.post("/account/sign-in", data=form)
    assert (page.status_code, page.headers.get("Location")) == (303, "/desk")


def test_what_was_typed_when_the_session_ended_is_seen_before_it_is_sent(app, cast):
    reference = demonstration.walk_story(cast, "refer", clock.now())[0]
    client, path = app.test_client(), f"/desk/cases/{reference}/steps/note"
    form = {"email": demonstration.email_of("Noor"), "password": demonstration.PASSWORD, "next": path,
            "csrf_token": token(client.get("/account/sign-in")), "kept.note": "Yes."}  # fmt: skip
    page = client.post("/account/sign-in", data=form)
    assert page.status_code == 303 and ">Yes.</textarea>" in client.get(page.headers["Location"]).text


def test_a_hand_over_code_that_is_used_with_kept_words_still_gives_its_receipt(app, client, cast):
    filed = filing.file_complaint(
        {"account": "They hurt me.", "company": "unknown", "could_harm": "no", "language": "en", "channel": "phone",
         "read_back": "yes"}, filing.new_secret(), "en", officer=cast["Noor"],
    )  # fmt: skip
    form = {"code": filed.code, "next": "/follow/case/steps/write", "kept.message": "I wrote this before."}
    page = client.post("/follow", data=form)
    assert "I wrote this before." in page.text and "This is your new receipt" in page.text
    assert client.get("/complain/receipt").status_code == 200


def test_who_leaves_while_the_form_is_sent_loses_no_file_of_a_case(app, client, monkeypatch):
    fill_in(client)
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    with_files(client, "/complain", {**form, "files": [(io.BytesIO(b"one"), "gate.jpg")]})
    derive = filing.keys_with

    def leaves_meanwhile(code, salt):
        with client.session_transaction() as session:
            form_draft.discard(session["f"])
        return derive(code, salt)

    monkeypatch.setattr(filing, "keys_with", leaves_meanwhile)
    monkeypatch.setattr(form_draft.files, "taking_away", lambda _those: lambda: None)  # which comes a moment later
    page = client.post("/complain", data={**hidden(client.get("/complain?step=check")), "go": "send"})
    assert "thrown away" in page.text and cases() == 0 and db.session.query(Attachment).count() == 0
