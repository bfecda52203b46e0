"""On somebody's own machine the program has one name."""

import pytest

from tests import conftest

HERE = "http://localhost:8501"


@pytest.fixture
def at_home(app, monkeypatch):
    """The same office, with the address that `make run` gives it."""
    monkeypatch.setitem(conftest.SECRETS, "SITE_URL", HERE)
    return conftest.make_app(app.config["SQLALCHEMY_DATABASE_URI"], app.config["FILES"]).test_client()


@pytest.mark.parametrize("number", ["http://127.0.0.1:8501", "http://[::1]:8501"])
def test_whoever_comes_by_a_number_is_led_to_the_name_with_what_was_asked_for(at_home, number):
    answer = at_home.get("/procedure?lang=fr", base_url=number)
    assert (answer.status_code, answer.location) == (302, f"{HERE}/procedure?lang=fr")
    assert at_home.get("/procedure", base_url=number).location == f"{HERE}/procedure"


@pytest.mark.parametrize("number", ["http://127.0.0.1:8501", "http://[::1]:8501"])
def test_what_is_sent_by_a_number_is_taken_where_it_came(at_home, number):
    assert at_home.post("/follow", data={"code": "1"}, base_url=number).status_code == 422


def test_the_name_itself_and_any_other_are_led_nowhere(at_home, app):
    assert at_home.get("/procedure", base_url=HERE).status_code == 200
    assert at_home.get("/procedure", base_url="http://office.example").status_code == 200
    assert app.test_client().get("/procedure", base_url="http://127.0.0.1:8000").status_code == 200
