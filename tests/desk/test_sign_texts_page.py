"""The office's page for the texts of signs: proposed by one person, approved by another, at the page itself."""

import re

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.sign import Sign
from grievance.notify import sign_rounds, sign_texts
from tests.notify import signing
from tests.scenarios.pages import hidden
from tests.views.test_routes import client_of

PAGE = "/desk/signs"


def propose(client, **answers):
    page = client.get(PAGE)
    raw = {"language": "en", "place": "1", "text": "Something new.", **answers}
    return client.post(PAGE, data={**hidden(page), **raw}, follow_redirects=True)


def buttons(page):
    """The addresses of the forms whose button says so."""
    return re.findall(r'(?s)<form method="post" action="(/desk/signs/\d+/\w+)"', page.text)


def test_an_officer_proposes_and_an_approver_finds_it_and_approves_it(app, cast):
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    said = propose(noor).text
    assert "It waits for a second person." in said and "14 of 160 characters" in said
    assert 'value="approve"' not in noor.get(PAGE).text
    assert "1 text of signs waits for a second person" in tomas.get("/desk").text
    page = tomas.get(PAGE)
    (action,) = buttons(page)
    done = tomas.post(action, data={**hidden(page), "outcome": "approve"}, follow_redirects=True)
    assert "From now on it is offered." in done.text and [one.text for one in sign_texts.offered("en")] == [
        "Something new."
    ]


def test_what_does_not_fit_is_refused_with_the_count_and_kept(app, cast):
    page = propose(client_of(app, "Noor"), text="ça " * 30)
    assert "of 70 characters: with “ç” in it" in page.text and "ça ça" in page.text


def test_the_five_that_the_program_brings_are_proposed_with_one_press(app, cast):
    noor = client_of(app, "Noor")
    page = noor.get(PAGE)
    shown = noor.post(f"{PAGE}/usual", data={**hidden(page), "language": "sw"}, follow_redirects=True)
    assert "They wait for a second person." in shown.text and "Kuna jambo jipya." in shown.text
    assert len(buttons(shown)) == 5


def test_one_person_stops_a_text_that_betrays_whoever_gets_it(app, cast):
    signing.offer(app, cast)
    noor = client_of(app, "Noor")
    page = noor.get(PAGE)
    stop = next(one for one in buttons(page) if one.endswith("/stop"))
    done = noor.post(stop, data=hidden(page), follow_redirects=True)
    assert "It is offered no longer, and nobody is sent it." in done.text and len(sign_texts.offered("en")) == 4


@pytest.mark.parametrize("who", ["Ines", "Victor"])
def test_the_page_is_the_secretariats(app, cast, who):
    assert client_of(app, who).get(PAGE).status_code in (403, 404)


def test_who_cannot_be_reached_stands_at_the_desk_and_on_the_case_until_a_sign_goes_again(app, cast):
    signing.offer(app, cast)
    reference, amina, _code = demonstration.file_one(clock.now())
    signing.ask(amina, reference)
    noor, says = client_of(app, "Noor"), "cannot be reached by it"
    assert says not in noor.get("/desk").text
    for became, shown in (("REFUSED", True), ("TAKEN", False), ("REFUSED", True)):
        sign_rounds._note(db.session.scalar(select(Sign.id)), sign_rounds.HandedIn[became], clock.now())
        queue, case = noor.get("/desk").text, noor.get(f"/desk/cases/{reference}").text
        assert (says in queue) == shown and ("Cannot be reached by a sign" in case) == shown
    signing.ask(amina, reference)
    assert says not in noor.get("/desk").text and "Cannot be reached" not in noor.get(f"/desk/cases/{reference}").text
