"""Two people open an identity, and the complainant reads of it."""

import secrets
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.accounts import new_receipt, receipts
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance.sweep import sweep
from grievance.models.people import Role
from grievance.models.writing import Decision
from grievance.record import chain, compare
from grievance.reports.casefile import open_case_file
from grievance.workflow import custody, steps
from grievance.workflow.labels import LETTERS
from tests.accounts.test_leaving import join
from tests.scenarios.days import day, facts, letters, said
from tests.times import days_later
from tests.views.test_routes import client_of

# --- identity ----------------------------------------------------------------------------------------------


def grant(story, number=7):
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."},
               now=day(number))  # fmt: skip
    steps.take("grant_identity", story.ines, story.reference, {}, now=day(number, 1))


def test_an_identity_is_opened_by_two_people_for_a_day(story):
    with pytest.raises(steps.Refused):
        custody.read(story.noor, story.case, day(7))
    grant(story)
    assert said(custody.read(story.noor, story.case, day(7, 24))) == [("complainant", "name", "Amina Said")]
    for person, now in ((story.noor, day(8, 1)), (story.tomas, day(7, 2)), (story.ines, day(7, 2))):
        with pytest.raises(steps.Refused):
            custody.read(person, story.case, now)


def test_after_the_expiry_the_custodians_half_is_gone(story):
    grant(story)
    sweep(day(9))
    request = db.session.scalars(select(custody.IdentityRequest)).one()
    request.expires_at = day(99)
    db.session.commit()
    with pytest.raises(steps.Refused, match="No grant is open to you"):
        custody.read(story.noor, story.case, day(10))


def test_a_grant_opens_for_nobody_but_the_officer_who_asked(story):
    grant(story)
    request = db.session.scalars(select(custody.IdentityRequest)).one()
    request.asked_by = story.tomas.account_id
    db.session.commit()
    with pytest.raises(CannotOpen):
        custody.read(story.tomas, story.case, day(7, 2))


def test_the_complainant_reads_who_asked_granted_and_opened_and_why(story):
    grant(story)
    steps.take("open_identity", story.noor, story.reference, {}, now=day(7, 2))
    page = open_case_file(story.amina, story.case)
    assert [(e.kind, e.role, e.facts.get("reason")) for e in page.ledger] == [
        ("open_identity", "officer", None), ("grant_identity", "custodian", "contact"),
        ("ask_identity", "officer", "contact"),
    ]  # fmt: skip


def test_a_custodian_sees_the_request_and_nothing_of_the_case(story):
    with pytest.raises(NoSuchCase):
        find_case(story.ines, story.reference)
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."}, now=day(7))
    page = open_case_file(story.ines, find_case(story.ines, story.reference))
    assert (page.writings, page.remedies) == ([], [])
    steps.take("refuse_identity", story.ines, story.reference, {"why": "Call the union first."}, now=day(7))
    with pytest.raises(NoSuchCase):
        find_case(story.ines, story.reference)


def test_why_a_custodian_refused_stands_at_the_desk_and_nowhere_else(app, story):
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."}, now=day(7))
    steps.take("refuse_identity", story.ines, story.reference, {"why": "Call the union first."}, now=day(7, 1))
    desk = client_of(app, "Tomas").get(f"/desk/cases/{story.reference}").text
    assert 'Why it was refused: <strong dir="auto">Call the union first.</strong>' in desk
    amina = app.test_client()
    amina.post("/follow", data={"code": story.code})
    for page in (amina.get("/follow/case"), client_of(app, "Victor").get(f"/company/cases/{story.reference}")):
        assert page.status_code == 200 and "union" not in page.text


def test_the_company_learns_a_name_only_by_consent_two_people_and_its_own_key(story, cast):
    grant(story)
    raw = {"scope": ["name"], "agreed": "yes"}
    decision = steps.take("share_identity", story.noor, story.reference, raw, now=day(7, 3))
    assert custody.disclosed_to(story.victor, story.case) == []
    steps.decide(story.tomas, story.reference, decision.id, True, now=day(7, 4))
    assert said(custody.disclosed_to(story.victor, story.case)) == [("complainant", "name", "Amina Said")]
    assert custody.disclosed_to(story.olga, story.case) == []
    assert letters(story.case, "complainant")[-1] == "identity_shared"
    assert letters(story.case, "company")[-1] == "who_complained"
    assert str(LETTERS["who_complained"]).startswith("You were told who complained")


def test_with_the_name_goes_what_two_people_sealed_to_the_company_of_it(story):
    grant(story)
    decision = steps.take("share_identity", story.noor, story.reference, {"scope": ["name"], "agreed": "yes"},
                          now=day(7, 3))  # fmt: skip
    steps.decide(story.tomas, story.reference, decision.id, True, now=day(7, 4))
    sealed = steps.proposal_of(story.noor, decision)["values"]["sealed"]
    story.at("withdraw", "Amina", 10)
    story.at("confirm_withdrawal", "Noor", 12, free="confirmed")
    sweep(day(3 * 365 - 60))
    story.at("erase_name", "Noor", 3 * 366 + 30)
    db.session.expire_all()
    left = steps.proposal_of(story.noor, db.session.get(Decision, decision.id))["values"]
    assert left["scope"] == ["name"] and sealed not in str(left) and not {"sealed", "commit"} & set(left)
    assert list(compare.everything()) == [] == chain.verify()


def test_without_the_consent_no_name_goes_to_the_company(story):
    story.at("change_consent", "Amina", 6, share_account="yes", known_to_secretariat="yes")
    grant(story)
    with pytest.raises(steps.Refused, match="did not agree"):
        steps.take("share_identity", story.noor, story.reference, {"scope": ["name"], "agreed": "yes"}, now=day(7, 2))


# --- a replaced receipt ------------------------------------------------------------------------------------


def code_of(story):
    """What the Secretariat reads on the case's page, and hands over."""
    return next(text for w in open_case_file(story.noor, story.case).writings if w.step == "handover_code"
                for _label, text in w.fields)  # fmt: skip


def redeemed(story, number=7):
    """Whoever used the code, and the receipt that it made."""
    followed = receipts.follow(code_of(story), now=day(number))
    receipt = receipts.shown(followed.receipt_secret, day(number))
    return receipts.person_with(receipt), receipt


def test_with_a_receipt_that_a_code_made_the_weightiest_steps_are_checked_until_they_were_heard(story):
    story.at("reissue_receipt", "Noor", 6)
    new, receipt = redeemed(story)
    assert new.checked  # by the clock of today more than two weeks are over
    decision = steps.take("change_consent", new, story.reference, {}, now=day(8))
    assert story.case.share_account and decision.proposed_by is None
    steps.decide(story.tomas, story.reference, decision.id, True, now=day(9))
    told = steps.take("report_retaliation", new, story.reference, {"happened": "They came."}, now=day(9))
    assert not story.case.share_account and told is None
    story.at("confirm_receipt", "Noor", 10, holder="complainant")
    assert not receipts.person_with(receipt).checked
    assert facts(story.case, "confirm_receipt")[0]["holder"] == "complainant"
    assert "confirm_receipt" in {one.kind for one in open_case_file(story.amina, story.case).timeline}


def test_one_person_alone_confirms_no_receipt_and_none_that_is_not_checked(story):
    who = {"holder": "complainant", "channel": "phone", "why": "Her sister knows her."}
    with pytest.raises(steps.Refused, match="No receipt of this case waits"):
        steps.take("confirm_receipt", story.noor, story.reference, who, now=day(6))
    story.at("reissue_receipt", "Noor", 6)
    _new, receipt = redeemed(story)
    with pytest.raises(steps.Refused, match="Of this person no receipt waits"):
        steps.take("confirm_receipt", story.noor, story.reference, {**who, "holder": "representative"}, now=day(8))
    decision = steps.take("confirm_receipt", story.noor, story.reference, who, now=day(8))
    with pytest.raises(steps.Refused, match="did not propose it"):
        steps.decide(story.noor, story.reference, decision.id, True, now=day(8))
    assert receipts.person_with(receipt).checked


def test_the_code_of_who_files_for_somebody_makes_a_receipt_that_is_checked_too(app, cast):
    """The officer who filed has read the code first."""
    raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "could_harm": "no",
           "channel": "phone", "language": "en", "read_back": "yes"}  # fmt: skip
    filed = filing.file_complaint(raw, filing.new_secret(), "en", officer=cast["Noor"])
    followed = receipts.follow(filed.code)
    person = receipts.complainant_of(followed.session)
    asked = steps.take("ask_deletion", person, filed.reference, {"sure": "yes", "forced": "no"})
    assert person.checked and asked is not None


def test_whoever_replaces_a_receipt_that_a_code_made_is_checked_on(story):
    story.at("reissue_receipt", "Noor", 6)
    new, _receipt = redeemed(story)
    followed = new_receipt.make(new, secrets.token_urlsafe(32), False)
    with time_machine.travel(days_later(15)):
        assert receipts.person_with(receipts.shown(followed.receipt_secret, clock.now() - timedelta(days=15))).checked


def test_a_second_receipt_beside_a_replaced_one_is_checked_as_long(story):
    story.at("reissue_receipt", "Noor", 6)
    code = code_of(story)
    with time_machine.travel(day(7), tick=False):
        receipts.make_second(receipts.follow(code).receipt_secret)
    until = {one.holder: one.checked_until for one in receipts.living_receipts(story.case)}
    assert len(until) == 2 and len(set(until.values())) == 1 and None not in until.values()


def consents(story, number, **agreed):
    steps.take("change_consent", story.amina, story.reference, {"share_account": "yes", **agreed}, now=day(number))


@pytest.mark.parametrize(("agreed", "reason", "may"), [
    ({}, "contact", False), ({}, "authority", False), ({}, "remedy", False), ({}, "safety", True), ({}, "law", True),
    ({"known_to_secretariat": "yes"}, "contact", True), ({"share_identity": "yes"}, "contact", True),
])  # fmt: skip
def test_an_identity_is_asked_for_with_consent_or_for_safety_or_under_the_law(story, agreed, reason, may):
    consents(story, 6, **agreed)
    answers = {"reason": reason, "words": "To call her."}
    if may:
        steps.take("ask_identity", story.noor, story.reference, answers, now=day(7))
        steps.take("grant_identity", story.ines, story.reference, {}, now=day(7, 1))
        steps.take("open_identity", story.noor, story.reference, {}, now=day(7, 2))
    else:
        with pytest.raises(steps.Refused, match="did not agree"):
            steps.take("ask_identity", story.noor, story.reference, answers, now=day(7))


def test_a_consent_that_is_taken_back_ends_what_was_asked_and_what_was_granted(story):
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call."}, now=day(7))
    consents(story, 7)
    with pytest.raises(steps.Refused, match="did not agree"):
        steps.take("grant_identity", story.ines, story.reference, {}, now=day(7, 1))
    consents(story, 8, known_to_secretariat="yes")
    steps.take("grant_identity", story.ines, story.reference, {}, now=day(8, 1))
    consents(story, 8)
    with pytest.raises(steps.Refused, match="did not agree"):
        steps.take("open_identity", story.noor, story.reference, {}, now=day(8, 2))


@pytest.mark.parametrize("step", ["grant_identity", "refuse_identity"])
def test_the_page_to_decide_says_who_asks_and_why(app, story, step):
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."}, now=day(7))
    with time_machine.travel(day(7, 1)):
        page = client_of(app, "Ines").get(f"/custodian/cases/{story.reference}/steps/{step}")
    assert all(words in page.text for words in ("Noor", "To reach", "To call her."))


# --- a custodian with an interest, and an office with one custodian -------------------------------------------


def test_a_custodian_with_an_interest_in_a_case_is_shut_out_of_it_and_neither_sees_nor_grants(story, app, cast):
    irma = join("Irma", Role.CUSTODIAN, cast["Ines"])
    who = {"person": str(story.ines.account_id), "why": "Her brother is the guard."}
    steps.take("exclude_person", story.tomas, story.reference, who, now=day(6))
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."}, now=day(7))
    page = client_of(app, "Ines").get("/custodian").text
    assert story.reference not in page
    where = f"/custodian/cases/{story.reference}/steps/grant_identity"
    assert client_of(app, "Ines").get(where).status_code == 404
    with pytest.raises(NoSuchCase):
        steps.take("grant_identity", story.ines, story.reference, {}, now=day(7))
    steps.take("grant_identity", irma, story.reference, {}, now=day(7))
    assert "one_custodian" not in facts(story.case, "grant_identity")[0]


def test_the_only_custodian_is_not_shut_out_before_there_is_another(story, cast):
    who = {"person": str(story.ines.account_id), "why": "Her brother is the guard."}
    with pytest.raises(steps.Refused, match="First admit another custodian"):
        steps.take("exclude_person", story.tomas, story.reference, who, now=day(6))
    join("Irma", Role.CUSTODIAN, cast["Ines"])
    steps.take("exclude_person", story.tomas, story.reference, who, now=day(6))


def test_what_one_custodian_alone_grants_is_marked_and_she_reads_it_before(story, app):
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."}, now=day(7))
    said = "the office had one custodian alone"
    assert said in client_of(app, "Ines").get(f"/custodian/cases/{story.reference}/steps/grant_identity").text
    steps.take("grant_identity", story.ines, story.reference, {}, now=day(7, 1))
    assert facts(story.case, "grant_identity")[0]["one_custodian"] is True
    assert said in client_of(app, "Noor").get(f"/desk/cases/{story.reference}").text
