"""A code on paper opens a party's key where nobody can sign in any more, and nothing else does."""

import pytest
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.access import opened
from grievance.crypto import envelopes, paper
from grievance.crypto.compartments import Compartment
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.models.people import AccountStatus, Party, RecoveryShare
from grievance.workflow import doctor, leaving, people, record, recovery, rotation
from grievance.workflow.fields import BadInput, Refused
from tests.workflow.test_leaving import account_of, case_with, office
from tests.workflow.test_rotation import reads_a_name


def comes_back(name, password="another password of mine"):
    """The password is forgotten: invited again from the command line, and a new one chosen."""
    people.accept(leaving.reset(None, account_of(name).id), password)
    return signed_in(name, password)


def test_the_only_custodian_comes_back_by_the_paper_and_opens_identities_again(both):
    reference = demonstration.file_one(clock.now(), name="Amina Said")[0]
    code = recovery.make(both.cast["Ines"])
    ines = comes_back("Ines")
    assert ines.party_seed is None and account_of("Ines").status == AccountStatus.WAITING
    recovery.recover(ines.account_id, f" {code[:16].lower()}-{code[16:]} ")
    assert reads_a_name(both.cast["Noor"], signed_in("Ines", "another password of mine"), reference)
    assert office("recovered") == [{"account": ines.account_id}]
    assert doctor.examine() == [] and record.verify() == []


def test_without_a_paper_the_only_custodian_is_not_invited_again(app, cast):
    with pytest.raises(Refused, match="Nobody else"):
        leaving.reset(None, account_of("Ines").id)


def test_the_paper_opens_after_and_in_the_middle_of_a_rotation(both):
    reference = demonstration.file_one(clock.now())[0]
    code = recovery.make(both.cast["Tomas"])
    rotation.begin(signed_in("Tomas"))
    noor = comes_back("Noor")
    recovery.recover(noor.account_id, code)
    noor = signed_in("Noor", "another password of mine")
    assert opened(noor, case_with(reference)).can_open(Compartment.INTERNAL)
    assert rotation.go_on(noor, 99).finished
    tomas = comes_back("Tomas")
    recovery.recover(tomas.account_id, code)
    tomas = signed_in("Tomas", "another password of mine")
    assert opened(tomas, case_with(reference)).can_open(Compartment.INTERNAL)
    assert db.session.query(RecoveryShare).count() == 1 and doctor.examine() == []


def test_a_newer_code_and_the_code_of_another_party_open_nothing(app, cast):
    older, newer = recovery.make(cast["Tomas"]), recovery.make(cast["Tomas"])
    theirs = recovery.make(cast["Ines"])
    noor = comes_back("Noor")
    for wrong in (older, theirs):
        with pytest.raises(BadInput):
            recovery.recover(noor.account_id, wrong)
        assert account_of("Noor").status == AccountStatus.WAITING
    recovery.recover(noor.account_id, newer)


@pytest.mark.parametrize(
    "spoil", [lambda code: code[:-1], lambda code: code[1:] + code[0], lambda code: "", str.swapcase]
)
def test_a_slip_is_told_from_a_wrong_code(app, cast, spoil):
    code = recovery.make(cast["Tomas"])
    noor = comes_back("Noor")
    if spoil is str.swapcase:
        assert paper.normalise(spoil(code)) == code
        return
    with pytest.raises(BadInput) as slip:
        recovery.recover(noor.account_id, spoil(code))
    assert "look for a slip" in slip.value.errors["code"]


def test_who_does_not_wait_is_not_admitted_by_the_paper(app, cast):
    code = recovery.make(cast["Tomas"])
    with pytest.raises(Refused, match="not waiting"):
        recovery.recover(cast["Noor"].account_id, code)


@pytest.mark.parametrize("name", ["Noor", "Victor", "Olga"])
def test_only_approvers_and_custodians_make_a_paper(app, cast, name):
    with pytest.raises(Refused):
        recovery.make(cast[name])


def test_the_database_alone_opens_nothing_and_does_not_hold_the_code(app, cast):
    code = recovery.make(cast["Tomas"])
    share = db.session.scalars(select(RecoveryShare)).one()
    assert code.encode() not in share.sealed + share.paper_key + share.proof
    with pytest.raises(BadInput):
        recovery.recover(comes_back("Noor").account_id, paper.make())


def test_a_rotation_seals_to_no_paper_that_was_put_into_the_database(app, cast):
    recovery.make(cast["Tomas"])
    theirs = envelopes.new_key_pair().public
    db.session.execute(update(RecoveryShare).values(paper_key=theirs))
    db.session.commit()
    before = db.session.get_one(Party, cast["Tomas"].party_id).key_id
    with pytest.raises(Refused, match="not one that was made here"):
        rotation.begin(signed_in("Tomas"))
    db.session.rollback()
    assert db.session.get_one(Party, cast["Tomas"].party_id).key_id == before


def test_the_doctor_finds_a_paper_that_does_not_open_the_key_of_now(app, cast):
    recovery.make(cast["Tomas"])
    db.session.execute(update(RecoveryShare).values(key_id="0" * 16))
    db.session.commit()
    assert doctor.examine() == ["secretariat: the recovery code does not open its key."]


def test_a_waiting_person_is_told_of_the_paper_and_who_used_it_is_told_to_make_another(app, cast):
    recovery.make(cast["Ines"])
    assert recovery.paper_of(cast["Ines"].party_id).used_at is None
    code = recovery.make(cast["Ines"])
    ines = comes_back("Ines", PASSWORD)
    recovery.recover(ines.account_id, code)
    assert recovery.paper_of(ines.party_id).used_at is not None
    recovery.make(signed_in("Ines"))
    assert recovery.paper_of(ines.party_id).used_at is None
