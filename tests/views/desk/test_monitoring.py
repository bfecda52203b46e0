"""What the association looked at in a company stands in its dossier, and nowhere else."""

from datetime import timedelta

import pytest

from grievance import clock
from grievance.extensions import db
from grievance.models.monitoring import Monitoring
from tests.concerns import road
from tests.views.test_routes import client_of, token

FOUND = "Two gates had no name plates."


@pytest.fixture
def noor(app, cast):
    return client_of(app, "Noor")


def sent(client, **more):
    address = f"/desk/concerns/about/{road.company_id()}/looked"
    given = {"kind": "site_visit", "on_day": (clock.office_today() - timedelta(days=3)).isoformat(), "words": FOUND}
    return client.post(address, data={"csrf_token": token(client.get(address)), **given, **more})


def test_a_visit_is_written_down_and_stands_in_the_dossier(noor):
    answer = sent(noor)
    page = noor.get(answer.location).text
    assert "Visit to a site" in page and FOUND in page and "Written down by Noor" in page
    assert FOUND.encode() not in db.session.query(Monitoring).one().sealed


def test_a_day_to_come_is_refused_with_a_sentence_and_the_words_are_kept(noor):
    answer = sent(noor, on_day=(clock.office_today() + timedelta(days=1)).isoformat())
    assert answer.status_code == 422 and "This day is still to come." in answer.text and FOUND in answer.text


def test_a_company_that_is_not_there_is_not_found(noor):
    assert noor.get("/desk/concerns/about/99999/looked").status_code == 404


def test_no_page_of_the_company_shows_it(app, noor):
    sent(noor)
    victor = client_of(app, "Victor")
    assert victor.get(f"/desk/concerns/about/{road.company_id()}").status_code == 403
    pages = [victor.get(path).text for path in ("/company", "/company/asked")]
    assert not any(FOUND in page or "Visit to a site" in page for page in pages)


def test_it_is_one_event_of_the_offices_record_without_its_words(both):
    noor = client_of(both.app, "Noor")
    sent(noor)
    page = noor.get("/desk/admin/record").text
    assert "A visit, an audit or a self-assessment of a company was written down" in page and FOUND not in page


def test_an_approver_who_opens_no_concern_is_led_to_no_form_for_one(app, noor):
    """Not even from the dossier; the officer is."""
    about = f"/desk/concerns/about/{road.company_id()}"
    assert "/desk/concerns/new" in noor.get(about).text
    assert "/desk/concerns/new" not in client_of(app, "Tomas").get(about).text
