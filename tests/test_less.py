"""What the tests do not pay for changes nothing that they see, and is really saved."""

from sqlalchemy import text

from grievance import demonstration
from grievance.extensions import db
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
