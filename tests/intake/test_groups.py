"""A union files for several people: each has a case of her own, and a slip by which she makes her own receipt."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import new_receipt, receipts, spoken_for
from grievance.crypto.sealing import CannotOpen
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.intake import filing, groups
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.group import SpokenFor
from grievance.models.keys import Holder, IdentityEntry, ReceiptEnvelope
from grievance.models.people import Role
from grievance.models.writing import Writing
from grievance.record import chain, compare
from grievance.record.transaction import unit_of_work
from grievance.record.writings import read_writing
from grievance.workflow import group, steps
from grievance.workflow.closing import destroy
from grievance.workflow.procedure import ROWS
from grievance.workflow.taking_back import UNDOING

LATER = dict.fromkeys(("share_account", "known_to_secretariat", "share_identity"), "later")
AGREES = {"share_account": "yes", "known_to_secretariat": "yes", "share_identity": "no"}
ONE = {"knows": "yes", "called": "3", "could_harm": "no", **LATER}


@pytest.fixture
def union(both):
    """The union's complaint, followed with its receipt, and one person for whom it spoke."""
    reference, lead, code = demonstration.file_one(clock.now() - timedelta(days=1))
    number = groups.add(lead, reference, {**ONE, "name": "Asha Example", **AGREES})
    return SimpleNamespace(reference=reference, lead=lead, code=code, row=spoken_for.one_of(lead, number), **vars(both))


def case_of(row):
    return db.session.get(Case, row.case_id)


def speaks(union, row=None):
    """The spokesperson in one person's case."""
    row = row or union.row
    held = spoken_for.held(union.lead, row)
    envelope = db.session.get(ReceiptEnvelope, row.receipt_id)
    return receipts.person_of(envelope, spoken_for.opened_by(held, envelope), clock.now())


def takes_her_slip(union, row=None):
    """The person types the code of her slip."""
    slip = spoken_for.held(union.lead, row or union.row).slip
    followed = receipts.follow(slip)
    return receipts.complainant_of(followed.session)


def account_read_by(person, case):
    (written,) = db.session.scalars(
        select(Writing).where(
            Writing.case_id == case.id, Writing.step == "file", Writing.compartment == "correspondence"
        )
    )
    return read_writing(opened(person, case), written)["account"]


def test_each_person_has_a_case_of_her_own_with_the_same_account(union):
    case = case_of(union.row)
    first = db.session.scalars(select(Case).where(Case.reference == union.reference)).one()
    assert (case.company_id, case.topics, case.country, case.language, case.represented) == (
        first.company_id, first.topics, first.country, first.language, True)  # fmt: skip
    assert account_read_by(speaks(union), case) == account_read_by(union.lead, first)
    assert union.row.lead_id == first.id and union.row.number == 1
    with pytest.raises(CannotOpen):
        account_read_by(spoken_in(union.lead, case), case)


def spoken_in(person, case):
    """Somebody of another case, with that case's number put in."""
    return replace(person, case_id=case.id)


def test_what_the_spokesperson_said_for_her_is_kept_as_said_for_her_and_agrees_to_nothing(union):
    case = case_of(union.row)
    assert not (case.share_account or case.known_to_secretariat or case.share_identity)
    assert [said for _what, said in group.said_for(case)] == [True, True, False]
    steps.take("change_consent", hers := takes_her_slip(union), case.reference, {"share_account": "yes"})
    assert hers.checked, "a slip goes through another's hands: two people of the office look first"
    assert group.said_for(case_of(union.row))


def test_her_name_is_hers_and_nobody_of_the_group_reads_it(union):
    (entry,) = db.session.scalars(select(IdentityEntry).where(IdentityEntry.case_id == union.row.case_id))
    assert (entry.kind, entry.whose) == ("name", "complainant")


def test_nobody_of_the_office_can_act_as_the_spokesperson_of_a_person(union):
    """What opens it is sealed to the receipt's own key, and nothing that the Secretariat opens has it."""
    assert spoken_for.held(union.cast["Noor"], union.row) is None
    assert spoken_for.held(takes_her_slip(union), union.row) is None


def test_the_spokesperson_changes_what_she_agrees_to_only_with_a_second_person(union):
    person, case = speaks(union), case_of(union.row)
    assert person.role == Role.REPRESENTATIVE and person.checked
    decision = steps.take("change_consent", person, case.reference, {"share_account": "yes"})
    assert decision is not None and not case_of(union.row).share_account


@pytest.mark.parametrize(
    "step",
    sorted({row.step for row in ROWS if Role.REPRESENTATIVE in row.who and row.second_person} - set(UNDOING)),
)
def test_every_step_of_a_spokesperson_that_weighs_is_looked_at_by_a_second_person(step):
    """Weighty is what an approver decides where an officer records it for her. That something goes on after all waits
    for nobody."""
    assert all(row.checked for row in ROWS if row.step == step and Role.REPRESENTATIVE in row.who)


def test_records_and_rows_fit(union):
    takes_her_slip(union)
    groups.add(union.lead, union.reference, ONE)
    assert list(compare.everything()) == []
    assert chain.verify() == []
    assert not [one for one in doctor.examine() if "signed" in str(one)]


def test_nobody_is_filed_for_who_does_not_know_of_it(union):
    with pytest.raises(BadInput) as bad:
        groups.add(union.lead, union.reference, {**ONE, "knows": ""})
    assert set(bad.value.errors) == {"knows"}


def test_a_group_has_an_end(union, monkeypatch):
    assert timetable().most_people == 100
    monkeypatch.setattr(groups, "timetable", lambda: replace(timetable(), most_people=1))
    with pytest.raises(Refused, match="1"):
        groups.add(union.lead, union.reference, ONE)


def test_nobody_is_added_to_the_case_of_one_of_the_group(union):
    hers = takes_her_slip(union)
    with pytest.raises(Refused):
        groups.add(hers, case_of(union.row).reference, ONE)


def test_a_slip_that_was_lost_is_replaced_until_it_is_used(union):
    lost = spoken_for.held(union.lead, union.row).slip
    groups.new_slip(union.lead, 1)
    assert receipts.follow(lost) is None
    assert takes_her_slip(union)
    with pytest.raises(Refused, match="used"):
        groups.new_slip(union.lead, 1)
    assert list(compare.everything()) == []


def test_whoever_is_cut_reads_nothing_that_is_written_since(union):
    hers, cut = takes_her_slip(union), speaks(union)
    case = case_of(union.row)
    steps.take("revoke_authority", hers, case.reference, {"sure": "yes"})
    steps.take("write", hers, case.reference, {"message": "I am alone now.", "audience": "secretariat"})
    newest = db.session.scalars(
        select(Writing).where(Writing.case_id == case.id).order_by(Writing.written_at.desc())
    ).first()
    assert read_writing(opened(hers, case), newest)["message"] == "I am alone now."
    assert not opened(cut, case).can_open(newest.compartment, newest.n, newest.epoch)


def test_once_she_says_that_they_may_go_on_they_are_as_anybody_whom_she_trusts(union):
    case, hers = case_of(union.row), takes_her_slip(union)
    decision = steps.take("let_speak", hers, case.reference, {})
    steps.decide(union.cast["Tomas"], case.reference, decision.id, True)
    assert union.row.agreed_at and not speaks(union).checked
    assert not group.speaks_unasked(case)


def test_a_new_receipt_of_the_spokesperson_opens_what_the_old_one_did_and_the_old_one_nothing_new(union):
    before = union.row.receipt_id
    form = filing.new_secret()
    followed = new_receipt.make(union.lead, form, False)
    union.lead = receipts.complainant_of(followed.session)
    db.session.expire_all()
    assert union.row.receipt_id != before
    assert db.session.get(ReceiptEnvelope, before).revoked_at
    assert account_read_by(speaks(union), case_of(union.row))
    assert list(compare.everything()) == []


def test_whoever_can_write_rows_gives_a_spokesperson_no_keys_of_their_own(union):
    """Sealing to a public key names no sender: what is put in its place opens nothing."""
    known, envelope = spoken_for.held(union.lead, union.row), db.session.get(ReceiptEnvelope, union.row.receipt_id)
    with pytest.raises(CannotOpen):
        spoken_for.opened_by(known._replace(key=bytes(32)), envelope)
    planted = spoken_for.seal(union.lead, union.row.case_id, known._replace(slip="0" * 20))
    db.session.execute(db.update(SpokenFor).values(sealed=planted))
    assert [one.name for one in compare.everything()] == ["spoken_for:"]
    db.session.rollback()


def test_the_receipt_that_a_spokesperson_holds_of_a_case_makes_no_other(union):
    assert new_receipt.make(speaks(union), filing.new_secret(), False) is None


def test_one_erased_leaves_the_others_whole(union):
    other = groups.add(union.lead, union.reference, ONE)
    with unit_of_work():
        case = db.session.get_one(Case, union.row.case_id, with_for_update=True)
        destroy(case.id, [])
        chain.append(case, "erase", union.cast["Noor"], clock.now(), clock.now())
    assert spoken_for.one_of(union.lead, 1) is None
    row = spoken_for.one_of(union.lead, other)
    assert account_read_by(speaks(union, row), case_of(row))
    assert groups.add(union.lead, union.reference, ONE) == 3


def test_the_first_complaint_erased_leaves_each_person_hers(union):
    hers = takes_her_slip(union)
    with unit_of_work():
        case = db.session.get_one(Case, union.row.lead_id, with_for_update=True)
        destroy(case.id, [])
        chain.append(case, "erase", union.cast["Noor"], clock.now(), clock.now())
    db.session.expire_all()
    row = db.session.get(SpokenFor, hers.case_id)
    assert account_read_by(hers, case_of(row))
    assert [one for one in compare.everything() if one.whose == case_of(row).reference] == []


def test_the_spokespersons_own_record_says_that_they_filed_for_one_more(union):
    kinds = db.session.scalars(select(Event.kind).where(Event.chain == union.row.lead_id).order_by(Event.seq)).all()
    assert kinds[-1] == "person_added"
    theirs = db.session.scalars(select(Event.kind).where(Event.chain == union.row.case_id).order_by(Event.seq)).all()
    assert theirs == ["file", "slip_made"]
    assert {one.whose for one in receipts.living_receipts(case_of(union.row))} == {
        Holder.COMPLAINANT,
        Holder.REPRESENTATIVE,
    }
