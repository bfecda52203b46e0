"""The outside of a backup: nobody without a key reads it, nobody without a server key makes one."""

import hashlib
import io
import json
import tracemalloc

import pytest
from sqlalchemy import inspect

from grievance import clock
from grievance.crypto.keyring import Keyring, new_entry, parse
from grievance.crypto.sealed_files import OpeningReader, SealingWriter, new_key
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.maintenance.backup import BackupError, sealed
from grievance.maintenance.backup.restore import Allowed, restore
from grievance.maintenance.backup.write import take
from tests.maintenance.backup.conftest import opens

ANY = Allowed(unsigned=True, roll_back=True)


@pytest.fixture
def refused(small, empty_place, tmp_path):
    """A function: restore these bytes, see that nothing was written, and give the sentence."""
    place = empty_place()

    def try_it(data, allowed=None):
        (tmp_path / "bad").write_bytes(data)
        with place.app_context():
            with pytest.raises(BackupError) as refusal:
                restore(tmp_path / "bad", tmp_path / "none", clock.now(), allowed=allowed)
            assert inspect(db.engine).get_table_names() == [] and not place.config["FILES"].exists()
        return str(refusal.value)

    return try_it


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def regions(data):
    """Where each part of a backup begins and ends."""
    begin = len(sealed.MAGIC) + 4
    header = begin + int.from_bytes(data[begin - 4 : begin], "big")
    return {"magic": (0, len(sealed.MAGIC)), "length": (begin - 4, begin), "header": (begin, header),
            "content": (header, len(data) - 64), "digest": (len(data) - 64, len(data) - 32),
            "signature": (len(data) - 32, len(data))}  # fmt: skip


def signed(app, body):
    """This body with a digest and a signature that fit: what only somebody with the server keys could make."""
    digest = hashlib.sha256(body).digest()
    return body + digest + sealed._mac(app.config["SECRETS"].current[1], digest)


@pytest.mark.parametrize("part", ["magic", "length", "header", "content", "digest", "signature"])
def test_a_byte_that_was_changed_in_any_part_is_found(small, refused, part):
    data = small.path.read_bytes()
    begin, end = regions(data)[part]
    for at in {begin, end - 1, *range(begin, end, max(1, (end - begin) // 25))}:
        assert refused(flipped(data, at)) and refused(flipped(data, at), ANY)


@pytest.mark.parametrize("part", [0, 0.01, 0.3, 0.7, 0.99])
def test_a_cut_file_is_refused(small, refused, part):
    data = small.path.read_bytes()
    sentence = refused(data[: int(len(data) * part)], ANY)
    assert "cut" in sentence or "not a backup" in sentence


def test_a_file_that_lacks_its_last_byte_or_has_one_more_is_refused(small, refused):
    data = small.path.read_bytes()
    assert "damaged" in refused(data[:-1], ANY) and "damaged" in refused(data + b"\0", ANY)


def test_parts_of_two_backups_of_this_office_do_not_fit_together(small, refused, tmp_path):
    """Even for who could sign them: the content is bound to its header, and the key in it to its name."""
    take(tmp_path / "b", clock.now())
    one, other = small.path.read_bytes(), (tmp_path / "b").read_bytes()
    end = regions(one)["header"][1]
    mixed = one[:end] + other[regions(other)["header"][1] : -64]
    assert "does not open" in refused(signed(small.app, mixed))
    begin = regions(one)["header"][0]
    mine, theirs = (json.loads(each[slice(*regions(each)["header"])]) for each in (one, other))
    for name in ("id", "sealed_to", "taken_at"):
        header = json.dumps({**mine, name: theirs[name]}).encode()
        changed = one[: begin - 4] + len(header).to_bytes(4, "big") + header + one[end:-64]
        assert "does not open" in refused(signed(small.app, changed))


def test_pieces_of_the_content_in_another_order_or_fewer_of_them_are_refused(small, refused):
    data = small.path.read_bytes()
    begin, end = regions(data)["content"]
    middle = (begin + end) // 2
    for content in (data[middle:end] + data[begin:middle], data[begin:middle], data[begin : end - 1], b""):
        assert "does not open" in refused(signed(small.app, data[:begin] + content))


def test_another_format_is_named(small, refused):
    header = json.dumps({"format": 7}).encode()
    data = sealed.MAGIC + len(header).to_bytes(4, "big") + header
    assert refused(signed(small.app, data)) == "The backup has format 7; this program reads formats 1 and 2."


@pytest.mark.parametrize("header", [b"", b"[]", b'"format"', b'{"format": 2}', b"\xff", b'{"format":2,"id":1}'])
def test_a_header_that_says_nothing_is_damage(small, refused, header):
    data = sealed.MAGIC + len(header).to_bytes(4, "big") + header
    assert "cannot be read" in refused(signed(small.app, data))


def test_an_older_server_key_still_vouches_and_one_that_was_taken_out_does_not(small, empty_place, refused, tmp_path):
    newest = parse(new_entry()).keys
    place = empty_place()
    place.config["SECRETS"] = Keyring(newest + small.app.config["SECRETS"].keys)
    with place.app_context():
        restored = restore(small.path, tmp_path / "none", clock.now())
    assert (restored.notes, restored.faults) == ([], [])
    with small.app.app_context():
        small.app.config["SECRETS"] = Keyring(newest)
        name = sealed.look(small.path, lambda _bytes: None).doubt
    assert "which SECRET_KEYS does not have here" in name and "--unsigned" in name


def test_another_key_under_the_name_of_the_one_that_signed_makes_it_a_forgery_whatever_is_allowed(small, tmp_path):
    name = small.app.config["SECRETS"].current[0]
    small.app.config["SECRETS"] = Keyring(((name, b"x" * 32),))
    with pytest.raises(BackupError, match="does not fit the server key"):
        sealed.look(small.path, lambda _bytes: None)


def test_neither_name_nor_word_nor_day_of_a_case_can_be_read_in_it(small):
    data = small.path.read_bytes()
    for word in (b"Larkfield", b"Noor", b"noor@", b"cases", b"manifest.json", b"GR-", b"secretariat"):
        assert word not in data


def test_who_has_neither_the_drills_key_nor_the_paper_opens_nothing(small, empty_place, tmp_path):
    place = empty_place()
    place.config["DRILLS"] = parse(new_entry())
    with place.app_context(), pytest.raises(BackupError, match="No key here opens this backup: .* the drill key"):
        restore(small.path, tmp_path / "none", clock.now())


def test_a_machine_with_the_public_half_alone_makes_backups_that_only_the_drill_opens(small, empty_place, tmp_path):
    elsewhere = parse(new_entry())
    small.app.config["DRILL_PUBLIC"] = sealed.drill_pair(elsewhere.current[1]).public
    take(tmp_path / "b", clock.now())
    with pytest.raises(BackupError, match="No key here opens"):
        sealed.content_key(sealed.look(tmp_path / "b", lambda _bytes: None), None)
    place = empty_place()
    place.config["DRILLS"] = elsewhere
    with place.app_context():
        assert restore(tmp_path / "b", tmp_path / "none", clock.now()).faults == [] and opens(small.receipt)


def test_an_earlier_key_of_the_drill_opens_earlier_backups(small, empty_place, tmp_path):
    place = empty_place()
    place.config["DRILLS"] = Keyring(parse(new_entry()).keys + small.app.config["DRILLS"].keys)
    with place.app_context():
        assert restore(small.path, tmp_path / "none", clock.now()).faults == []


# --- the stream --------------------------------------------------------------------------------------------


def sealed_bytes(key, plain):
    out = io.BytesIO()
    writer = SealingWriter(out, key, b"here")
    for begin in range(0, len(plain), 70_001):
        writer.write(plain[begin : begin + 70_001])
    writer.finish()
    return out.getvalue()


def test_a_stream_is_read_in_any_pieces_and_from_its_beginning_again():
    key, plain = new_key(), bytes(range(256)) * 9000
    data = sealed_bytes(key, plain)
    reader = OpeningReader(io.BytesIO(b"before" + data), key, b"here", 6, len(data))
    assert reader.read(10) + reader.read(5_000_000) == plain and reader.read(1) == b""
    reader.seek(0)
    assert reader.read() == plain


@pytest.mark.parametrize("change", ["key", "place", "cut", "flip", "longer"])
def test_a_stream_that_is_not_as_it_was_is_not_read_to_its_end(change):
    key, plain = new_key(), b"gate " * 100_000
    data = sealed_bytes(key, plain)
    data = {"cut": data[:-20], "flip": flipped(data, len(data) // 2), "longer": data + b"x" * 40}.get(change, data)
    reader = OpeningReader(
        io.BytesIO(data),
        new_key() if change == "key" else key,
        b"there" if change == "place" else b"here",
        0,
        len(data),
    )
    with pytest.raises(CannotOpen):
        reader.read()


def test_a_long_stream_needs_no_more_memory_than_a_short_one(tmp_path):
    """64 MiB through both ends."""
    key, block = new_key(), b"x" * (1024 * 1024)
    tracemalloc.start()
    with (tmp_path / "long").open("w+b") as file:
        writer = SealingWriter(file, key, b"here")
        for _each in range(64):
            writer.write(block)
        writer.finish()
        reader = OpeningReader(file, key, b"here", 0, file.tell())
        assert sum(iter(lambda: len(reader.read(1024 * 1024)), 0)) == 64 * 1024 * 1024
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 1024 * 1024
