"""Passkeys: a device without which its person's password opens nothing."""

from contextlib import suppress
from datetime import timedelta

import pyotp
import pytest
import time_machine

from grievance import clock
from grievance.accounts import app_code_setup, app_codes, exposure, leaving, passkeys, people, sessions, waits
from grievance.accounts.keys import log, rotation
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.account_waits import Began
from grievance.models.keys import AccountSession
from grievance.models.passkey import Counts, Passkey
from grievance.models.people import Party, Role
from tests.accounts import two_people
from tests.accounts.devices import Device, asked, confirmed, counting, person, sign_in
from tests.accounts.test_leaving import account_of, join, office

NEW = "four guards at the gate"


def rows_of(name):
    db.session.expire_all()
    return passkeys.of(account_of(name).id)


def whole():
    db.session.rollback()
    return log.again().faults == [] and doctor.examine() == []


def later(hours):
    return time_machine.travel(clock.now() + timedelta(hours=hours), tick=False)


# --- the first one -----------------------------------------------------------------------------------------


def test_a_first_passkey_waits_and_the_password_alone_signs_in_as_before(app, cast):
    device = asked("Noor")
    (row,) = rows_of("Noor")
    assert row.state == Counts.WAITING and row.sealed is None and row.name == "Blue key"
    assert sign_in("Noor") and sign_in("Noor", device) and not account_of("Noor").password["inner"]
    assert office("passkey_asked")[0]["account"] == account_of("Noor").id and whole()


def test_it_is_mailed_to_its_person_and_to_everybody_who_may_object(app, cast):
    asked("Noor")
    wait = waits.of(account_of("Noor").id)
    everybody = {cast[name].account_id for name in ("Noor", "Tomas", "Ines")}
    assert (
        wait.what == Began.PASSKEY and everybody <= set(wait.to_mail) and cast["Victor"].account_id not in wait.to_mail
    )


def test_enrolling_asks_for_the_password_again(app, cast):
    with pytest.raises(BadInput, match="password"):
        passkeys.enrol(cast["Noor"], "not hers", Device().shows())
    assert rows_of("Noor") == []


def test_once_a_second_person_typed_its_digits_the_password_alone_signs_nobody_in(app, cast):
    device = confirmed("Noor", "Ines")
    assert sign_in("Noor") is None and sign_in("Noor", Device()) is None
    assert sign_in("Noor", device, "not hers") is None
    assert person("Noor", device).party_seed == cast["Noor"].party_seed
    assert account_of("Noor").password["inner"] and rows_of("Noor")[0].state == Counts.COUNTING
    assert sign_in("Noor") is None and sign_in("Noor", device) and whole()


def test_after_three_days_it_counts_without_a_second_person(app, cast):
    device = asked("Noor")
    with later(71):
        assert sign_in("Noor")
    with later(73):
        assert sign_in("Noor") is None
        assert person("Noor", device).party_seed == cast["Noor"].party_seed
        assert waits.of(account_of("Noor").id) is None and whole()


def test_wrong_digits_confirm_nothing_and_nobody_confirms_their_own(app, cast):
    device = asked("Noor")
    row = passkeys.owner_of(device.credential_id)
    wait, digits = waits.of(row.account_id).id, passkeys.digits(row)
    with pytest.raises(BadInput, match="fingerprint"):
        passkeys.confirm(signed_in("Ines"), wait, "1234 " * 6)
    with pytest.raises(Refused):
        passkeys.confirm(signed_in("Noor"), wait, digits)
    with pytest.raises(Refused):
        passkeys.confirm(signed_in("Victor"), wait, digits)
    assert rows_of("Noor")[0].state == Counts.WAITING


@pytest.mark.parametrize("who", ["Noor", "Tomas", "Ines"])
def test_whoever_was_told_objects_and_then_it_never_counts(app, cast, who):
    device = asked("Noor")
    passkeys.object_to(signed_in(who), waits.of(account_of("Noor").id).id)
    assert rows_of("Noor") == [] and whole()
    with later(80):
        assert sign_in("Noor") and sign_in("Noor", device)
        assert not account_of("Noor").password["inner"]


def test_its_person_takes_it_back_while_it_waits_and_may_enrol_another(app, cast):
    asked("Noor")
    here = sign_in("Noor")
    passkeys.remove(sessions.person_of(here), here, PASSWORD, rows_of("Noor")[0].id)
    assert rows_of("Noor") == [] and whole()
    assert counting("Noor", "Ines") and whole()


def test_a_second_one_does_not_come_in_beside_one_that_waits(app, cast):
    asked("Noor")
    with pytest.raises(Refused, match="waits already"):
        asked("Noor")


def test_a_new_invitation_ends_what_waits_and_what_counts(app, cast):
    counting("Noor", "Ines")
    people.accept(two_people.invited_again(signed_in("Tomas"), account_of("Noor").id), NEW)
    assert rows_of("Noor") == [] and sign_in("Noor", password=NEW)
    two_people.admit(signed_in("Tomas"), account_of("Noor").id)
    assert person("Noor", password=NEW).party_seed == cast["Noor"].party_seed and whole()


def test_a_passkey_that_waits_does_not_stop_a_new_invitation(app, cast):
    asked("Noor")
    two_people.invited_again(signed_in("Tomas"), account_of("Noor").id)
    assert rows_of("Noor") == [] and whole()


def test_who_was_cut_off_and_comes_back_has_their_passkey_still(app, cast):
    device = counting("Noor", "Ines")
    leaving.leave(signed_in("Tomas"), account_of("Noor").id)
    assert sign_in("Noor", device) is None
    leaving.take_back(signed_in("Ines"), waits.of(account_of("Noor").id).id)
    assert sign_in("Noor") is None and sign_in("Noor", device) and whole()


# --- codes of an app ---------------------------------------------------------------------------------------


@pytest.fixture
def app_secret(app, cast):
    here = sign_in("Noor")
    noor = sessions.person_of(here)
    begun = app_code_setup.begin(noor, PASSWORD)
    app_code_setup.confirm(here, noor, begun.made, pyotp.TOTP(begun.secret).at(clock.now()))
    return begun.secret


def test_the_first_passkey_that_counts_takes_the_place_of_the_app(app_secret, cast):
    device = Device()
    passkeys.enrol(cast["Noor"], PASSWORD, device.shows())
    assert app_codes.is_on(cast["Noor"].account_id)  # as long as it waits
    row = passkeys.owner_of(device.credential_id)
    passkeys.confirm(signed_in("Ines"), waits.of(row.account_id).id, passkeys.digits(row))
    assert sign_in("Noor", device) and not app_codes.is_on(cast["Noor"].account_id) and whole()


# --- a second one, and a lost one --------------------------------------------------------------------------


def test_who_is_signed_in_with_one_adds_another_at_once_and_each_signs_in_alone(app, cast):
    first, second = counting("Noor", "Ines"), Device("Red key")
    row = passkeys.enrol(person("Noor", first), PASSWORD, second.shows())
    assert row.state == Counts.COUNTING and waits.of(row.account_id) is None
    assert sign_in("Noor", first) and sign_in("Noor", second) and sign_in("Noor") is None and whole()


def test_with_the_second_one_a_lost_one_is_removed_and_signs_in_no_more(app, cast):
    lost, second = counting("Noor", "Ines"), Device("Red key")
    passkeys.enrol(person("Noor", lost), PASSWORD, second.shows())
    before, here = person("Noor", second), sign_in("Noor", second)
    passkeys.remove(sessions.person_of(here), here, PASSWORD, rows_of("Noor")[0].id)
    stays = sessions.person_of(here).own_seed
    assert sign_in("Noor", lost) is None and sign_in("Noor") is None
    now = person("Noor", second)
    assert now.own_seed != before.own_seed and now.party_seed == before.party_seed
    assert stays == now.own_seed
    assert db.session.get_one(Party, now.party_id).exposed_since and whole()


def test_the_only_one_is_not_removed(app, cast):
    device = counting("Noor", "Ines")
    here = sign_in("Noor", device)
    with pytest.raises(Refused, match="Enrol another first"):
        passkeys.remove(sessions.person_of(here), here, PASSWORD, rows_of("Noor")[0].id)
    assert sign_in("Noor", device) and whole()


def test_the_same_device_is_not_enrolled_twice_nor_for_two_people(app, cast):
    device = counting("Noor", "Ines")
    with pytest.raises(Refused, match="already"):
        passkeys.enrol(person("Noor", device), PASSWORD, device.shows())
    with pytest.raises(Refused, match="already"):
        passkeys.enrol(cast["Tomas"], PASSWORD, device.shows())


# --- a new own key -----------------------------------------------------------------------------------------


def test_sessions_of_before_end_when_the_first_passkey_counts(app, cast):
    device, here = confirmed("Noor", "Ines"), None
    db.session.query(AccountSession).delete()
    db.session.commit()
    here = sign_in("Noor", device)
    assert db.session.query(AccountSession).filter_by(account_id=cast["Noor"].account_id).count() == 1
    assert sessions.person_of(here).own_seed != cast["Noor"].own_seed


def test_a_new_password_makes_a_new_own_key_with_and_without_a_passkey(app, cast):
    for device in (None, Device()):
        if device:
            counting("Noor", "Ines", device)
        before, here = person("Noor", device), sign_in("Noor", device)
        sessions.change_password(here, PASSWORD, NEW)
        stays = sessions.person_of(here).own_seed
        here = sign_in("Noor", device, NEW)
        now = sessions.person_of(here)
        assert now.own_seed != before.own_seed and now.party_seed == before.party_seed
        assert stays == now.own_seed and sign_in("Noor", device) is None
        sessions.change_password(here, NEW, PASSWORD)
    assert whole() and len(office("own_key_changed")) == 5


def test_when_the_last_of_a_party_has_one_its_key_is_to_be_changed(app, cast):
    counting("Noor", "Ines")
    party = cast["Noor"].party_id
    assert db.session.get_one(Party, party).exposed_since is None
    device = counting("Tomas", "Ines")
    db.session.expire_all()
    assert db.session.get_one(Party, party).exposed_since
    assert exposure.why(person("Tomas", device)) == str(exposure.PASSKEYS)
    rotation.begin(person("Tomas", device))
    assert rotation.go_on(person("Tomas", device), 99).finished and whole()


def test_a_cut_that_is_taken_back_does_not_forget_that_passkeys_want_another_key(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    leaving.leave(signed_in("Tomas"), petra.account_id)
    for name in ("Noor", "Tomas"):
        counting(name, "Ines")
    leaving.take_back(signed_in("Ines"), waits.of(petra.account_id).id)
    db.session.expire_all()
    assert db.session.get_one(Party, cast["Noor"].party_id).exposed_since and whole()


# --- who writes to the database ----------------------------------------------------------------------------


def written(statement, **values):
    db.session.execute(db.text(statement), values)
    db.session.commit()


CHANGES = {
    "half": "UPDATE passkeys SET half = (SELECT public_key FROM accounts WHERE name = 'Tomas')",
    "device": "UPDATE passkeys SET public_key = credential_id",
    "gone": "DELETE FROM passkeys",
    "waits": "UPDATE passkeys SET state = 'waiting', sealed = NULL",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_signs_nobody_in_and_is_named(app, cast, what):
    device = counting("Noor", "Ines")
    written(CHANGES[what])
    with suppress(CannotOpen):
        assert sign_in("Noor", device) is None
    db.session.rollback()
    assert sign_in("Noor") is None
    assert any(f"account {cast['Noor'].account_id}: its passkeys" in one for one in doctor.examine())


def test_a_refused_passkey_that_is_put_back_does_not_wait_again(app, cast):
    device = asked("Noor")
    (row,) = rows_of("Noor")
    kept = {column.name: getattr(row, column.name) for column in Passkey.__table__.columns}
    passkeys.object_to(signed_in("Tomas"), waits.of(row.account_id).id)
    db.session.execute(Passkey.__table__.insert().values(kept))
    db.session.commit()
    with later(80), pytest.raises(CannotOpen):
        sign_in("Noor", device)
    db.session.rollback()
    assert any("a passkey waits that the record does not name" in one for one in doctor.examine())


def test_a_state_that_nobody_signed_makes_nothing_count(app, cast):
    device = asked("Noor")
    written("UPDATE passkeys SET state = 'confirmed'")
    assert sign_in("Noor") and sign_in("Noor", device)
    assert rows_of("Noor")[0].state == Counts.CONFIRMED and not account_of("Noor").password["inner"]


def test_a_passkey_names_its_account_itself(app, cast):
    device = counting("Noor", "Ines")
    assert sessions.person_of(sessions.sign_in("", PASSWORD, shown=device.shows())).name == "Noor"
    assert sessions.sign_in(email_of("Tomas"), PASSWORD, shown=device.shows())  # he has none: his password is enough


# --- commands and `doctor` ---------------------------------------------------------------------------------


def test_a_command_says_that_it_cannot_ask_for_a_passkey(app, cast):
    counting("Noor", "Ines")
    command = ["keys", "rotate", "--party", "secretariat", "--email", email_of("Noor")]
    said = app.test_cli_runner().invoke(args=command, input=f"{PASSWORD}\n")
    assert said.exit_code == 1 and "signs in with a passkey, which no command can ask for" in said.output


def test_no_command_lets_somebody_in_with_the_password_alone_who_has_a_passkey(app, cast):
    confirmed("Noor", "Ines")
    assert sessions.with_password(email_of("Noor"), PASSWORD) is None
    assert sessions.with_password(email_of("Tomas"), PASSWORD)


def test_doctor_says_whose_first_passkey_waits_and_what_is_locked_without_the_servers_key(app, cast):
    asked("Noor")
    number = cast["Noor"].account_id
    (note,) = passkeys.notes()
    assert note.startswith(f"account {number}: its first passkey waits for a second person, or until ")
    app.config["STAFF_PEPPERS"] = None
    assert len(list(passkeys.notes())) == 1  # theirs were locked with it
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER), PASSWORD)
    assert next(iter(passkeys.notes())).startswith("1 password is locked without STAFF_PEPPER")
