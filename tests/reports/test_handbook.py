"""docs/procedure.md is the table, as it is now."""

from grievance.reports.handbook import handbook, picture
from tests.conftest import ROOT


def test_the_document_of_the_procedure_is_current(app):
    assert (ROOT / "docs" / "procedure.md").read_text() == handbook(app.extensions["timetable"]), "run `make docs`"


def test_the_architectures_picture_is_the_tables(app):
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert "\n".join(picture()) in page
