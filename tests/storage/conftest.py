import secrets
import tempfile
from pathlib import Path

import pytest

from faults.stores import Rclone
from grievance.storage import opened
from grievance.storage.places import place


@pytest.fixture(scope="session")
def rclone():
    server = Rclone(Path(tempfile.mkdtemp(prefix="s3")))
    yield server
    server.end()


@pytest.fixture
def bucket(rclone):
    """A place of this test's own in a bucket."""
    opened.cache_clear()
    return place(f"s3://files/{secrets.token_hex(8)}", rclone.access)


@pytest.fixture
def in_bucket(app, cast, bucket):
    """An office whose files lie there."""
    app.config["FILES"] = bucket
    return app
