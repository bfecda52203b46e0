"""What protects whoever takes a file away is written once: its lines, its head, and who leads the office."""

import pytest

from grievance import demonstration
from grievance.reports import exports, figure_tables, patterns, promised
from tests.conftest import ROOT
from tests.views.test_routes import client_of

OURS = {path: path.read_text() for path in sorted((ROOT / "grievance").rglob("*.py"))}


@pytest.mark.parametrize(
    ("text", "where"),
    [("startswith(FORMULA)", "reports/exports.py"), ("def leads(", "accounts/absence.py")],
)
def test_it_is_in_one_module(text, where):
    assert [str(path.relative_to(ROOT / "grievance")) for path in OURS if text in OURS[path]] == [where]


def test_a_file_to_keep_gets_its_head_in_one_module():
    views = [path.name for path in OURS if "attachment; filename" in OURS[path]]
    assert views == ["pages.py"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_table_that_is_taken_away_has_a_cell_that_a_spreadsheet_would_run(app, sign):
    cell = f"{sign}HYPERLINK(1)"
    line = patterns.Line(cell, 9, 9, 0.0)
    table = "".join(patterns.as_csv([patterns.Table("site", "Where", "Site", [line])]))
    assert f"'{cell}" in table
    assert {one.csv_row for one in (figure_tables, patterns, promised)} == {exports.csv_row}


def test_what_each_officer_has_is_shown_to_a_head_who_is_admitted_alone(app, cast, monkeypatch):
    demonstration.walk_story(cast, "acknowledge", demonstration.clock.now())
    head = client_of(app, "Tomas")
    assert "Who has what now" in head.get("/desk/figures").text
    monkeypatch.setattr("grievance.accounts.absence.may_be_away", lambda _person: False)
    assert "Who has what now" not in head.get("/desk/figures").text
