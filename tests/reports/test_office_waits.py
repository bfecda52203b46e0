"""What of the office's own affairs waits is said on the start page of whoever may decide it, and of nobody else."""

import html
from datetime import date

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.accounts import changes, leaving, people
from grievance.companies import editions as member_editions
from grievance.deadlines import holidays, holidays_taken_back
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.models.people import Party, Role
from grievance.models.writing import Holiday
from grievance.reports.office_waits import office_waits
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, join
from tests.concerns import road
from tests.views.test_routes import client_of

WAITS, CONFIRM, WRONG, KEY = "waits to be admitted", "waits to be confirmed", "said to be wrong", "is to be changed"


def said(person):
    return " · ".join(one.sentence for one in office_waits(person))


def accepted(name, role, by=None):
    people.accept(people.invite(by, f"{name.lower()}@example.org", name, role), PASSWORD)


def test_who_waits_to_be_admitted_is_said_to_whoever_may_admit_them(app, cast):
    accepted("Petra", Role.OFFICER, cast["Tomas"])
    assert WAITS in said(cast["Noor"]) and said(cast["Tomas"]) == said(cast["Ines"]) == ""
    accepted("Iris", Role.CUSTODIAN, cast["Ines"])
    assert WAITS in said(cast["Ines"])  # who invited them, and there is no other
    join("Irma", Role.CUSTODIAN, cast["Ines"])
    assert said(cast["Ines"]) == ""


def may_confirm(person):
    return any(changes.may_confirm(person, one) for one in changes.waiting(person))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER])
def test_a_change_is_said_to_exactly_those_who_may_confirm_it(app, cast, role):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    paula = join("Paula", role, cast["Noor"])
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    everybody = (*(cast[one] for one in ("Noor", "Tomas", "Ines")), petra, paula)
    assert [CONFIRM in said(one) for one in everybody] == [may_confirm(one) for one in everybody]
    assert sum(CONFIRM in said(one) for one in everybody) == 1
    if role == Role.APPROVER:
        changes.decide(paula, changes.waiting(paula)[0].id, False)
        changes.propose_head(cast["Tomas"], paula.account_id)
        assert [one.account_id for one in everybody if CONFIRM in said(one)] == [cast["Ines"].account_id]


def test_a_wrong_holiday_is_said_to_another_of_the_secretariat_with_the_page_that_decides(app, cast):
    holidays.add(cast["Tomas"], "*", {date(clock.now().year + 1, 3, 3): "A day off"})
    holidays_taken_back.ask(cast["Noor"], db.session.scalars(select(Holiday.id).order_by(Holiday.id.desc())).first())
    assert WRONG in said(cast["Tomas"]) and said(cast["Noor"]) == said(cast["Ines"]) == ""
    page = client_of(app, "Tomas").get("/desk").text
    assert 'href="/desk/admin/holidays">1 holiday was said to be wrong' in page


@pytest.mark.parametrize(("name", "path"), [("Noor", "/desk"), ("Ines", "/custodian")])
def test_a_key_that_is_to_be_changed_is_said_at_the_start_page_of_its_party_alone(app, cast, name, path):
    role, host = (Role.OFFICER, "Tomas") if name == "Noor" else (Role.CUSTODIAN, "Ines")
    gone = join("Petra", role, cast[name])
    leaving.leave(cast[host], gone.account_id)
    assert db.session.get_one(Party, cast[name].party_id).exposed_since
    assert KEY in html.unescape(client_of(app, name).get(path).text)
    assert KEY not in said(cast["Ines" if name == "Noor" else "Noor"])


def test_the_custodians_page_leads_to_what_waits(app, cast):
    accepted("Iris", Role.CUSTODIAN)
    assert 'href="/account/people">1 person waits to be admitted' in client_of(app, "Ines").get("/custodian").text
    two_people.admit(cast["Ines"], account_of("Iris").id)
    assert signed_in("Iris").party_seed and WAITS not in client_of(app, "Ines").get("/custodian").text


def test_what_is_to_be_published_or_decided_of_a_concern_is_said_to_another_approver_and_to_nobody_else(app, cast):
    road.take(cast["Noor"], "ask_corrective_action", road.opened(cast))
    member_editions.propose(cast["Tomas"])
    assert "1 proposal about a concern waits for you" in said(cast["Tomas"])
    assert "edition of the members" not in said(cast["Tomas"]) and said(cast["Noor"]) == ""
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    assert "1 edition of the members waits to be published" in said(paula)
    page = client_of(app, "Tomas").get("/desk").text
    assert 'href="/desk/concerns"' in page and "1 proposal about a concern waits for you" in page
