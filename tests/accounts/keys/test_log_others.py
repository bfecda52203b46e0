"""Whoever holds a key and can write to the database becomes nobody else by it, and decides nothing alone."""

import os

import pytest
from sqlalchemy import update

from grievance.access import Person
from grievance.accounts.keys import log, log_state, recovery, rotation
from grievance.crypto import envelopes, signing
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.people import Party, RecoveryShare
from grievance.record.events import Signer
from tests.accounts import two_people
from tests.accounts.keys.before import make_old
from tests.accounts.keys.test_log import accepts, forge
from tests.accounts.test_leaving import account_of

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
    assert signing.public_of(mine) not in log.known().signs_with(tomas)
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
