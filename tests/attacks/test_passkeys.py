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
from tests.attacks import office as tests_office
from tests.attacks.attackers import COMPARTMENTS, DOOR, Can
from tests.attacks.opener import Loot, copy_of, opened, words_read

PEOPLE = {"Tomas": "Ines", "Noor": "Ines", "Ines": "Tomas", "Victor": "Tomas"}
"""Who enrols, and who types the digits: everybody of the Secretariat, the custodians and one company."""


class Door:
    """The office with everybody behind a passkey, the parties' keys changed after that, and words written since."""

    def __init__(self, standing, patch):
        self.standing, self.devices, self.before = standing, {}, copy_of(standing.engine)
        patch.setattr(tests_office, "signed_in", self.person)
        for name, by in PEOPLE.items():
            self.devices[name] = counting(name, self.person(by))
        for name in ("Noor", "Ines", "Victor"):
            rotation.begin(self.person(name))
            assert rotation.go_on(self.person(name), 99).finished
        past = standing.past
        tests_office.speak(past, "a", "since", tests_office.holder_of(past.receipts["a"]), "Victor")

    def person(self, name):
        return person(name, self.devices.get(name))

    def loot(self, *copies, **more):
        secrets = self.standing.secrets
        return Loot(
            list(copies), peppers=secrets.peppers, server_keys=secrets.server, staff_peppers=secrets.staff_peppers,
            passwords=[(email_of(name), PASSWORD) for name in PEOPLE], **more,
        )  # fmt: skip

    def now(self):
        return copy_of(self.standing.engine)


def when(loot):
    return {moment for _what, moment, _case in words_read(loot)}


@pytest.fixture
def door(standing, monkeypatch):
    return Door(standing, monkeypatch)


def test_they_read_what_the_table_says_and_nothing_else(door):
    """A stolen password with the database and all server keys, but without the passkey; and an old copy with the old
    passwords, which opens what it held and nothing written since."""
    now = door.now()
    held, old = {"all": door.loot(now), "before": door.loot(door.before, now)}, words_read(door.loot(door.before))
    expected = {Can.NO: set(), Can.OLD: old}
    assert {what for what, _when, _case in old} == set(COMPARTMENTS)
    for attacker in DOOR:
        read = words_read(held[attacker.name])
        for what in COMPARTMENTS:
            theirs = {word for word in expected[attacker.reads[what]] if word[0] == what}
            assert {word for word in read if word[0] == what} == theirs, (attacker.name, what)


def test_since_then_there_is_something_of_each_kind_to_read(door):
    seeds = [door.person(name).party_seed for name in ("Noor", "Ines", "Victor")]
    words = words_read(door.loot(door.now(), seeds=seeds))
    assert {what for what, moment, _case in words if moment == "since"} == set(COMPARTMENTS)


def test_with_what_the_device_makes_besides_it_opens_all(door):
    """So the others fail for want of it, and not of a place to try."""
    now = door.now()
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
    with_lost = door.now()
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
