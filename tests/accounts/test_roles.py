"""Each kind of account has a row that says whose key it shares and who invites it; who has none shares no key."""

import pytest

from grievance.accounts import people
from grievance.accounts.roles import ROLES
from grievance.models.people import PartyKind, Role

WITHOUT_ACCOUNT = {Role.COMPLAINANT, Role.REPRESENTATIVE, Role.CLOCK}


def test_each_role_that_signs_in_has_a_row():
    assert set(ROLES) == set(Role) - WITHOUT_ACCOUNT


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_role_is_named_invited_and_ended_by_somebody(role):
    row = ROLES[role]
    assert str(row.words) and row.party in PartyKind and row.invited_by and row.managed_by


@pytest.mark.parametrize("role", sorted(WITHOUT_ACCOUNT), ids=str)
def test_a_role_without_a_row_shares_nobodys_key(app, role):
    """A default would give the Secretariat's key to whatever role comes next."""
    with pytest.raises(KeyError):
        people.invite(None, "somebody@example.org", "Somebody", role)


def test_only_those_who_may_open_every_case_share_the_secretariats_key():
    ours = {role for role, row in ROLES.items() if row.party == PartyKind.SECRETARIAT}
    assert ours == {Role.OFFICER, Role.APPROVER}
