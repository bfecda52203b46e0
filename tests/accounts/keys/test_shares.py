"""Who can write to the database, and holds no key, is given none when a party's key is changed."""

import pytest
from sqlalchemy import update

from grievance import demonstration
from grievance.accounts import people
from grievance.crypto import envelopes
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, Role
from tests.accounts.keys.test_rotation import rotate
from tests.accounts.test_leaving import account_of, join, office


@pytest.fixture
def petra(app, cast):
    join("Petra", Role.OFFICER, cast["Noor"])
    return account_of("Petra")


def put(account, **values):
    """Write into the database behind the program's back."""
    db.session.execute(update(Account).where(Account.id == account.id).values(**values))
    db.session.commit()


def test_a_key_that_somebody_put_into_the_database_gets_no_share_of_the_next_one(petra):
    put(petra, public_key=envelopes.new_key_pair().public)
    with pytest.raises(Refused, match="the one of Petra"):
        rotate("Noor")
    assert office("rotation_begun") == []


def test_a_member_whom_nobody_admitted_gets_no_share_of_the_next_key(app, cast):
    people.accept(people.invite(None, demonstration.email_of("Petra"), "Petra", Role.OFFICER), PASSWORD)
    put(account_of("Petra"), status=AccountStatus.ACTIVE)
    with pytest.raises(Refused, match="the one of Petra"):
        rotate("Noor")
