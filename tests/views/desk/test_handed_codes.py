"""Who reads a one-use code, and who used it: at the desk with a name, and on her page with the day."""

import re

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from tests.views.public.test_receipt_pages import reissue, taken_over
from tests.views.test_routes import client_of, token

READ = select(Event).where(Event.kind == "code_read")
SAID_TO_HER = "We read the code that works once"
FIRST = "This page was opened for the first time on "


@pytest.fixture
def code(app, cast):
    demonstration.walk_story(cast, "respond", clock.now())
    return reissue(cast)


@pytest.fixture
def page(app, code):
    return f"/desk/cases/{db.session.scalars(select(Case.reference)).one()}"


def shown_by(client, page):
    """What the button beside the code gives."""
    before = client.get(page)
    to = re.search(r'action="(/desk/cases/[^"]+/codes/[^"]+)"', before.text)[1]
    return client.post(to, data={"csrf_token": token(before)})


@pytest.mark.parametrize("name", ["Noor", "Tomas"])
def test_the_code_is_shown_to_who_asks_and_their_name_stands_at_the_desk(app, cast, code, page, name):
    client = client_of(app, name)
    assert code not in client.get(page).text and db.session.scalars(READ).all() == []
    answer = shown_by(client, page)
    assert "</span> <span>".join(code.split(" ")) in answer.text
    (event,) = db.session.scalars(READ)
    assert (event.actor_id, event.facts) == (cast[name].account_id, '{"holder":"complainant"}')
    read = re.search("The Secretariat read the one-use code.*?</li>", client.get(page).text, re.DOTALL)[0]
    assert name in read and "The complainant" in read


def test_nobody_else_reads_it_and_no_other_writing_is_shown_so(app, cast, code, page):
    noor = client_of(app, "Noor")
    to = re.search(r'action="(/desk/cases/[^"]+/codes/[^"]+)"', noor.get(page).text)[1]
    for name in ("Victor", "Ines"):
        client = client_of(app, name)
        said = {"csrf_token": token(client.get("/account/people"))}
        assert client.post(to, data=said).status_code in (403, 404)
    said = {"csrf_token": token(noor.get(page))}
    assert noor.post(to.rpartition("/")[0] + "/" + "0" * 32, data=said).status_code == 404
    assert db.session.scalars(READ).all() == []


def test_her_page_says_on_which_day_it_was_opened_with_a_code_and_that_the_code_was_read(app, cast, code, page):
    shown_by(client_of(app, "Noor"), page)
    amina, _receipt = taken_over(app, code)
    hers = amina.get("/follow/case").text
    assert FIRST + full_date(clock.office_today()) in hers and SAID_TO_HER in hers and "Noor" not in hers
    assert hers.index(FIRST) < hers.index("Was that not you?") < hers.index("make a new one")
    assert "A receipt was taken over" in client_of(app, "Noor").get(page).text


def test_who_filed_by_themselves_reads_nothing_of_a_code(app, cast, code):
    _reference, other = demonstration.walk_story(cast, "acknowledge", clock.now())
    client = app.test_client()
    client.post("/follow", data={"code": other})
    assert FIRST not in client.get("/follow/case").text


def test_a_company_learns_nothing_of_it(app, cast, code, page):
    shown_by(client_of(app, "Noor"), page)
    taken_over(app, code)
    theirs = client_of(app, "Victor").get(page.replace("/desk/", "/company/"))
    assert theirs.status_code == 200 and "one-use" not in theirs.text
