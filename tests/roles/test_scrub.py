"""Only the owner of the tables takes what was erased out of their files; who may not is told so."""

import pytest

from grievance import clock
from grievance.extensions import db
from grievance.maintenance import traces
from grievance.maintenance.database_roles import OWNER, Process
from tests.conftest import make_app
from tests.roles.conftest import apply_roles, as_role
from tests.roles.test_refusals import connected


@pytest.fixture
def as_one(office, tmp_path):
    """A function that runs something in the application as who connects as this role does."""
    made = []
    apply_roles(office.url)  # who owns a database is not copied with it

    def run(role, what):
        app = make_app(as_role(office.url, role), tmp_path / "files")
        with app.app_context():
            made.append(db.engine)
            return what()

    yield run
    for engine in made:
        engine.dispose()


def test_the_owner_writes_the_tables_anew_and_a_process_may_not(as_one):
    as_one(OWNER, lambda: traces.scrub(clock.now()))
    for process in (Process.BACKUP, Process.STAFF):
        with pytest.raises(traces.Remains, match="cannot be seen|not this role's"):
            as_one(process, lambda: traces.scrub(clock.now()))


def test_an_owner_who_cannot_see_what_others_read_does_not_guess(as_one, postgres, office):
    postgres.execute("REVOKE pg_read_all_stats FROM grievance_owner")
    try:
        with connected(office.url, Process.STAFF), pytest.raises(traces.Remains, match="run deploy/roles.sh"):
            as_one(OWNER, lambda: traces.scrub(clock.now()))
    finally:
        postgres.execute("GRANT pg_read_all_stats TO grievance_owner")
