"""Texts that a rotation seals again: who can write to the database seals another one to the same public key, and it is
not believed."""

import pytest
from sqlalchemy import select, update

from grievance import clock
from grievance.accounts.keys import rotation
from grievance.accounts.keys.identity_places import words_place
from grievance.crypto.committed import SALT, open_committed, seal_committed
from grievance.crypto.envelopes import new_key_pair, seal_to
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.keys import IdentityRequest
from grievance.models.people import Party, PartyKind
from tests import ways
from tests.outside import from_outside
from tests.views.test_routes import client_of

WHERE, FORGED = b"here", "The complainant asks for it herself."


def test_a_text_opens_as_it_was_and_another_for_the_same_key_does_not():
    pair = new_key_pair()
    sealed, commit = seal_committed(pair.public, b"Ask her first.", WHERE)
    assert open_committed(pair.seed, sealed, WHERE, commit) == b"Ask her first."
    forged = seal_to(pair.public, bytes(SALT) + b"Tell them now.", WHERE)
    with pytest.raises(CannotOpen):
        open_committed(pair.seed, forged, WHERE, commit)


def test_the_same_text_twice_commits_to_something_else_so_that_nobody_tries_texts():
    key = new_key_pair().public
    assert seal_committed(key, b"yes", WHERE)[1] != seal_committed(key, b"yes", WHERE)[1]


def test_a_text_from_before_rows_committed_opens():
    pair = new_key_pair()
    assert open_committed(pair.seed, seal_to(pair.public, b"Before.", WHERE), WHERE, None) == b"Before."


# --- at the custodian's page ---------------------------------------------------------------------------------


@pytest.fixture
def asked(app, cast):
    """A case whose officer asked a custodian for the name, and the request."""
    place = ways.begin(ways.office(cast), clock.now(), False)
    for stop in (*ways.REFERRED, ways.Stop("ask_identity", "Noor", 0, {"words": "She cannot be reached."})):
        ways.go(place, stop, clock.now())
    return db.session.scalars(select(IdentityRequest)).one()


def forged(request) -> bytes:
    key = db.session.scalars(select(Party.public_key).where(Party.kind == PartyKind.CUSTODIANS)).one()
    return seal_to(key, bytes(SALT) + FORGED.encode(), words_place(request.id))


def write(**values):
    with from_outside() as session:
        session.execute(update(IdentityRequest).values(**values))


def test_the_custodian_reads_what_the_officer_wrote_also_after_the_key_was_changed(app, asked):
    assert "She cannot be reached." in client_of(app, "Ines").get("/custodian").text
    rotation.begin(signed_in("Ines"))
    assert rotation.go_on(signed_in("Ines"), 99).damaged == 0
    assert "She cannot be reached." in client_of(app, "Ines").get("/custodian").text


def test_another_text_for_the_custodians_key_is_not_shown(app, asked):
    write(words=forged(asked))
    answer = client_of(app, "Ines").get("/custodian")
    assert answer.status_code == 409 and FORGED not in answer.text


def test_nor_where_the_commitment_is_taken_away_or_made_to_fit(app, asked):
    for commit in (None, "0" * 64):
        write(words_commit=commit)
        assert any("identity_requests" in fault for fault in doctor.vouched()), commit
