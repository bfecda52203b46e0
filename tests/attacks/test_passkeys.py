"""Who has a password that somebody typed elsewhere, copies of the database, all keys of the servers, and no device."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import MetaData

from grievance import clock
from grievance.accounts import passkeys, sessions, waits
from grievance.accounts.keys import rotation
from grievance.crypto import passwords
from grievance.crypto.passkeys import INNER, pair_of
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.extensions import db
from grievance.maintenance import doctor
from tests.accounts.devices import Device, asked, counting, person, sign_in
from tests.accounts.test_leaving import account_of
from tests.attacks.office import take
from tests.attacks.opener import Loot, copy_of, opened, word, words_read


class Door:
    """The office, with everybody of the Secretariat behind a passkey, and its key changed after that."""

    def __init__(self, standing):
        self.standing, self.devices = standing, {}
        self.before = copy_of(standing.engine)
        for name, by in (("Tomas", "Ines"), ("Noor", "Ines")):
            self.devices[name] = counting(name, by)
        noor = person("Noor", self.devices["Noor"])
        rotation.begin(noor)
        assert rotation.go_on(person("Noor", self.devices["Noor"]), 99).finished
        self.write("since")

    def write(self, when):
        reference = self.standing.past.references["a"]
        take("note", person("Noor", self.devices["Noor"]), reference, note=word("internal", when, "a"))

    def loot(self, *copies, **more):
        secrets = self.standing.secrets
        return Loot(
            list(copies), peppers=secrets.peppers, server_keys=secrets.server, staff_peppers=secrets.staff_peppers,
            passwords=[(email_of(name), PASSWORD) for name in self.devices], **more,
        )  # fmt: skip


def when(loot):
    return {moment for _what, moment, _case in words_read(loot)}


@pytest.fixture
def door(standing):
    return Door(standing)


def test_a_stolen_password_with_the_database_and_all_server_keys_opens_nothing_without_the_passkey(door):
    assert words_read(door.loot(copy_of(door.standing.engine))) == set()


def test_an_old_copy_with_the_old_password_opens_what_it_held_and_nothing_written_since(door):
    assert when(door.loot(door.before)) == {"old", "new"}
    assert when(door.loot(door.before, copy_of(door.standing.engine))) == {"old", "new"}


def test_with_what_the_device_makes_besides_it_opens_all(door):
    """So the others fail for want of it, and not of a place to try."""
    now = copy_of(door.standing.engine)
    with_device = door.loot(now, seeds=[pair_of(door.devices["Noor"].prf).seed])
    inner = next(text for text in opened(with_device) if len(text) == INNER)
    row = next(one for one in now["accounts"] if one["name"] == "Noor")
    record = passwords.PasswordRecord(**row["password"])
    pepper = passwords.pepper_of(record.pepper_id, door.standing.secrets.staff_peppers[record.pepper_id], row["id"])
    wrapping = passwords.unlock(PASSWORD, record, pepper, inner)
    with_device.server_keys = [*with_device.server_keys, wrapping]
    assert "since" in when(with_device)


def test_a_removed_passkey_opens_nothing_written_since(door):
    lost, second = door.devices["Noor"], Device("Red key")
    passkeys.enrol(person("Noor", lost), PASSWORD, second.shows())
    with_lost = copy_of(door.standing.engine)
    here = sign_in("Noor", second)
    row = passkeys.owner_of(lost.credential_id)
    passkeys.remove(sessions.person_of(here), here, PASSWORD, row.id)
    assert sign_in("Noor", lost) is None and sign_in("Noor") is None
    put_back(with_lost, row_id=row.id)
    with pytest.raises(CannotOpen):
        sign_in("Noor", second)
    db.session.rollback()
    assert sign_in("Noor", lost) is None and named("Noor")


def put_back(copy, row_id):
    (row,) = [one for one in copy["passkeys"] if one["id"] == row_id]
    columns = MetaData()
    columns.reflect(bind=db.engine, only=["passkeys"], resolve_fks=False)
    db.session.execute(columns.tables["passkeys"].insert().values(row))
    db.session.commit()


def named(name):
    number = account_of(name).id
    return any(f"account {number}: its passkeys are not" in one for one in doctor.examine())


def test_a_swapped_public_half_is_refused_before_anything_is_sealed_to_it_and_named(door):
    theirs = Device()
    half = pair_of(theirs.prf).public
    db.session.execute(db.text("UPDATE passkeys SET half = :half WHERE account_id = :who"),
                       {"half": half, "who": account_of("Noor").id})  # fmt: skip
    db.session.commit()
    with pytest.raises(CannotOpen):
        sign_in("Noor", door.devices["Noor"])
    db.session.rollback()
    assert named("Noor")


def test_a_thiefs_first_passkey_is_mailed_waits_and_is_refused(standing):
    thief = asked("Noor")
    wait = waits.of(account_of("Noor").id)
    assert account_of("Noor").id in wait.to_mail and wait.mail_at is not None
    assert sign_in("Noor")  # its owner, with the password, as before
    passkeys.object_to(signed_in("Noor"), wait.id)
    with time_machine.travel(clock.now() + timedelta(hours=80)):
        assert sign_in("Noor") and passkeys.of(account_of("Noor").id) == []
        assert sign_in("Noor", thief) and not account_of("Noor").password["inner"]
