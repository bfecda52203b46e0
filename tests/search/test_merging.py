"""Small segments become one: everything in them is found as before, and what was erased meanwhile is in none."""

from string import ascii_lowercase

import pytest
from sqlalchemy import delete, func, select

from grievance.extensions import db
from grievance.maintenance import indexing
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment
from grievance.record.transaction import unit_of_work
from grievance.reports import searchable
from grievance.search import merging, store
from tests.maintenance.backup.conftest import closed_case, erase
from tests.search.conftest import file, found

NO_TEXT = [f"{a}{b}{c}" for a in "abc" for b in ascii_lowercase for c in ascii_lowercase]
SOUGHT = ("lighthouse", "gate", "light*", '"case number"', "number3", "guards wages", '"the wages"')


@pytest.fixture
def several(both, noor, monkeypatch):
    """Five segments of a few writings each, and one that waits: what each word finds before anything is merged."""
    monkeypatch.setattr(merging, "TOGETHER", 4)
    for n in range(4):
        file(f"A lighthouse. This is case number{n} of them, case number {n}.", days=n)
        indexing.index_some(noor)
    both.gone = closed_case(both.cast)
    indexing.index_some(noor)
    file("A lighthouse that waits.")
    return {typed: found(noor, typed) for typed in SOUGHT}


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_everything_is_found_as_before_and_in_one_segment(several, noor):
    writings = count(SearchedWriting)
    assert count(SearchSegment) == 5
    indexing.merge_once(noor)
    assert {typed: found(noor, typed) for typed in SOUGHT} == several and all(several.values())
    (one,) = db.session.scalars(select(SearchSegment))
    assert one.ready and one.documents == writings == count(SearchedWriting)
    assert count(SearchBlock) == one.words + 1
    assert merging.due(noor) == []


def test_a_merge_that_was_broken_off_changes_nothing_and_the_next_begins_with_a_new_key(several, noor, monkeypatch):
    def break_off(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(merging, "_swap", break_off)
        with pytest.raises(KeyboardInterrupt):
            merging.merge(merging.due(noor))
    left = db.session.scalars(select(SearchSegment).where(SearchSegment.ready.is_(False))).one()
    blocks = set(db.session.scalars(select(SearchBlock.sealed).where(SearchBlock.segment == left.number)))
    assert blocks and {typed: found(noor, typed) for typed in SOUGHT} == several
    indexing.merge_once(noor)
    assert {typed: found(noor, typed) for typed in SOUGHT} == several and count(SearchSegment) == 1
    assert not blocks & set(db.session.scalars(select(SearchBlock.sealed)))


@pytest.mark.parametrize("when", ["while its words are read", "before it takes their place"])
def test_what_is_erased_during_a_merge_is_found_no_more(both, several, noor, monkeypatch, when):
    swap, done = merging._swap, []

    def meanwhile(*args):
        if not done:
            done.append(erase(both.cast, both.gone))
            db.session.rollback()
        return swap(*args) if args and len(args) == 3 else None

    some = merging.due(noor)
    if when == "before it takes their place":
        monkeypatch.setattr(merging, "_swap", meanwhile)
        assert not merging.merge(some)
    else:
        monkeypatch.setattr(merging, "SLICE", 0)
        assert not merging.merge(some, rest=meanwhile)
    left = {typed: [one for one in several[typed] if one != both.gone] for typed in SOUGHT}
    assert {typed: found(noor, typed) for typed in SOUGHT} == left
    assert searchable.waiting(99)[1:] == []
    indexing.merge_once(noor)
    assert {typed: found(noor, typed) for typed in SOUGHT} == left


def test_an_erasure_copies_what_stays_so_that_nothing_else_waits(both, several, noor):
    indexing.merge_once(noor)
    before = db.session.scalars(select(SearchSegment.number)).one()
    erase(both.cast, both.gone)
    one = db.session.scalars(select(SearchSegment)).one()
    assert one.number != before and one.documents == count(SearchedWriting) == 4
    assert searchable.waiting(99)[1:] == []
    assert found(noor, "lighthouse") == several["lighthouse"] and found(noor, "gate") == []


def test_writings_that_are_no_texts_are_merged_among_themselves_alone(both, noor, monkeypatch):
    monkeypatch.setattr(merging, "TOGETHER", 2)
    for n in range(4):
        file(" ".join(NO_TEXT[n // 2 :: 2][:860]) if n % 2 else "A lighthouse.")
        indexing.index_some(noor)
    assert {row.dense for row in db.session.scalars(select(SearchSegment))} == {True, False}
    indexing.merge_once(noor)
    indexing.merge_once(noor)
    rows = db.session.scalars(select(SearchSegment)).all()
    assert sorted(row.dense for row in rows) == [False, True]
    assert len(found(noor, "aaa")) == len(found(noor, "aab")) == 1 and len(found(noor, "lighthouse")) == 2


def test_a_segment_is_put_in_the_place_of_others_once_however_many_merge(several, noor):
    some, same = merging.due(noor), merging.due(noor)
    assert merging.merge(some) and not _again(same)
    assert {typed: found(noor, typed) for typed in SOUGHT} == several and count(SearchSegment) == 1
    assert store.open_segments(noor)


def test_a_merge_whose_blocks_another_one_began_to_take_away_puts_nothing_in_place(several, noor, monkeypatch):
    swap = merging._swap

    def meanwhile(old, new, writer):
        with unit_of_work(effect=False) as session:  # the first of the two transactions of the other's clearing away
            session.execute(delete(SearchBlock).where(SearchBlock.segment == new[0], SearchBlock.number == 0))
        return swap(old, new, writer)

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_swap", meanwhile)
        assert not merging.merge(merging.due(noor))
    assert {typed: found(noor, typed) for typed in SOUGHT} == several
    assert merging.merge(merging.due(noor))
    assert {typed: found(noor, typed) for typed in SOUGHT} == several and count(SearchSegment) == 1


def _again(segments):
    try:
        return merging.merge(segments)
    except KeyError:  # their blocks are gone already
        return False


@pytest.mark.parametrize(("seconds", "merged"), [(8.0, 1), (0.0, 0)])
@pytest.mark.parametrize("way", [indexing.go_on, indexing.at_a_search])
def test_a_request_merges_once_and_never_after_its_time(several, noor, monkeypatch, way, seconds, merged):
    monkeypatch.setattr(indexing, "SECONDS", seconds)
    monkeypatch.setattr(indexing, "WAITS", 0)
    monkeypatch.setattr(merging, "TOGETHER", 1)
    begun = []
    monkeypatch.setattr(merging, "merge", lambda some: begun.append(some) or len(begun) < 3)
    way(noor)
    assert len(begun) == merged
