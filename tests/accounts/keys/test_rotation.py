"""A party's key is changed, everything is sealed again, and nobody who left opens any of it."""

import threading

import pytest
from sqlalchemy import func, select, update

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import leaving, people, sessions
from grievance.accounts.keys import rotation, shares
from grievance.accounts.keys.identity_places import answer_place
from grievance.crypto import envelopes
from grievance.crypto.committed import open_committed
from grievance.crypto.compartments import Compartment
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import PASSWORD, do, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake import filing
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.keys import IdentityRequest, IdentityShare, SecretariatEnvelope
from grievance.models.people import Party, PartyKind, PartyShare, Role, Rotation
from grievance.record import chain
from grievance.reports.identities import requests_for
from grievance.workflow import custody, steps
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, case_with, join, office
from tests.scenarios.days import said

KEYS_THEMSELVES = ("parties", "party_shares", "recovery_shares", "rotations", "signs", "code_mails")
"""Tables of what a rotation makes anew, and not of what it seals again; a sign is sealed to the worker's key, a code
that goes by mail to the server's."""
HALVES = 2
"""Of each company's key, half is sealed to the Secretariat."""
WORDS = {"reason": "contact", "words": "To call her."}


def file_many(number):
    return [
        demonstration.file_one(clock.now(), name="Amina Said", known_to_secretariat="yes")[0] for _ in range(number)
    ]


def opens(person, reference, where=Compartment.INTERNAL, n=0):
    """Whether the keys of a case open to this person; a ciphertext that does not open at all is an error."""
    return opened(person, case_with(reference)).can_open(where, n)


def reads_a_name(officer, custodian, reference):
    """Two people open the identity, each with their own party's half."""
    steps.take("ask_identity", officer, reference, WORDS)
    assert [one.words for one in requests_for(custodian)] == ["To call her."]
    steps.take("grant_identity", custodian, reference, {})
    return said(custody.read(officer, case_with(reference), clock.now())) == [("complainant", "name", "Amina Said")]


def rotate(name):
    rotation.begin(signed_in(name))
    return rotation.go_on(signed_in(name), 99)


@pytest.fixture
def small(monkeypatch):
    """Batches of two, so that a rotation of a few cases has a middle."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "PAUSE", 0)


def test_everything_opens_before_in_the_middle_of_and_after_a_rotation_of_both_parties(both, small):
    references = file_many(4)
    join("Iris", Role.CUSTODIAN, both.cast["Ines"])
    for name in ("Noor", "Ines"):
        rotation.begin(signed_in(name))
        assert rotation.go_on(signed_in(name), 1).finished is False
    noor, ines = signed_in("Noor"), signed_in("Ines")
    assert all(opens(noor, reference) for reference in references)
    assert reads_a_name(noor, ines, references[0]) and reads_a_name(noor, ines, references[3])
    references += file_many(1)
    assert opens(noor, references[4]) and reads_a_name(noor, ines, references[4])
    for name in ("Noor", "Ines"):
        assert rotation.go_on(signed_in(name), 99).finished
    for noor, ines in ((signed_in("Noor"), signed_in("Ines")), (signed_in("Tomas"), signed_in("Iris"))):
        assert noor.former_seeds == ines.former_seeds == {}
        assert all(opens(noor, reference) for reference in references)
    assert reads_a_name(signed_in("Noor"), signed_in("Iris"), references[2])
    assert doctor.examine() == [] and chain.verify() == []


def test_a_closed_case_is_sealed_again_too(app, cast):
    reference, _code = demonstration.walk_story(cast, "close", clock.now())
    assert rotate("Noor").finished and opens(signed_in("Tomas"), reference)


def test_who_left_opens_nothing_after_the_rotation_even_with_the_old_share_and_the_whole_database(both):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    (reference,) = file_many(1)
    assert opens(petra, reference)
    leaving.leave(both.cast["Tomas"], petra.account_id)
    assert rotate("Noor").finished
    left = [share.sealed for share in db.session.scalars(select(PartyShare))]
    for seed in (petra.party_seed, petra.own_seed):
        with pytest.raises(CannotOpen):
            opened(type(petra)(**{**petra.__dict__, "party_seed": seed}), case_with(reference))
        for row in _sealed_rows(PartyKind.SECRETARIAT):
            with pytest.raises(CannotOpen):
                envelopes.open_with(seed, *row)
        for share in left:
            with pytest.raises(CannotOpen):
                envelopes.open_with(seed, share, shares.share_place(petra.party_id, petra.account_id))
    assert db.session.get_one(Party, petra.party_id).exposed_since is None


def _sealed_rows(kind):
    return [
        (getattr(row, column.sealed.key), column.place(row))
        for column in rotation.COLUMNS[kind]
        for row in db.session.scalars(select(column.sealed.class_).where(column.sealed.is_not(None)))
    ]


def test_a_companys_key_is_rotated_with_its_envelopes_and_the_names_that_it_was_told(both):
    cast = both.cast
    rosa = join("Rosa", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    reference, _amina, _code = demonstration.file_one(clock.now(), name="Amina Said", share_identity="yes")
    for step in ("acknowledge", "refer"):
        do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert reads_a_name(cast["Noor"], cast["Ines"], reference)
    raw = {"scope": ["name"], "agreed": "yes"}
    decision = steps.take("share_identity", cast["Noor"], reference, raw)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    leaving.leave(cast["Victor"], rosa.account_id)
    assert rotate("Victor").finished
    victor = signed_in("Victor")
    assert opens(victor, reference, Compartment.SHARED, 1)
    assert said(custody.disclosed_to(victor, case_with(reference))) == [("complainant", "name", "Amina Said")]
    for row in _sealed_rows(PartyKind.COMPANY):
        with pytest.raises(CannotOpen):
            envelopes.open_with(rosa.party_seed, *row)
    do("company_acknowledge", victor, reference, clock.now())


def test_a_name_that_was_sealed_for_a_company_before_its_rotation_is_proposed_again(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), name="Amina Said", share_identity="yes")
    for step in ("acknowledge", "refer"):
        do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert reads_a_name(cast["Noor"], cast["Ines"], reference)
    decision = steps.take("share_identity", cast["Noor"], reference, {"scope": ["name"], "agreed": "yes"})
    assert rotate("Victor").finished
    with pytest.raises(Refused, match="propose it again"):
        steps.decide(cast["Tomas"], reference, decision.id, True)
    assert db.session.scalar(select(func.count()).select_from(IdentityShare)) == 0


def test_a_custodians_answer_is_sealed_again_for_the_secretariat(app, cast):
    (reference,) = file_many(1)
    steps.take("ask_identity", cast["Noor"], reference, WORDS)
    steps.take("refuse_identity", cast["Ines"], reference, {"why": "Call the union first."})
    assert rotate("Noor").finished
    request = db.session.scalars(select(IdentityRequest)).one()
    seed, where = signed_in("Noor").party_seed, answer_place(request.id)
    assert open_committed(seed, request.answer, where, request.answer_commit) == b"Call the union first."


def test_a_rotation_that_is_killed_in_the_middle_of_a_batch_goes_on(both, small, monkeypatch):
    references = file_many(5)
    rotation.begin(signed_in("Noor"))
    rotation.go_on(signed_in("Noor"), 1)
    real, calls = rotation._seal_again, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(rotation, "_seal_again", dies)
    with pytest.raises(KeyboardInterrupt):
        rotation.go_on(signed_in("Noor"), 1)
    monkeypatch.setattr(rotation, "_seal_again", real)
    assert all(opens(signed_in("Tomas"), reference) for reference in references)
    done = rotation.progress(signed_in("Noor").party_id)
    assert (done.done, done.total) == (2, 10 + HALVES)
    assert rotation.go_on(signed_in("Tomas"), 99).done == 10 + HALVES  # another member goes on
    assert all(opens(signed_in("Noor"), reference) for reference in references)
    assert doctor.examine() == []


def test_two_members_who_press_at_once_do_not_harm(both, small):
    references = file_many(6)
    people_here = [signed_in("Noor"), signed_in("Tomas")]
    faults, gate = [], threading.Barrier(2)

    def press(person):
        with both.app.app_context():
            gate.wait()
            try:
                rotation.begin(person)
                rotation.go_on(person, 99)
            except Refused as refused:  # the other one has just finished
                faults.append(refused.sentence)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=press, args=(person,)) for person in people_here]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(faults) <= {"No rotation is under way.", "The key was changed at this moment. Please try again."}
    assert db.session.scalar(select(func.count()).where(Rotation.finished_at.is_(None))) == 0
    for name in ("Noor", "Tomas"):
        assert all(opens(signed_in(name), reference) for reference in references)
    assert doctor.examine() == []


def test_a_complaint_that_is_just_being_sealed_when_the_key_changes_opens_afterwards(both, monkeypatch):
    """A rotation that did not wait for it would end with nothing left, and lose the case with the old key."""
    real, sealed, go, filed = filing.seal_master, threading.Event(), threading.Event(), []

    def seal_and_wait(*args):
        real(*args)
        sealed.set()
        go.wait(60)

    def in_a_process_of_its_own(work):
        with both.app.app_context():
            work()
            db.session.remove()

    def change():
        rotation.begin(noor)
        rotation.go_on(noor, 99)

    monkeypatch.setattr(filing, "seal_master", seal_and_wait)
    noor = signed_in("Noor")
    db.session.remove()
    works = (lambda: filed.extend(file_many(1)), change)
    files_one, changing = (threading.Thread(target=in_a_process_of_its_own, args=(work,)) for work in works)
    files_one.start()
    assert sealed.wait(60)
    changing.start()
    changing.join(1)  # long enough to end, if nothing held it back
    go.set()
    files_one.join()
    changing.join()
    assert opens(signed_in("Tomas"), filed[0])
    assert doctor.examine() == []


def test_who_is_admitted_in_the_middle_reads_old_and_new(app, cast, small):
    references = file_many(3)
    code = people.invite(None, "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, PASSWORD)
    rotation.begin(signed_in("Noor"))
    rotation.go_on(signed_in("Noor"), 1)
    with pytest.raises(Refused, match="try again"):  # she signed in before, and has the old key alone
        two_people.admit(cast["Noor"], account_of("Petra").id)
    two_people.admit(signed_in("Noor"), account_of("Petra").id)
    assert all(opens(signed_in("Petra"), reference) for reference in references)
    assert rotation.go_on(signed_in("Petra"), 99).finished
    assert all(opens(signed_in("Petra"), reference) for reference in references)


def test_who_leaves_in_the_middle_makes_another_rotation_due(app, cast, small):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    (reference,) = file_many(1)
    rotation.begin(signed_in("Noor"))
    leaving.leave(cast["Tomas"], petra.account_id)
    assert rotation.go_on(signed_in("Noor"), 99).finished
    assert db.session.get_one(Party, petra.party_id).exposed_since is not None
    assert rotate("Noor").finished
    assert db.session.get_one(Party, petra.party_id).exposed_since is None and opens(signed_in("Tomas"), reference)


def test_a_damaged_row_leaves_the_others_their_due_and_keeps_the_old_key(app, cast, small):
    references = file_many(4)
    broken = min(case.id for case in db.session.scalars(select(Case)))
    there = SecretariatEnvelope.case_id == broken
    whole = db.session.scalar(select(SecretariatEnvelope.sealed).where(there))
    db.session.execute(update(SecretariatEnvelope).where(there).values(sealed=whole[:-1] + b"x"))
    db.session.commit()
    done = rotate("Noor")
    assert (done.finished, done.done, done.total, done.damaged) == (False, 7 + HALVES, 8 + HALVES, 1)
    db.session.execute(update(SecretariatEnvelope).where(there).values(sealed=whole))
    db.session.commit()
    assert rotation.go_on(signed_in("Noor"), 99).finished
    assert all(opens(signed_in("Noor"), reference) for reference in references)


def test_a_rotation_waits_for_no_configuration_and_the_old_key_put_back_stops_filing(app, cast):
    references, party = file_many(1), db.session.get_one(Party, cast["Noor"].party_id)
    old = {"public_key": party.public_key, "key_id": party.key_id}
    app.config["PARTY_KEYS"] = {"secretariat": party.key_id}  # as it was asked for before keys were logged
    assert rotate("Noor").finished
    references += file_many(1)
    assert all(opens(signed_in("Noor"), reference) for reference in references)
    db.session.execute(update(Party).where(Party.id == party.id).values(**old))
    db.session.commit()
    with pytest.raises(Refused, match="not the one that it should be"):
        file_many(1)


def test_nobody_begins_a_rotation_who_has_no_key(app, cast):
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    for person in (signed_in("Petra"), demonstration.file_one(clock.now())[1]):
        with pytest.raises(Refused, match="has a key"):
            rotation.begin(person)


def test_the_office_chain_says_when_it_began_and_ended(app, cast):
    file_many(2)
    old = db.session.get_one(Party, cast["Noor"].party_id).key_id
    rotate("Noor")
    party = db.session.get_one(Party, cast["Noor"].party_id)
    keys = {"party": party.id, "old_key": old, "new_key": party.key_id}
    (begun,) = office("rotation_begun")
    assert keys.items() <= begun.items() and begun["new_party_key"].startswith(keys["new_key"])
    assert office("rotation_finished") == [{**keys, "sealed": 4 + HALVES}]


def test_every_column_that_is_sealed_to_a_party_is_rotated():
    """A new table with a key's identifier must be named in `rotation.COLUMNS`, or its rows die with the old key."""
    from grievance.extensions import Base

    named = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("key_id") and table.name not in KEYS_THEMSELVES
    }
    listed = {
        (one.key_id.class_.__tablename__, one.key_id.key) for columns in rotation.COLUMNS.values() for one in columns
    }
    assert named == listed


def test_a_session_goes_on_through_a_rotation(app, cast):
    (reference,) = file_many(1)
    cookie = sessions.sign_in("tomas@example.org", PASSWORD)
    rotate("Noor")
    assert opens(sessions.person_of(cookie), reference)
