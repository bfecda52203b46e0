"""docs/mission.md names pages, tests and pictures that are there, and says of the rest that it is not there yet."""

import re

import pytest

from tests.conftest import ROOT

MISSION = (ROOT / "docs/mission.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in MISSION.splitlines()
    if line.startswith("| ") and not line.startswith("| what ")
]
THERE = [row for row in ROWS if not row[1].startswith("not yet")]
HEAVIEST = 120_000
"""Bytes of a picture: the page is read on a phone, too."""
POSTED = {"/api/v1/complaints"}
"""What a program sends to: no page."""
SENTENCES = (
    "Clients choose a company that keeps the Code",
    "Certification",
    "Monitoring",
    "The complaints function",
    "Other remedies",
    "Pillars, observers and the public",
    "Support to companies",
    "Pages to print",
)


def test_each_sentence_of_the_mission_has_its_part_with_a_row():
    parts = MISSION.split("\n## ")[1:]
    assert tuple(part.splitlines()[0] for part in parts) == SENTENCES
    assert all("| `/" in part for part in parts)


def test_each_row_says_what_where_by_which_test_and_with_which_picture_or_that_it_is_not_yet():
    for row in ROWS:
        assert len(row) == 4, row
        assert row in THERE or row[2:] == ["–", "–"], row
    assert THERE and THERE != ROWS


@pytest.mark.parametrize("row", THERE, ids=lambda row: row[0][:40])
def test_the_address_of_a_row_is_a_page_and_its_test_exists(app, row):
    address, (path, name) = row[1].strip("`"), row[2].split("::")
    assert address in {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} | POSTED
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.M)


def test_each_picture_is_light_there_and_shown_somewhere():
    shown = set(re.findall(r"\]\(screens/([^)]+)\)", MISSION))
    first = set(re.findall(r"docs/screens/([\w-]+\.png)", (ROOT / "README.md").read_text()))
    there = {path.name: path.stat().st_size for path in (ROOT / "docs/screens").iterdir()}
    assert shown | first == set(there)
    assert all(there[name] <= HEAVIEST for name in shown - first)
