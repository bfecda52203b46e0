"""`/healthz` and `/readyz`: right under every face, quick whatever the database does, and without a trace."""

import os
import shutil
import socket
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select, text

from config import load_config
from grievance import clock, create_app
from grievance.deadlines import outages
from grievance.extensions import db
from grievance.maintenance import health, schema
from grievance.maintenance.sweep import sweep
from grievance.models.heartbeat import Heartbeat
from grievance.record import files
from tests.conftest import FOR_THE_PUBLIC, SECRETS
from tests.processes import serving

FACES = ("public", "desk", "company", "api", "public,api", "desk,company", "public,desk,company,api")


@pytest.fixture
def ready(app, cast):
    """A client of an office where all is well."""
    app.config["FILES"].mkdir()
    sweep(clock.now())
    client = app.test_client()
    assert client.get("/readyz").json["ready"] is True
    return client


@pytest.fixture
def silent():
    """A server that takes connections and never says a word: its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql+psycopg://x@127.0.0.1:{server.getsockname()[1]}/x"


def hang(engine):
    """Let every question wait; the event that lets them go on."""
    go_on = threading.Event()
    event.listen(engine, "before_cursor_execute", lambda *_: go_on.wait(60))
    return go_on


def false_of(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    return {name for name, value in answer.json.items() if value is False} - {"ready"}


@pytest.mark.parametrize("faces", FACES)
def test_each_face_answers_both(app, ready, faces):
    url, files = app.config["SQLALCHEMY_DATABASE_URI"], app.config["FILES"].as_uri()
    other = create_app(load_config({**FOR_THE_PUBLIC, "DATABASE_URL": url, "FILES_URL": files, "FACES": faces}))
    client = other.test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
    with other.app_context():
        db.engine.dispose()


def test_a_check_leaves_no_cookie_and_is_no_visit(app, ready):
    """It comes from this machine, also when no company can reach the site."""
    before = clock.now() - timedelta(minutes=30)
    outages.beat(before)
    app.extensions["last_mark"] = None  # as in a process that has just begun
    for path in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in ready.get(path).headers
    assert list(db.session.scalars(select(Heartbeat.last_at))) == [before]


def test_a_process_is_alive_without_its_database(silent, tmp_path):
    app = create_app(load_config({**SECRETS, "DATABASE_URL": silent, "FILES_URL": tmp_path.as_uri()}))
    assert app.test_client().get("/healthz").status_code == 200


def test_a_database_that_never_answers_is_away_before_it_gives_up_itself(silent, tmp_path, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.3)
    app = create_app(load_config({**SECRETS, "DATABASE_URL": silent, "FILES_URL": tmp_path.as_uri()}))
    before = set(threads())
    assert false_of(app.test_client()) == {"database", "migrated", "keys", "vouched"}
    assert set(threads()) - before  # the answer did not wait for the question, which is still under way


def test_a_database_that_hangs_in_a_query_is_away_and_questions_do_not_pile_up(app, ready, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.1)
    go_on = hang(db.engine)
    before = len(threads())
    for _ in range(6):
        assert "database" in false_of(ready)
    assert len(threads()) - before <= 2
    go_on.set()
    for thread in threads():
        thread.join(10)
    monkeypatch.setattr(health, "PATIENCE", 10)
    assert ready.get("/readyz").json["ready"] is True


def threads():
    return [thread for thread in threading.enumerate() if thread.name.endswith("(_ask)")]


def test_a_database_behind_the_code_is_not_ready_and_says_at_which_migration_it_is(ready):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    db.session.commit()
    assert false_of(ready) == {"migrated"} and ready.get("/readyz").json["migration"] == "0003"


def test_a_database_ahead_of_the_code_is_ready_because_the_old_version_serves_during_an_upgrade(ready):
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    assert ready.get("/readyz").json["ready"] is True


def test_an_empty_database_is_there_but_not_migrated(tmp_path):
    url = f"sqlite:///{tmp_path}/x.sqlite"
    app = create_app(load_config({**SECRETS, "DATABASE_URL": url, "FILES_URL": tmp_path.as_uri()}))
    assert false_of(app.test_client()) == {"migrated", "keys", "vouched"}
    with app.app_context():
        db.engine.dispose()


def test_the_migrations_known_here_are_those_that_alembic_knows(app):
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(schema.VERSIONS.parent))
    assert sorted(revision.revision for revision in script.walk_revisions()) == list(schema.known())
    assert script.get_heads() == [schema.known()[-1]]


def test_a_folder_of_files_that_vanished_is_said_and_not_made_anew(app, ready):
    app.config["FILES"].rmdir()
    assert false_of(ready) == {"files"} and not app.config["FILES"].exists()


def test_a_folder_that_cannot_be_written_to_is_said(ready, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)  # root may write everywhere
    assert false_of(ready) == {"files"}


def test_a_disk_without_room_for_an_upload_is_said(app, ready, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=app.config["MAX_CONTENT_LENGTH"]))
    assert false_of(ready) == {"files"}


def test_a_server_whose_database_is_away_says_so_and_stays(silent, tmp_path):
    with serving(silent, tmp_path) as server:
        assert server.get("/healthz")[0] == 200
        assert server.get("/readyz")[0] == 503
        assert server.end() == 0


@pytest.mark.parametrize(
    "by",
    [
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"environ_overrides": {"REMOTE_ADDR": ""}},
    ],
)
def test_what_is_not_well_is_told_on_the_machine_itself_alone(ready, by):
    assert ready.get("/readyz", **by).json == {"ready": True}
    assert "sweep_age" in ready.get("/readyz").json


def test_a_store_that_hangs_says_nothing_of_the_database(app, ready, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(files.store(), "takes", lambda _room: go_on.wait(60))
    monkeypatch.setattr(health, "PATIENCE", 1)
    assert false_of(ready) == {"files"}
    go_on.set()
