"""A company's own templates: offered in the form of their step, put in below what is typed, and read by nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts.keys import rotation
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import signed_in
from grievance.desk import own_wordings
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.at_company import CompanyWords
from grievance.record import chain, compare
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with
from tests.views.test_routes import client_of, token
from tests.workflow.test_recusal import join

TEXT = "Zinnober: we have spoken with everybody on that shift."
RAW = {"name": "Spoken", "part": "respond.facts", "language": "en", "text": TEXT}


def row_of(person, reference, step="respond"):
    return steps.part(step, person, case_with(reference))[0]


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))[0]


def test_a_template_is_offered_in_its_step_to_all_of_its_company_and_to_nobody_else(app, cast, reference):
    victor = cast["Victor"]
    own_wordings.add(victor, RAW)
    for person in (victor, join(victor)):
        assert [one.text for one in own_wordings.offered(person, row_of(victor, reference))] == [TEXT]
        assert own_wordings.offered(person, row_of(victor, reference, "write")) == []
    assert own_wordings.all_of(cast["Olga"]) == ([], 0)
    for name in ("Noor", "Tomas", "Ines"):
        assert own_wordings.offered(cast[name], row_of(victor, reference)) == []
    row = db.session.scalars(select(CompanyWords)).one()
    for name in ("Noor", "Tomas", "Ines", "Olga"):
        with pytest.raises(CannotOpen):
            envelopes.open_with(cast[name].party_seed, row.sealed, own_wordings.own_words.place_of(row))
    assert chain.verify() == [] and list(compare.everything()) == []


def test_templates_open_after_the_companys_key_was_changed(app, cast):
    own_wordings.add(cast["Victor"], RAW)
    rotation.begin(cast["Victor"])
    assert rotation.go_on(signed_in("Victor"), 20).finished
    assert [one.text for one in own_wordings.all_of(signed_in("Victor"))[0]] == [TEXT]


@pytest.mark.parametrize("part", ["recuse_person.why", "refer.packet", "respond.files", "respond", ""])
def test_a_template_answers_only_words_of_a_companys_step(app, cast, part):
    with pytest.raises(BadInput):
        own_wordings.add(cast["Victor"], {**RAW, "part": part})


def test_a_company_has_at_most_so_many(app, cast, monkeypatch):
    monkeypatch.setattr(own_wordings, "MOST", 1)
    own_wordings.add(cast["Victor"], RAW)
    with pytest.raises(Refused):
        own_wordings.add(cast["Victor"], RAW)
    (one,) = own_wordings.all_of(cast["Victor"])[0]
    own_wordings.remove(cast["Olga"], one.id)
    assert own_wordings.all_of(cast["Victor"])[0] == [one]
    own_wordings.remove(cast["Victor"], one.id)
    own_wordings.add(cast["Victor"], RAW)
    assert list(compare.everything()) == []


@pytest.mark.parametrize("asked", ["1", "x" * 32, "0" * 32, "-1", "\u0661"])
def test_an_address_that_names_no_template_of_theirs_is_the_form_as_it_is(app, cast, reference, asked):
    own_wordings.add(cast["Victor"], RAW)
    answer = client_of(app, "Victor").get(f"/company/cases/{reference}/steps/respond", query_string={"template": asked})
    assert answer.status_code == 200 and f">{TEXT}</textarea>" not in answer.text


def test_a_template_of_a_remedys_step_leaves_the_remedy_that_was_chosen(app, cast):
    reference = demonstration.walk_story(cast, "accept_remedy", clock.now() - timedelta(days=30))[0]
    own_wordings.add(cast["Victor"], {**RAW, "part": "report_delivered.evidence"})
    (wording,) = own_wordings.all_of(cast["Victor"])[0]
    client, path = client_of(app, "Victor"), f"/company/cases/{reference}/steps/report_delivered"
    case_page = client.get(f"/company/cases/{reference}").text
    remedy = case_page.partition("report_delivered?remedy=")[2].partition('"')[0]
    page = client.get(path, query_string={"remedy": remedy})
    said = {"csrf_token": token(page), "remedy": remedy, "evidence": "Mine.", "template": wording.id, "then": "wording"}
    after = client.post(f"{path}/draft", data=said, follow_redirects=True).text
    assert f"Mine.\n\n{TEXT}" in after
    assert re.search(f'value="{remedy}" (selected|checked)', after)
