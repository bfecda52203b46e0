"""What a stolen database tells of how much she wrote: of a few steps, one."""

import pytest
from sqlalchemy import LargeBinary, func, select

from grievance import clock, demonstration
from grievance.crypto.sealing import size_of
from grievance.extensions import db

AROUND = 1 + 12 + 16
"""Version, nonce and tag."""


def sizes():
    """By its column, the sizes of what is sealed there, in order."""
    found = {}
    for table in db.metadata.sorted_tables:
        for column in (one for one in table.c if isinstance(one.type, LargeBinary)):
            found[str(column)] = sorted(db.session.scalars(select(func.length(column)).where(column.is_not(None))))
    return found


@pytest.fixture
def filed(app, cast):
    """A function that files what she wrote and says how the sizes of all columns stand then."""

    def file(words, note=b"x"):
        before = sizes()
        demonstration.file_one(clock.now(), account="a " * words, files=[demonstration.upload("note.txt", note)])
        return {name: sorted(_without(now, before[name])) for name, now in sizes().items()}

    def _without(now, before):
        left = list(now)
        for one in before:
            left.remove(one)
        return left

    return file


def test_ten_words_and_thirty_and_a_file_of_one_byte_or_of_a_page_leave_the_same_database(filed):
    assert filed(10) == filed(30, b"A page of words. " * 100)


def test_ten_words_and_ten_thousand_differ_where_words_are_sealed_and_by_a_documented_step_alone(filed):
    few, many = filed(10), filed(10_000)
    differ = {name for name in few if few[name] != many[name]}
    assert differ == {"writings.sealed"}
    for one in (*few["writings.sealed"], *many["writings.sealed"]):
        assert one - AROUND == size_of(one - AROUND)


def test_the_folder_tells_of_a_file_no_more(app, filed):
    def stored():
        return sorted(path.stat().st_size for path in app.config["FILES"].rglob("*") if path.is_file())

    filed(10, b"a" * 30)
    (first, *_copy) = stored()
    filed(10, b"a" * 2_000)
    assert set(stored()) == {first}
