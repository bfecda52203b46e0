"""A company that was handed a complaint by mistake reads one more letter of it, and says that its copies are gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase
from grievance.accounts.keys import rotation
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case, Conflict
from grievance.models.people import Company
from grievance.models.writing import Letter
from grievance.workflow.closing import destroy
from grievance.workflow.former import confirm_destroyed
from tests.scenarios.pages import press
from tests.views.test_routes import client_of, token

TOLD = "Please burn the printed ones."


@pytest.fixture
def lost(app, cast):
    """The reference of a case that Larkfield lost an hour ago."""
    now = clock.now()
    reference, _code = demonstration.walk_story(cast, "refer", now - timedelta(days=7))
    right = str(db.session.scalar(select(Company.id).where(Company.name == "Ostrova Security")))
    words = {"company": right, "why": "Its gate.", "letter": "It was another.", "told": TOLD}
    demonstration.do(
        "change_respondent", cast["Noor"], reference, now - timedelta(hours=1), cast["Tomas"], **words
    )  # fmt: skip
    return reference


def test_its_queue_leads_to_the_letter_which_says_what_to_do(app, lost):
    victor = client_of(app, "Victor")
    assert f'href="/company/ended/{lost}"' in victor.get("/company").text
    page = victor.get(f"/company/ended/{lost}").text
    assert TOLD in page and "Please destroy every copy" in page and demonstration.PACKET not in page


def test_nobody_else_is_shown_it_or_may_answer_it(app, cast, lost):
    olga = client_of(app, "Olga")
    assert lost not in olga.get("/company").text and olga.get(f"/company/ended/{lost}").status_code == 404
    with pytest.raises(NoSuchCase):
        confirm_destroyed(cast["Olga"], lost)


def test_it_says_that_its_copies_are_destroyed_and_both_the_office_and_she_are_told(app, lost):
    victor = client_of(app, "Victor")
    form = {"csrf_token": token(victor.get(f"/company/ended/{lost}"))}
    assert victor.post(f"/company/ended/{lost}", data=form).status_code == 422
    for _twice in range(2):
        answer = victor.post(f"/company/ended/{lost}", data={**form, "destroyed": "yes"}, follow_redirects=True)
        assert "It is noted that your copies are destroyed." in answer.text
    said = select(Letter.recipient).where(Letter.template.in_(("copies_destroyed", "destruction_confirmed")))
    assert sorted(db.session.scalars(said)) == ["complainant", "officer"]
    assert "It was noted on" in victor.get(f"/company/ended/{lost}").text and doctor.examine() == []


def test_the_case_page_says_whether_it_is_confirmed_and_an_officer_records_what_came_by_letter(app, lost):
    noor, path = client_of(app, "Noor"), f"/desk/cases/{lost}"
    assert "that its copies are destroyed is not confirmed yet" in noor.get(path).text
    assert "Larkfield Guarding, until " in noor.get(f"{path}/steps/record_destruction").text
    answer = press(noor, f"{path}/steps/record_destruction", how="A letter of its director.")
    assert answer.status_code == 303
    assert "not confirmed yet" not in (page := noor.get(path).text) and "its copies are destroyed: " in page
    assert "It was noted on" in client_of(app, "Victor").get(f"/company/ended/{lost}").text and doctor.examine() == []
    said = noor.get(f"{path}/steps/record_destruction")
    assert said.status_code == 409 and "No earlier company of this case" in said.text


def test_a_person_who_must_not_see_the_case_does_not_see_its_last_letter(app, cast, lost):
    case_id = db.session.scalar(select(Case.id).where(Case.reference == lost))
    db.session.add(Conflict(case_id=case_id, account_id=cast["Victor"].account_id))
    db.session.commit()
    assert client_of(app, "Victor").get(f"/company/ended/{lost}").status_code == 404


def test_the_letter_is_read_with_a_new_key_of_the_company_too(app, lost):
    rotation.begin(demonstration.signed_in("Victor"))
    assert rotation.go_on(demonstration.signed_in("Victor"), 99).finished
    assert TOLD in client_of(app, "Victor").get(f"/company/ended/{lost}").text


def test_an_erased_case_leaves_no_word_of_the_letter(app, lost):
    destroy(db.session.scalar(select(Case.id).where(Case.reference == lost)), [])
    db.session.commit()
    assert client_of(app, "Victor").get(f"/company/ended/{lost}").status_code == 404
