"""A case that does not fit its record: each side is told so at the top of its page, and no step is taken."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.access import CLOCK
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps, unfit
from tests.outside import from_outside
from tests.scenarios.pages import company, desk, form, hidden, press
from tests.views.test_routes import client_of

WHERE = "WHERE reference = :reference"


def changed(story, sql="UPDATE cases SET share_identity = NOT share_identity"):
    with from_outside() as session:
        session.execute(text(f"{sql} {WHERE}"), {"reference": story.reference})


def hers(story):
    client = story.app.test_client()
    client.post("/follow", data={"code": story.code})
    return client


@pytest.fixture
def attacked(app, today):
    """The story on day 10, changed from outside."""
    today.app = app
    changed(today)
    return today


def test_the_desk_says_it_first_and_names_what_does_not_fit(attacked):
    page = client_of(attacked.app, "Noor").get(f"/desk/cases/{attacked.reference}").text
    said = page.index("does not fit the record")
    assert said < page.index("What is owed") and "restores it" in page
    assert f"{attacked.reference}: cases: is not what the record says of it." in page


def test_the_company_is_told_whom_to_tell_and_not_what_it_is(attacked):
    page = client_of(attacked.app, "Victor").get(f"/company/cases/{attacked.reference}").text
    assert str(unfit.TO_THE_COMPANY) in page and "cases:" not in page


def test_she_is_told_with_how_to_reach_the_office(attacked):
    page = hers(attacked).get("/follow/case").text
    assert str(unfit.TO_HER) in page and "+41 22 000 00 00" in page


def test_a_whole_case_says_nothing_of_it(app, today):
    assert "does not fit" not in client_of(app, "Noor").get(f"/desk/cases/{today.reference}").text


WRITE = [
    ("Noor", desk, {"audience": "complainant"}, unfit.TO_THE_OFFICE),
    ("Victor", company, {"audience": "secretariat"}, unfit.TO_THE_COMPANY),
    ("", lambda _story, step: f"/follow/case/steps/{step}", {}, unfit.TO_HER),
]
"""Who writes, where, with what the link says, and what they are told."""


def visitor(story, name):
    return client_of(story.app, name) if name else hers(story)


@pytest.mark.parametrize(("name", "where", "link", "said"), WRITE)
def test_a_steps_page_says_so_and_has_no_field_so_that_nobody_types_for_nothing(attacked, name, where, link, said):
    page = visitor(attacked, name).get(where(attacked, "write"), query_string=link)
    assert page.status_code == 409 and str(said) in page.text
    assert "<textarea" not in page.text and 'name="message"' not in page.text
    assert ("+41 22 000 00 00" in page.text) is (not name)


@pytest.mark.parametrize("step", ["write", "note", "refer", "grant_identity"])
def test_no_steps_page_of_the_office_opens_whatever_else_would_stand_against_it(attacked, step):
    names = {"grant_identity": "Ines"}
    if step == "grant_identity":
        changed(attacked)
        demonstration.do("ask_identity", attacked.noor, attacked.reference, clock.now())
        changed(attacked)
    where = f"/custodian/cases/{attacked.reference}/steps/{step}" if step in names else desk(attacked, step)
    page = client_of(attacked.app, names.get(step, "Noor")).get(where)
    assert page.status_code == 409 and "does not fit the record" in page.text and "<form" not in main(page)


@pytest.mark.parametrize("name", ["Noor", "Victor", ""])
@pytest.mark.parametrize("what", ["a time limit", "words"])
def test_what_the_case_page_warns_of_keeps_the_form_shut(app, today, name, what):
    today.app = app
    with from_outside() as session:
        if what == "words":
            session.execute(text("UPDATE writings SET step = 'ask' WHERE step IN ('file', 'refer')"))
        else:
            session.execute(text("UPDATE limits SET due_on = '2031-01-01' WHERE met_at IS NULL"))
    where, link = next((where, link) for who, where, link, _said in WRITE if who == name)
    page = visitor(today, name).get(where(today, "write"), query_string=link)
    assert page.status_code == 409 and "<textarea" not in page.text


def main(page):
    return page.text.partition("<main")[2]


def test_what_was_kept_before_is_shown_where_the_form_does_not_open(app, today):
    client = client_of(app, "Noor")
    where = desk(today, "note")
    client.post(f"{where}/draft", data={**form(client, where), "note": "They called me."})
    changed(today)
    page = client.get(where)
    assert page.status_code == 409 and "They called me." in page.text


@pytest.mark.parametrize(("name", "where", "link", "said"), WRITE)
def test_a_step_is_refused_and_what_was_typed_stays(app, today, name, where, link, said):
    today.app = app
    client, path = visitor(today, name), where(today, "write")
    path += f"?audience={link['audience']}" if link else ""
    opened = form(client, path)
    changed(today)
    answers = {**opened, "looked": "yes", "message": "We look at it.", **(link or {"audience": "secretariat"})}
    answer = client.post(path, data=answers)
    assert answer.status_code == 409 and str(said) in answer.text
    assert "We look at it." in answer.text


def test_a_packet_is_not_looked_through_for_nothing(app, today):
    client, path = client_of(app, "Noor"), f"{desk(today, 'write')}?audience=company"
    opened = form(client, path)
    changed(today)
    answer = client.post(path, data={**opened, "audience": "company", "message": "Please answer."})
    assert answer.status_code == 409 and "does not fit the record" in answer.text and "Please answer." in answer.text


def test_once_it_is_restored_everything_goes_on(attacked):
    changed(attacked)  # back
    client = client_of(attacked.app, "Noor")
    answer = press(client, desk(attacked, "note"), note="Looked at.")
    assert answer.status_code == 303
    assert "does not fit" not in client.get(f"/desk/cases/{attacked.reference}").text


def test_a_proposal_is_not_decided_meanwhile(app, today):
    demonstration.do("escalate", today.noor, today.reference, clock.now())
    answers = demonstration.answers_for("refer_back", today.noor, today.case)
    decision = steps.take("refer_back", today.noor, today.reference, answers)
    changed(today)
    with pytest.raises(steps.Refused, match="does not fit the record"):
        steps.decide(today.tomas, today.reference, decision.id, True)


def test_words_that_were_put_in_the_place_of_hers_are_shown_as_nobodys(app, today):
    """Her account, with the bytes of an earlier one: whoever holds the case's key could make words that open."""
    account = db.session.scalars(select(Writing).where(Writing.case_id == today.case.id, Writing.step == "file")).one()
    with from_outside() as session:
        session.execute(text("UPDATE writings SET role = 'officer', step = 'write' WHERE id = :id"), {"id": account.id})
    page = client_of(app, "Noor").get(f"/desk/cases/{today.reference}").text
    assert "These are nobody" in page and demonstration.ACCOUNT not in page


def test_who_was_shut_out_and_let_in_from_outside_does_not_act(app, today):
    steps.take(
        "declare_conflict",
        today.tomas,
        today.reference,
        demonstration.answers_for("declare_conflict", today.tomas, today.case),
    )
    with from_outside() as session:
        session.execute(text("DELETE FROM conflicts"))
    page = client_of(app, "Tomas").get(f"/desk/cases/{today.reference}").text
    assert f"conflicts:{today.tomas.account_id} is gone" in page


def test_what_does_not_open_is_said_so(app, today):
    with from_outside() as session:
        sealed = session.scalar(text("SELECT sealed FROM secretariat_envelopes LIMIT 1"))
        session.execute(
            text("UPDATE secretariat_envelopes SET sealed = :sealed"), {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])}
        )
    answer = client_of(app, "Noor").get(f"/desk/cases/{today.reference}")
    assert answer.status_code == 409 and "does not open" in answer.text


@pytest.fixture
def forged(app, today):
    """A change of her consents that fits the record in all, and that she did not sign."""
    with unit_of_work() as session:
        case, now = session.get_one(Case, today.case.id), clock.now()
        case.share_identity = not case.share_identity
        chain.append(case, "change_consent", replace(CLOCK, role=Role.COMPLAINANT), now, now, {"share_account": True})
    today.app = app
    return today


def test_no_step_is_taken_on_a_word_of_hers_that_nobody_signed(forged):
    client = client_of(forged.app, "Noor")
    assert client.get(desk(forged, "note")).status_code == 409
    client = client_of(forged.app, "Noor")
    answer = client.post(desk(forged, "note"), data={**hidden(client.get("/desk")), "note": "Looked at."})
    assert answer.status_code == 409 and "does not fit the record" in answer.text


def test_an_event_that_nobody_signed_is_named_by_each_sides_page(forged):
    page = client_of(forged.app, "Noor").get(f"/desk/cases/{forged.reference}").text
    assert "is not signed by whoever acted" in page and str(unfit.TO_THE_OFFICE) in page
    assert str(unfit.TO_THE_COMPANY) in client_of(forged.app, "Victor").get(f"/company/cases/{forged.reference}").text
    assert str(unfit.TO_HER) in hers(forged).get("/follow/case").text
