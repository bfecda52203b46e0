"""The page that people read, and the scripts: the same table."""

from tests.attacks.attackers import ATTACKERS, Can, table
from tests.attacks.changes import CHANGES, changes_table
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "confidentiality.md").read_text()


def test_the_page_has_the_table_of_attackers_and_of_changes_as_they_are_tried():
    """`python -m tests.attacks.attackers` prints both."""
    assert table() in PAGE and changes_table() in PAGE


def test_there_are_sixteen_attackers_or_more_and_no_cell_is_empty():
    assert len({one.name for one in ATTACKERS}) == len(ATTACKERS) >= 16
    assert len({one.name for one in CHANGES}) == len(CHANGES) >= 16
    assert all(isinstance(can, Can) for one in ATTACKERS for can in (*one.reads.values(), one.changes))


def test_what_was_said_too_broadly_is_not_said_any_more():
    for sentence in (
        "that somebody put into the database gets no share",
        "finds a changed, missing or added event and a missing case",
        "in a child process without keys",
        "everything sealed to it is sealed again",
    ):
        assert sentence not in " ".join(PAGE.split())
