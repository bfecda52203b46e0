"""Each writing stands either in a segment or among those that wait, whatever breaks off, goes or comes back."""

import gc

import pytest
from sqlalchemy import delete, event, func, insert, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import indexing
from grievance.maintenance.backup.restore import restore
from grievance.maintenance.backup.write import take
from grievance.models.keys import SecretariatEnvelope
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment, UnsearchedWriting
from grievance.models.writing import Writing
from grievance.reports import searchable
from grievance.search import store
from tests.maintenance.backup.conftest import closed_case, empty_place, erase  # noqa: F401
from tests.search.conftest import file, found

KEPT = select(Writing.id).join(SecretariatEnvelope, SecretariatEnvelope.case_id == Writing.case_id)


def ids(query):
    return sorted(db.session.scalars(query))


def waits():
    return ids(select(UnsearchedWriting.writing_id))


def whole():
    """Whether each writing that can be read stands once."""
    return sorted(waits() + ids(select(SearchedWriting.writing_id))) == ids(KEPT)


def test_each_new_writing_waits_until_it_is_in_a_segment(both, noor):
    reference = file("A lighthouse.")
    demonstration.do("acknowledge", noor, reference, clock.now())
    demonstration.do("note", noor, reference, clock.now(), note="Ask about the zeppelin.")
    assert waits() == ids(KEPT)
    indexing.index_some(noor)
    assert waits() == [] and whole()
    demonstration.do("note", noor, reference, clock.now(), note="Ask again.")
    assert len(waits()) == 1 and whole()


def test_a_session_that_dies_while_it_indexes_leaves_all_waiting(both, noor, monkeypatch):
    reference = file("A lighthouse.")

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "_wait_no_more", die)
        with pytest.raises(KeyboardInterrupt):
            indexing.index_some(noor)
    db.session.rollback()
    assert waits() == ids(KEPT) and found(noor, "lighthouse") == [reference]


def test_what_is_taken_away_waits_again(both, noor):
    reference = file("A lighthouse.")
    indexing.index_some(noor)
    db.session.execute(delete(SearchBlock))
    db.session.commit()
    indexing.make_again(noor)
    assert waits() == ids(KEPT) and found(noor, "lighthouse") == [reference]


def test_nothing_of_an_erased_case_waits_for_good(both, noor):
    gone = closed_case(both.cast)
    erase(both.cast, gone)
    file("A lighthouse.")
    indexing.index_some(noor)
    assert waits() == [] and whole()


def test_a_writing_that_somebody_put_into_both_lists_stops_nothing(both, noor):
    file("A lighthouse.")
    indexing.index_some(noor)
    mine = select(SearchedWriting.writing_id, SearchedWriting.case_id)
    db.session.execute(insert(UnsearchedWriting).from_select(["writing_id", "case_id"], mine))
    db.session.commit()
    other = file("A windmill.")
    assert not indexing.index_some(noor) and indexing.index_some(noor)
    assert whole() and found(noor, "windmill") == [other]
    db.session.execute(insert(UnsearchedWriting).from_select(["writing_id", "case_id"], mine))
    store.drop(SearchSegment.ready)
    assert waits() == ids(KEPT)


def test_a_writing_that_somebody_took_from_both_lists_waits_once_something_is_made_again(both, noor):
    reference = file("A lighthouse.")
    db.session.execute(delete(UnsearchedWriting))
    db.session.commit()
    assert found(noor, "lighthouse") == []
    indexing.make_again(noor)
    assert found(noor, "lighthouse") == [reference] and whole()


def test_what_a_restore_brings_back_waits(both, noor, empty_place, tmp_path):  # noqa: F811
    file("A lighthouse.")
    indexing.index_some(noor)
    take(tmp_path / "a", clock.now())
    with empty_place(both.kind).app_context():
        restore(tmp_path / "a", tmp_path / "none", clock.now())
        assert waits() == ids(KEPT) and db.session.scalar(select(func.count(SearchSegment.id))) == 0


def test_a_search_looks_at_no_writing_that_does_not_wait(both, noor):
    """At 100,000 cases a look at all of them would be most of its time."""
    file("A lighthouse.")
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert searchable.waiting(21) and searchable.cases_waiting(21)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 2 and not any(
        " writings" in one or "searched_writings " in one.replace("unsearched_writings", "") for one in asked
    )


def test_the_collector_works_again_after_a_batch_whatever_came_of_it(both, noor, monkeypatch):
    file("A lighthouse.")
    seen = []

    def die(*_args):
        seen.append(gc.isenabled())
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "add", die)
    with pytest.raises(KeyboardInterrupt):
        indexing.index_some(noor)
    assert seen == [False] and gc.isenabled()
