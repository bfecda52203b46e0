"""A company of which nobody has the key comes back by two halves, and neither half is enough."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import leaving, people
from grievance.accounts.keys import escrow, rotation
from grievance.crypto import envelopes
from grievance.crypto.compartments import Compartment
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.people import Account, AccountStatus, EscrowGrant, EscrowHalf, Party, PartyKind, PartyShare, Role
from grievance.record import chain
from tests.accounts import two_people
from tests.accounts.keys.test_recovery import comes_back
from tests.accounts.test_leaving import account_of, case_with, join, office, without_escrow

NEW = "another password of mine"


def referred(both):
    """A case that Victor's company answers, and whose packet its people read."""
    return demonstration.walk_story(both.cast, "respond", clock.now() - timedelta(days=20))[0]


def reads(person, reference):
    return opened(person, case_with(reference)).can_open(Compartment.COMPANY, 1)


def halves_of(person):
    """Those of one company's key, by who holds them."""
    query = select(EscrowHalf).where(EscrowHalf.party_id == person.party_id)
    return {half.holder: half for half in db.session.scalars(query)}


def hand_over(by, account_id, typed=None):
    """The half, after a call to the person."""
    escrow.hand_over(by, account_id, typed or two_people.read_out(account_id))


def account_of_id(account_id):
    return db.session.get_one(Account, account_id)


def stranded():
    """Victor, the only one of his company, has forgotten his password and chosen a new one."""
    return comes_back("Victor")


def test_with_both_halves_the_person_reads_everything_again_and_the_office_nothing_more(both):
    reference = referred(both)
    victor = stranded()
    hand_over(both.cast["Tomas"], victor.account_id)
    with pytest.raises(Refused, match="Both halves"):
        escrow.open_key(victor)
    hand_over(both.cast["Ines"], victor.account_id)
    escrow.open_key(victor)
    victor = signed_in("Victor", NEW)
    assert reads(victor, reference) and account_of("Victor").status == AccountStatus.ACTIVE
    assert db.session.scalars(select(EscrowGrant)).all() == []
    assert len(office("escrow_opened")) == 2 and len(office("joined_by_escrow")) == 1
    assert doctor.examine() == [] and chain.verify() == []


@pytest.mark.parametrize("names", [["Tomas"], ["Ines"], ["Tomas", "Tomas"]])
def test_one_party_alone_hands_over_one_half_however_often_it_presses(app, cast, names):
    victor = stranded()
    for name in names:
        hand_over(cast[name], victor.account_id)
    assert [len(one.handed) for one in escrow.stranded(cast["Ines"])] == [1]
    with pytest.raises(Refused):
        escrow.open_key(victor)
    assert signed_in("Victor", NEW).party_seed is None


def test_two_halves_make_the_key_and_neither_is_the_key(app, cast):
    victor = signed_in("Victor")
    halves = halves_of(victor)
    seeds = {
        kind: envelopes.open_with(cast[name].party_seed, halves[kind].sealed, escrow.half_place(halves[kind]))
        for kind, name in ((PartyKind.SECRETARIAT, "Noor"), (PartyKind.CUSTODIANS, "Ines"))
    }
    assert envelopes.join(*seeds.values()) == victor.party_seed
    assert victor.party_seed not in seeds.values()


@pytest.mark.parametrize("name", ["Noor", "Victor", "Olga"])
def test_only_an_approver_and_a_custodian_hand_over(app, cast, name):
    victor = stranded()
    person = victor if name == "Victor" else cast[name]
    with pytest.raises(Refused, match="Only an approver"):
        hand_over(person, victor.account_id)
    assert escrow.stranded(cast["Noor"]) == escrow.stranded(cast["Olga"]) == []


def test_nothing_is_handed_over_while_a_colleague_can_admit(app, cast):
    join("Rosa", Role.COMPANY, signed_in("Victor"), cast["Victor"].company_id)
    victor = comes_back("Victor")
    with pytest.raises(Refused, match="colleagues"):
        hand_over(cast["Tomas"], victor.account_id)
    assert escrow.stranded(cast["Tomas"]) == []


@pytest.mark.parametrize("name", ["Noor", "Ines", "Olga"])
def test_nothing_is_handed_to_somebody_who_is_not_of_a_company_or_does_not_wait(app, cast, name):
    with pytest.raises(Refused):
        hand_over(cast["Tomas"], cast[name].account_id)


def test_what_was_handed_over_is_void_after_another_new_password(app, cast):
    victor = stranded()
    for name in ("Tomas", "Ines"):
        hand_over(cast[name], victor.account_id)
    victor = comes_back("Victor", "a third password of mine")
    assert db.session.scalars(select(EscrowGrant)).all() == []
    with pytest.raises(Refused, match="Both halves"):
        escrow.open_key(victor)


def test_the_halves_live_through_a_rotation_of_every_party(both):
    reference = referred(both)
    for name in ("Noor", "Ines", "Victor"):
        rotation.begin(signed_in(name))
        assert rotation.go_on(signed_in(name), 99).finished
    assert db.session.scalar(select(func.count()).select_from(EscrowHalf)) == 4
    assert doctor.examine() == []
    victor = comes_back("Victor")
    for name in ("Tomas", "Ines"):
        hand_over(signed_in(name), victor.account_id)
    escrow.open_key(victor)
    assert reads(signed_in("Victor", NEW), reference)


def test_a_company_that_loses_its_key_in_the_middle_of_a_rotation_goes_on_with_it(both):
    reference = referred(both)
    rotation.begin(signed_in("Victor"))
    victor = comes_back("Victor")
    for name in ("Tomas", "Ines"):
        hand_over(both.cast[name], victor.account_id)
    escrow.open_key(victor)
    victor = signed_in("Victor", NEW)
    assert len(victor.former_seeds) == 1 and rotation.go_on(victor, 99).finished
    assert reads(signed_in("Victor", NEW), reference) and doctor.examine() == []


def test_the_last_of_a_company_may_leave_and_the_next_one_comes_in_by_the_halves(both):
    reference = referred(both)
    company_id = both.cast["Victor"].company_id
    leaving.leave(both.cast["Tomas"], account_of("Victor").id)
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.COMPANY, company_id), PASSWORD)
    rosa = signed_in("Rosa")
    for name in ("Tomas", "Ines"):
        hand_over(both.cast[name], rosa.account_id)
    escrow.open_key(rosa)
    rosa = signed_in("Rosa")
    assert reads(rosa, reference) and rotation.is_due(rosa)


def test_a_key_that_was_never_kept_is_kept_at_the_next_sign_in_and_only_once(app, cast):
    without_escrow()
    assert not escrow.is_deposited(cast["Victor"].party_id)
    with pytest.raises(Refused, match="Nobody else"):
        leaving.leave(cast["Tomas"], cast["Victor"].account_id)
    signed_in("Victor")
    first = {half.id for half in halves_of(cast["Victor"]).values()}
    signed_in("Victor")
    assert len(first) == 2 and {half.id for half in halves_of(cast["Victor"]).values()} == first


def test_nothing_is_handed_over_to_another_key_than_the_one_that_was_compared(app, cast):
    victor = stranded()
    before = two_people.read_out(victor.account_id)
    comes_back("Victor", "a third password of mine")
    with pytest.raises(BadInput, match="fingerprint"):
        hand_over(cast["Tomas"], victor.account_id, before)
    assert db.session.scalars(select(EscrowGrant)).all() == []


def test_what_was_handed_to_another_of_the_company_is_void_once_somebody_has_the_key(app, cast):
    """Otherwise that person could open it much later, when nobody of the office knows of it any more."""
    victor, company_id = stranded(), cast["Victor"].company_id
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.COMPANY, company_id), PASSWORD)
    rosa = signed_in("Rosa")
    for name in ("Tomas", "Ines"):
        for one in (victor, rosa):
            hand_over(cast[name], one.account_id)
    escrow.open_key(victor)
    comes_back("Victor", "a third password of mine")
    with pytest.raises(Refused, match="Both halves"):
        escrow.open_key(rosa)


def test_a_company_of_which_nobody_is_left_is_no_fault_while_its_key_is_kept(both):
    referred(both)
    leaving.leave(both.cast["Tomas"], account_of("Victor").id)
    assert doctor.examine() == []


def test_a_company_changes_its_key_also_while_the_office_cannot_keep_it(app, cast):
    secretariat = db.session.get_one(Party, cast["Noor"].party_id)
    known, secretariat.key_id = secretariat.key_id, "0" * 16
    db.session.commit()
    rotation.begin(signed_in("Victor"))
    assert rotation.go_on(signed_in("Victor"), 99).finished and not escrow.is_deposited(cast["Victor"].party_id)
    secretariat.key_id = known
    db.session.commit()
    signed_in("Victor")
    assert escrow.is_deposited(cast["Victor"].party_id) and doctor.examine() == []


def test_half_of_a_companys_key_is_handed_to_no_key_that_somebody_put_into_the_database(app, cast):
    victor = stranded()
    account_of("Victor").public_key = envelopes.new_key_pair().public
    db.session.commit()
    with pytest.raises(Refused, match="not the one that the record vouches for"):
        hand_over(cast["Tomas"], victor.account_id)
    assert db.session.scalars(select(EscrowGrant)).all() == []


def test_halves_that_were_changed_in_the_database_open_nothing(app, cast):
    victor = stranded()
    other = envelopes.new_key_pair().seed
    half = halves_of(victor)[PartyKind.SECRETARIAT]
    public = envelopes.public_of(cast["Noor"].party_seed)
    half.sealed = envelopes.seal_to(public, other, escrow.half_place(half))
    db.session.commit()
    for name in ("Tomas", "Ines"):
        hand_over(cast[name], victor.account_id)
    with pytest.raises(Refused, match="do not make"):
        escrow.open_key(victor)
    assert db.session.scalars(select(PartyShare).where(PartyShare.account_id == victor.account_id)).all() == []


def test_the_doctor_finds_an_escrow_that_does_not_open_the_key_of_now(app, cast):
    half = halves_of(cast["Victor"])[PartyKind.CUSTODIANS]
    half.opens = "0" * 16
    db.session.commit()
    assert doctor.examine() == [f"company {cast['Victor'].company_id}: the escrow does not open its key."]
