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
from grievance.workflow import steps, unfit, unsigned
from tests.outside import from_outside
from tests.scenarios.pages import company, desk, press
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


SIGNED_BY_NOBODY = """INSERT INTO signatures (event_hash, signer, signer_id, key, signature)
    SELECT hash, 'receipt', 'nobody', 'none', hash FROM events
    WHERE seq = 1 AND chain = (SELECT id FROM cases WHERE reference = :reference)"""


def test_what_fitted_when_it_was_opened_is_judged_anew_once_one_byte_is_another(app, today):
    client, page = client_of(app, "Noor"), f"/desk/cases/{today.reference}"
    assert "does not fit" not in client.get(page).text
    with from_outside() as session:
        session.execute(text(SIGNED_BY_NOBODY), {"reference": today.reference})
    assert "events:1 is not signed by whoever acted" in client.get(page).text


def test_what_was_judged_once_and_is_as_it_was_is_not_judged_again(app, today, monkeypatch):
    client, page = client_of(app, "Noor"), f"/desk/cases/{today.reference}"
    client.get(page)
    monkeypatch.setattr(unsigned, "_judged", lambda *_given: pytest.fail("judged again"))
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("name", "where", "step", "answers"),
    [
        ("Noor", desk, "write", {"audience": "complainant", "message": "We look at it."}),
        ("Victor", company, "write", {"audience": "secretariat", "message": "We look at it."}),
    ],
)
def test_a_step_is_refused_and_what_was_typed_stays(attacked, name, where, step, answers):
    client = client_of(attacked.app, name)
    answer = press(client, where(attacked, step), looked="yes", **answers)
    assert answer.status_code == 409 and "does not fit the record" in answer.text
    assert "We look at it." in answer.text


def test_her_step_is_refused_and_what_she_typed_stays(attacked):
    answer = press(hers(attacked), "/follow/case/steps/write", audience="secretariat", message="They came again.")
    assert answer.status_code == 409 and str(unfit.TO_HER) in answer.text and "They came again." in answer.text


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
    answer = press(client_of(forged.app, "Noor"), desk(forged, "note"), note="Looked at.")
    assert answer.status_code == 409 and "does not fit the record" in answer.text


def test_an_event_that_nobody_signed_is_named_by_each_sides_page(forged):
    page = client_of(forged.app, "Noor").get(f"/desk/cases/{forged.reference}").text
    assert "is not signed by whoever acted" in page and str(unfit.TO_THE_OFFICE) in page
    assert str(unfit.TO_THE_COMPANY) in client_of(forged.app, "Victor").get(f"/company/cases/{forged.reference}").text
    assert str(unfit.TO_HER) in hers(forged).get("/follow/case").text
