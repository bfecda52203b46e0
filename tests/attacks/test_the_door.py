"""Who has a copy of the database, the public host's keys and a password that somebody typed elsewhere."""

import pytest

from grievance.crypto import passwords
from grievance.demonstration import PASSWORD, email_of
from tests.attacks.opener import Loot, words_read

EVERYBODY = ("Noor", "Tomas", "Ines", "Victor")


def stolen(office, **more):
    """All passwords of the cast, the database, and the keys that each process has."""
    return Loot(
        [office.past.copies["now"]], peppers=office.secrets.peppers, server_keys=office.secrets.server,
        passwords=[(email_of(name), PASSWORD) for name in EVERYBODY], **more,
    )  # fmt: skip


def test_a_stolen_password_with_the_database_and_the_public_hosts_keys_opens_nothing(office):
    assert words_read(stolen(office)) == set()


def test_with_what_the_staffs_server_adds_it_opens_what_its_person_reads(office):
    assert words_read(stolen(office, staff_peppers=office.secrets.staff_peppers))


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_copy_of_the_database_lets_nobody_try_passwords(office, name):
    """Not even the right one is told apart from others by what is stored."""
    row = next(one for one in office.past.copies["now"]["accounts"] if one["email"] == email_of(name))
    assert row["password"]["pepper_id"] in office.secrets.staff_peppers
    assert passwords.unlock(PASSWORD, passwords.PasswordRecord(**row["password"])) is None


def test_what_is_added_for_one_person_opens_nobody_elses(office):
    """A row that was given another's record is not opened by the other's password, whoever asks the server."""
    rows = {one["email"]: one for one in office.past.copies["now"]["accounts"]}
    noor, tomas = (rows[email_of(name)] for name in ("Noor", "Tomas"))
    record = passwords.PasswordRecord(**tomas["password"])
    key = office.secrets.staff_peppers[record.pepper_id]
    assert passwords.unlock(PASSWORD, record, passwords.pepper_of(record.pepper_id, key, tomas["id"]))
    assert passwords.unlock(PASSWORD, record, passwords.pepper_of(record.pepper_id, key, noor["id"])) is None
