"""What people see while the database, the disk or the right time is away, and what is there when it is back."""

import html
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from types import SimpleNamespace

import pytest
import time_machine
from flask import template_rendered
from sqlalchemy import event, select
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.test import Client

from config import load_config
from grievance import clock, demonstration
from grievance.crypto import receipt_codes, streams
from grievance.extensions import db
from grievance.intake import form_draft
from grievance.maintenance import scheduler, sweep
from grievance.models.event import Checkpoint
from grievance.models.event import Event as Noted
from grievance.models.writing import Attachment
from grievance.storage import folder as of_disk
from grievance.storage.store import StoreAway
from grievance.views import rate_limit
from tests.conftest import SECRETS
from tests.views.public.test_filing import answer, cases, fill_in, hidden, send
from tests.views.test_routes import client_of

CALM = "This cannot be done just now."
WORDS = "The guards came back on Tuesday, four of them."
FAULTS = (
    OperationalError("SELECT", {}, Exception("database or disk is full")),
    InternalError("INSERT", {}, Exception("cannot execute INSERT in a read-only transaction")),
    NoConnection("QueuePool limit"),
    DatabaseError("SELECT", {}, Exception("lost synchronization with server"), connection_invalidated=True),
    OSError(28, "No space left on device"),
)


@pytest.fixture
def failing(app, monkeypatch):
    """A switch: `failing.on(fault)`, and every statement fails in that way until `failing.off()`."""
    state = SimpleNamespace(fault=None)

    def refuse(*_statement):
        if state.fault is not None:
            raise state.fault

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield SimpleNamespace(on=lambda fault: setattr(state, "fault", fault), off=lambda: setattr(state, "fault", None))
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize(("name", "path"), [("Noor", "/desk"), ("Noor", "/account/sign-in"), ("Amina", "/complain")])
def test_whoever_asks_while_it_is_away_reads_a_sentence(app, cast, failing, fault, name, path):
    client = client_of(app, name)
    failing.on(fault)
    page = client.get(path)
    assert page.status_code == 503 and CALM in page.text and "Please try again later." in page.text
    failing.off()
    assert client.get(path).status_code == 200


def test_a_page_that_is_made_is_shown_though_the_line_broke_just_then(app, cast, monkeypatch):
    dialect = db.engine.dialect

    def broken(_connection):
        raise dialect.dbapi.OperationalError("server closed the connection unexpectedly")

    def breaks(_app, **_page):
        monkeypatch.setattr(dialect, "do_rollback", broken)

    def ask():
        return Client(app).get("/complain?step=all").status_code

    with ThreadPoolExecutor(1) as pool:  # on a thread of its own a request ends as in a server
        with template_rendered.connected_to(breaks, app):
            assert pool.submit(ask).result() == 200
        monkeypatch.undo()
        assert pool.submit(ask).result() == 200


def test_a_mistake_of_our_own_is_not_said_to_be_the_databases(app, cast, failing):
    failing.on(KeyError("x"))
    assert client_of(app, "Amina").get("/complain").status_code == 500


def writing(app, cast):
    """Noor's client, a case's step to write to the complainant, and her form filled in."""
    reference, _code = demonstration.walk_story(cast, "acknowledge", clock.now())
    client, path = client_of(app, "Noor"), f"/desk/cases/{reference}/steps/classify"
    form = hidden(client.get(path))
    return client, path, {**form, "severity": "high", "track": "remedy", "why": WORDS}


def test_words_that_could_not_be_kept_are_on_the_page_and_are_sent_from_there(app, cast, failing):
    client, path, form = writing(app, cast)
    failing.on(FAULTS[0])
    page = client.post(path, data=form)
    assert page.status_code == 503 and CALM in page.text and f'dir="auto">{WORDS}<' in page.text
    failing.off()
    again = {name: html.unescape(value) for name, value in hidden(page).items()}
    assert again["version"] == form["version"] and client.post(path, data=again).status_code == 303
    assert client.post(path, data=again).status_code == 303  # and never twice
    assert db.session.scalars(select(Noted.kind).where(Noted.kind == path.rpartition("/")[2])).all() == ["classify"]


def test_a_password_and_a_receipt_do_not_come_back_on_the_page(app, cast, failing):
    client = client_of(app, "Amina")
    failing.on(FAULTS[0])
    for path, form in (("/account/sign-in", {"email": "noor@example.org", "password": "three guards at the gate"}),
                       ("/follow", {"code": receipt_codes.make()})):  # fmt: skip
        form = {**form, "csrf_token": hidden(client.get("/follow")).get("csrf_token", "")}
        page = client.post(path, data=form)
        assert form.get("password", form.get("code")) not in page.text and "Send it once more" not in page.text


def photo():
    return (io.BytesIO(b"A note of what they said."), "note.txt")


def test_a_form_with_files_that_finds_no_room_asks_for_the_files_again(app, cast, monkeypatch):
    client = app.test_client()
    fill_in(client, "when")

    def full(_self, _sealed):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(streams.SealingSpool, "_put", full)
        page = answer(client, "files", files=(io.BytesIO(bytes(300_000)), "call.mp3"))
        assert page.request.environ["wsgi.input"].read() == b""  # all of it was let arrive
    assert page.status_code == 503 and "choose the files again" in page.text
    assert answer(client, "files", files=photo()).status_code == 303


def test_the_end_of_an_upload_that_found_no_room_says_nothing(monkeypatch):
    spool = streams.SealingSpool()

    def full():
        raise OSError(28, "No space left on device")

    spool.spool.close()
    spool.spool = SimpleNamespace(close=full)
    spool.close()
    assert spool.closed


# --- the folder of the files -------------------------------------------------------------------------------


def file_with(number=1):
    return demonstration.file_one(clock.now(), files=[demonstration.upload(f"{number}.txt", b"A note.")])


@pytest.mark.parametrize("empty", [False, True], ids=["gone", "not mounted"])
def test_no_file_goes_where_the_folder_only_seems_to_be(app, cast, empty):
    folder = app.config["FILES"]
    file_with(1)
    folder.rename(folder.with_name("unmounted"))
    if empty:
        folder.mkdir()
    with pytest.raises(StoreAway):
        file_with(2)
    assert cases() == 1 and not list(folder.glob("*"))
    demonstration.file_one(clock.now())  # words alone need no folder
    if empty:
        folder.rmdir()
    folder.with_name("unmounted").rename(folder)
    file_with(3)
    assert cases() == 3 and len(db.session.scalars(select(Attachment)).all()) == 4  # each with its clean copy


def test_a_begun_form_whose_file_is_gone_says_which_and_is_sent_without_it(app, cast):
    client = app.test_client()
    fill_in(client)
    answer(client, "files", files=photo())
    for path in app.config["FILES"].glob("*/*"):
        path.unlink()
    page = send(client)
    assert page.status_code == 422 and "note.txt is no longer here" in page.text and cases() == 0
    assert answer(client, "company").status_code == 303 and not list(app.config["FILES"].glob("*/*"))
    kept = form_draft.load(hidden(page)["secret"]).files[0]
    answer(client, "files", drop=kept.id)
    assert send(client).status_code == 303 and cases() == 1


def test_a_file_for_which_there_is_no_room_leaves_nothing_in_the_folder(app, cast, monkeypatch):
    file_with(1)
    before = sorted(app.config["FILES"].rglob("*"))

    def full(_number):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(of_disk.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            file_with(2)
    assert [one for one in app.config["FILES"].rglob("*") if one.is_file() and one not in before] == []
    assert cases() == 1


def test_the_clock_goes_on_while_the_folder_cannot_be_read(app, cast, monkeypatch):
    def frozen(_now):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(sweep, "remove_forgotten", frozen)
    sweep.sweep(clock.now())
    assert db.session.scalars(select(Checkpoint)).one()


def test_the_worker_tries_again_after_a_round_without_a_database(app, cast, failing, caplog):
    failing.on(FAULTS[0])
    scheduler.work(app, Event())
    assert "broke off" in caplog.text and "disk is full" not in caplog.text
    failing.off()
    scheduler.work(app, Event())
    assert db.session.scalars(select(Checkpoint)).one()


def test_a_postgresql_that_does_not_answer_is_given_up_in_seconds(tmp_path):
    secrets = {**SECRETS, "FILES_URL": tmp_path.as_uri()}
    options = load_config({**secrets, "DATABASE_URL": "postgresql+psycopg://h/n"})["SQLALCHEMY_ENGINE_OPTIONS"]
    assert options["pool_pre_ping"] and options["connect_args"]["connect_timeout"] <= 10
    sqlite = load_config({**secrets, "DATABASE_URL": f"sqlite:///{tmp_path}/x"})["SQLALCHEMY_ENGINE_OPTIONS"]
    assert "connect_args" not in sqlite


# --- a clock that is set back ------------------------------------------------------------------------------


@pytest.mark.parametrize("one_page", [False, True], ids=["page by page", "one page"])
def test_a_form_that_was_opened_before_the_clock_was_set_back_is_accepted(app, cast, one_page):
    app.config["FORM_SECONDS"] = 3
    client = app.test_client()
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        if one_page:
            form = {**hidden(client.get("/complain?step=all")), "account": WORDS, "company": "unknown"}
        else:
            fill_in(client)
    sent = client.post("/complain", data={**form, "could_harm": "no"}) if one_page else send(client)
    assert sent.status_code == 303 and cases() == 1


def test_nobody_waits_longer_because_the_clock_was_set_back(app):
    slowly = rate_limit.RateLimit(at_once=2, seconds=10)
    with app.test_request_context():
        with time_machine.travel(clock.now() + timedelta(hours=1)):
            slowly.wait()
        assert slowly.wait() == 0
