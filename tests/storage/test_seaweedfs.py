"""Against a real cluster that keeps each file twice, while parts of it are killed."""

import io
import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from faults.stores import KEY_ID, SECRET, SeaweedFS, until
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from grievance.record import files
from grievance.storage import bucket as of_buckets
from grievance.storage import opened
from grievance.storage.places import place
from grievance.storage.store import StoreAway
from grievance.storage.versions import UnfitBucket, refuse_versions
from tests.conftest import ROOT, SECRETS

pytestmark = pytest.mark.long
LARGE = os.urandom(26 * 1024 * 1024)
ONE = "ab" + "1" * 30
VERSIONS = b"<VersioningConfiguration><Status>%b</Status></VersioningConfiguration>"


def cluster(volumes):
    server = SeaweedFS(Path(tempfile.mkdtemp(prefix="weed")), volumes)
    try:
        assert server.ask("PUT", "/files") == 200
        until(lambda: server.ask("PUT", "/files/first", body=b"1") == 200, "room for a file")
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def weed():
    yield from cluster(3)


@pytest.fixture
def small():
    yield from cluster(2)


def bucket(server, name="files"):
    opened.cache_clear()
    return place(f"s3://{name}/{secrets.token_hex(8)}", server.access)


def read(store, name):
    with store.get(name) as file:
        return file.read()


class Watched(io.BytesIO):
    """A file that does something once so many bytes of it were read."""

    def __init__(self, content, after, what):
        super().__init__(content)
        self.after, self.what = after, what

    def read(self, size=-1):
        if self.what and self.tell() >= self.after:
            self.what, what = None, self.what
            what()
        return super().read(size)


@pytest.fixture
def patient(monkeypatch):
    """A machine that does much else beside is no store that is away: for tests in which time is not the matter."""
    monkeypatch.setattr(of_buckets, "ANSWER", timedelta(seconds=60))
    monkeypatch.setattr(of_buckets, "WHOLE", timedelta(seconds=120))


def test_of_27_that_put_the_same_name_at_once_exactly_one_wins(weed, patient):
    store = opened(bucket(weed))

    def race(content):
        try:
            store.put(ONE, io.BytesIO(content))
        except FileExistsError:
            return None
        return content

    with ThreadPoolExecutor(27) as pool:
        won = [one for one in pool.map(race, [b"%d" % n for n in range(27)]) if one is not None]
    assert len(won) == 1 and read(store, ONE) == won[0]
    assert [one.name for one in store.listed()] == [ONE] and store.remove_halves(clock.now()) == 0


@pytest.mark.parametrize("said", [b"Enabled", b"Suspended"], ids=str)
def test_a_bucket_that_keeps_versions_or_kept_some_is_refused(weed, said):
    assert weed.ask("PUT", "/old") in (200, 409)
    assert weed.ask("PUT", "/old", "versioning=", VERSIONS % said) == 200
    with pytest.raises(UnfitBucket, match="keeps versions, or has kept some"):
        refuse_versions(bucket(weed, "old"), clock.now())
    refuse_versions(bucket(weed), clock.now())


def test_a_volume_server_that_dies_in_the_middle_is_noticed_by_nobody(weed, patient):
    """Of an upload, and then of a download: what was promised is there, whole."""
    store = opened(bucket(weed))
    store.put("cd" + "2" * 30, io.BytesIO(LARGE))
    try:
        store.put(ONE, Watched(LARGE, len(LARGE) // 2, lambda: weed.kill("volume0")))
        put = True
    except StoreAway:
        put = store.exists(ONE)  # half of it is nowhere
        assert put is False
    store._away_until = 0
    assert read(store, "cd" + "2" * 30) == LARGE
    assert not put or read(store, ONE) == LARGE


def test_with_one_of_two_dead_a_filing_is_refused_calmly_in_time_and_nothing_is_half_there(small, app, cast):
    app.config["FILES"] = bucket(small)
    upload = demonstration.upload("a.txt", b"A note.")
    demonstration.file_one(clock.now(), files=[upload])
    small.kill("volume1")
    begun = time.monotonic()
    with pytest.raises(StoreAway):
        demonstration.file_one(
            clock.now(), files=[demonstration.upload("b.mp3", b"ID3\x04" + LARGE[: 20 * 1024 * 1024])]
        )
    assert time.monotonic() - begun < 20  # what people are promised, and no measure of speed
    files.store()._away_until = 0
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert len(list(files.store().listed())) == 2  # of the first, and none of the second
    with files.store().get(upload.stream.file_id) as kept:
        assert kept.read()


def test_no_process_begins_on_a_bucket_that_keeps_versions(weed, tmp_path):
    assert weed.ask("PUT", "/older") in (200, 409)
    assert weed.ask("PUT", "/older", "versioning=", VERSIONS % b"Enabled") == 200
    env = {**os.environ, **SECRETS, "DATABASE_URL": f"sqlite:///{tmp_path}/x", "ERASURES": f"{tmp_path}/e"}
    access = {"FILES_ENDPOINT": weed.access.endpoint, "FILES_KEY_ID": KEY_ID, "FILES_SECRET": SECRET}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "version"]
    given = {**env, **access, "FILES_URL": "s3://older/x"}
    done = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and "the bucket older keeps versions, or has kept some" in done.stderr
