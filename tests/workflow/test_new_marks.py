"""For whom an event is new: what the rows say is what stands in the queues, for every step that the table has."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, Person
from grievance.accounts import leaving, people, receipts
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.desk import OFFICERS, URGENT, NewMark
from grievance.models.limit import Limit
from grievance.models.people import Account, Role
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from grievance.workflow.safety import LETTERS
from grievance.workflow.told import reaches, told
from tests.accounts import two_people
from tests.accounts.test_leaving import join
from tests.views.test_routes import client_of
from tests.workflow.test_table import in_state  # noqa: F401 - a fixture

STAFF = ("Noor", "Tomas", "Ines", "Victor", "Olga")


@pytest.fixture
def filed(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    return reference, amina


CODES: dict[str, str] = {}
"""The receipts of the cases here."""


@pytest.fixture
def referred(app, cast):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))
    CODES[reference] = code
    look_at_all()
    return reference


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def marks(reference):
    """{whose: whether urgent} of a case; the first name, or the desk."""
    query = select(NewMark.reader, NewMark.rank, Account.name).outerjoin(Account, Account.id == NewMark.account_id)
    found = db.session.execute(query.where(NewMark.case_id == case_of(reference).id)).all()
    return {name.split()[0] if name else reader: rank == URGENT for reader, rank, name in found}


def look_at_all():
    db.session.execute(NewMark.__table__.delete())
    db.session.commit()


def do(step, by, reference, **raw):
    return steps.take(step, by, reference, raw)


def test_a_complaint_is_new_for_the_officers_until_one_of_them_takes_it(filed, cast):
    reference, _amina = filed
    assert marks(reference) == {OFFICERS: False}
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    assert marks(reference) == {}


def test_a_complaint_of_somebody_in_danger_is_urgent(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), could_harm="yes")
    assert marks(reference)[OFFICERS] is True


def test_whoever_is_given_a_case_finds_it_new_and_who_had_it_does_not(filed, cast):
    reference, amina = filed
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    other = second_officer(cast)
    do("write", amina, reference, audience="secretariat", message="They stand outside my house now.")
    assert marks(reference) == {"Noor": False}
    do("assign", cast["Tomas"], reference, officer=str(other.account_id))
    assert marks(reference) == {"Nadia": False}


def second_officer(cast):
    people.accept(people.invite(None, demonstration.email_of("Nadia"), "Nadia", Role.OFFICER), demonstration.PASSWORD)
    account = db.session.scalars(select(Account).where(Account.email == demonstration.email_of("Nadia"))).one()
    if account.status != "active":
        two_people.admit(cast["Tomas"], account.id)
    return Person(Role.OFFICER, account.id, party_id=account.party_id)


def test_what_an_officer_does_in_their_own_case_is_new_for_nobody_of_the_office(referred, cast):
    do("note", cast["Noor"], referred, note="She calls on Friday.")
    assert marks(referred) == {}


def test_a_message_to_the_secretariat_is_new_for_the_officer_and_not_for_the_company(referred, cast):
    amina = amina_of(referred)
    do("write", amina, referred, audience="secretariat", message="They stand outside my house now.")
    assert marks(referred) == {"Noor": False}


def amina_of(reference):
    return receipts.person_with(CODES[reference])


def test_a_message_of_the_office_is_new_for_the_people_of_the_company_alone_that_it_is_for(referred, cast):
    do("write", cast["Noor"], referred, audience="company", message="Please send the pay slips.")
    assert marks(referred) == {"Victor": False}
    look_at_all()
    do("write", cast["Noor"], referred, audience="complainant", message="We asked for the pay slips.")
    assert marks(referred) == {}


def test_retaliation_is_urgent_for_the_office_and_nothing_for_the_company(referred, cast):
    demonstration.do("report_retaliation", amina_of(referred), referred, clock.now())
    assert marks(referred) == {"Noor": True, "Tomas": True}


def test_while_the_alert_is_up_whatever_she_says_is_urgent_and_for_the_company_it_is_not(referred, cast):
    demonstration.do("report_retaliation", amina_of(referred), referred, clock.now())
    look_at_all()
    do("write", amina_of(referred), referred, audience="all", message="I want to speak with you.")
    assert marks(referred) == {"Noor": True, "Victor": False}


def test_who_has_a_conflict_of_interest_finds_nothing_new(referred, cast):
    second_officer(cast)
    do("exclude_person", cast["Tomas"], referred, person=str(cast["Noor"].account_id), why="Her cousin works there.")
    demonstration.do("report_retaliation", amina_of(referred), referred, clock.now())
    assert marks(referred) == {OFFICERS: True, "Tomas": True}


def test_an_approver_who_has_a_conflict_of_interest_finds_nothing_new(referred, cast):
    second_officer(cast)
    do("declare_conflict", cast["Tomas"], referred, why="My sister works there.")
    look_at_all()
    demonstration.do("report_retaliation", amina_of(referred), referred, clock.now())
    assert marks(referred) == {"Noor": True}


def test_whoever_did_it_finds_nothing_new(referred, cast):
    do("write", cast["Victor"], referred, audience="all", message="We looked into it.")
    assert marks(referred) == {"Noor": False}


def test_a_case_that_its_officer_gives_up_is_new_for_the_others(referred, cast):
    second_officer(cast)
    do("declare_conflict", cast["Noor"], referred, why="My cousin works there.")
    assert marks(referred) == {OFFICERS: False, "Tomas": False}


def test_a_case_whose_officer_has_left_is_new_for_the_others(referred, cast):
    second_officer(cast)
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    assert marks(referred) == {OFFICERS: False}


def test_a_proposal_is_new_for_the_approver_and_its_refusal_for_who_proposed_it(filed, cast):
    reference, _amina = filed
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    decision = steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"]).id
    assert marks(reference) == {"Tomas": False}
    look_at_all()
    steps.decide(cast["Tomas"], reference, decision, False, "The packet names a place.")
    assert marks(reference) == {"Noor": False}


def test_a_refusal_is_new_for_a_colleague_who_proposed_it_too(filed, cast):
    reference, _amina = filed
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    second_officer(cast)
    nadia = demonstration.signed_in("Nadia")
    decision = steps.take("set_legal_hold", nadia, reference, {"reason": "A court asks."}).id
    look_at_all()
    steps.decide(cast["Tomas"], reference, decision, False, "No court asks.")
    assert marks(reference) == {"Noor": False, "Nadia": False}


def test_what_was_handed_over_is_new_for_each_of_the_companys_people_who_may_see_it(filed, cast):
    reference, _amina = filed
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    decision = steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"]).id
    look_at_all()
    steps.decide(cast["Tomas"], reference, decision, True)
    assert marks(reference) == {"Noor": False, "Victor": False}


def test_a_company_that_holds_no_keys_any_more_finds_nothing_new(referred, cast):
    do("recall_packet", cast["Noor"], referred, what="It names a place.", told="We took it back.")
    assert "Victor" not in marks(referred)
    do("write", amina_of(referred), referred, audience="secretariat", message="Thank you.")
    assert "Victor" not in marks(referred)


def test_a_custodian_finds_the_request_new_until_it_is_decided(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), name="Amina", known_to_secretariat="yes")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    do("ask_identity", cast["Noor"], reference, reason="contact", words="To call her.")
    assert marks(reference) == {"Ines": False}
    do("grant_identity", cast["Ines"], reference)
    assert marks(reference) == {"Noor": False}


def test_a_missed_limit_is_new_for_the_officer_the_approver_and_the_company_that_missed_it(referred, cast):
    due = db.session.scalars(select(Limit).where(Limit.case_id == case_of(referred).id, Limit.key == "L5")).one().due_at
    sweep(due)
    assert marks(referred).keys() >= {"Noor", "Tomas", "Victor"}


def test_a_holiday_that_moves_what_a_company_owes_is_new_for_it(referred, cast):
    due = db.session.scalars(select(Limit).where(Limit.case_id == case_of(referred).id, Limit.key == "L5")).one().due_on
    holidays.add(cast["Tomas"], "KE", {due: "A day off"})
    assert marks(referred) == {"Victor": False}


def test_the_first_event_that_was_not_seen_stays_the_first(referred, cast):
    for message in ("One.", "Two."):
        do("write", amina_of(referred), referred, audience="secretariat", message=message)
    mark = db.session.scalars(select(NewMark).where(NewMark.case_id == case_of(referred).id)).one()
    assert mark.first_seq == case_of(referred).head_seq - 1


def test_an_erased_case_is_new_for_nobody(app, cast):
    reference, _code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=1500))
    demonstration.do("erase", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert marks(reference) == {}


def test_every_step_marks_whom_its_row_says_and_nobody_else(in_state, tmp_path):  # noqa: F811
    """By everybody who may take it, from each state, each on the same case: what is found is what `told` says."""
    path = in_state.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    saved, seen = tmp_path / "saved.sqlite", 0
    look_at_all()

    def put_back(source, target):
        db.session.remove()
        db.engine.dispose()
        shutil.copy(source, target)

    put_back(path, saved)
    for row in (row for row in ROWS if in_state.state in row.source):
        for role in sorted(row.who - {Role.CLOCK}):
            case, person = case_of(in_state.reference), in_state.roles[role]
            raw = demonstration.answers_for(row.step, person, case)
            try:
                proposed = steps.take(row.step, person, in_state.reference, raw)
            except (steps.Refused, NoSuchCase, BadInput):
                continue
            if not proposed:
                seen += 1
                assert marks(in_state.reference).keys() == expected(row, person, raw), (row.step, role)
            put_back(saved, path)
    assert seen > 5


def expected(row, person, raw):
    """Noor has the case, unless nobody has taken it yet or she just left it; Tomas approves, Ines is custodian, and
    Victor's company has its keys where it was referred."""
    case = db.session.scalars(select(Case)).first()
    held = case.handovers and reaches("company", raw.get("audience"), person.side)
    officer = "Noor" if case.officer_id else OFFICERS
    by_others = person.role != Role.OFFICER or row.step == "declare_conflict"
    found = {officer} if told(row, Role.OFFICER).is_new and by_others else set()
    nobody_in_danger = {letter.recipient for letter in row.letters if letter not in LETTERS}
    tomas = told(row, Role.APPROVER).is_new and "approver" in nobody_in_danger
    found |= {"Tomas"} if tomas and person.role != Role.APPROVER else set()
    found |= {"Noor"} if row.step == "put_beside" else set()  # whoever is put there is told, and no officer else
    found |= {"Ines"} if told(row, Role.CUSTODIAN).is_new and person.role != Role.CUSTODIAN else set()
    return found | ({"Victor"} if held and told(row, Role.COMPANY).is_new and person.role != Role.COMPANY else set())


def shut_out_and_let_in(referred, cast, account_id):
    who = {"person": str(account_id), "why": "Another one."}
    do("exclude_person", cast["Tomas"], referred, **who)
    look_at_all()
    decision = do("let_in_again", cast["Noor"], referred, **who)
    steps.decide(cast["Tomas"], referred, decision.id, True)


def test_who_is_let_in_again_finds_the_case_new(referred, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    shut_out_and_let_in(referred, cast, petra.account_id)
    assert "Petra" in marks(referred)


def test_a_companys_person_who_is_let_in_again_finds_the_case_new_in_their_queue(app, referred, cast):
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    shut_out_and_let_in(referred, cast, cast["Victor"].account_id)
    assert "Victor" in marks(referred) and "Vera" not in marks(referred)
    page = client_of(app, "Victor").get("/company?show=unseen")
    assert page.status_code == 200 and referred in page.text and "let in" not in page.text
