"""A code on paper opens a party's key where nobody can sign in any more, and nothing else does."""

import pytest
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import leaving, people
from grievance.accounts.keys import recovery, rotation
from grievance.crypto import envelopes, paper
from grievance.crypto.compartments import Compartment
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.people import AccountStatus, Party, RecoveryShare, Role
from grievance.record import chain
from tests.accounts import two_people
from tests.accounts.keys.test_rotation import reads_a_name
from tests.accounts.test_leaving import account_of, case_with, join, office


def comes_back(name, password="another password of mine", code=""):
    """The password is forgotten: invited again from the command line, and a new one chosen."""
    people.accept(two_people.invited_again(None, account_of(name).id, code), password)
    return signed_in(name, password)


def test_the_only_custodian_comes_back_by_the_paper_and_opens_identities_again(both):
    reference = demonstration.file_one(clock.now(), name="Amina Said", known_to_secretariat="yes")[0]
    code = recovery.make(both.cast["Ines"])
    ines = comes_back("Ines", code=code)
    assert doctor.examine() == []  # nobody has the key just now, and nothing is lost
    assert ines.party_seed is None and account_of("Ines").status == AccountStatus.WAITING
    two_people.recover(both.cast["Noor"], ines, f" {code[:16].lower()}-{code[16:]} ")
    assert reads_a_name(both.cast["Noor"], signed_in("Ines", "another password of mine"), reference)
    assert [one["account"] for one in office("recovered")] == [ines.account_id]
    assert doctor.examine() == [] and chain.verify() == []


def test_the_only_custodian_is_not_invited_again_before_the_paper_was_shown_to_be_the_right_one(app, cast):
    with pytest.raises(Refused, match="Nobody else"):
        two_people.invited_again(None, account_of("Ines").id)
    recovery.make(cast["Ines"])
    with pytest.raises(Refused, match="Nobody else"):
        two_people.invited_again(None, account_of("Ines").id)
    with pytest.raises(BadInput):
        two_people.invited_again(None, account_of("Ines").id, paper.make())
    assert signed_in("Ines").party_seed == cast["Ines"].party_seed


def test_the_paper_opens_after_and_in_the_middle_of_a_rotation(both):
    reference = demonstration.file_one(clock.now())[0]
    code = recovery.make(both.cast["Tomas"])
    rotation.begin(signed_in("Tomas"))
    noor = comes_back("Noor")
    two_people.recover(both.cast["Ines"], noor, code)
    noor = signed_in("Noor", "another password of mine")
    assert opened(noor, case_with(reference)).can_open(Compartment.INTERNAL)
    assert rotation.go_on(noor, 99).finished
    tomas = comes_back("Tomas")
    two_people.recover(both.cast["Ines"], tomas, code)
    tomas = signed_in("Tomas", "another password of mine")
    assert opened(tomas, case_with(reference)).can_open(Compartment.INTERNAL)
    assert db.session.query(RecoveryShare).count() == 1 and doctor.examine() == []


def test_a_newer_code_and_the_code_of_another_party_open_nothing(app, cast):
    older, newer = recovery.make(cast["Tomas"]), recovery.make(cast["Tomas"])
    theirs = recovery.make(cast["Ines"])
    noor = comes_back("Noor")
    for wrong in (older, theirs):
        with pytest.raises(BadInput):
            recovery.recover(noor, wrong)
        assert account_of("Noor").status == AccountStatus.WAITING
    two_people.recover(cast["Ines"], noor, newer)


@pytest.mark.parametrize("typed", ["", "2345", "2" * 32, "2" * 33, "0" * 32])
def test_a_slip_is_told_from_a_wrong_code(app, cast, typed):
    with pytest.raises(BadInput) as slip:
        recovery.recover(comes_back("Noor"), typed)
    assert "look for a slip" in slip.value.errors["code"]


def test_small_letters_spaces_and_hyphens_do_not_matter():
    code = paper.make()
    assert paper.normalise(f" {code[:5].lower()} {code[5:20]}-{code[20:]}\n") == code


def test_who_does_not_wait_is_not_admitted_by_the_paper(app, cast):
    code = recovery.make(cast["Tomas"])
    with pytest.raises(Refused, match="not waiting"):
        recovery.recover(cast["Noor"], code)


@pytest.mark.parametrize("name", ["Noor", "Victor", "Olga"])
def test_only_approvers_and_custodians_make_a_paper(app, cast, name):
    with pytest.raises(Refused):
        recovery.make(cast[name])


def test_the_database_alone_opens_nothing_and_does_not_hold_the_code(app, cast):
    code = recovery.make(cast["Tomas"])
    share = db.session.scalars(select(RecoveryShare)).one()
    assert code.encode() not in share.sealed + share.paper_key
    with pytest.raises(BadInput):
        recovery.recover(comes_back("Noor"), paper.make())


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
    found = doctor.examine()  # and the record does not know such a row
    assert "secretariat: the recovery code does not open its key." in found and len(found) == 2


def test_a_code_that_was_used_is_known_as_used_until_another_is_made(app, cast):
    code = recovery.make(cast["Ines"])
    assert recovery.paper_of(cast["Ines"].party_id).used_at is None
    ines = comes_back("Ines", PASSWORD, code)
    two_people.recover(cast["Noor"], ines, code)
    assert recovery.paper_of(ines.party_id).used_at is not None
    recovery.make(signed_in("Ines"))
    assert recovery.paper_of(ines.party_id).used_at is None


def test_who_left_and_knows_the_code_opens_nothing_that_is_sealed_after_the_rotation(both):
    paula = join("Paula", Role.APPROVER, both.cast["Noor"])
    code = recovery.make(paula)
    leaving.leave(both.cast["Tomas"], paula.account_id)
    rotation.begin(signed_in("Tomas"))
    assert recovery.paper_of(paula.party_id) is None  # a new one is asked for
    assert rotation.go_on(signed_in("Tomas"), 99).finished
    assert db.session.scalars(select(RecoveryShare)).all() == [] and doctor.examine() == []
    with pytest.raises(BadInput):
        recovery.recover(comes_back("Noor"), code)


def test_a_code_that_was_made_after_somebody_left_goes_on_through_the_rotation(app, cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    leaving.leave(cast["Tomas"], paula.account_id)
    code = recovery.make(signed_in("Tomas"))
    rotation.begin(signed_in("Tomas"))
    assert rotation.go_on(signed_in("Tomas"), 99).finished
    two_people.recover(cast["Ines"], comes_back("Noor"), code)


def test_who_leaves_while_they_press_makes_no_paper_and_admits_nobody(app, cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    leaving.leave(cast["Tomas"], paula.account_id)
    with pytest.raises(Refused, match="at this moment"):
        recovery.make(paula)
    with pytest.raises(Refused, match="at this moment"):
        two_people.admit(paula, account_of("Petra").id)


def test_what_was_asked_for_just_before_a_rotation_ended_seals_nothing_to_the_dead_key(app, cast):
    rotation.begin(signed_in("Tomas"))
    stale = signed_in("Tomas")
    assert stale.former_seeds and rotation.go_on(signed_in("Noor"), 99).finished
    recovery.make(stale)
    assert len(db.session.scalars(select(RecoveryShare)).all()) == 1 and doctor.examine() == []


def test_a_share_that_is_damaged_is_said_and_admits_nobody(app, cast):
    code = recovery.make(cast["Tomas"])
    share = db.session.scalars(select(RecoveryShare)).one()
    share.sealed = share.sealed[:-1] + bytes([share.sealed[-1] ^ 1])
    db.session.commit()
    noor = comes_back("Noor")
    two_people.vouch(cast["Ines"], noor.account_id)
    with pytest.raises(Refused, match="damaged"):
        recovery.recover(noor, code)
    assert account_of("Noor").status == AccountStatus.WAITING
