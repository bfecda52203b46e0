"""Several companies in one complaint: each is a part of its own, and her receipt opens all of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case, opened
from grievance.accounts import new_receipt, parts
from grievance.accounts.receipts import person_with, shown
from grievance.crypto.compartments import CaseKeys, Compartment, NoKey
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake.filing import new_secret
from grievance.maintenance import doctor, figures_add_up, retention_clock
from grievance.models.case import Case, State
from grievance.models.keys import PartKey
from grievance.models.people import Company
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.writings import read_writing
from grievance.reports import public_counts
from grievance.reports.figures import Period, figures
from grievance.workflow import family, not_me, steps

LETTER = "You named Ostrova, too."


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def company(name):
    return db.session.scalars(select(Company).where(Company.name == name)).one()


def add(cast, reference, name="Ostrova Security", at=None):
    """The officer proposes it and the approver approves. Returns the part."""
    at = at or clock.now()
    do("add_respondent", cast["Noor"], reference, at, cast["Tomas"], company=str(company(name).id), why="Two gates.",
       letter=LETTER)  # fmt: skip
    return parts.parts_of(case_of(reference))[-1]


@pytest.fixture
def two(app, cast):
    """A complaint that was referred to one company, and is about another one besides."""
    reference, receipt = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=3))
    add(cast, reference)
    return reference, receipt


def test_another_company_is_a_part_with_a_state_of_its_own_and_nothing_went_to_it(two, cast):
    reference, _receipt = two
    first = case_of(reference)
    part = parts.parts_of(first)[0]
    assert (first.state, part.state, part.part_number, part.admitted) == (State.REFERRED, State.RECEIVED, 1, True)
    assert part.company.name == "Ostrova Security" and part.reference != reference and not part.with_company
    assert (part.officer_id, part.language, part.topics) == (first.officer_id, first.language, first.topics)
    assert not part.share_account and part.queue_at is not None
    assert family.standing(parts.family_of(part)) == State.REFERRED
    assert list(doctor.examine()) == [] and chain.verify() == []


def test_her_receipt_opens_the_part_and_reads_her_own_words_there(two):
    reference, receipt = two
    amina, part = person_with(receipt), parts.parts_of(case_of(reference))[0]
    there = parts.in_part(amina, part)
    keys = opened(there, part)
    row = db.session.scalars(select(Writing).where(Writing.case_id == part.id, Writing.step == "file")).one()
    assert demonstration.ACCOUNT in read_writing(keys, row)["account"]
    assert find_case(there, part.reference).id == part.id
    with pytest.raises(NoSuchCase):
        find_case(amina, part.reference)
    with pytest.raises(NoKey):
        opened(there, part).key(Compartment.INTERNAL)


def test_no_company_sees_the_part_of_the_other(two, cast):
    part = parts.parts_of(case_of(two[0]))[0]
    for one in ("Victor",):
        with pytest.raises(NoSuchCase):
            find_case(cast[one], part.reference)


@pytest.mark.parametrize("name", ["Larkfield", "Ostrova"])
def test_a_company_that_the_complaint_is_about_is_not_added_again(two, cast, name):
    there = next(c for c in db.session.scalars(select(Company)) if c.name.startswith(name))
    with pytest.raises(Refused, match="is about this company already"):
        do("add_respondent", cast["Noor"], two[0], clock.now(), company=str(there.id), why="x", letter="y")


def test_a_part_has_no_parts(two, cast):
    part = parts.parts_of(case_of(two[0]))[0]
    do("escalate", cast["Noor"], part.reference, clock.now())
    with pytest.raises(Refused, match="on the page of its first company"):
        do("add_respondent", cast["Noor"], part.reference, clock.now(), company="1", why="x", letter="y")


def test_an_alert_in_a_part_stops_what_is_handed_over_in_all(two, cast):
    reference, receipt = two
    part = parts.parts_of(case_of(reference))[0]
    there = parts.in_part(person_with(receipt), part)
    steps.take("report_retaliation", there, part.reference, {"happened": "They came to my house."})
    said = {row.step: said for row, said in steps.choices_now(cast["Noor"], case_of(reference))}
    assert said["show_summary"] == family.ALERT_ELSEWHERE
    assert not case_of(reference).safety_alert  # nobody of the first company could see that anything changed


def test_withdrawing_the_complaint_withdraws_its_parts_and_at_a_part_only_that_company(two, cast):
    reference, receipt = two
    amina, part = person_with(receipt), parts.parts_of(case_of(reference))[0]
    there = parts.in_part(amina, part)
    do("withdraw", there, part.reference, clock.now())
    assert part.withdrawn_at and not case_of(reference).withdrawn_at
    do("undo_withdrawal", there, part.reference, clock.now())
    do("withdraw", amina, reference, clock.now())
    assert part.withdrawn_at and case_of(reference).withdrawn_at
    do("undo_withdrawal", amina, reference, clock.now())
    assert not part.withdrawn_at and list(doctor.examine()) == [] and chain.verify() == []


def test_a_new_receipt_opens_the_parts_and_what_was_written_there_since(two, cast):
    reference, receipt = two
    part = parts.parts_of(case_of(reference))[0]
    secret = new_secret()
    followed = new_receipt.make(person_with(receipt), secret, False)
    assert followed and person_with(receipt) is None
    do("write", cast["Noor"], part.reference, clock.now(), audience="complainant", message="Only for you.")
    now_hers = parts.in_part(person_with(shown(secret)), part)
    row = db.session.scalars(select(Writing).where(Writing.case_id == part.id, Writing.step == "write")).one()
    assert row.epoch == 1 and "Only for you." in str(read_writing(opened(now_hers, part), row))
    do("withdraw", now_hers, part.reference, clock.now())
    assert list(doctor.examine()) == [] and chain.verify() == []


def test_a_complaint_about_two_companies_is_counted_once_and_what_each_owes_for_each(two):
    day = clock.office_today()
    period = Period(day - timedelta(days=30), day)
    assert figures(period).received == 1 and len(public_counts.known_then(day)) == 1
    of_ostrova = Period(day - timedelta(days=30), day, company("Ostrova Security").id)
    assert figures(of_ostrova).received == 1
    assert dict(figures(of_ostrova).by["company"]) == {of_ostrova.company_id: 1}
    assert list(figures_add_up.faults()) == []


def test_erasing_the_complaint_takes_its_parts_and_not_before_each_may_be_erased(two, cast):
    reference, receipt = two
    part, now = parts.parts_of(case_of(reference))[0], clock.now()
    do("withdraw", person_with(receipt), reference, now)
    do("confirm_withdrawal", cast["Noor"], reference, now + timedelta(days=20), cast["Tomas"])
    assert (case_of(reference).state, part.state) == (State.CLOSED, State.CLOSED)
    later = now + timedelta(days=365 * 12)
    do("erase", cast["Noor"], reference, later, cast["Tomas"])
    assert case_of(reference).erased_at and part.erased_at
    assert db.session.get(PartKey, part.id) is None and opened(cast["Noor"], part) == CaseKeys()
    assert list(doctor.examine()) == [] and chain.verify() == []


def test_a_part_is_not_erased_by_itself_and_the_clock_asks_only_at_the_first_case(two, cast):
    reference, receipt = two
    part, now = parts.parts_of(case_of(reference))[0], clock.now()
    there = parts.in_part(person_with(receipt), part)
    do("withdraw", there, part.reference, now)
    do("confirm_withdrawal", cast["Noor"], part.reference, now + timedelta(days=20), cast["Tomas"])
    later = now + timedelta(days=365 * 12)
    assert retention_clock.run(later) == 0
    with pytest.raises(Refused, match="on the page of its first company"):
        do("erase_name", cast["Noor"], part.reference, later)


def test_it_was_not_me_freezes_the_parts_too(two, cast):
    reference, receipt = two
    secret = new_secret()
    new_receipt.make(person_with(receipt), secret, False)
    not_me.freeze(receipt)
    part = parts.parts_of(case_of(reference))[0]
    assert part.frozen_at and not part.safety_alert
    do("lift_safety_alert", cast["Noor"], reference, clock.now(), cast["Tomas"])
    do("end_freeze", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert not part.frozen_at and list(doctor.examine()) == [] and chain.verify() == []


def test_no_company_is_added_while_she_waits_for_an_answer_about_deletion(app, cast):
    reference, receipt = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=3))
    do("ask_deletion", person_with(receipt), reference, clock.now())
    with pytest.raises(Refused, match="asked for deletion"):
        add(cast, reference)
