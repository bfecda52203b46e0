"""What the tests do not pay for changes nothing that they see, and is really saved."""

import os
import shutil
import tomllib

import pytest
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.crypto import signing
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.event import Event
from tests import less
from tests.conftest import make_app


def test_an_application_uses_what_an_earlier_one_has_compiled(app, cast, tmp_path):
    app.test_client().get("/")
    demonstration.larkfield()
    pages, statements = dict(less.TEMPLATES.known), dict(less.STATEMENTS["sqlite"])
    assert pages and statements
    other = make_app(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "files")
    assert other.test_client().get("/").text == app.test_client().get("/").text
    with other.app_context():
        demonstration.larkfield()
        db.session.remove()
        db.engine.dispose()
    assert (less.TEMPLATES.known, less.STATEMENTS["sqlite"]) == (pages, statements)


def test_addresses_that_were_compiled_once_lead_where_they_did(app, tmp_path):
    other = make_app(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "files")
    with other.app_context():
        db.engine.dispose()
    for made in (app, other):
        site = made.url_map.bind("x")
        assert site.build("desk.case", {"reference": "GR 1", "q": "ü"}) == "/desk/cases/GR%201?q=%C3%BC"
        assert site.match("/desk/cases/GR%201") == ("desk.case", {"reference": "GR%201"})
        assert site.match("/desk/admin/companies/7") == ("admin.company", {"company_id": 7})


def test_sqlite_does_not_wait_for_its_disk_and_postgresql_neither(both):
    asked = {"sqlite": ["PRAGMA synchronous"], "postgresql": [f"SHOW {name}" for name in less.WAITS_FOR_THE_DISK]}
    said = {str(db.session.execute(text(statement)).scalar()) for statement in asked[both.kind]}
    assert said == {{"sqlite": "0", "postgresql": "off"}[both.kind]}


def test_a_signature_that_was_verified_before_is_none_for_anything_else():
    seed, other = os.urandom(32), os.urandom(32)
    public, signature = signing.public_of(seed), signing.sign_strongly(seed, b"Said.", "event")
    for _ in range(2):
        assert signing.is_signed(public, signature, b"Said.", "event", strongly=True)
        assert not signing.is_signed(public, signature, b"Said", "event", strongly=True)
        assert not signing.is_signed(public, signature, b"Said.", "week", strongly=True)
        assert not signing.is_signed(signing.public_of(other), signature, b"Said.", "event", strongly=True)


def test_what_lies_ready_is_as_it_was_made_and_is_laid_over_nothing(sqlite_template, ready, tmp_path):
    made, found = [], []

    def make():
        made.append(demonstration.file_one(clock.now())[0])
        return made[-1]

    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(sqlite_template.path, folder / "grievance.sqlite")
        with make_app(f"sqlite:///{folder / 'grievance.sqlite'}", folder / "files").app_context():
            given = ready.made("one complaint", folder, make)
            found.append((given, list(db.session.scalars(select(Event.hash).order_by(Event.id)))))
            assert doctor.examine() == []
            assert ready.made("one complaint", folder, make) != given  # there is something now
            db.session.remove()
            db.engine.dispose()
    assert found[0] == found[1] and len(made) == 3


def test_a_table_that_was_read_before_is_a_copy_and_a_wrong_one_is_refused_each_time(app):
    first = tomllib.loads('[one]\nname = "two"')
    first["one"]["name"] = "three"
    assert tomllib.loads('[one]\nname = "two"') == {"one": {"name": "two"}}
    for _ in range(2):
        with pytest.raises(tomllib.TOMLDecodeError):
            tomllib.loads("[one")
