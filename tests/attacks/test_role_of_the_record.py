"""Who can write to the database makes nobody something that the record does not say."""

import pytest

from grievance.access import may_administer
from grievance.accounts import sessions
from grievance.demonstration import signed_in
from grievance.models.people import Role
from tests.attacks.changes import raise_noor, raise_noor_and_say_so
from tests.views.test_routes import client_of


@pytest.mark.parametrize("raised", [raise_noor, raise_noor_and_say_so])
def test_an_officer_is_one_whatever_the_row_of_the_account_says(standing, raised):
    client = client_of(standing.app, "Noor")
    with client.session_transaction() as session:
        here = session["a"]
    raised(standing)
    for person in (signed_in("Noor"), sessions.person_of(here)):
        assert person.role == Role.OFFICER and not may_administer(person)
    assert client.get("/desk/admin/setup").status_code == 403
    assert client_of(standing.app, "Tomas").get("/desk/admin/setup").status_code == 200
