"""What a phone keeps of her pages: an address says nothing of what she did there."""

import re

import pytest
from flask.testing import FlaskClient

from grievance import clock, demonstration
from grievance.views import step_addresses
from tests.views.test_routes import token


@pytest.fixture
def her(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    return followed(app, code)


def followed(app, code):
    client = FlaskClient(app)  # one that follows nothing by itself
    client.post("/follow", data={"code": code})
    return client


def offered(client):
    return dict.fromkeys(re.findall(r'href="/follow/case/steps/([^"?]+)', client.get("/follow/case").text))


def test_no_address_of_her_pages_tells_which_step_it_is(her):
    assert offered(her) and all(re.fullmatch("[0-9a-f]{12}", one) for one in offered(her))
    for one in offered(her):
        page = her.get(f"/follow/case/steps/{one}").text
        assert not re.search("|".join(step_addresses.HERS), " ".join(re.findall(r'(?:action|href)="([^"]+)', page)))


def test_an_address_that_told_it_leads_to_one_that_does_not(her):
    old = her.get("/follow/case/steps/report_retaliation?lang=es")
    assert old.status_code == 303 and "retaliation" not in old.location and old.location.endswith("?lang=es")
    page = her.get(old.location)
    assert page.status_code == 200 and 'name="csrf_token"' in page.text


def test_the_step_is_taken_at_its_address(her):
    page = her.get(her.get("/follow/case/steps/write").location)
    said = {"csrf_token": token(page), "audience": "secretariat", "message": "They came to my house."}
    assert her.post(page.request.path, data=said).location == "/follow/case"
    assert "They came to my house." in her.get("/follow/case").text


def test_the_same_step_has_another_address_in_another_case(app, her):
    _reference, _other, code = demonstration.file_one(clock.now())
    assert set(offered(her)).isdisjoint(offered(followed(app, code)))


def test_words_come_back_to_their_step_after_the_session_ended(app, her):
    _reference, _other, code = demonstration.file_one(clock.now())
    client = followed(app, code)
    where = client.get("/follow/case/steps/write").location
    back = {"code": code, "next": where, "kept.message": "I wrote this before.", "kept.audience": "secretariat"}
    page = app.test_client().post("/follow", data=back)
    assert "I wrote this before." in page.text and f'action="{where}"' in page.text


def test_an_address_of_an_earlier_key_still_means_its_step(app, her):
    where = her.get("/follow/case/steps/write").location
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = "another"
    assert her.get(where).status_code == 200
