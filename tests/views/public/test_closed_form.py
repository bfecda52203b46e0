"""The form while nothing can be received: it says so before the first word is written, and who can be reached."""

import pytest

from grievance.models.people import Role
from grievance.views import NAMES
from tests.conftest import CONTACTS
from tests.intake.test_opening import LACKS, close_again, leave, lose_key
from tests.views.public.test_filing import hidden
from tests.views.test_routes import client_of


def test_the_form_of_an_office_that_is_set_up_yet_is_closed_and_names_the_contact(app):
    close_again(app)
    LACKS["custodian"](app)
    for path in ("/complain", "/complain?step=all"):
        answer = app.test_client().get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 503 and "<form" not in page
        assert "still being set up" in page and "+41 22 000 00 00" in page and "09:00–17:00" in page


def test_the_first_page_of_an_office_that_never_opened_invites_nobody_to_write(app):
    close_again(app)
    LACKS["custodian"](app)
    page = app.test_client().get("/").get_data(as_text=True)
    assert "still being set up" in page and "+41 22 000 00 00" in page and "/complain" not in page
    assert 'href="/follow"' in page


def test_what_is_sent_from_elsewhere_to_a_closed_form_is_told_that_it_is_closed(app):
    close_again(app)
    LACKS["custodian"](app)
    answer = app.test_client().post("/complain", data={"account": "They pushed me."})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "still being set up" in page and "They pushed me." in page


def test_what_was_typed_before_the_keys_went_comes_back_with_the_contact(app):
    client = app.test_client()
    form = hidden(client.get("/complain?step=all"))
    lose_key(app)
    answer = client.post("/complain", data={**form, "account": "They pushed me.", "company": "1", "could_harm": "no"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "They pushed me." in page and "contact@example.org" in page


def test_a_page_that_can_be_sent_shows_the_contact_at_its_foot_alone(app):
    page = app.test_client().get("/complain?step=all").get_data(as_text=True).split("<footer>")[0]
    assert "contact@example.org" in CONTACTS and "contact@example.org" not in page


def test_an_officer_cannot_file_for_somebody_before_the_office_opens_either(app, cast):
    client = client_of(app, "Noor")
    close_again(app)
    leave(Role.CUSTODIAN)
    page = client.get("/desk/new").get_data(as_text=True)
    assert "still being set up" in page


def test_the_api_answers_503_while_nothing_is_received(app):
    close_again(app)
    leave(Role.CUSTODIAN)
    body = {"account": "They pushed me.", "company": "Larkfield Guarding", "could_harm": "no"}
    answer = app.test_client().post("/api/v1/complaints", json=body)
    assert answer.status_code == 503 and "still being set up" in answer.json["detail"]


@pytest.mark.parametrize("language", NAMES)
def test_the_closed_form_is_told_in_each_language(app, monkeypatch, language):
    monkeypatch.setitem(app.config, "LANGUAGES", ["en", language])
    close_again(app)
    leave(Role.CUSTODIAN)
    page = app.test_client().get(f"/complain?lang={language}").get_data(as_text=True)
    assert ("The form is closed" in page) == (language == "en")
