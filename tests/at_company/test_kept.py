"""What a company keeps of its cases: its people find it again, also under a new key, and nobody else learns of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.accounts import leaving
from grievance.accounts.keys import rotation
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import do, signed_in
from grievance.desk import at_company
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.at_company import CaseAtCompany, CompanyWords
from grievance.models.event import Event
from grievance.record import chain, compare
from grievance.reports.exports import as_csv, as_json, exported
from grievance.reports.office import office_record
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_counts import NOBODYS, counts
from grievance.views.company import referrals
from grievance.workflow import steps
from tests.outside import a_release_came, from_outside
from tests.unpadded import unpadded
from tests.views.test_routes import client_of, token
from tests.workflow.test_recusal import join

OWN, NOTE = "HR-Zinnober-7", "Zinnober: ask the shift leader before Friday."


@pytest.fixture
def referred(app, cast):
    """A case that waits for Larkfield's answer, and its complainant's code."""
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))


def kept(person, reference, own=OWN, who=None):
    at_company.keep(person, reference, {"own_reference": own, "who": str(person.account_id if who is None else who)})


def case_of(person, reference):
    return find_case(person, reference)


def of(person, reference):
    return at_company.of_case(person, case_of(person, reference))


def texts(person, reference):
    return [one.text for one in at_company.notes(person, case_of(person, reference))]


def without_anybody(person):
    return counts(person, (NOBODYS,))[NOBODYS]


def test_its_people_find_reference_person_in_charge_and_notes_and_a_colleague_who_joins_does(both):
    victor = both.cast["Victor"]
    reference, _code = demonstration.walk_story(both.cast, "company_acknowledge", clock.now() - timedelta(days=9))
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    wanda = join(victor)
    assert (of(wanda, reference).reference, of(wanda, reference).name) == (OWN, "Victor")
    assert texts(wanda, reference) == [NOTE]
    assert at_company.found(wanda, "zinnober") == [(reference, OWN)]
    assert at_company.found(wanda, reference[:7].lower()) == [(reference, OWN)]
    assert at_company.found(wanda, "nowhere") == at_company.found(wanda, " ") == []
    assert chain.verify() == [] and list(compare.everything()) == []


def test_all_of_it_opens_after_the_companys_key_was_changed_and_not_with_the_old_one(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    old = victor.party_seed
    rotation.begin(victor)
    assert rotation.go_on(signed_in("Victor"), 20).finished
    assert of(signed_in("Victor"), reference).reference == OWN and texts(signed_in("Victor"), reference) == [NOTE]
    for table in (CaseAtCompany, CompanyWords):
        row = db.session.scalars(select(table)).one()
        with pytest.raises(CannotOpen):
            envelopes.open_with(old, row.sealed, at_company.own_words.place_of(row))
    assert list(rotation.faults()) == [] and list(compare.everything()) == []


def test_a_reference_that_stays_is_no_change_and_one_that_is_emptied_is_gone(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    kept(victor, reference)
    before = len(db.session.scalars(select(Event.id)).all())
    kept(victor, reference)
    assert len(db.session.scalars(select(Event.id)).all()) == before
    kept(victor, reference, own="")
    row = db.session.scalars(select(CaseAtCompany)).one()
    assert (row.sealed, row.key_id, of(victor, reference).reference) == (None, None, "")


def test_only_somebody_who_can_see_the_case_is_put_in_charge(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    wanda = join(victor)
    steps.take("recuse_person", victor, reference, {"person": str(wanda.account_id), "why": "She was there."})
    for who in (wanda.account_id, cast["Olga"].account_id, cast["Noor"].account_id, "x"):
        with pytest.raises(BadInput):
            kept(victor, reference, who=who)
    with pytest.raises(NoSuchCase):
        at_company.write(wanda, reference, {"note": NOTE})


@pytest.mark.parametrize("how", ["left", "recused"])
def test_who_left_or_may_not_see_the_case_is_not_in_charge_any_more(app, cast, referred, how):
    victor, (reference, _code) = cast["Victor"], referred
    wanda = join(victor)
    kept(victor, reference, who=wanda.account_id)
    assert without_anybody(victor) == 0
    if how == "left":
        leaving.leave(victor, wanda.account_id)
    else:
        steps.take("recuse_person", victor, reference, {"person": str(wanda.account_id), "why": "She was there."})
    assert (of(victor, reference).name, without_anybody(victor)) == ("", 1)
    assert [line.case.reference for line in queue(victor, Wanted(who=0)).lines] == [reference]


def test_its_list_shows_whose_they_are_and_nobodys(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    other, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=5))
    kept(victor, reference)

    def listed(who):
        return {line.case.reference for line in queue(victor, Wanted(who=who)).lines}

    assert (listed(victor.account_id), listed(0), listed(None)) == ({reference}, {other}, {reference, other})
    assert without_anybody(victor) == 1
    assert {line.case.reference for line in queue(cast["Noor"], Wanted(who=0)).lines} == {reference, other}


def test_who_may_not_see_one_case_is_still_named_in_another(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    other, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=5))
    wanda = join(victor)
    for one in (reference, other):
        kept(victor, one, who=wanda.account_id)
    steps.take("recuse_person", victor, reference, {"person": str(wanda.account_id), "why": "She was there."})
    assert (of(victor, reference).name, of(victor, other).name) == ("", "Wanda")


def test_a_note_is_written_and_taken_away_by_any_of_them(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    at_company.write(victor, reference, {"note": NOTE})
    for wrong in ({}, {"note": " "}, {"note": "x" * (at_company.LONGEST + 1)}):
        with pytest.raises(BadInput):
            at_company.write(victor, reference, wrong)
    (note,) = at_company.notes(victor, case_of(victor, reference))
    at_company.take_away(victor, reference, note.id)
    at_company.take_away(victor, reference, note.id)
    assert texts(victor, reference) == [] and list(compare.everything()) == []


def test_its_own_files_have_it_in_and_of_no_other_case(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    assert NOTE in "".join(as_json(victor, exported(victor))) and OWN in "".join(as_json(victor, exported(victor)))
    head, line = "".join(as_csv(victor, exported(victor))).splitlines()
    assert head.endswith("Your own reference,In charge") and line.endswith(f"{OWN},Victor")


def test_words_that_were_changed_in_the_database_are_said_not_to_open(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    for table in (CaseAtCompany, CompanyWords):
        row = db.session.scalars(select(table)).one()
        forged = envelopes.seal_to(envelopes.public_of(victor.party_seed), b"{}", at_company.own_words.place_of(row))
        with from_outside() as session:
            session.execute(update(table).values(sealed=forged))
    page = client_of(app, "Victor").get(f"/company/cases/{reference}").text
    assert "This note does not open." in page and "Your own reference does not open." in page


# --- nobody else -------------------------------------------------------------------------------------------

OTHERS = ("Noor", "Tomas", "Ines", "Olga")


def pages_of(app, reference, code):
    """All that somebody else is shown where the case, the office's record or an own list stands: page by address."""
    found = {}
    asked = {
        "Noor": ("/desk", f"/desk/cases/{reference}", f"/desk/cases/{reference}/steps/write", "/desk/concerns",
                 "/desk/tasks"),
        "Tomas": ("/desk", f"/desk/cases/{reference}", "/desk/admin", "/desk/admin/record", "/desk/admin/companies"),
        "Ines": ("/custodian",),
        "Olga": ("/company", f"/company/cases/{reference}"),
    }  # fmt: skip
    for name, paths in asked.items():
        for path in paths:
            answer = client_of(app, name).get(path)
            assert answer.status_code in (200, 404, 409), (name, path, answer.status_code)
            found[name, path] = plain(answer.text)
    follower = app.test_client()
    follower.post("/follow", data={"code": code})
    found["Amina", "/follow/case"] = plain(follower.get("/follow/case").text)
    found["Olga", "export"] = plain("".join(as_json(signed_in("Olga"), exported(signed_in("Olga")))))
    found["", "the case's record"] = str(record_of(reference))
    return found


def record_of(reference):
    case = find_case(signed_in("Noor"), reference)
    return db.session.scalars(select(Event.hash).where(Event.chain == case.id).order_by(Event.seq)).all()


def plain(page):
    """Without what differs from one answer to the next."""
    page = re.sub(r'(csrf_token|form_token)" value="[^"]*', "", unpadded(page))
    return re.sub(r'"exported_at": "[^"]*', "", page)


def test_nobody_else_sees_that_there_is_anything_or_opens_it(app, cast, referred):
    victor, (reference, code) = cast["Victor"], referred
    a_release_came()
    pages_of(app, reference, code)
    before = pages_of(app, reference, code)
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    after = pages_of(app, reference, code)
    assert [where for where in before if before[where] != after[where]] == []
    for row in (*db.session.scalars(select(CaseAtCompany)), *db.session.scalars(select(CompanyWords))):
        for name in OTHERS:
            with pytest.raises(CannotOpen):
                envelopes.open_with(cast[name].party_seed, row.sealed, at_company.own_words.place_of(row))
            assert at_company.own_words.opened(cast[name], row) is None
    for name in ("Olga", "Ines"):
        with pytest.raises(NoSuchCase):
            at_company.write(cast[name], reference, {"note": "Mine."})


def test_the_office_record_says_nothing_of_it_and_the_chain_not_of_which_case(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    before = [one.seq for one in office_record().entries]
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    assert [one.seq for one in office_record().entries] == before
    kinds = db.session.execute(select(Event.facts, Event.case_id).where(Event.kind == at_company.own_words.KEPT)).all()
    assert [tuple(one) for one in kinds] == [("{}", None)] * 2


@pytest.mark.parametrize("path", ["/company/cases/{}/kept", "/company/cases/{}/notes", "/company/find"])
@pytest.mark.parametrize("name", ["Noor", "Tomas", "Ines"])
def test_nobody_of_the_office_presses_any_of_it(app, cast, referred, name, path):
    client = client_of(app, name)
    said = {"note": "x", "q": "x", "csrf_token": token(client.get("/custodian" if name == "Ines" else "/desk"))}
    assert client.post(path.format(referred[0]), data=said).status_code == 403


# --- when the case goes ------------------------------------------------------------------------------------


def test_a_company_that_was_the_wrong_one_keeps_nothing_of_it_here(app, cast, referred):
    victor, (reference, _code) = cast["Victor"], referred
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    do("change_respondent", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert db.session.scalars(select(CompanyWords)).all() == db.session.scalars(select(CaseAtCompany)).all() == []
    assert list(compare.everything()) == [] and chain.verify() == []


def test_an_erased_case_takes_it_along(app, cast):
    victor = cast["Victor"]
    reference, _code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=4000))
    kept(victor, reference)
    at_company.write(victor, reference, {"note": NOTE})
    do("erase", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert db.session.scalars(select(CompanyWords)).all() == db.session.scalars(select(CaseAtCompany)).all() == []
    assert list(compare.everything()) == []


@pytest.mark.parametrize(("most", "said"), [(200, "In 1 open case nobody"), (0, "In more than 0 open cases nobody")])
def test_in_how_many_cases_nobody_is_in_charge_is_told_up_to_a_number(app, referred, monkeypatch, most, said):
    monkeypatch.setattr(referrals, "MOST", most)
    assert f"{said} of you is in charge." in client_of(app, "Victor").get("/company").text
