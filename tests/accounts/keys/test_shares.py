"""Who can write to the database, and holds no key, is given none when a party's key is changed."""

import pytest
from sqlalchemy import update

from grievance import demonstration
from grievance.accounts import people, sessions
from grievance.crypto import envelopes
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, PartyShare, Role
from tests.accounts.keys.test_rotation import rotate
from tests.accounts.test_leaving import account_of, join, office


@pytest.fixture
def petra(app, cast):
    join("Petra", Role.OFFICER, cast["Noor"])
    return account_of("Petra")


def put(account, table, **values):
    """Write into the database behind the program's back."""
    whose = Account.id if table is Account else PartyShare.account_id
    db.session.execute(update(table).where(whose == account.id).values(**values))
    db.session.commit()


def test_a_key_that_somebody_put_into_the_database_gets_no_share_of_the_next_one(petra):
    put(petra, Account, public_key=envelopes.new_key_pair().public)
    with pytest.raises(Refused, match="the one of Petra"):
        rotate("Noor")
    assert office("rotation_begun") == []


def test_a_member_whom_nobody_admitted_gets_no_share_of_the_next_key(app, cast):
    people.accept(people.invite(None, demonstration.email_of("Petra"), "Petra", Role.OFFICER), PASSWORD)
    put(account_of("Petra"), Account, status=AccountStatus.ACTIVE)
    with pytest.raises(Refused, match="the one of Petra"):
        rotate("Noor")


def test_a_share_from_before_there_were_proofs_is_proven_when_its_holder_signs_in(petra):
    put(petra, PartyShare, proof=None)
    with pytest.raises(Refused, match="sign in once"):
        rotate("Noor")
    sessions.sign_in(demonstration.email_of("Petra"), PASSWORD)
    assert rotate("Noor").finished


def test_signing_in_proves_no_key_that_is_not_ones_own(petra):
    put(petra, PartyShare, proof=None)
    put(petra, Account, public_key=envelopes.new_key_pair().public)
    sessions.sign_in(demonstration.email_of("Petra"), PASSWORD)
    with pytest.raises(Refused, match="the one of Petra"):
        rotate("Noor")
