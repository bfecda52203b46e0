"""A company's program acts by a token as far as the key log says: made by one of its people, ended by any of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.accounts import company_tokens, leaving, sessions
from grievance.accounts.keys import log, rotation
from grievance.crypto import signing
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.company_token import CompanyToken
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Account, AccountStatus, Role
from grievance.models.vouching import Signature
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports.company_page import open_company_page
from grievance.workflow import steps, unfit
from tests.accounts.test_leaving import join, office
from tests.test_access import case_with

NEW = "Another-long-passw0rd!"


@pytest.fixture
def token(both):
    return company_tokens.make(both.cast["Victor"], "  Our   desk ", PASSWORD)


@pytest.fixture
def referred(both):
    return demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=9))[0]


def acknowledge(person, reference):
    steps.take("company_acknowledge", person, reference, {"contact": "Our desk", "undertakes": "yes"})


def test_a_token_opens_what_its_company_can_open_and_is_stored_nowhere(both, referred, token):
    person = company_tokens.person_with(token)
    assert (person.role, person.name, person.company_id) == (Role.COMPANY, "Victor", both.cast["Victor"].company_id)
    read, own = (open_company_page(one, case_with(referred)).packet.fields for one in (person, both.cast["Victor"]))
    assert read == own != []
    assert person.own_seed != both.cast["Victor"].own_seed and len(token) > 40
    row = db.session.scalars(select(CompanyToken)).one()
    assert row.name == "Our desk" and not any(token in str(getattr(row, c.name)) for c in row.__table__.columns)
    assert doctor.examine() == []


def test_what_a_token_did_is_signed_by_its_own_key_and_believed(both, referred, token):
    acknowledge(company_tokens.person_with(token), referred)
    event = db.session.scalars(select(Event).where(Event.kind == "company_acknowledge")).one()
    signature = db.session.scalars(select(Signature).where(Signature.event_hash == event.hash)).one()
    own = both.cast["Victor"].own_seed
    assert event.actor_id == both.cast["Victor"].account_id
    assert signature.key != signing.digest(signing.light_public_of(own))
    assert unfit.against(both.cast["Noor"], case_with(referred)) is None and doctor.examine() == []
    company_tokens.end(both.cast["Victor"], company_tokens.of_company(both.cast["Victor"])[0].id)
    db.session.expire_all()
    assert unfit.against(both.cast["Noor"], case_with(referred)) is None and doctor.examine() == []


@pytest.mark.parametrize("wrong", ["", "gct_", "gct_" + "A" * 43, "x" * 400])
def test_another_word_is_no_token(both, token, wrong):
    assert company_tokens.person_with(wrong) is None


def test_making_one_asks_for_a_name_and_the_password_and_is_of_companies_alone(both):
    for name, password, field in ((" ", PASSWORD, "name"), ("Desk", "wrong", "password")):
        with pytest.raises(BadInput) as bad:
            company_tokens.make(both.cast["Victor"], name, password)
        assert set(bad.value.errors) == {field}
    for who in ("Noor", "Tomas", "Ines"):
        with pytest.raises(Refused):
            company_tokens.make(both.cast[who], "Desk", PASSWORD)
    assert office("token_made") == [] and doctor.examine() == []


def test_a_company_has_so_many_and_no_more(both, monkeypatch):
    monkeypatch.setattr(company_tokens, "MOST", 1)
    company_tokens.make(both.cast["Victor"], "Desk", PASSWORD)
    with pytest.raises(Refused, match="End one"):
        company_tokens.make(both.cast["Victor"], "Desk", PASSWORD)


# --- its end -----------------------------------------------------------------------------------------------


def a_colleague(both):
    return join("Vera", Role.COMPANY, both.cast["Victor"], both.cast["Victor"].company_id)


def test_any_of_its_company_ends_it_and_nobody_else(both, token):
    vera = a_colleague(both)
    (line,) = company_tokens.of_company(vera)
    assert (line.maker, line.name) == ("Victor", "Our desk")
    company_tokens.end(both.cast["Olga"], line.id)
    with pytest.raises(Refused):
        company_tokens.end(both.cast["Tomas"], line.id)
    assert company_tokens.person_with(token) and not company_tokens.of_company(both.cast["Olga"])
    company_tokens.end(vera, line.id)
    company_tokens.end(vera, line.id)
    assert company_tokens.person_with(token) is None and len(office("token_ended")) == 1
    assert company_tokens.of_company(vera) == [] and doctor.examine() == []


def leaves(both):
    leaving.leave(a_colleague(both), both.cast["Victor"].account_id)


def has_a_new_password(_both):
    secret = sessions.sign_in(demonstration.email_of("Victor"), PASSWORD)
    sessions.change_password(secret, PASSWORD, NEW)


def changes_the_key(both):
    victor = signed_in("Victor", PASSWORD)
    rotation.begin(victor)
    rotation.go_on(victor, 100)


ENDS = [leaves, has_a_new_password, changes_the_key]


@pytest.mark.parametrize("way", ENDS)
def test_it_ends_with_what_it_was_made_by(both, token, way):
    way(both)
    assert company_tokens.person_with(token) is None
    assert db.session.scalars(select(CompanyToken)).all() == [] and doctor.examine() == []


@pytest.mark.parametrize("way", ENDS)
def test_whoever_writes_to_the_database_does_not_bring_one_back(both, token, way):
    """The row as it was, and the account as if it had not left: the log says otherwise."""
    row = db.session.scalars(select(CompanyToken)).one()
    was = {column.name: getattr(row, column.name) for column in CompanyToken.__table__.columns}
    way(both)
    db.session.add(CompanyToken(**was))
    db.session.execute(update(Account).where(Account.id == was["account_id"]).values(status=AccountStatus.ACTIVE))
    db.session.commit()
    assert company_tokens.person_with(token) is None


def test_a_row_with_the_key_of_somebody_else_opens_nothing(both, token):
    """Who can write to the database makes a token of their own into no company's."""
    other = company_tokens.make(both.cast["Olga"], "Desk", PASSWORD)
    mine, theirs = (company_tokens.sha256(one) for one in (token, other))
    victor = db.session.scalars(select(CompanyToken).where(CompanyToken.digest == mine)).one()
    where = CompanyToken.digest == theirs
    as_his = {"account_id": victor.account_id, "party_id": victor.party_id}
    db.session.execute(update(CompanyToken).where(where).values(**as_his))
    db.session.commit()
    assert company_tokens.person_with(other) is None and company_tokens.person_with(token)


# --- what it cannot do -------------------------------------------------------------------------------------


def test_no_entry_of_the_key_log_is_signed_by_a_token(both, token):
    """It makes no other token, admits nobody and lets nobody leave: an entry by it makes nothing so."""
    person, now = company_tokens.person_with(token), clock.now()
    public = signing.public_of(b"x" * 32)
    facts = company_tokens.log_tokens.stated(person.account_id, person.party_id, "forged", public)
    with unit_of_work():
        by, brings = company_tokens.own_keys.by_person(person), company_tokens.log_state.brought(public)
        chain.append(None, "token_made", person, now, now, {**facts, **brings}, signed_by=by)
    known = log.again()
    assert "forged" not in known.state.tokens[person.account_id]
    assert any("token_made" in fault for fault in known.faults) and company_tokens.person_with(token)


def test_a_token_signs_nothing_on_the_offices_chain(both, token):
    person, now = company_tokens.person_with(token), clock.now()
    with unit_of_work():
        chain.append(None, "calendar_made", person, now, now, {"account": person.account_id})
    assert any("is not signed by the account" in fault for fault in doctor.examine())


def test_it_is_noted_on_which_day_it_came_last_and_no_hour(both, token):
    assert company_tokens.of_company(both.cast["Victor"])[0].used_on is None
    company_tokens.person_with(token)
    assert company_tokens.of_company(both.cast["Victor"])[0].used_on == clock.office_day(clock.now())
    kinds = set(db.session.scalars(select(Event.kind).where(Event.chain == OFFICE_CHAIN)))
    assert "token_made" in kinds
