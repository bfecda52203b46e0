"""The database is believed only where the key log vouches for it: whoever writes to it chooses nobody's keys."""

import logging
import stat
from datetime import timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy import delete, func, select, update

from grievance import clock, demonstration
from grievance.access import CLOCK, Person
from grievance.accounts import leaving, people, sessions
from grievance.accounts.keys import entries, log, log_state, pins, recovery, rotation
from grievance.accounts.keys.party_keys import office_can_seal
from grievance.crypto import envelopes, signing
from grievance.demonstration import PASSWORD, do, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor, health
from grievance.models.event import OFFICE_CHAIN, ChainHead, Event
from grievance.models.keys import AccountSession
from grievance.models.people import Account, AccountStatus, Company, Membership, Party, PartyKind, PartyShare, Role
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import savepoint, unit_of_work
from grievance.workflow import step_drafts, steps
from tests.accounts import two_people
from tests.accounts.keys.before import make_old, restart, untriggered
from tests.accounts.keys.test_rotation import WORDS
from tests.accounts.test_leaving import account_of, join, office
from tests.conftest import ROOT, make_app
from tests.views.account.test_people import press
from tests.views.test_routes import client_of

NOT_THE_ONE = "not the one that it should be"
NOT_VOUCHED = "not the one that the record vouches for"


def put(row, **values):
    """Written into the database behind the program's back."""
    table = type(row)
    db.session.execute(update(table).where(table.id == row.id).values(**values))
    db.session.commit()


def swapped():
    """A key pair of whoever writes to the database, as columns of a party or an account."""
    pair = envelopes.new_key_pair()
    return pair, {"public_key": pair.public, "sign_key": signing.public_of(pair.seed)}


def swap_party(party):
    pair, columns = swapped()
    put(party, **columns, key_id=envelopes.key_id(pair.public))
    return pair


def party_of(person):
    return db.session.get_one(Party, person.party_id)


def file_one():
    return demonstration.file_one(clock.now())[0]


def forge(kind, facts, *signed_by, actor=CLOCK):
    """An entry of whoever writes to the database: hashed as it should be, and signed with whatever keys they have."""
    with unit_of_work():
        chain.append(None, kind, actor, clock.now(), clock.now(), facts, signed_by=signed_by)


def stated(account, party_id, pair):
    facts = log_state.stated_account(account.id, pair.public, signing.public_of(pair.seed), party_id)
    return {**facts, **log_state.brought(signing.public_of(pair.seed))}


def ready():
    return health.state().vouched


# --- the office's keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Noor", "Ines"])
def test_a_swapped_key_of_the_office_stops_filing_and_readiness_and_is_named(both, name):
    file_one()
    assert ready() and log.known().faults == []
    party = party_of(both.cast[name])
    swap_party(party)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert NOT_THE_ONE in office_can_seal() and not ready()
    assert f"{party.kind.value}: its key is not the one of the key log." in doctor.examine()


def test_a_second_party_of_the_office_stops_filing(both):
    pair = envelopes.new_key_pair()
    columns = {"public_key": pair.public, "key_id": envelopes.key_id(pair.public)}
    db.session.add(Party(kind=PartyKind.SECRETARIAT, **columns))
    db.session.commit()
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert not ready()


def test_a_rotation_that_no_old_key_signed_stops_filing(both):
    party = party_of(both.cast["Noor"])
    pair = swap_party(party)
    facts = {**log_state.stated_party(party.id, party.kind, None, pair.public, signing.public_of(pair.seed)),
             **log_state.brought(signing.public_of(pair.seed)), "old_key": "", "new_key": ""}  # fmt: skip
    forge("rotation_begun", facts, Signer("party", str(party.id), pair.seed, strongly=True))
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    (fault,) = log.known().faults
    assert "(rotation_begun): it is not signed by party" in fault and fault in doctor.examine()


def test_a_rotation_by_a_former_member_alone_who_has_the_partys_old_key_stops_filing(app, cast):
    party, noor = party_of(cast["Noor"]), cast["Noor"]
    pair = swap_party(party)
    facts = {**log_state.stated_party(party.id, party.kind, None, pair.public, signing.public_of(pair.seed)),
             **log_state.brought(signing.public_of(pair.seed))}  # fmt: skip
    seeds = {str(party.id): pair.seed, f"{party.id}:old": noor.party_seed}
    signed_by = [Signer("party", name, seed, strongly=True) for name, seed in seeds.items()]
    forge("rotation_begun", facts, *signed_by, actor=Person(Role.OFFICER, cast["Tomas"].account_id))
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()


def test_a_first_key_of_a_party_that_has_one_stops_filing(app, cast):
    people.invite(None, "eve@example.org", "Eve", Role.OFFICER)
    eve, party = account_of("Eve"), party_of(cast["Noor"])
    own, pair = envelopes.new_key_pair(), swap_party(party)
    keys = (signing.public_of(own.seed), signing.public_of(pair.seed))
    facts = {**stated(eve, party.id, own), "role": "officer", **log_state.brought(*keys),
             **log_state.stated_party(party.id, party.kind, None, pair.public, keys[1])}  # fmt: skip
    signed_by = (Signer("account", str(eve.id), own.seed, strongly=True),
                 Signer("party", str(party.id), pair.seed, strongly=True))  # fmt: skip
    forge("accepted", facts, *signed_by, actor=Person(Role.OFFICER, eve.id))
    assert "has a key already" in log.known().faults[0]
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()


def test_a_change_of_the_key_by_a_member_is_the_way_on_after_a_forged_one(app, cast):
    party = party_of(cast["Noor"])
    forge(
        "rotation_begun", {**log_state.stated_party(party.id, party.kind, None, b"", b""), "old_key": "", "new_key": ""}
    )
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    rotation.begin(signed_in("Noor"))
    assert file_one() and len(log.known().faults) == 1  # it stays a fault of the record


# --- a company's and an account's key ----------------------------------------------------------------------


def test_a_swapped_key_of_a_company_stops_its_hand_over_alone(both):
    reference = demonstration.walk_story(both.cast, "acknowledge", clock.now())[0]
    party = party_of(both.cast["Victor"])
    swap_party(party)
    db.session.execute(update(PartyShare).where(PartyShare.party_id == party.id).values(key_id=party.key_id))
    db.session.commit()  # as if somebody had a share of it
    with pytest.raises(Refused, match=NOT_VOUCHED):
        do("refer", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    assert file_one() and ready()
    assert any("its key is not the one of the key log" in fault for fault in doctor.examine())


def accepts(name="Petra", role=Role.OFFICER):
    people.accept(people.invite(None, demonstration.email_of(name), name, role), PASSWORD)
    return account_of(name)


def test_two_companies_whose_keys_were_exchanged_are_handed_nothing(both):
    reference = demonstration.walk_story(both.cast, "acknowledge", clock.now())[0]
    larkfield, ostrova = party_of(both.cast["Victor"]), party_of(both.cast["Olga"])
    theirs = (larkfield.company_id, ostrova.company_id)
    db.session.add(Company(name="Spare", membership=Membership.MEMBER, country="KE"))
    db.session.commit()
    spare = db.session.scalar(select(Company.id).where(Company.name == "Spare"))
    for party, company_id in ((larkfield, spare), (ostrova, theirs[0]), (larkfield, theirs[1])):
        put(party, company_id=company_id)
    with pytest.raises(Refused):
        do("refer", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    assert sum("its key is not the one of the key log" in fault for fault in doctor.examine()) == 2


@pytest.mark.parametrize("name", ["Ines", "Victor"])
def test_an_account_that_was_put_into_another_party_gets_no_share_of_its_key(both, name):
    account = account_of(name)
    for held in (PartyShare, AccountSession):
        db.session.execute(delete(held).where(held.account_id == account.id))
    db.session.commit()
    put(account, party_id=both.cast["Noor"].party_id, role=Role.OFFICER)
    with pytest.raises(Refused, match=f"the one of {name}"):
        rotation.begin(signed_in("Noor"))
    assert f"account {account.id}: its own key is not the one of the key log." in doctor.examine()


def test_a_key_that_was_swapped_before_the_admission_is_admitted_by_nobody(both):
    petra = accepts()
    put(petra, **swapped()[1])
    with pytest.raises(Refused, match=NOT_VOUCHED):
        two_people.admit(both.cast["Noor"], petra.id)
    assert account_of("Petra").status == AccountStatus.WAITING and office("admitted")[1:] == []
    assert file_one() and f"account {petra.id}: its own key is not the one of the key log." in doctor.examine()


def test_the_identity_is_granted_to_no_key_that_was_swapped(both):
    reference = demonstration.file_one(clock.now(), name="Amina Said", known_to_secretariat="yes")[0]
    steps.take("ask_identity", both.cast["Noor"], reference, WORDS)
    put(account_of("Noor"), **swapped()[1])
    with pytest.raises(Refused, match=NOT_VOUCHED):
        steps.take("grant_identity", both.cast["Ines"], reference, {})
    assert file_one()


def test_words_that_are_kept_for_later_are_sealed_to_no_key_that_was_swapped(app, cast):
    reference = file_one()
    put(account_of("Noor"), **swapped()[1])
    with pytest.raises(Refused, match=NOT_VOUCHED):
        step_drafts.save(cast["Noor"], reference, "note", {"note": "We read it."})


def test_a_forged_admission_lets_nobody_in(both):
    petra = accepts()
    put(petra, status=AccountStatus.ACTIVE)
    pair = envelopes.new_key_pair()
    facts = log_state.stated_account(petra.id, petra.public_key, petra.sign_key, petra.party_id)
    forge("admitted", facts, Signer("account", str(petra.id), pair.seed, strongly=True),
          actor=Person(Role.OFFICER, both.cast["Noor"].account_id))  # fmt: skip
    with pytest.raises(Refused, match="the one of Petra"):
        rotation.begin(signed_in("Noor"))
    assert any("(admitted): it is not signed by account 1, who" in fault for fault in doctor.examine()) and file_one()


def test_an_admission_that_a_member_signed_and_the_partys_key_did_not_lets_nobody_in(app, cast):
    petra = accepts()
    facts = log_state.stated_account(petra.id, petra.public_key, petra.sign_key, petra.party_id)
    forge("admitted", facts, Signer("account", "1", cast["Noor"].own_seed, strongly=True), actor=cast["Noor"])
    assert not log.known().vouches_for(petra)
    assert "it is not signed by party" in log.known().faults[0]


def test_a_light_signature_is_not_enough_for_an_entry_of_the_key_log(app, cast):
    petra, noor = accepts(), cast["Noor"]
    facts = log_state.stated_account(petra.id, petra.public_key, petra.sign_key, petra.party_id)
    forge("admitted", facts, Signer("party", str(noor.party_id), noor.party_seed, strongly=True), actor=noor)
    assert "it is not signed by account 1" in log.known().faults[0]


def test_what_somebody_signed_after_they_had_left_is_a_fault_and_stops_nothing_else(both):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    leaving.leave(both.cast["Tomas"], petra.account_id)
    assert log.known().faults == []
    forge("password_changed", {"account": petra.account_id}, actor=petra)
    assert any(f"account {petra.account_id} signed it, and had left" in fault for fault in doctor.examine())
    assert file_one() and ready()


def test_whoever_left_lets_nobody_in_any_more(app, cast):
    petra, quinn = join("Petra", Role.OFFICER, cast["Noor"]), accepts("Quinn")
    leaving.leave(cast["Tomas"], petra.account_id)
    facts = log_state.stated_account(quinn.id, quinn.public_key, quinn.sign_key, quinn.party_id)
    signed_by = (Signer("account", str(petra.account_id), petra.own_seed, strongly=True),
                 Signer("party", str(petra.party_id), petra.party_seed, strongly=True))  # fmt: skip
    forge("admitted", facts, *signed_by, actor=petra)
    assert not log.known().vouches_for(quinn)


def test_a_leaving_that_is_taken_back_gives_no_key_before_somebody_admits_them_again(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    strongly = Signer("account", str(cast["Tomas"].account_id), cast["Tomas"].own_seed, strongly=True)
    forge("leaving_taken_back", {"account": petra.account_id}, strongly, actor=cast["Tomas"])
    known, petra = log.known(), account_of("Petra")
    assert known.faults == [] and known.is_of_account(petra) and not known.vouches_for(petra)


def test_an_account_that_nobody_invited_is_nobodys(app, cast):
    pair, columns = swapped()
    db.session.add(Account(email="eve@example.org", name="Eve", role=Role.OFFICER, party_id=cast["Noor"].party_id,
                           created_at=clock.now(), status=AccountStatus.WAITING, **columns))  # fmt: skip
    db.session.commit()
    eve = account_of("Eve")
    forge("accepted", {**stated(eve, eve.party_id, pair), "role": "officer"},
          Signer("account", str(eve.id), pair.seed, strongly=True), actor=Person(Role.OFFICER, eve.id))  # fmt: skip
    with pytest.raises(Refused, match=NOT_VOUCHED):
        two_people.admit(cast["Noor"], eve.id)


def test_a_paper_that_another_made_is_not_sealed_to(app, cast):
    forge("recovery_code_made", {"party": cast["Noor"].party_id, "paper": "0" * 64})
    assert "it is not signed by account" in log.known().faults[0]
    assert log.known().papers == {}


# --- the chain ---------------------------------------------------------------------------------------------


def cut_last(app, number=1):
    """The last entries are gone, as in a database of some time before."""
    last = db.session.scalar(select(func.max(Event.seq)).where(Event.chain == OFFICE_CHAIN)) - number
    with untriggered(app):
        db.session.execute(delete(Event).where(Event.chain == OFFICE_CHAIN, Event.seq > last))
        head = db.session.scalar(select(Event.hash).where(Event.chain == OFFICE_CHAIN, Event.seq == last))
        db.session.execute(update(ChainHead).values(seq=last, hash=head))
        db.session.commit()
    db.session.remove()


@pytest.mark.parametrize("same_process", [True, False])
def test_a_log_that_ends_before_what_was_checked_here_stops_filing(both, same_process):
    leaving.leave(both.cast["Tomas"], join("Petra", Role.OFFICER, both.cast["Noor"]).account_id)
    file_one()
    cut_last(both.app)  # and Petra is back
    if not same_process:
        restart(both.app)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert not ready() and any("the key log ends" in fault for fault in doctor.examine())


@pytest.mark.parametrize("same_process", [True, False])
def test_a_log_with_another_past_stops_filing(both, same_process):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    file_one()
    cut_last(both.app)  # her admission
    forge("invited", {"account": 99, "role": "officer"})
    if not same_process:
        restart(both.app)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert petra and any("key log" in fault for fault in log.again().faults) and not ready()


def test_an_entry_that_was_changed_is_no_entry(both):
    restart(both.app)
    with untriggered(both.app):
        said = Event.chain == OFFICE_CHAIN
        db.session.execute(update(Event).where(said, Event.kind == "accepted", Event.seq < 6).values(role="custodian"))
        db.session.commit()
    db.session.remove()
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert "was changed" in log.again().broken


def _written_and_taken_back(before):
    with unit_of_work():
        chain.append(None, "invited", CLOCK, clock.now(), clock.now(), {"account": 99, "role": "officer"})
        with savepoint():
            office_can_seal()
        assert log.known().sequence == before
        _ = 1 / 0


def test_what_is_taken_back_was_never_in_the_log(both):
    file_one()
    before = log.known().sequence
    with pytest.raises(ZeroDivisionError):
        _written_and_taken_back(before)
    assert file_one() and log.known().sequence == before and ready()


def test_an_entry_without_signatures_after_the_first_with_some_makes_nothing_so(app, cast):
    petra = accepts().id
    forge("admitted", {"account": petra})
    with untriggered(app):
        last = db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc())).first()
        row = {column.name: getattr(last, column.name) for column in Event.__table__.columns}
        row |= {"format": 1, "rows": ""}
        row["hash"] = chain.hash_of(row)
        db.session.execute(update(Event).where(Event.id == last.id).values(**row))
        db.session.execute(update(ChainHead).values(hash=row["hash"]))
        db.session.commit()
    db.session.remove()
    assert not log.known().vouches_for(account_of("Petra"))
    assert "it has no signature" in log.known().faults[0]


# --- the pin file ------------------------------------------------------------------------------------------


def test_a_first_machine_begins_with_the_log_as_it_is_and_says_so(app, cast, caplog):
    file = app.config["PINS_FILE"]
    assert not file.exists()
    file_one()
    said = pins.read(file)
    logged = select(Event).where(Event.chain == OFFICE_CHAIN, Event.kind.in_(entries.ENTRIES)).order_by(Event.seq)
    last = db.session.scalars(logged).all()[-1]
    assert (said.sequence, said.hash) == (last.seq, last.hash)
    assert said.parties[str(cast["Noor"].party_id)] == signing.digest(party_of(cast["Noor"]).public_key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.levelno for one in caplog.records if "no pin file" in one.message] == [logging.WARNING]


def test_an_office_that_begins_here_has_nothing_that_is_merely_believed(tmp_path, caplog):
    app = make_app(f"sqlite:///{tmp_path}/new.sqlite", tmp_path / "files")
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        people.create_office()
        people.accept(people.invite(None, "head@example.org", "The head", Role.APPROVER), PASSWORD)
        assert log.again().accounts and app.config["PINS_FILE"].exists()
        db.session.remove()
        db.engine.dispose()
    assert "no pin file" not in caplog.text


def test_the_pins_move_with_the_log_and_never_back(app, cast, tmp_path):
    file_one()
    file = app.config["PINS_FILE"]
    before, early = pins.read(file), log.of_application()
    restart(app)
    join("Petra", Role.OFFICER, cast["Noor"])
    file_one()
    assert pins.read(file).sequence > before.sequence
    assert pins.move(file, log.pins_of(early.known), lambda _sequence: None)  # a process that has not read so far
    assert pins.read(file).sequence > before.sequence


def test_a_second_machine_begins_with_what_the_first_one_prints(app, cast, tmp_path, caplog):
    join("Petra", Role.OFFICER, cast["Noor"])
    printed = app.test_cli_runner().invoke(args=["keys", "pins"])
    assert printed.exit_code == 0
    restart(app)
    app.config["PINS_FILE"] = tmp_path / "second.json"
    app.config["PINS_FILE"].write_text(printed.output)
    caplog.clear()
    assert file_one() and "no pin file" not in caplog.text
    cut_last(app)
    restart(app)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()


def test_pins_are_not_printed_where_the_log_does_not_stand(app, cast):
    file_one()
    cut_last(app)
    printed = app.test_cli_runner().invoke(args=["keys", "pins"])
    assert printed.exit_code == 1 and "sequence" not in printed.output


@pytest.mark.parametrize("damaged", ["", "{}", "[1]", '{"sequence": 1, "hash": "", "parties": 3}'])
def test_a_damaged_pin_file_stops_filing(app, cast, damaged):
    app.config["PINS_FILE"].write_text(damaged)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert "pin file" in log.again().broken and not ready()


def test_a_disk_that_takes_no_pins_stops_no_complaint_and_is_said(app, cast, caplog, tmp_path):
    app.config["PINS_FILE"] = tmp_path / "nowhere" / "pins.json"
    assert file_one() and "pin file cannot be written" in caplog.text


# --- an office from before ---------------------------------------------------------------------------------


def unconfirmed():
    return [note for note in log.notes() if "unconfirmed" in note]


def test_an_office_from_before_goes_on_and_is_confirmed_by_its_first_members(both):
    make_old(both.app)
    assert file_one() and ready() and doctor.examine() == []
    assert len(unconfirmed()) == 4  # two of the office, two companies
    for name in ("Noor", "Ines", "Victor", "Olga"):
        signed_in(name)
    assert unconfirmed() == [] and log.known().faults == [] and len(office("keys_confirmed")) == 4
    signed_in("Noor")
    assert len(office("keys_confirmed")) == 4 and file_one() and doctor.examine() == []


def test_members_from_before_sign_in_once_before_the_key_is_changed(both):
    make_old(both.app)
    with pytest.raises(Refused, match="one of Tomas"):
        rotation.begin(signed_in("Noor"))
    signed_in("Tomas")
    rotation.begin(signed_in("Noor"))
    assert rotation.go_on(signed_in("Noor"), 99).finished and log.known().faults == [] and file_one()


def test_a_session_that_was_open_over_the_upgrade_lets_somebody_in(app, cast):
    cookie = sessions.sign_in("noor@example.org", PASSWORD)
    make_old(app)
    petra = accepts()
    two_people.admit(sessions.person_of(cookie), petra.id)
    assert log.known().vouches_for(petra) and log.known().faults == []


def test_who_waited_over_the_upgrade_is_admitted(app, cast):
    petra = accepts()
    make_old(app)
    assert signed_in("Petra").party_seed is None
    two_people.admit(signed_in("Noor"), petra.id)
    assert signed_in("Petra").party_seed and log.known().vouches_for(account_of("Petra"))
    assert log.known().faults == [] and doctor.examine() == []


def test_a_session_that_was_open_over_the_upgrade_confirms_its_keys_within_a_minute(app, cast):
    cookie = sessions.sign_in("noor@example.org", PASSWORD)
    make_old(app)
    db.session.execute(update(AccountSession).values(seen_at=clock.now() - timedelta(minutes=2)))
    db.session.commit()
    sessions.person_of(cookie)
    assert [one["account"] for one in office("keys_confirmed")] == [cast["Noor"].account_id]


def test_a_password_that_is_typed_for_a_command_confirms_keys_too(app, cast):
    make_old(app)
    assert sessions.with_password("noor@example.org", PASSWORD) and office("keys_confirmed")


@pytest.mark.parametrize("name", ["Noor", "Victor"])
def test_a_key_from_before_is_not_changed_from_the_first_look_on(app, cast, name):
    make_old(app)
    file_one()
    restart(app)
    party = party_of(cast[name])
    swap_party(party)
    assert not log.again().is_of_party(party.id, party.kind, party.company_id, party.public_key)
    if name == "Noor":
        with pytest.raises(Refused, match=NOT_THE_ONE):
            file_one()


def test_a_key_from_before_is_not_exchanged_for_another_one_that_the_record_named(app, cast):
    make_old(app)
    file_one()
    restart(app)
    theirs = party_of(cast["Victor"])
    put(party_of(cast["Noor"]), public_key=theirs.public_key, key_id=theirs.key_id)
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()


def test_nobody_confirms_a_key_from_before_that_the_record_did_not_name(app, cast):
    make_old(app)
    app.config["PINS_FILE"].unlink(missing_ok=True)
    party, noor = party_of(cast["Noor"]), account_of("Noor")
    pair, own = swap_party(party), envelopes.new_key_pair()
    keys = (signing.public_of(own.seed), signing.public_of(pair.seed))
    facts = {**stated(noor, party.id, own), **log_state.stated_party(party.id, party.kind, None, pair.public, keys[1]),
             **log_state.brought(*keys)}  # fmt: skip
    forge("keys_confirmed", facts, Signer("account", str(noor.id), own.seed, strongly=True),
          Signer("party", str(party.id), pair.seed, strongly=True), actor=Person(Role.OFFICER, noor.id))  # fmt: skip
    with pytest.raises(Refused, match=NOT_THE_ONE):
        file_one()
    assert "another key before" in log.known().faults[0]


def test_a_paper_from_before_lets_in_and_is_made_anew_with_the_next_key(app, cast):
    code = recovery.make(cast["Ines"])
    make_old(app)
    people.accept(two_people.invited_again(None, account_of("Ines").id, code), PASSWORD)
    two_people.recover(cast["Noor"], signed_in("Ines"), code)
    assert log.known().faults == [] and log.known().vouches_for(account_of("Ines"))
    rotation.begin(signed_in("Ines"))
    assert recovery.paper_of(cast["Ines"].party_id) is None


def test_that_a_paper_from_before_opens_no_later_key_is_said_where_the_key_is_changed(app, cast):
    recovery.make(cast["Tomas"])
    make_old(app)
    client = client_of(app, "Tomas")
    assert "is from before your keys were vouched for" in client.get("/account/keys").text
    assert any("its recovery code is from before" in note for note in log.notes())
    recovery.make(signed_in("Tomas"))
    assert "is from before your keys were vouched for" not in client.get("/account/keys").text
    assert not any("recovery code" in note for note in log.notes())


# --- at the pages ------------------------------------------------------------------------------------------


def test_the_form_says_calmly_that_it_cannot_receive_before_anything_is_typed(app, cast):
    party = party_of(cast["Noor"])
    client = app.test_client()
    assert client.get("/complain").status_code == 200
    swap_party(party)
    page = client.get("/complain")
    assert page.status_code == 503 and NOT_THE_ONE in page.text
    assert client.get("/readyz").json["vouched"] is False


def test_who_admits_reads_why_a_swapped_key_gets_nothing(app, cast):
    petra, client = accepts(), client_of(app, "Noor")
    put(petra, **swapped()[1])
    page = press(client, f"/account/people/{petra.id}/admit", fingerprint=two_people.read_out(petra.id))
    assert page.status_code == 409 and NOT_VOUCHED in page.text and account_of("Petra").status == AccountStatus.WAITING


# --- two people --------------------------------------------------------------------------------------------


def entry(kind, by, **facts):
    """Written by whoever holds the keys of one account, past the verbs."""
    now = clock.now()
    with unit_of_work():
        chain.append(None, kind, by, now, now, facts, signed_by=(Signer.account(by.account_id, by.own_seed),))


@pytest.mark.parametrize("alone", [True, False])
def test_one_account_alone_makes_nobody_invited_again_in_the_log(app, cast, alone):
    petra, tomas = join("Petra", Role.OFFICER, cast["Noor"]), cast["Tomas"]
    how = {"alone": True} if alone else {"confirmed_by": tomas.account_id}
    entry("reset_asked", tomas, account=petra.account_id, what="invited_again")
    entry("invited_again", tomas, account=petra.account_id, asked_by=tomas.account_id, **how)
    assert "one person" in log.known().faults[0]


def test_one_account_alone_makes_nobody_gone_for_good_in_the_log(app, cast):
    petra, tomas = join("Petra", Role.OFFICER, cast["Noor"]), cast["Tomas"]
    leaving.leave(tomas, petra.account_id)
    entry("left_for_good", tomas, account=petra.account_id, alone=True)
    assert "before the time was over" in log.known().faults[0]


def test_who_was_let_in_by_a_paper_that_the_other_party_heard_nothing_of_is_a_fault(app, cast, monkeypatch):
    code = recovery.make(cast["Tomas"])
    accepts()
    monkeypatch.setattr("grievance.accounts.keys.vouching.is_vouched", lambda _account: True)
    recovery.recover(signed_in("Petra"), code)
    assert "it heard nobody" in log.known().faults[0]
