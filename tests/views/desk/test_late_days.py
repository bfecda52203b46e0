"""An approver enters a day off late, sees which misses it undoes, and two of them correct these from one list."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import leaving, sessions
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, Conflict
from grievance.models.limit import Limit
from grievance.models.people import Account
from grievance.reports import breaches
from grievance.workflow import steps
from tests.scenarios.days import START, another_approver, day, limits
from tests.scenarios.pages import form, hidden
from tests.views.test_routes import client_of

EID, TUESDAY, LIST = date(2026, 3, 20), day(22), "/desk/admin/missed"


@pytest.fixture
def friday(app, cast):
    """Two cases of one company whose acknowledgement counts as missed on Friday, the 20th."""
    cases = []
    for _number in range(2):
        reference, _amina, _code = demonstration.file_one(START)
        demonstration.do("acknowledge", cast["Noor"], reference, day(1))
        demonstration.do("refer", cast["Noor"], reference, day(11), cast["Tomas"])
        cases.append(db.session.scalars(select(Case).where(Case.reference == reference)).one())
    sweep(limits(cases[0])["L4"].due_at + timedelta(minutes=1))
    cast = {**cast, "Paula": another_approver(cast)}
    with time_machine.travel(TUESDAY):
        yield app, cast, cases


def enter(friday):
    holidays.add(friday[1]["Tomas"], "KE", {EID: "Idd-ul-Fitr"})


def client(friday, name):
    client = client_of(friday[0], name)
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in(demonstration.email_of(name), demonstration.PASSWORD)
    return client


def ids(friday, *numbers):
    rows = select(Limit.id).where(Limit.missed_at.is_not(None), Limit.key == "L4").order_by(Limit.id)
    every = dict(zip((case.id for case in friday[2]), db.session.scalars(rows), strict=True))
    return [str(every[friday[2][number].id]) for number in numbers]


def corrected():
    return db.session.query(Limit).filter(Limit.corrected_at.is_not(None)).count()


def propose(friday, who, *numbers, why="Gazetted on Wednesday."):
    at = client(friday, who)
    sent = {**form(at, LIST), "limit": ids(friday, *numbers), "why": why, "answer": "propose"}
    return at.post(LIST, data=sent, follow_redirects=True)


def approve(friday, who, *numbers):
    at = client(friday, who)
    sent = {**form(at, LIST), "limit": ids(friday, *numbers), "answer": "approve"}
    return at.post(LIST, data=sent, follow_redirects=True)


def test_the_preview_names_each_case_with_both_dates_and_after_it_comes_the_list(friday):
    tomas, path = client(friday, "Tomas"), "/desk/admin/holidays/add"
    typed = {**form(tomas, path), "country": "KE", "on": "2026-03-20", "name": "Idd-ul-Fitr"}
    looked = tomas.post(path, data=typed)
    assert "2 time limits counted as missed" in looked.text
    assert all(case.reference in looked.text for case in friday[2])
    assert "20 March 2026" in looked.text and "Monday 23 March 2026" in looked.text
    saved = tomas.post(path, data={**typed, **hidden(looked), "answer": "confirm"})
    assert saved.headers["Location"].endswith(LIST) and corrected() == 0


def test_all_are_proposed_by_one_and_approved_by_another_from_the_list(friday):
    enter(friday)
    assert "Proposed." in propose(friday, "Tomas", 0, 1).text and corrected() == 0
    assert "Corrected." in approve(friday, "Paula", 0, 1).text
    assert corrected() == 2 and doctor.examine() == []
    assert "no day off that was entered undoes a miss" in client(friday, "Paula").get(LIST).text


def test_each_can_be_corrected_by_itself(friday):
    enter(friday)
    propose(friday, "Tomas", 1)
    page = approve(friday, "Paula", 1).text
    assert corrected() == 1 and friday[2][0].reference in page and friday[2][1].reference not in page


def test_whoever_proposed_it_finds_that_it_waits_and_approves_nothing(friday):
    enter(friday)
    page = propose(friday, "Tomas", 0).text
    assert "Waits for another person" in page and "Approve what is ticked" not in page
    assert approve(friday, "Tomas", 0).status_code == 409 and corrected() == 0


def test_whoever_did_not_enter_the_day_and_is_the_only_other_is_told_who_proposes(friday):
    enter(friday)
    page = propose(friday, "Paula", 0)
    assert page.status_code == 409 and "That person proposes it" in page.text


def leave(name):
    account = db.session.scalars(select(Account).where(Account.name == name)).one()
    leaving.leave(demonstration.signed_in("Tomas"), account.id)


def test_in_an_office_of_two_it_is_proposed_and_the_deputy_who_is_named_approves_it(friday):
    enter(friday)
    leave("Paula")
    assert "there is no other approver. Propose it" in client(friday, "Tomas").get(LIST).text
    page = propose(friday, "Tomas", 0)
    assert page.status_code == 200 and "Proposed." in page.text
    reference, noor = friday[2][0].reference, friday[1]["Noor"].account_id
    deputy = {"deputy": f"{noor}:approver", "why": "There is no other approver."}
    namer = "Noor" if db.session.get_one(Account, noor).head else "Ines"
    named = steps.take("name_deputy", friday[1][namer], reference, deputy)
    assert named is None
    case = client(friday, "Noor")
    (proposal,) = re.findall(rf"/desk/cases/{reference}/proposals/\w+", case.get(f"/desk/cases/{reference}").text)
    case.post(proposal, data={**form(case, proposal), "answer": "approve"})
    assert corrected() == 1 and doctor.examine() == []


def test_where_each_approver_entered_a_day_a_third_is_invited(friday):
    holidays.add(friday[1]["Paula"], "KE", {EID - timedelta(days=1): "The day before"})
    enter(friday)
    assert "each approver entered" in client(friday, "Tomas").get(LIST).text
    assert "each approver entered" in propose(friday, "Tomas", 0).text


def test_whoever_only_approves_is_told_before_the_form_who_proposes(friday):
    enter(friday)
    assert "That person proposes it" in client(friday, "Paula").get(LIST).text
    assert 'class="notice"' not in client(friday, "Tomas").get(LIST).text


def test_what_was_typed_and_ticked_stands_there_again_after_a_refusal(friday):
    enter(friday)
    page = propose(friday, "Paula", 1, why="Gazetted at night, said the radio.").text
    assert "Gazetted at night, said the radio." in page
    first, second = (re.search(f'value="{one}"( checked)?>', page)[1] for one in ids(friday, 0, 1))
    assert (first, second) == (None, " checked")


def test_at_a_telephone_each_date_is_a_line_of_a_card_with_its_name(friday):
    enter(friday)
    page = client(friday, "Tomas").get(LIST).text
    assert 'class="scroll cases"' in page and page.count('data-label="When it was due"') == 2
    assert "0 that counted as missed" not in page


def test_why_must_be_written_and_something_must_be_ticked(friday):
    enter(friday)
    assert propose(friday, "Tomas", 0, why="").status_code == 409
    assert propose(friday, "Tomas").status_code == 422


def test_who_has_an_interest_in_a_case_does_not_find_it_in_the_list(friday):
    enter(friday)
    db.session.add(Conflict(case_id=friday[2][0].id, account_id=friday[1]["Tomas"].account_id))
    db.session.commit()
    page = client(friday, "Tomas").get(LIST).text
    assert friday[2][0].reference not in page and friday[2][1].reference in page


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor"])
def test_nobody_but_an_approver_opens_the_list(friday, name):
    assert client(friday, name).get(LIST).status_code in (403, 404)


def test_the_companys_page_at_the_office_counts_what_was_corrected_apart(friday):
    enter(friday)
    company = friday[2][0].company_id
    assert breaches.of_company(company) == breaches.Counted(missed=2, corrected=0)
    propose(friday, "Tomas", 0)
    approve(friday, "Paula", 0)
    assert breaches.of_company(company) == breaches.Counted(missed=1, corrected=1)
    page = client(friday, "Noor").get(f"/desk/admin/companies/{company}").text
    assert "1 was missed." in page and "1 that counted as missed was corrected." in page


def test_the_way_back_stands_beside_the_next_move(friday):
    enter(friday)
    page = f"/desk/cases/{friday[2][0].reference}"
    beside = f'href="{page}/steps/refer_back">Refer back to the company</a></p>'
    assert beside not in client(friday, "Noor").get(page).text
    propose(friday, "Tomas", 0)
    approve(friday, "Paula", 0)
    assert beside in client(friday, "Noor").get(page).text
