"""A folder and a bucket keep the same promises: a file is whole or not there, and once under its name."""

import io
import os
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, timedelta

import pytest

from faults.stores import free_ports
from grievance import clock
from grievance.storage import opened, versions
from grievance.storage.bucket import BEGUN, CHUNK
from grievance.storage.moving import move
from grievance.storage.places import Access, place
from grievance.storage.store import StoreAway
from grievance.storage.versions import UnfitBucket, refuse_versions

ONE, TWO, NONE = "ab" + "1" * 30, "cd" + "2" * 30, "ef" + "3" * 30
LARGE = os.urandom(2 * CHUNK + 7)


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    return opened(tmp_path / "files" if request.param == "folder" else request.getfixturevalue("bucket"))


def put(store, name, content=b"sealed"):
    store.put(name, io.BytesIO(content))


def read(store, name):
    with store.get(name) as file:
        return file.read()


@pytest.mark.parametrize("content", [b"sealed", LARGE], ids=["small", "in parts"])
def test_what_is_put_comes_back_and_can_be_read_twice(store, content):
    assert store.is_empty()
    put(store, ONE, content)
    with store.get(ONE) as file:
        assert file.read() == content and file.seek(0) == 0 and file.read() == content
    assert store.exists(ONE) and store.size(ONE) == len(content) and not store.is_empty()


def test_a_name_that_is_taken_is_not_overwritten(store):
    put(store, ONE)
    with pytest.raises(FileExistsError):
        put(store, ONE, b"another")
    assert read(store, ONE) == b"sealed"


def test_what_is_not_there_is_said_to_be_missing_and_not_to_be_away(store):
    for asked in (store.get, store.size, lambda name: store.touch(name, clock.now())):
        with pytest.raises(FileNotFoundError):
            asked(NONE)
    store.delete(NONE)
    assert not store.exists(NONE)


def test_a_source_that_breaks_off_leaves_nothing(store):
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        store.put(ONE, Breaks())
    assert list(store.listed()) == [] and store.remove_halves(clock.now() + timedelta(hours=24)) == 0


def test_a_file_counts_as_put_there_when_it_is_said_to_be(store):
    put(store, ONE)
    put(store, TWO)
    tomorrow = clock.now() + timedelta(hours=24)
    store.touch(TWO, tomorrow)
    at = {one.name: one.at for one in store.listed()}
    assert set(at) == {ONE, TWO} and at[ONE] < tomorrow - timedelta(hours=20)
    assert tomorrow - timedelta(seconds=1) <= at[TWO] <= tomorrow + timedelta(hours=1) and at[TWO].tzinfo is UTC


def test_what_is_said_last_of_when_a_file_counts_holds_also_after_a_sweep(store):
    put(store, ONE)
    now = clock.now()
    store.touch(ONE, now + timedelta(days=29))  # a form with its lines on paper
    time.sleep(1.1)  # some stores tell no shorter times apart
    store.touch(ONE, now)  # it was sent: as a case's file it goes when that is erased
    for swept in (now - timedelta(days=1), now + timedelta(hours=2)):
        assert [one.at < now + timedelta(hours=2) for one in store.listed()] == [True]
        store.remove_halves(swept)
    assert [one.at < now + timedelta(hours=2) for one in store.listed()] == [True]


def test_what_others_put_into_the_bucket_is_no_file_and_stops_no_sweep(bucket):
    store = opened(bucket)
    for key in ("until/x.y", f"until/{ONE}.{'9' * 30}", f"until/{ONE}", "backup.tar", "ab/backup.tar", f"cd/{ONE}"):
        store._send(key, io.BytesIO(b"another's"))
    assert store.is_empty()
    put(store, ONE)
    assert [one.name for one in store.listed()] == [ONE] and store.remove_halves(clock.now()) == 0


def test_a_file_of_which_this_machine_cannot_make_a_copy_is_not_said_to_be_missing(bucket, monkeypatch):
    store = opened(bucket)
    put(store, ONE)

    def full():
        raise FileNotFoundError(2, "No usable temporary directory found")  # as Python says it where the disk is full

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StoreAway):
        store.get(ONE)


def test_what_never_became_a_file_is_swept_and_no_file_with_it(store):
    put(store, ONE)
    if hasattr(store, "path"):
        (store.path / ONE[:2] / f"{TWO}.part").touch()
    else:
        store._send(BEGUN + TWO, io.BytesIO())
    assert store.remove_halves(clock.now() - timedelta(days=1)) == 0
    assert store.remove_halves(clock.now() + timedelta(hours=24)) == 1
    assert read(store, ONE) == b"sealed"


def silent(**more):
    return place("s3://files/x", Access(f"http://127.0.0.1:{free_ports(1)[0]}", key_id="a", secret="b", **more))


def test_a_store_that_nobody_runs_is_away_whatever_is_asked():
    store = opened(silent())
    for asked in (
        lambda: put(store, ONE), lambda: store.get(ONE), lambda: store.exists(ONE), lambda: list(store.listed()),
        lambda: store.delete(ONE), store.is_empty, lambda: store.takes(1),
    ):  # fmt: skip
        with pytest.raises(StoreAway):
            asked()
    with pytest.raises(StoreAway):
        refuse_versions(silent(), clock.now())


@pytest.mark.parametrize("status", [301, 307, 403])
def test_a_bucket_that_does_not_say_whether_it_keeps_versions_is_refused(monkeypatch, status):
    monkeypatch.setattr(versions, "_asked", lambda *_: (status, "<Error><Code>PermanentRedirect</Code></Error>"))
    with pytest.raises(UnfitBucket, match="does not say"):
        refuse_versions(silent(), clock.now())


# --- moving ------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(app, bucket, rclone):
    """A function that calls `flask files move`, by addresses; its answer."""
    app.config["FILES_ACCESS"] = rclone.access
    return lambda *places: app.test_cli_runner().invoke(args=["files", "move", *map(address, places)])


def address(where):
    return where.as_uri() if hasattr(where, "as_uri") else str(where)


def test_files_are_moved_to_a_bucket_and_back_and_a_second_call_goes_on(moved, bucket, tmp_path):
    here, there, back = opened(tmp_path / "a"), opened(bucket), tmp_path / "b"
    put(here, ONE)
    assert "1 files copied, 0 were there" in moved(tmp_path / "a", bucket).output
    put(here, TWO, LARGE)
    here.touch(TWO, clock.now() + timedelta(hours=216))  # of a form that is not sent yet
    assert "1 files copied, 1 were there" in moved(tmp_path / "a", bucket).output
    assert read(here, ONE) == read(there, ONE) and read(there, TWO) == LARGE
    assert moved(bucket, back).exit_code == 0
    found = {one.name: one.at for one in opened(back).listed()}
    assert set(found) == {ONE, TWO} and found[TWO] > clock.now() + timedelta(hours=192)


def test_a_file_that_is_another_one_there_is_named_and_neither_is_touched(moved, bucket, tmp_path):
    put(opened(tmp_path / "a"), ONE)
    put(opened(bucket), ONE, b"forged")
    done = moved(tmp_path / "a", bucket)
    assert done.exit_code == 1 and f"The file {ONE} is another one there." in done.output
    assert read(opened(bucket), ONE) == b"forged"


def test_a_file_that_is_erased_meanwhile_is_counted_and_not_missed(bucket, tmp_path, monkeypatch):
    here = opened(tmp_path / "a")
    put(here, ONE)
    held = list(here.listed())
    here.delete(ONE)
    monkeypatch.setattr(here, "listed", lambda: iter(held))
    done = move(here, opened(bucket), clock.now(), lambda *_: nullcontext(lambda _n: None))
    assert (done.gone, done.copied, done.different) == (1, 0, [])


def test_a_file_that_the_new_place_took_and_does_not_have_is_named(bucket, tmp_path, monkeypatch):
    here, there = opened(tmp_path / "a"), opened(bucket)
    put(here, ONE)
    monkeypatch.setattr(there, "put", lambda _name, _file: None)
    done = move(here, there, clock.now(), lambda *_: nullcontext(lambda _n: None))
    assert (done.gone, done.different) == (0, [ONE])


def test_an_address_that_is_none_is_refused_in_a_sentence(moved, tmp_path):
    done = moved("ftp://x", tmp_path)
    assert done.exit_code == 1 and "ftp://x is not file:///folder or s3://bucket/prefix." in done.output
