"""An office of the release before signatures, upgraded: it opens for whom it should, and for nobody else."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, WrongKey, find_case
from grievance.accounts import receipts, sessions
from grievance.accounts.keys import log
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor, later_keys
from grievance.maintenance.backup import BackupError
from grievance.maintenance.backup.restore import Allowed, restore
from grievance.models.case import Case
from grievance.models.people import Account
from grievance.record import chain
from grievance.reports.casefile import open_case_file
from grievance.workflow import custody
from tests.attacks.before import KNOWN, MADE_AT, app_of, backup_of_then, empty_database, former_member, load
from tests.attacks.changes import add_event
from tests.attacks.office import holder_of, take
from tests.attacks.opener import Loot, copy_of, word, words_read
from tests.conftest import _running
from tests.scenarios.days import said

SOON = MADE_AT + timedelta(minutes=5)
"""Whoever was signed in when the old release was stopped still is."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """An application without any tables."""
    for url in empty_database(request, request.param, tmp_path):
        with time_machine.travel(SOON):
            yield from _running(app_of(url, tmp_path / "files"))


@pytest.fixture
def upgraded(place):
    load()
    return place


def read_by(person, case):
    """The compartments and moments of the planted words on their page."""
    file = open_case_file(person, case)
    told = str([one.fields for one in file.writings])
    return {(what, when) for what in ("account", "packet", "company", "internal") for when in ("old", "new")
            if word(what, when, "h") in told}  # fmt: skip


def the_case(reference=KNOWN["reference"]):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def old(*what):
    return {(one, "old") for one in what}


def test_it_opens_for_whom_it_should_and_for_nobody_else(upgraded):
    assert read_by(signed_in("Noor"), the_case()) == old("account", "packet", "company", "internal")
    assert read_by(signed_in("Victor"), the_case()) == old("packet", "company")
    assert read_by(holder_of(KNOWN["receipt"]), the_case()) == old("account", "packet")
    with pytest.raises(NoSuchCase):
        find_case(signed_in("Olga"), KNOWN["reference"])
    assert sessions.sign_in(email_of("Petra"), PASSWORD) is None
    assert (
        words_read(Loot([copy_of(db.engine)], passwords=[(email_of(one), PASSWORD) for one in ("Olga", "Ines")]))
        == set()
    )
    assert chain.verify() == [] and doctor.examine() == []


def test_two_people_open_the_identity_of_before(upgraded):
    take("ask_identity", signed_in("Noor"), KNOWN["reference"], reason="contact", words="To call her.")
    take("grant_identity", signed_in("Ines"), KNOWN["reference"])
    opened = said(custody.read(signed_in("Noor"), the_case(), clock.now()))
    assert opened == [("complainant", "name", word("identity", "old", "h"))]


def test_who_was_signed_in_goes_on_without_doing_it_again(upgraded):
    staff, amina = sessions.person_of(KNOWN["staff"]), receipts.complainant_of(KNOWN["follow"])
    take("note", staff, KNOWN["reference"], note=word("internal", "new", "h"))
    take("write", amina, KNOWN["reference"], audience="secretariat", message=word("account", "new", "h"))
    told = read_by(signed_in("Noor"), the_case())
    assert {("internal", "new"), ("account", "new")} <= told
    assert chain.verify() == [] and doctor.examine() == []


def written_after(person):
    """New words of everybody, once the complainant has been here."""
    take("note", signed_in("Noor"), KNOWN["reference"], note=word("internal", "new", "h"))
    take("write", person, KNOWN["reference"], audience="secretariat", message=word("account", "new", "h"))
    take("write", signed_in("Noor"), KNOWN["reference"], audience="company", message=word("company", "new", "h"))
    take("write", signed_in("Victor"), KNOWN["reference"], audience="all", message=word("packet", "new", "h"))


def test_the_old_copy_opens_what_it_held_then(upgraded):
    """Of the copy: the party's seed of before, which Petra's own seed opened, and the envelopes of before."""
    assert {(what, when) for what, when, _case in words_read(former_member(copy_of(db.engine)))} == old(
        "account", "packet", "company", "internal"
    )


def test_what_is_written_after_she_was_here_does_not_open_for_the_old_copy(upgraded):
    written_after(holder_of(KNOWN["receipt"]))
    new = {(what, when) for what, when, _case in words_read(former_member(copy_of(db.engine))) if when == "new"}
    assert new == set()
    everybody = Loot([copy_of(db.engine)], passwords=[(email_of("Noor"), PASSWORD)])
    assert {one[0] for one in words_read(everybody) if one[1] == "new"} == {"account", "packet", "company", "internal"}


def test_until_she_was_here_her_words_stay_under_the_key_of_before_and_doctor_counts_her(upgraded):
    """Of the two cases, one whose receipt nobody has used since."""
    assert later_keys.from_before() == 2
    take("write", signed_in("Noor"), KNOWN["unread"], audience="complainant", message=word("account", "new", "h"))
    assert ("account", "new", "h") in words_read(former_member(copy_of(db.engine)))
    holder_of(KNOWN["receipt"])
    assert later_keys.from_before() == 1


def test_each_party_s_key_is_unconfirmed_until_somebody_of_it_signs_in_and_filing_goes_on_meanwhile(upgraded):
    assert set(unconfirmed()) == {"secretariat", "custodians", "company 1", "company 2"}
    demonstration.file_one(clock.now())
    for name, party in (
        ("Noor", "secretariat"),
        ("Ines", "custodians"),
        ("Victor", "company 1"),
        ("Olga", "company 2"),
    ):
        signed_in(name)
        assert party not in unconfirmed()
    assert unconfirmed() == [] and doctor.examine() == [] and chain.verify() == []


def unconfirmed():
    return [line.partition(":")[0] for line in log.notes() if "until one of its members signs in" in line]


def test_a_backup_of_then_is_restored_where_that_is_said_and_opens(place, tmp_path):
    with pytest.raises(BackupError, match="from before"):
        restore(backup_of_then(tmp_path), tmp_path / "none", clock.now())
    said = Allowed(unsigned=True)
    restored = restore(backup_of_then(tmp_path), tmp_path / "none", clock.now(), allowed=said)
    assert restored.faults == [] and restored.missing == []
    assert read_by(signed_in("Noor"), the_case()) == old("account", "packet", "company", "internal")
    assert read_by(holder_of(KNOWN["receipt"]), the_case()) == old("account", "packet")


def test_who_left_before_the_upgrade_says_nothing_after_it(upgraded):
    """Their key was never logged, and none fits: an event in their name needs one all the same."""
    for name in ("Noor", "Tomas", "Ines"):
        signed_in(name)
    reference, _amina, code = demonstration.file_one(clock.now(), account="Hello there.", known_to_secretariat="yes")
    case_id, number = the_case(reference).id, db.session.scalar(select(Account.id).where(Account.name == "Petra"))
    standing = SimpleNamespace(engine=db.engine, kind=db.engine.dialect.name)
    add_event(standing, case_id, "note", "approver", number, {}, {})
    add_event(standing, case_id, "reissue_receipt", "approver", number, {"ended": ["nobody"]}, {})
    said = [one.partition(": ")[2] for one in doctor.examine() if case_id in one]
    ends = "is not signed by the account that it names"
    assert len([one for one in said if one.endswith(ends)]) == 2
    with pytest.raises((WrongKey, Refused)):
        take("write", holder_of(code), reference, audience="secretariat", message="Later.")
