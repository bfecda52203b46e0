"""What an office needs before its first opening, and what closes the form after it."""

import pytest

from grievance import clock, demonstration
from grievance.accounts.keys.party_keys import Closed
from grievance.extensions import db
from grievance.intake import opening
from grievance.maintenance.sweep import sweep
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import Setting
from grievance.models.people import Account, AccountStatus, Party, PartyKind, Role
from tests.outside import from_outside


@pytest.fixture
def unopened(app):
    """An office that has everything and was never open."""
    close_again(app)
    return app


def close_again(app):
    with from_outside():
        db.session.delete(db.session.get_one(Setting, opening.OPENED))
    app.extensions.pop(opening.OPENED, None)


def leave(role):
    """Everybody of this role is gone."""
    with from_outside():
        for account in db.session.query(Account).filter_by(role=role):
            account.status = AccountStatus.LEFT


def lose_key(_app):
    with from_outside():
        party = db.session.query(Party).filter_by(kind=PartyKind.CUSTODIANS).one()
        party.public_key = party.key_id = None


LACKS = {
    "people": lambda _app: leave(Role.OFFICER),
    "custodian": lambda _app: leave(Role.CUSTODIAN),
    "keys": lose_key,
    "contacts": lambda app: app.config["CONTACTS"].pop("sw"),
}


def file():
    return demonstration.file_one(clock.now())


def test_an_office_that_has_everything_is_open_before_anybody_notes_it(unopened):
    assert opening.missing() == [] and opening.closed() == "" and file()


@pytest.mark.parametrize("need", [need.key for need in opening.NEEDS])
def test_each_need_keeps_the_form_closed_before_the_first_opening(unopened, need):
    LACKS[need](unopened)
    assert [one.key for one in opening.missing()] == [need]
    with pytest.raises(Closed, match="still being set up"):
        file()


def test_without_an_approver_two_officers_do_not_open_the_form(unopened):
    with from_outside():
        db.session.query(Account).filter_by(role=Role.APPROVER).one().role = Role.OFFICER
    assert [one.key for one in opening.missing()] == ["people"]


def test_one_person_opens_the_form_where_the_office_is_one_person(unopened):
    leave(Role.OFFICER)
    unopened.config["ALLOW_SOLO"] = True
    assert opening.missing() == []


@pytest.mark.parametrize("need", ["people", "custodian", "contacts"])
def test_after_the_first_opening_nobody_who_left_closes_the_form(app, need):
    LACKS[need](app)
    assert opening.closed() == "" and file()


def test_after_the_first_opening_the_form_closes_where_nothing_can_be_sealed(app):
    lose_key(app)
    assert "keys of this office are not complete" in opening.closed()
    with pytest.raises(Closed):
        file()


def test_the_sweep_remembers_the_first_opening_once_and_on_the_record(unopened):
    for _twice in range(2):
        sweep(clock.now())
    assert opening.was_opened()
    kinds = db.session.query(Event.kind).filter_by(chain=OFFICE_CHAIN, kind="first_opened").all()
    assert len(kinds) == 2  # that of the demonstration, and this one


def test_the_sweep_remembers_no_opening_of_an_office_that_lacks_something(unopened):
    LACKS["contacts"](unopened)
    sweep(clock.now())
    assert not opening.was_opened()


def test_a_language_without_a_contact_is_told_the_first_one_that_there_is(app):
    app.config["CONTACTS"].pop("sw")
    assert opening.contact("sw") == app.config["CONTACTS"]["en"]
