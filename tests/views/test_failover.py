"""While one PostgreSQL takes over from another: what people see, and what is there afterwards."""

import io
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psycopg
import pytest
from flask import template_rendered
from sqlalchemy import func, select
from werkzeug.test import Client

from config import load_config
from grievance import lines
from grievance.extensions import db
from grievance.models.keys import Setting
from grievance.models.writing import Attachment
from grievance.record import files
from grievance.views.account import people
from tests.conftest import SECRETS, _running, make_app
from tests.database_proxy import Proxy
from tests.views.public.test_filing import cases, hidden
from tests.views.test_away import CALM, WORDS
from tests.views.test_routes import client_of

ALONE = """CREATE FUNCTION alone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER alone AFTER INSERT ON cases DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION alone()"""


@pytest.fixture
def behind(postgres, tmp_path):
    """An office whose PostgreSQL is behind a proxy: `.app`, `.proxy`, `.execute` on its database, and its `.server`."""
    name = f"failover_{os.getpid()}"
    postgres.execute(f"CREATE DATABASE {name} {postgres.copied}")
    plain = postgres.url(name).replace("postgresql+psycopg://", "postgresql://")

    def execute(sql):
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql)

    proxy = Proxy(plain)
    for app in _running(make_app(proxy.url, tmp_path / "files")):
        app.config["FILES"].mkdir(exist_ok=True)
        yield SimpleNamespace(app=app, proxy=proxy, execute=execute, name=name, server=postgres)
    proxy.close()
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def filled(client):
    form = hidden(client.get("/complain?step=all"))
    return {**form, "account": WORDS, "company": "unknown", "could_harm": "no"}


@pytest.mark.postgresql
@pytest.mark.parametrize("how", ["the answer was lost", "a wait was cancelled"])
def test_a_complaint_whose_commit_is_in_doubt_keeps_its_files_and_counts_once(behind, how):
    client = behind.app.test_client()
    form = filled(client)
    if how == "a wait was cancelled":
        behind.execute(ALONE)
    else:
        behind.proxy.dies = True

    def press():
        return client.post("/complain", data={**form, "files": (io.BytesIO(b"A note of what they said."), "note.txt")})

    page = press()
    assert page.status_code == 503 and CALM in page.text and WORDS in page.text
    assert press().status_code == 303 and cases() == 1
    assert all(files.store().exists(one) for one in db.session.scalars(select(Attachment.id)))
    assert client.get("/complain/receipt").status_code == 200


@pytest.mark.postgresql
def test_a_server_that_never_answers_is_given_up_and_asked_again_when_it_is_back(behind, monkeypatch):
    client = behind.app.test_client()
    form = filled(client)
    monkeypatch.setattr(lines, "PATIENCE", 0.3)
    behind.proxy.silent = True
    page = client.post("/complain", data=form)
    assert page.status_code == 503 and WORDS in page.text
    behind.proxy.silent = False
    db.session.remove()  # as a server does after each request
    monkeypatch.undo()
    assert client.post("/complain", data=form).status_code == 303 and cases() == 1


@pytest.mark.postgresql
def test_a_page_that_is_made_goes_out_though_the_server_falls_silent_just_then(behind, monkeypatch):
    def silent(_app, **_page):
        behind.proxy.silent = True

    with ThreadPoolExecutor(1) as pool:  # on a thread of its own a request ends as in a server
        asked = lambda: pool.submit(lambda: Client(behind.app).get("/complain?step=all").status_code)  # noqa: E731
        with template_rendered.connected_to(silent, behind.app):
            try:
                assert asked().result(lines.PATIENCE) == 200
            finally:
                behind.proxy.cut()
        behind.proxy.silent = False
        assert asked().result() == 200


def test_a_page_that_is_made_within_another_takes_nothing_of_its_patience(app):
    with app.test_request_context("/"):
        app.preprocess_request()
        with app.test_request_context("/"):
            assert lines._left.get() == lines.PATIENCE
        assert lines._left.get() == lines.PATIENCE
    assert lines._left.get() is None


@pytest.mark.postgresql
def test_a_line_to_a_server_that_takes_no_words_any_more_is_not_used_again(behind):
    client = behind.app.test_client()
    form = filled(client)
    behind.execute(f"ALTER DATABASE {behind.name} SET default_transaction_read_only = on")
    db.session.remove()
    db.engine.dispose()
    page = client.post("/complain", data=form)
    assert page.status_code == 503 and WORDS in page.text
    behind.server.execute(f"ALTER DATABASE {behind.name} RESET default_transaction_read_only")
    assert client.post("/complain", data=form).status_code == 303 and cases() == 1


@pytest.mark.postgresql
def test_of_several_servers_the_one_that_takes_words_is_found(behind, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        head, _, port = behind.proxy.url.partition("@127.0.0.1:")
        port, _, name = port.partition("/")
        hosts = f"host=127.0.0.1:{closed.getsockname()[1]}&host=127.0.0.1:{port}&target_session_attrs=read-write"
        for app in _running(make_app(f"{head}@/{name}?{hosts}", tmp_path / "files")):
            assert db.session.scalar(select(func.count()).select_from(Setting)) is not None
            assert app.test_client().get("/complain").status_code == 200


@pytest.mark.parametrize("more", ["", "&target_session_attrs=any"])
def test_several_servers_of_which_any_would_do_are_refused(more):
    url = f"postgresql+psycopg://u@/n?host=a:5432&host=b:5432{more}"
    with pytest.raises(ValueError, match="target_session_attrs=read-write"):
        load_config({**SECRETS, "DATABASE_URL": url})


def test_a_form_whose_answer_broke_off_after_its_commit_counts_once(app, cast, monkeypatch):
    client = client_of(app, "Tomas")

    def breaks(_email):
        raise OSError

    form = hidden(client.get("/account/people")) | {"name": "New", "email": "new@example.org", "role": "officer"}
    with monkeypatch.context() as patched:
        patched.setattr(people, "_invited", breaks)
        assert client.post("/account/people/invite", data=form).status_code == 503
    client.post("/account/people/invite", data=form)
    assert "You sent this twice. It counts once." in client.get("/account/people").text
