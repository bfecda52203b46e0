"""Whoever holds a key and can write to the database becomes nobody else by it, and decides nothing alone."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select, update

from grievance import clock
from grievance.access import Person
from grievance.accounts import changes, leaving, people, resets
from grievance.accounts.keys import log, log_state, recovery, rotation
from grievance.crypto import envelopes, signing
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.people import AccountChange, Party, PartyKind, RecoveryShare, Role
from grievance.models.vouching import Signature
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import unit_of_work
from tests.accounts import two_people
from tests.accounts.keys.before import make_old, restart, untriggered
from tests.accounts.keys.test_log import accepts, forge, swap_party
from tests.accounts.test_leaving import account_of, join

MINE = envelopes.new_key_pair()


def strong(number, seed):
    return Signer("account", str(number), seed, strongly=True)


def as_somebody(kind, name, party_seed, mine):
    """An entry by which somebody states their own public key, and a verifying key of the attacker."""
    account, sign_key = account_of(name), signing.public_of(mine)
    party = db.session.get_one(Party, account.party_id)
    of_party = signing.public_of(party_seed)
    facts = {
        **log_state.stated_account(account.id, account.public_key, sign_key, party.id),
        **log_state.stated_party(party.id, party.kind, party.company_id, party.public_key, of_party),
        **log_state.brought(sign_key, of_party),
    }
    by = (strong(account.id, mine), Signer("party", str(party.id), party_seed, strongly=True))
    forge(kind, facts, *by, actor=Person(account.role, account.id))


@pytest.mark.parametrize("kind", ["keys_confirmed", "recovered"])
def test_who_holds_the_partys_seed_becomes_no_colleague(app, cast, kind):
    mine = os.urandom(32)
    tomas = cast["Tomas"].account_id
    as_somebody(kind, "Tomas", cast["Noor"].party_seed, mine)
    assert log.known().accounts[tomas].sign_key == signing.public_of(cast["Tomas"].own_seed)
    assert signing.public_of(mine) not in [one.sign_key for one in log.known().state.ever[tomas]]
    assert f"({kind}): " in log.known().faults[0] and doctor.examine()


def test_who_holds_the_paper_lets_in_nobody_who_waits_with_another_verifying_key(app, cast):
    code = recovery.make(cast["Tomas"])
    petra, mine = accepts(), os.urandom(32)
    two_people.vouch(cast["Ines"], petra.id)
    as_somebody("recovered", "Petra", cast["Noor"].party_seed, mine)
    assert "does not wait with this key" in log.known().faults[0] and code
    assert not log.known().vouches_for(account_of("Petra"))


def test_who_waited_over_the_upgrade_is_let_in_by_nobody_who_only_holds_the_partys_seed(app, cast):
    accepts()
    make_old(app)
    signed_in("Noor")
    as_somebody("keys_confirmed", "Petra", cast["Noor"].party_seed, os.urandom(32))
    assert "nobody has admitted" in log.known().faults[0]
    assert not log.known().vouches_for(account_of("Petra"))


# --- papers ------------------------------------------------------------------------------------------------


def forged_paper(by, party_id):
    db.session.execute(update(RecoveryShare).where(RecoveryShare.party_id == party_id).values(paper_key=MINE.public))
    db.session.commit()
    facts = {"party": party_id, "paper": signing.digest(MINE.public)}
    forge("recovery_code_made", facts, strong(by.account_id, by.own_seed), actor=by)


@pytest.mark.parametrize("name", ["Victor", "Ines", "Noor"])
def test_nobody_but_who_decides_in_a_party_makes_its_paper(app, cast, name):
    recovery.make(cast["Tomas"])
    forged_paper(cast[name], cast["Tomas"].party_id)
    with pytest.raises(Refused, match="not one that was made here"):
        rotation.begin(signed_in("Tomas"))
    assert "(recovery_code_made)" in log.known().faults[0]
    recovery.make(signed_in("Tomas"))
    rotation.begin(signed_in("Tomas"))
    assert recovery.paper_of(cast["Tomas"].party_id)


def test_a_key_goes_to_no_paper_of_which_somebody_else_wrote_until_another_is_made(app, cast):
    recovery.make(cast["Tomas"])
    forge("recovery_code_made", {"party": cast["Tomas"].party_id, "paper": signing.digest(MINE.public)})
    with pytest.raises(Refused, match="not one that was made here"):
        rotation.begin(signed_in("Tomas"))


@pytest.mark.parametrize("name", ["Victor", "Noor"])
def test_nobody_but_who_decides_about_people_makes_the_paper_key_of_the_backups(app, cast, name):
    by = cast[name]
    facts = {"public": signing.digest(MINE.public)}
    forge("paper_key", facts, strong(by.account_id, by.own_seed), actor=by)
    assert log.known().paper_key == "" and "(paper_key)" in log.known().faults[0]


# --- roles -------------------------------------------------------------------------------------------------


def role_changed(by, account_id, **facts):
    facts = {"account": account_id, "role": "approver", "party": by.party_id, **facts}
    forge("role_changed", facts, strong(by.account_id, by.own_seed), actor=by)


def proposed(by, account_id, role="approver"):
    facts = {"account": account_id, "role": role}
    forge("role_proposed", facts, strong(by.account_id, by.own_seed), actor=by)


def test_nobody_gives_oneself_a_role_in_the_log(app, cast):
    noor = cast["Noor"]
    role_changed(noor, noor.account_id, proposed_by=cast["Tomas"].account_id)
    assert log.known().accounts[noor.account_id].role == "officer" and "nobody proposed it" in log.known().faults[0]


def test_one_approver_alone_changes_no_role_in_the_log(app, cast):
    tomas, noor = cast["Tomas"], cast["Noor"]
    proposed(tomas, noor.account_id)
    role_changed(tomas, noor.account_id, proposed_by=tomas.account_id)
    assert log.known().accounts[noor.account_id].role == "officer" and "one person" in log.known().faults[0]


def test_a_role_is_changed_to_nothing_but_what_was_proposed_by_who_may(app, cast):
    tomas, petra = cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"])
    proposed(tomas, petra.account_id, "officer")
    role_changed(cast["Ines"], petra.account_id, proposed_by=tomas.account_id)
    proposed(cast["Noor"], petra.account_id)
    role_changed(tomas, petra.account_id, proposed_by=cast["Noor"].account_id)
    assert log.known().accounts[petra.account_id].role == "officer"
    assert [one.split(": ")[1] for one in log.known().faults] == [
        "nobody proposed it", "who proposed it decides nothing about this account", "nobody proposed it",
    ]  # fmt: skip


def test_an_officer_confirms_no_role(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    proposed(cast["Tomas"], petra.account_id)
    role_changed(cast["Noor"], petra.account_id, proposed_by=cast["Tomas"].account_id)
    assert "decides about nobody" in log.known().faults[0]


def test_a_head_whom_one_person_made_is_a_fault(app, cast):
    paula, tomas = join("Paula", Role.APPROVER, cast["Noor"]), cast["Tomas"]
    facts = {"account": paula.account_id, "proposed_by": tomas.account_id}
    forge("head_changed", facts, strong(paula.account_id, paula.own_seed), actor=paula)
    assert "(head_changed): nobody proposed it" in log.known().faults[0]


def test_what_was_proposed_before_the_upgrade_is_confirmed_after_it(both):
    cast = both.cast
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    make_old(both.app)
    for name in ("Noor", "Petra"):
        signed_in(name)
    changes.decide(signed_in("Ines"), db.session.scalars(select(AccountChange.id)).one(), True)
    assert log.known().faults == [] and log.known().accounts[petra.account_id].role == "approver"


# --- what nobody's own keys sign ---------------------------------------------------------------------------


@contextmanager
def only_the_database(app):
    """Of somebody who has no key of any process."""
    ring = app.config["INTAKE_KEY"]
    app.config["INTAKE_KEY"] = None
    yield
    app.config["INTAKE_KEY"] = ring


def test_nobody_without_a_key_forges_a_reset(app, cast):
    tomas = cast["Tomas"].account_id
    with only_the_database(app):
        forge("reset_asked", {"account": tomas, "what": "invited_again"})
        with time_machine.travel(clock.now() + timedelta(hours=73)):
            forge("invited_again", {"account": tomas, "alone": True})
    assert log.known().accounts[tomas].standing == "active"
    assert ["not signed by the process" in one for one in log.known().faults] == [True, True]


@pytest.mark.parametrize("kind", ["reset_asked", "reset_refused", "invited_again", "came_back"])
def test_nobody_without_a_key_says_anything_in_the_name_of_an_account(app, cast, kind):
    with only_the_database(app):
        forge(kind, {"account": 1, "what": "invited_again", "alone": True}, actor=Person(Role.CUSTODIAN, 3))
    assert "not signed by account 3" in log.known().faults[0]


@pytest.mark.parametrize(("name", "about"), [("Victor", "Tomas"), ("Noor", "Tomas"), ("Olga", "Victor")])
def test_nobody_begins_a_reset_who_decides_nothing_about_the_account(app, cast, name, about):
    by, number = cast[name], cast[about].account_id
    forge("reset_asked", {"account": number, "what": "invited_again"}, strong(by.account_id, by.own_seed), actor=by)
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        forge("invited_again", {"account": number, "alone": True}, strong(by.account_id, by.own_seed), actor=by)
    assert log.known().accounts[number].standing == "active"
    assert ["decides nothing" in one or "nobody began it" in one for one in log.known().faults] == [True, True]


def test_a_forged_objection_ends_nothing(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"]).account_id
    resets.ask(cast["Tomas"], petra)
    forge("reset_refused", {"account": petra}, actor=Person(Role.CUSTODIAN, cast["Ines"].account_id))
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert resets.ask(cast["Tomas"], petra).code
    assert len(log.known().faults) == 1 and "(reset_refused)" in log.known().faults[0]


def test_nobody_without_a_key_ends_the_three_days(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"]).account_id
    leaving.leave(cast["Tomas"], petra)
    with only_the_database(app), time_machine.travel(clock.now() + timedelta(hours=73)):
        forge("left_for_good", {"account": petra, "alone": True})
    assert "not signed by the process" in log.known().faults[0]


def test_an_office_without_a_key_of_its_processes_is_believed_as_it_is(app, cast):
    with untriggered(app):
        db.session.execute(delete(Signature).where(Signature.signer == "intake"))
        db.session.commit()
    restart(app)
    with only_the_database(app):
        code = two_people.invited_again(None, cast["Victor"].account_id)
        assert code and log.again().faults == []
        assert any("is believed unsigned: set INTAKE_KEY" in note for note in log.notes())
    restart(app)
    assert log.again().faults == []  # and once it has one, what was written before stays


def test_by_a_key_of_a_process_that_the_record_names_what_the_clock_did_is_believed_without_it(app, cast):
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    two_people.invited_again(None, cast["Victor"].account_id)
    with only_the_database(app):
        restart(app)
        assert log.again().faults == [] and log.again().state.intakes
        forge("reset_asked", {"account": 1, "what": "invited_again"})
        assert "not signed by the process" in log.again().faults[0]


# --- parties from before -----------------------------------------------------------------------------------


def test_who_comes_before_a_companys_people_and_states_their_keys_changes_none(app, cast):
    make_old(app)
    for name in ("Noor", "Tomas", "Ines"):
        signed_in(name)
    victor, mine, of_party = account_of("Victor"), os.urandom(32), os.urandom(32)
    party, own, theirs = victor.party, signing.public_of(mine), signing.public_of(of_party)
    facts = log_state.stated_account(victor.id, victor.public_key, own, party.id)
    facts |= log_state.stated_party(party.id, party.kind, party.company_id, party.public_key, theirs)
    signed_by = (Signer.account(victor.id, mine), Signer.party(party.id, of_party))
    forge("keys_confirmed", facts | log_state.brought(own, theirs), *signed_by, actor=Person(Role.COMPANY, victor.id))
    pair = swap_party(party)
    new = signing.public_of(pair.seed)
    facts = log_state.stated_party(party.id, party.kind, party.company_id, pair.public, new) | log_state.brought(new)
    old = Signer("party", f"{party.id}:old", of_party, strongly=True)
    by = Person(Role.COMPANY, victor.id)
    forge("rotation_begun", facts, old, Signer.party(party.id, pair.seed), signed_by[0], actor=by)
    assert "nobody but one of its own people" in log.known().faults[0]
    assert not log.known().is_of_party(party.id, party.kind, party.company_id, pair.public)


def test_beside_a_party_of_the_office_from_before_no_other_one_is_made(app, cast):
    make_old(app)
    people.invite(None, "eve@example.org", "Eve", Role.CUSTODIAN)
    eve, own, pair = account_of("Eve"), envelopes.new_key_pair(), envelopes.new_key_pair()
    keys = signing.public_of(own.seed), signing.public_of(pair.seed)
    facts = {**log_state.stated_account(eve.id, own.public, keys[0], 99), "role": "custodian",
             **log_state.stated_party(99, PartyKind.CUSTODIANS, None, pair.public, keys[1])}  # fmt: skip
    signed_by = (Signer.account(eve.id, own.seed), Signer.party(99, pair.seed))
    forge("accepted", facts | log_state.brought(*keys), *signed_by, actor=Person(Role.CUSTODIAN, eve.id))
    assert "of this kind from before" in log.known().faults[0] and 99 not in log.known().parties
