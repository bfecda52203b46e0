"""What is in a backup, and was all of it before backups were sealed: damaged, cut or foreign it is refused with a
sentence, and nothing at all is written."""

import gzip
import hashlib
import io
import json
import tarfile

import pytest
from sqlalchemy import inspect

from grievance import clock
from grievance.extensions import db
from grievance.maintenance.backup import BackupError, archive, lines
from grievance.maintenance.backup.restore import Allowed, restore
from tests.maintenance.backup.conftest import opens, tar_of

ANY = Allowed(unsigned=True)


@pytest.fixture
def small(small):
    """A backup as they were before: the tar alone."""
    small.path.write_bytes(tar_of(small.path))
    return small


@pytest.fixture
def refused(small, empty_place, tmp_path):
    """A function: restore these bytes, see that nothing was written, and give the sentence."""
    place = empty_place()

    def try_it(data: bytes) -> str:
        (tmp_path / "bad").write_bytes(data)
        with place.app_context():
            with pytest.raises(BackupError) as refusal:
                restore(tmp_path / "bad", tmp_path / "none", clock.now(), allowed=ANY)
            assert inspect(db.engine).get_table_names() == [] and not place.config["FILES"].exists()
        return str(refusal.value)

    return try_it


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def contents(path):
    """(name, where its bytes begin, how many) of each member."""
    with tarfile.open(path) as tar:
        return [(info.name, info.offset_data, info.size) for info in tar]


def rewritten(path, change):
    """The same backup with other members, as somebody would make it who knows the format: name -> bytes or None."""
    out = io.BytesIO()
    with path.open("rb") as file, archive.Writer(out) as writer:
        for info, content in archive.members(file):
            if info.name not in (archive.SUMS, archive.END) and (data := change(info.name, content.read())) is not None:
                writer.add_bytes(info.name, data)
        writer.finish()
    return out.getvalue()


def test_a_byte_that_was_changed_in_any_member_is_found_and_the_member_named(small, refused):
    data = small.path.read_bytes()
    for name, begin, size in contents(small.path):
        sentence = refused(flipped(data, begin + size // 2))
        named = {archive.MANIFEST: ("manifest", "format"), archive.END: ("damaged",)}.get(name, (name,))
        assert any(word in sentence for word in named), (name, sentence)


def test_a_byte_that_was_changed_anywhere_else_is_found(small, refused):
    """In headers, between members, after the end: each of the last two blocks, and a sample of all."""
    data = small.path.read_bytes()
    places = {*range(0, len(data), 1999), *range(len(data) - 1024, len(data), 97), *range(0, 512, 13)}
    for at in sorted(places):
        assert refused(flipped(data, at))


def test_each_byte_of_the_end_counts(small, tmp_path):
    """Of its header, and of the two digests in it."""
    data = small.path.read_bytes()
    _name, begin, size = contents(small.path)[-1]
    for at in range(begin - tarfile.BLOCKSIZE, begin + size):
        (tmp_path / "bad").write_bytes(flipped(data, at))
        with (tmp_path / "bad").open("rb") as file, pytest.raises(BackupError):
            archive.check(file, lambda _bytes: None)


@pytest.mark.parametrize("part", [0, 0.01, 0.3, 0.7, 0.99])
def test_a_cut_file_is_refused(small, refused, part):
    data = small.path.read_bytes()
    sentence = refused(data[: int(len(data) * part)])
    assert "cut" in sentence or "not a backup" in sentence


def test_a_file_that_lacks_its_last_byte_or_has_one_more_is_refused(small, refused):
    data = small.path.read_bytes()
    assert "damaged" in refused(data[:-1]) and "damaged" in refused(data + b"\0")


def test_a_cut_between_two_members_is_refused(small, refused):
    data = small.path.read_bytes()
    for _name, begin, _size in contents(small.path)[1:]:
        assert "cut" in refused(data[: begin - tarfile.BLOCKSIZE])


def test_something_else_is_not_taken_for_a_backup(small, refused):
    assert refused(b"PK\x03\x04" * 999) == refused(b"") == "This is not a backup of this program."


def manifest_with(path, **changes):
    def change(name, data):
        return json.dumps({**json.loads(data), **changes}).encode() if name == archive.MANIFEST else data

    return rewritten(path, change)


def test_another_format_is_named(small, refused):
    assert refused(manifest_with(small.path, format=7)) == "The backup has format 7; this program reads format 1."


def test_a_migration_that_this_program_does_not_know_is_named(small, refused):
    assert "migration 0999, which this program does not know" in refused(manifest_with(small.path, revision="0999"))


def test_a_member_that_is_missing_is_named(small, refused):
    """Cut out with care: the file ends as it should, and its sums name what is not there."""
    data, known = small.path.read_bytes(), contents(small.path)
    for name, begin, size in known[1:-2]:
        stop = begin + -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
        assert refused(data[: begin - tarfile.BLOCKSIZE] + data[stop:]) == (
            f"The backup is not complete: {name} is missing."
        )


def test_rows_that_are_fewer_than_the_manifest_says_are_not_kept(small, empty_place, tmp_path):
    """Such a file is whole by its sums; the rows are counted all the same, and the transaction is undone."""
    (tmp_path / "bad").write_bytes(
        rewritten(small.path, lambda name, data: None if name.startswith("tables/letters") else data)
    )
    place = empty_place()
    with place.app_context():
        with pytest.raises(BackupError, match="letters: .* rows should be here, not 0"):
            restore(tmp_path / "bad", tmp_path / "none", clock.now(), allowed=ANY)
        assert db.session.execute(db.text("SELECT count(*) FROM cases")).scalar() == 0


def test_a_file_with_a_name_that_leads_elsewhere_is_refused(small, empty_place, tmp_path):
    out = io.BytesIO()
    with small.path.open("rb") as file, archive.Writer(out) as writer:
        for info, content in archive.members(file):
            if info.name not in (archive.SUMS, archive.END):
                name = "files/../../../evil" if info.name.startswith("files/") else info.name
                writer.add_bytes(name, content.read())
        writer.finish()
    (tmp_path / "bad").write_bytes(out.getvalue())
    with empty_place().app_context(), pytest.raises(BackupError, match="is not the name of a file"):
        restore(tmp_path / "bad", tmp_path / "none", clock.now(), allowed=ANY)
    assert not list(tmp_path.rglob("evil"))


def test_the_digest_that_a_backup_prints_is_the_files_own(small, tmp_path):
    from grievance.maintenance.backup.write import take

    taken = take(tmp_path / "b", clock.now())
    assert hashlib.sha256((tmp_path / "b").read_bytes()).hexdigest() == taken.digest


def test_the_file_that_is_refused_in_all_these_tests_restores_when_nobody_touches_it(small, empty_place, tmp_path):
    with empty_place().app_context():
        assert restore(small.path, tmp_path / "none", clock.now(), allowed=ANY).faults == []
        assert opens(small.receipt)


@pytest.mark.parametrize(
    "part", [gzip.compress(bytes(lines.MOST + 1)), gzip.compress(b"[1]")[:-9]], ids=["larger", "cut"]
)
def test_a_few_bytes_that_somebody_made_do_not_become_all_of_the_memory(part):
    with pytest.raises(BackupError, match="larger than any that is written, or is cut"):
        lines.unpacked(part)
