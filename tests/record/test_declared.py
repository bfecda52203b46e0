"""Every column of every table has a word: vouched for, derived, or harmless because …"""

from pathlib import Path

import pytest

from bin import vouched as document
from grievance.extensions import db
from grievance.record.declared import TABLES

ROOT = Path(__file__).parents[2]
OF = {table.title: table for table in TABLES}


@pytest.mark.parametrize("name", sorted(db.metadata.tables))
def test_each_column_of_the_table_has_exactly_one_word(name):
    table, columns = OF[name], [column.name for column in db.metadata.tables[name].columns]
    words = [*table.vouched, *table.later, *table.by, *table.derived, *table.harmless]
    assert sorted(words) == sorted(columns), "say in grievance/record/declared.py what vouches for it"
    assert all(why.strip() for _word, why in map(table.word_on, columns))


def test_no_table_is_declared_that_is_not_there():
    assert set(OF) == set(db.metadata.tables) and len(OF) == len(TABLES)


def test_a_row_is_named_by_columns_that_its_digest_or_its_chain_holds():
    for table in (one for one in TABLES if one.vouched):
        assert set(table.name) <= {*table.vouched, *table.by}, table.title


def test_the_page_about_them_is_as_they_are():
    assert (ROOT / "docs" / "vouched.md").read_text() == document.page(), "run `make docs`"
