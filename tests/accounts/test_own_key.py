"""A new own key: everything that was sealed to the old one opens with the new one, and with the old one no more."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import own_key, people, sessions, staff_pepper
from grievance.accounts.keys import log, log_state, own_keys
from grievance.accounts.keys.log_state import brought
from grievance.crypto import envelopes, passkeys, passwords, signing
from grievance.crypto.passwords import Pepper
from grievance.crypto.sealing import CannotOpen, open_sealed, seal
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.keys import IdentityGrant
from grievance.models.people import Account, EscrowGrant, PartyShare, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import step_drafts
from tests.accounts import two_people
from tests.accounts.devices import Device, asked, confirmed, counting, person, sign_in
from tests.accounts.test_leaving import account_of

NEW = "four guards at the gate"
light = st.binary(min_size=32, max_size=32)


def test_words_that_were_kept_while_somebody_wrote_are_read_with_the_new_key(app, cast):
    reference, *_more = demonstration.file_one(clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    noor = person("Noor")
    step_drafts.save(noor, reference, "note", {"note": "Half a sentence"})
    sessions.change_password(sign_in("Noor"), PASSWORD, NEW)
    kept = step_drafts.load(person("Noor", password=NEW), case, "note")
    assert kept.answers == {"note": "Half a sentence"} and step_drafts.load(noor, case, "note") is None


def test_every_share_opens_with_the_new_key_and_none_with_the_old_one(app, cast):
    before, here = person("Noor"), sign_in("Noor")
    sessions.change_password(here, PASSWORD, NEW)
    after = person("Noor", password=NEW)
    db.session.expire_all()
    for share in db.session.scalars(select(PartyShare).where(PartyShare.account_id == after.account_id)):
        where = own_key.share_place(share.party_id, share.account_id)
        assert envelopes.open_with(after.own_seed, share.sealed, where) == after.party_seed
        with pytest.raises(CannotOpen):
            envelopes.open_with(before.own_seed, share.sealed, where)


def test_whoever_kept_the_old_key_signs_nothing_that_the_record_believes(app, cast):
    old, here = person("Noor"), sign_in("Noor")
    sessions.change_password(here, PASSWORD, NEW)
    assert log.again().faults == [] and doctor.examine() == []
    with unit_of_work():
        now = clock.now()
        chain.append(None, "calendar_made", old, now, now, {"account": old.account_id})
    assert any("is not signed by the account that it names" in one for one in doctor.examine())


def test_a_key_that_only_the_old_one_signed_is_nobodys(app, cast):
    """The entry says a key, and whoever holds it has signed too: else somebody else's could be stated."""
    noor, other = cast["Noor"], envelopes.new_key_pair()
    sign_key = signing.public_of(other.seed)
    facts = {**log_state.stated_account(noor.account_id, other.public, sign_key, noor.party_id), **brought(sign_key),
             "passkeys": [], "waits": "", "app_code": ""}  # fmt: skip
    with unit_of_work():
        chain.append(None, "own_key_changed", noor, clock.now(), clock.now(), facts,
                     signed_by=own_keys.by_person(noor))  # fmt: skip
    assert any("own_key_changed" in one and "not signed by" in one for one in log.again().faults)
    assert not log.known().is_of_account(account_of("Noor"))


def test_somebody_who_waits_to_be_admitted_changes_their_password_and_is_admitted_with_the_new_key(app, cast):
    people.accept(people.invite(cast["Tomas"], "rosa@example.org", "Rosa", Role.OFFICER), PASSWORD)
    here = sign_in("Rosa")
    sessions.change_password(here, PASSWORD, NEW)
    two_people.admit(cast["Noor"], account_of("Rosa").id)
    assert person("Rosa", password=NEW).party_seed == cast["Noor"].party_seed
    assert log.again().faults == [] and doctor.examine() == []


def test_everything_that_is_sealed_to_an_own_key_stands_in_the_list():
    assert {column.sealed.class_ for column in own_key.TO_AN_OWN_KEY} >= {PartyShare, IdentityGrant, EscrowGrant}


# --- one lock, never two -----------------------------------------------------------------------------------

STATES = {
    "nothing": (lambda: Device(), True, True, 0),
    "waits": (lambda: asked("Noor"), True, True, 0),
    "confirmed": (lambda: confirmed("Noor", "Ines"), False, True, 1),
    "counts": (lambda: counting("Noor", "Ines"), False, True, 1),
}
"""By what an account has: whether the password alone lets in, whether it does with the device, and how many inner keys
its lock has after that."""


@pytest.mark.parametrize("has", STATES)
def test_an_account_has_one_lock_with_a_passkey_or_without(app, cast, has):
    make, alone, together, inner = STATES[has]
    device = make()
    assert bool(sign_in("Noor")) is alone and bool(sign_in("Noor", device)) is together
    account = account_of("Noor")
    db.session.refresh(account)
    record = passwords.PasswordRecord(**account.password)
    pepper = staff_pepper.named_by(record, account.id)
    assert bool(record.inner) == bool(inner) == (passwords.unlock(PASSWORD, record, pepper) is None)
    wrapped = [c.name for c in Account.__table__.columns if c.name.startswith("wrapped")]
    assert wrapped == ["wrapped_seed"]  # and no table beside it has another lock


@given(password=light, added=light, inner=light, wrong=light)
def test_the_lock_opens_with_all_of_its_parts_and_with_no_fewer(password, added, inner, wrong):
    typed, pepper = password.hex(), Pepper("a", added)
    record, wrapping = passwords.enrol(typed, pepper, inner)
    sealed = seal(wrapping, b"seed", b"here")
    assert open_sealed(passwords.unlock(typed, record, pepper, inner), sealed, b"here") == b"seed"
    for less in ((pepper, b""), (pepper, wrong), (Pepper("a", wrong), inner), (Pepper(), inner)):
        if less != (pepper, inner):
            assert passwords.unlock(typed, record, *less) is None


@given(prf=light, other=light, inner=light)
def test_what_is_sealed_to_a_passkey_opens_with_what_it_makes_and_at_its_own_place_alone(prf, other, inner):
    pair, credential = passkeys.pair_of(prf), os.urandom(16)
    sealed = passkeys.seal_inner(pair.public, inner, 7, credential)
    assert passkeys.open_inner(prf, sealed, 7, credential) == inner
    for wrong in ((other, 7, credential), (prf, 8, credential), (prf, 7, os.urandom(16))):
        if wrong != (prf, 7, credential):
            with pytest.raises(CannotOpen):
                passkeys.open_inner(wrong[0], sealed, *wrong[1:])
