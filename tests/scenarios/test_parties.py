"""Who is the subject, who else complained, who left: the awkward companions of a case."""

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.access import NoSuchCase, find_case
from grievance.accounts import people, receipts
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance import doctor
from grievance.models.case import Case, State
from grievance.models.keys import CompanyEnvelope
from grievance.models.people import Role
from grievance.models.writing import Letter, Writing
from grievance.notify import outbox
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from grievance.workflow.conditions import packet_hash
from grievance.workflow.labels import LETTERS
from tests.accounts import two_people
from tests.accounts.test_leaving import join
from tests.scenarios.days import PACKET, START, day, facts, letters, limits
from tests.views.test_routes import client_of

# --- 2. the mechanism or its contact person is the subject -------------------------------------------------


def test_where_the_mechanism_is_the_subject_it_is_not_referred(app, cast):
    reference, _amina, _code = demonstration.file_one(START)
    do("acknowledge", cast["Noor"], reference, day(1))
    with pytest.raises(BadInput) as bad:
        steps.take("refer", cast["Noor"], reference, {**demonstration.ANSWERS["refer"], "mechanism_not_subject": ""})
    assert set(bad.value.errors) == {"mechanism_not_subject"}


def test_a_person_of_the_company_who_is_named_loses_the_case_itself(story):
    join("Vera", Role.COMPANY, story.victor, story.victor.company_id)
    steps.take("exclude_person", story.tomas, story.reference,
               {"person": str(story.victor.account_id), "why": "He is named."}, now=day(6))  # fmt: skip
    with pytest.raises(NoSuchCase):
        find_case(story.victor, story.reference)


def test_the_contact_person_who_is_named_at_the_referral_is_shut_out_and_a_colleague_answers(app, cast):
    people.accept(people.invite(None, "vera@example.org", "Vera", Role.COMPANY, int(demonstration.larkfield())),
                  demonstration.PASSWORD)  # fmt: skip
    (waiting,) = people.waiting(cast["Victor"])
    two_people.admit(cast["Victor"], waiting.id)
    reference, _amina, _code = demonstration.file_one(START)
    do("acknowledge", cast["Noor"], reference, day(1))
    do("refer", cast["Noor"], reference, day(2), cast["Tomas"], subjects=[str(cast["Victor"].account_id)])
    page = f"/company/cases/{reference}"
    assert client_of(app, "Victor").get(page).status_code == 404
    assert reference not in client_of(app, "Victor").get("/company").text
    do("company_acknowledge", demonstration.signed_in("Vera"), reference, day(3))


def test_who_declares_a_conflict_of_interest_no_longer_sees_the_case(story):
    steps.take("declare_conflict", story.noor, story.reference, {"why": "My brother works there."}, now=day(6))
    with pytest.raises(NoSuchCase):
        find_case(story.noor, story.reference)
    assert story.case.officer_id is None and find_case(story.tomas, story.reference).id == story.case.id


def test_the_last_one_of_the_secretariat_declares_a_conflict_too_and_the_case_waits_for_somebody(story):
    for person in (story.noor, story.tomas):
        steps.take("declare_conflict", person, story.reference, {"why": "My brother works there."}, now=day(6))
        with pytest.raises(NoSuchCase):
            find_case(person, story.reference)
    assert "L17" in limits(story.case)


# --- 3. two complainants, one incident ---------------------------------------------------------------------


def test_two_cases_of_one_incident_are_linked_and_neither_complainant_learns_of_the_other(story, cast):
    other, joseph, _code = demonstration.file_one(day(2))
    steps.take("link", story.noor, story.reference, {"other": other, "why": "The same gate."}, now=day(6))
    assert facts(story.case, "link") == [{"other": other}]
    for person in (story.amina, story.victor, joseph):
        case = story.case if person is not joseph else receipts.case_of(joseph)
        page = open_case_file(person, case)
        assert "link" not in [e.kind for e in page.timeline] and other not in str(page.timeline)
    with pytest.raises(BadInput):
        steps.take("link", story.noor, story.reference, {"other": "GR-AAAA-AAAA", "why": "x"}, now=day(6))


# --- 4. not a member ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("then", "refused"), [("member", True), ("subcontractor", True), ("none", False)])
def test_a_member_at_the_time_or_a_subcontractor_is_not_dismissed_as_no_member(app, cast, then, refused):
    reference, _amina, _code = demonstration.file_one(START)
    do("acknowledge", cast["Noor"], reference, day(1))
    do("classify", cast["Noor"], reference, day(1), membership_then=then)
    raw = {"reason": "not_member", "letter": "These others can help you: the labour inspectorate."}
    if refused:
        with pytest.raises(steps.Refused, match="no reason to dismiss"):
            steps.take("dismiss", cast["Noor"], reference, raw, now=day(2))
        return
    decision = steps.take("dismiss", cast["Noor"], reference, raw, now=day(2))
    steps.decide(cast["Tomas"], reference, decision.id, True, now=day(2))
    case = db.session.scalars(select(Case)).one()
    assert (case.state, case.closing_reason) == (State.CLOSED, "not_member")
    assert "dismissed" in letters(case, "complainant")


# --- 5. a name slipped into the packet ---------------------------------------------------------------------


def test_a_recalled_packet_is_out_of_the_companys_reach_and_a_corrected_one_reads_nothing_of_before(story):
    raw = {"what": "Her name was in it.", "told": "Your name was in the packet.", "packet": PACKET,
           "previewed": packet_hash(PACKET)}  # fmt: skip
    old = db.session.scalars(select(Writing).where(Writing.step == "refer")).one()
    steps.take("recall_packet", story.noor, story.reference, raw, now=day(6))
    (envelope,) = db.session.scalars(select(CompanyEnvelope))
    assert (envelope.n, old.n) == (2, 1)
    page = open_case_file(story.victor, story.case)
    assert [w.step for w in page.writings] == ["recall_packet"] and PACKET in str(page.writings)
    assert facts(story.case, "recall_packet")[0]["could_have_seen"] == [story.victor.account_id]
    assert "packet_recalled" in letters(story.case, "complainant") and doctor.examine() == []
    assert letters(story.case, "company")[-1] == "packet_replaced"
    assert "destroy every copy" in str(LETTERS["packet_replaced"])


def test_a_packet_recalled_for_good_ends_the_companys_sight_of_the_case(story):
    raw = {"what": "Her name was in it.", "told": "Your name was in the packet."}
    steps.take("recall_packet", story.noor, story.reference, raw, now=day(6))
    with pytest.raises(NoSuchCase):
        find_case(story.victor, story.reference)
    assert {"L17"} <= set(limits(story.case)) and "L5" not in limits(story.case) and doctor.examine() == []


def test_a_company_that_lost_the_case_by_a_recall_is_told_nothing_more_of_it(story):
    before = db.session.scalars(select(Letter).where(Letter.recipient == "company")).all()
    assert all(outbox._readers(letter, day(6)) == [story.victor.account_id] for letter in before)
    raw = {"what": "Her name was in it.", "told": "Your name was in the packet."}
    steps.take("recall_packet", story.noor, story.reference, raw, now=day(6))
    told = letters(story.case, "company")
    assert before and [outbox._readers(letter, day(6)) for letter in before] == [[]] * len(before)
    assert "packet_replaced" not in told
    story.at("escalate", "Noor", 9)
    story.at("suspend", "Tomas", 9, review_on=day(40).date().isoformat(), limits=[])
    assert letters(story.case, "company") == told
    story.at("resume", "Tomas", 10)
    story.at("refer_back", "Noor", 10)
    assert letters(story.case, "company") == [*told, "referred"]


# --- 8. retaliation while referred -------------------------------------------------------------------------


def test_retaliation_reported_while_referred_alerts_the_office_and_tells_the_company_nothing(story):
    story.at("company_acknowledge", "Victor", 6)  # so that nothing else is owed to it
    told = letters(story.case, "company")
    story.at("report_retaliation", "Amina", 10)
    assert story.case.safety_alert and "L14h" in limits(story.case) and letters(story.case, "company") == told
    story.at("escalate_unseen", "Noor", 11, ground="retaliation", tell_on=day(12).date().isoformat())
    page = open_case_file(story.victor, story.case)
    assert "retaliation" not in str(page) and "L14h" not in [one.key for one in page.limits]
