"""Who can write to the folder of the backups, steals one, or waits for an old one to be restored."""

import base64
import gzip
import io
import json

import pytest

from grievance import clock
from grievance.crypto import envelopes
from grievance.crypto.keyring import new_entry, parse
from grievance.extensions import db
from grievance.maintenance.backup import BackupError, archive, sealed
from grievance.maintenance.backup.restore import restore
from grievance.maintenance.backup.write import take
from grievance.models.people import Account
from tests.maintenance.backup.conftest import empty_place, fill, tar_of

__all__ = ["empty_place"]
NOBODY = {"id": 999, "email": "eve@example.org", "name": "Eve"}


@pytest.fixture
def office(app, cast, tmp_path):
    """An office with cases; somebody has a copy of what was in a backup, from when backups were not sealed."""
    app.receipt = fill(cast)
    take(tmp_path / "b", clock.now())
    return app


def edited(tar, columns_of):
    """The same backup, but everything that is filed from now on is read by another, who is a member too."""
    out, mine = io.BytesIO(), envelopes.new_key_pair()
    with archive.Writer(out) as writer:
        for info, content in archive.members(io.BytesIO(tar)):
            data = content.read()
            kind, _slash, name = info.name.partition("/")
            if info.name == archive.MANIFEST:
                manifest = json.loads(data)
                manifest["tables"]["accounts"]["rows"] += 1
                data = json.dumps(manifest).encode()
            elif kind == "tables" and (change := CHANGES.get(name.partition("/")[0])):
                columns = columns_of[name.partition("/")[0]]["columns"]
                rows = [json.loads(line) for line in gzip.decompress(data).split(b"\n")]
                data = gzip.compress(b"\n".join(json.dumps(row).encode() for row in change(rows, columns, mine)))
            if info.name not in (archive.SUMS, archive.END):
                writer.add_bytes(info.name, data)
        writer.finish()
    return out.getvalue()


def _another_key(rows, columns, mine):
    for row in rows:
        if row[columns.index("kind")] == "secretariat":
            row[columns.index("public_key")] = base64.b64encode(mine.public).decode()
            row[columns.index("key_id")] = envelopes.key_id(mine.public)
    return rows


def _a_member_more(rows, columns, _mine):
    eve = list(rows[0])
    for name, value in NOBODY.items():
        eve[columns.index(name)] = value
    return [*rows, eve]


CHANGES = {"parties": _another_key, "accounts": _a_member_more}


def forged(path):
    tar = tar_of(path)
    return edited(tar, archive.manifest_of(io.BytesIO(tar))["tables"])


def as_before(path, _app):
    """A backup of the form that vouches for nothing, as there is one in each office that was upgraded."""
    path.write_bytes(forged(path))


def under_a_key_of_ones_own(path, app):
    """Sealed to whom it should be (their public halves are no secret), and signed with the wrong key."""
    data, theirs = forged(path), app.config["SECRETS"]
    app.config["SECRETS"] = parse(new_entry())
    _write(path, data)
    app.config["SECRETS"] = theirs


def under_the_name_of_the_right_one(path, app):
    data, theirs = forged(path), app.config["SECRETS"]
    app.config["SECRETS"] = parse(f"{theirs.current[0]}:{new_entry().partition(':')[2]}")
    _write(path, data)
    app.config["SECRETS"] = theirs


def with_the_signature_of_the_right_one(path, app):
    signature = path.read_bytes()[-32:]
    under_the_name_of_the_right_one(path, app)
    path.write_bytes(path.read_bytes()[:-32] + signature)


def _write(path, tar):
    with path.open("wb") as file:
        sealing = sealed.Sealing(file, [sealed.Holder(sealed.DRILL, sealed.drill_public())], clock.now().isoformat())
        sealing.write(tar)
        sealing.finish()


FORGERS = (as_before, under_a_key_of_ones_own, under_the_name_of_the_right_one, with_the_signature_of_the_right_one)


@pytest.mark.parametrize("forge", FORGERS, ids=lambda forge: forge.__name__)
def test_a_backup_with_a_swapped_key_and_a_member_more_is_not_restored(office, empty_place, tmp_path, forge):
    forge(tmp_path / "b", office)
    place = empty_place()
    with place.app_context():
        with pytest.raises(BackupError) as refused:
            restore(tmp_path / "b", tmp_path / "none", clock.now())
        assert ("nobody" in str(refused.value)) or "was not written by this office" in str(refused.value)
        assert not place.config["FILES"].exists()


@pytest.mark.parametrize("forge", FORGERS, ids=lambda forge: forge.__name__)
def test_the_drill_that_night_fails_for_it(office, tmp_path, forge):
    forge(tmp_path / "b", office)
    result = office.test_cli_runner().invoke(args=["drill", str(tmp_path / "b")])
    assert result.exit_code == 1 and "Traceback" not in result.output


def test_the_forger_of_these_tests_would_read_what_is_filed_next(office, empty_place, tmp_path):
    """They can fail: signed by the office itself, the same content comes back and nothing but its record speaks
    against it."""
    _write(tmp_path / "b", forged(tmp_path / "b"))
    with empty_place().app_context():
        restore(tmp_path / "b", tmp_path / "none", clock.now())
        assert db.session.get(Account, NOBODY["id"]).name == NOBODY["name"]


def test_who_steals_a_backup_with_no_key_reads_its_day_and_its_size(office, tmp_path):
    data = (tmp_path / "b").read_bytes()
    begin = data.index(b"{")
    header = json.loads(data[begin : begin + int.from_bytes(data[begin - 4 : begin], "big")])
    assert set(header) == {"format", "id", "taken_at", "vouches", "sealed_to"}
    for word in (b"Larkfield", b"example.org", b"GR-", b"officer", b"received"):
        assert word not in data


def test_who_steals_it_with_the_database_of_then_and_the_server_keys_still_needs_the_drills_key(office, tmp_path):
    office.config["DRILLS"] = parse(new_entry())
    outside = sealed.look(tmp_path / "b", lambda _bytes: None)
    assert not outside.doubt
    with pytest.raises(BackupError, match="No key here opens"):
        sealed.content_key(outside, None)
