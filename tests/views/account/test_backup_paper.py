"""The page of the paper key: the same key as the command's, for whoever may, with the password, shown once."""

import base64
import json
import re

import pytest
from sqlalchemy import func, select

from grievance.accounts.keys import backup_paper
from grievance.crypto import paper
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.models.event import Event
from tests.views.account.test_people import press
from tests.views.test_routes import EVERYBODY, client_of

PAGE = "/account/backups"
PAPERS = select(Event).where(Event.kind == "paper_key")


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_approvers_and_custodians_make_it_and_nobody_else_learns_of_it(app, cast, name):
    client, may = client_of(app, name), name in ("Tomas", "Ines")
    assert (PAGE in client.get("/account/people").text) is (PAGE in client.get("/account/keys").text) is may
    assert client.get(PAGE).status_code == (200 if may else 403)
    assert press(client, PAGE, password=PASSWORD).status_code == (200 if may else 403)
    assert db.session.scalar(select(func.count()).select_from(PAPERS.subquery())) == may


def test_the_code_is_shown_once_and_its_public_half_alone_is_on_the_record(app, cast):
    client = client_of(app, "Ines")
    assert "There is no paper key yet" in client.get(PAGE).text
    page = press(client, PAGE, password=PASSWORD).text
    code = " ".join(re.findall(r"<span>(\w{4})</span>", page))
    (event,) = db.session.scalars(PAPERS)
    public = paper.pair_of(paper.normalise(code)).public
    assert base64.b64decode(json.loads(event.facts)["key"]) == public
    assert (event.actor_id, event.chain) == (cast["Ines"].account_id, "office")
    key, why_none = backup_paper.current()
    assert key and key.public == public and why_none == ""
    after = client.get(PAGE).text
    assert key.name in page and key.name in after and code not in after and "Make another paper key" in after


def test_a_wrong_password_makes_none_and_says_so_beside_its_field(app, cast):
    client = client_of(app, "Tomas")
    for password in ("", "not my password"):
        wrong = press(client, PAGE, password=password)
        assert wrong.status_code == 422 and 'aria-describedby="password-error"' in wrong.text
    assert db.session.scalars(PAPERS).all() == []


def test_the_set_up_list_leads_there_until_it_is_made(app, cast):
    client = client_of(app, "Tomas")
    assert f'href="{PAGE}"' in client.get("/desk/admin/setup").text
    press(client, PAGE, password=PASSWORD)
    assert f'href="{PAGE}"' not in client.get("/desk/admin/setup").text
