"""The office of tests/attacks/office.py, made once for each database; each test has a copy of its own."""

import os
import shutil
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from grievance.extensions import db
from grievance.record import compare
from tests import said_right, trusted
from tests.attacks.office import make_office
from tests.conftest import _running, make_app


def _made(url, files):
    """Made before any test, or within one: what she said before a hand-over is there in any case."""
    for app in _running(make_app(url, files)):
        with said_right.before_each_hand_over(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(compare, "Said", trusted.Trusting)  # until the hand-over's own event speaks of it
            past = make_office()
        secrets = SimpleNamespace(
            server=[key for _id, key in app.config["SECRETS"].keys],
            peppers=[key for _id, key in app.config["PEPPERS"].keys],
            staff_peppers=dict(app.config["STAFF_PEPPERS"].keys),
        )
    return past, secrets


@pytest.fixture(scope="session")
def sqlite_office(sqlite_template, tmp_path_factory) -> SimpleNamespace:
    path = tmp_path_factory.mktemp("office") / "office.sqlite"
    shutil.copy(sqlite_template.path, path)
    past, secrets = _made(f"sqlite:///{path}", path.parent / "files")
    return SimpleNamespace(past=past, secrets=secrets, path=path, machine=path.parent)


@pytest.fixture(scope="session")
def postgresql_office(postgres, tmp_path_factory) -> Iterator[SimpleNamespace]:
    name = f"office_{os.getpid()}"
    postgres.execute(f"CREATE DATABASE {name} {postgres.copied}")
    folder = tmp_path_factory.mktemp("office")
    past, secrets = _made(postgres.url(name), folder / "files")
    yield SimpleNamespace(past=past, secrets=secrets, name=name, server=postgres, machine=folder)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request) -> SimpleNamespace:
    """What is known of the office, without a copy to write to: `.past`, `.secrets`, `.kind`."""
    one = request.getfixturevalue(f"{request.param}_office")
    return SimpleNamespace(past=one.past, secrets=one.secrets, kind=request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def standing(request, tmp_path) -> Iterator[SimpleNamespace]:
    """A copy of the office to attack: `.app`, `.past`, `.secrets`, `.url`, `.kind`."""
    one, end = request.getfixturevalue(f"{request.param}_office"), None
    if request.param == "sqlite":
        path = tmp_path / "grievance.sqlite"
        shutil.copy(one.path, path)
        url = f"sqlite:///{path}"
    else:
        name = f"a{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
        one.server.execute(f"CREATE DATABASE {name} TEMPLATE {one.name}")
        url, end = one.server.url(name), f"DROP DATABASE {name} WITH (FORCE)"
    for app in _running(make_app(url, tmp_path / "files")):
        yield SimpleNamespace(
            app=app, past=one.past, secrets=one.secrets, url=url, kind=request.param, engine=db.engine
        )
    if end:
        one.server.execute(end)
