"""The list of erasures: what a person was told is gone does not come back with a backup."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import retention_clock
from grievance.maintenance.backup.restore import restore
from grievance.maintenance.backup.write import take
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import IdentityEntry
from grievance.models.writing import Attachment, Decision, Writing
from grievance.record import chain, compare, erasures
from grievance.reports import packet
from grievance.workflow import closing, steps
from grievance.workflow.custody import seal_entry
from tests.maintenance.backup.conftest import closed_case, erase


@pytest.fixture
def closed(both, ready, tmp_path):
    both.reference = ready.made_on(both, "a closed case", tmp_path, lambda: closed_case(both.cast))
    return both


def said(app):
    return [one.said for one in erasures.read(app.config["ERASURES"]).values()]


def case_here(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def restored(place, path, listed):
    with place.app_context():
        return restore(path, listed, clock.now())


def test_what_was_erased_after_the_backup_is_erased_again_with_its_files(closed, tmp_path, empty_place):
    take(tmp_path / "b", clock.now())
    erase(closed.cast, closed.reference)
    sweep(clock.now())
    place = empty_place(closed.kind)
    result = restored(place, tmp_path / "b", closed.app.config["ERASURES"])
    assert (result.erased, result.doubts, result.faults) == (1, [], [])
    with place.app_context():
        case = case_here(closed.reference)
        assert case.erased_at and db.session.scalars(select(Attachment)).all() == []
        assert not [path for path in place.config["FILES"].rglob("*") if path.is_file()]
        last = select(Event.kind, Event.facts).where(Event.case_id == case.id).order_by(Event.seq.desc())
        kind, facts = db.session.execute(last).first()
        assert kind == "erase" and json.loads(facts)["after_restore"] is True and json.loads(facts)["ended"]


def test_without_the_list_it_would_have_come_back(closed, tmp_path, empty_place):
    """The test above can fail."""
    take(tmp_path / "b", clock.now())
    erase(closed.cast, closed.reference)
    place = empty_place()
    assert restored(place, tmp_path / "b", tmp_path / "none").erased == 0
    with place.app_context():
        assert case_here(closed.reference).erased_at is None


def test_an_erasure_is_on_the_list_before_it_is_committed_and_the_sweep_says_that_it_was(closed):
    erase(closed.cast, closed.reference)
    assert said(closed.app) == ["begun"]
    sweep(clock.now())
    assert said(closed.app) == ["done"]


def test_an_erasure_that_failed_is_not_done_again_by_a_restore(closed, tmp_path, empty_place, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(closing, "destroy", broken)
        with pytest.raises(RuntimeError):
            erase(closed.cast, closed.reference)
    take(tmp_path / "b", clock.now())
    assert said(closed.app) == ["not"]
    result = restored(empty_place(), tmp_path / "b", closed.app.config["ERASURES"])
    assert (result.erased, result.doubts) == (0, [])


def test_an_erasure_whose_end_nobody_knows_is_told_and_not_guessed(closed, tmp_path, empty_place):
    take(tmp_path / "b", clock.now())
    erase(closed.cast, closed.reference)  # and the machine is lost within the minute
    result = restored(empty_place(), tmp_path / "b", closed.app.config["ERASURES"])
    assert result.erased == 0 and closed.reference in result.doubts[0]


def test_where_the_list_cannot_be_written_nothing_is_erased(closed):
    closed.app.config["ERASURES"].mkdir()
    with pytest.raises(steps.Refused, match="cannot be written"):
        erase(closed.cast, closed.reference)
    assert case_here(closed.reference).erased_at is None


def test_a_line_that_was_torn_by_a_power_cut_does_not_harm_the_next_one(closed):
    path = closed.app.config["ERASURES"]
    path.write_text('{"case": "half')
    erase(closed.cast, closed.reference)
    assert path.read_text().splitlines()[1].startswith('{"case"')
    with pytest.raises(erasures.Unreadable, match="Line 1 of the list of erasures"):
        erasures.read(path)


def test_a_list_that_cannot_be_read_stops_a_restore_before_anything_is_written(closed, tmp_path, empty_place):
    take(tmp_path / "b", clock.now())
    (tmp_path / "list").write_text("what?")
    place = empty_place()
    with pytest.raises(erasures.Unreadable):
        restored(place, tmp_path / "b", tmp_path / "list")
    with place.app_context():
        assert db.inspect(db.engine).get_table_names() == []


def test_a_list_that_cannot_be_read_does_not_stop_the_clock(closed):
    closed.app.config["ERASURES"].write_text("what?")
    assert sweep(clock.now()).failed == 0


def test_an_open_case_on_the_list_is_told_and_not_closed_by_a_machine(closed, tmp_path, empty_place):
    from grievance import demonstration

    reference, _amina, _code = demonstration.file_one(clock.now())
    case = case_here(reference)
    take(tmp_path / "b", clock.now())
    erasures._append(erasures.Erasure(case.id, reference, clock.now().isoformat(), erasures.DONE))
    result = restored(empty_place(), tmp_path / "b", closed.app.config["ERASURES"])
    assert result.erased == 0 and "is open in this backup" in result.doubts[0]


def name_erased(closed):
    """The name alone, after its time; the rest of the case is kept."""
    case = case_here(closed.reference)
    person, at = closed.cast["Noor"], clock.now()
    for day in (case.retain_until, case.retain_until + timedelta(days=200)):
        retention_clock.run(datetime(day.year, day.month, day.day, tzinfo=UTC))
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    demonstration.do("erase_name", person, closed.reference, at, closed.cast["Tomas"])
    return at


def names_there():
    return len(db.session.scalars(select(IdentityEntry)).all())


def test_a_name_that_was_erased_after_the_backup_is_erased_again_and_the_case_stays(closed, tmp_path, empty_place):
    seal_entry(case_here(closed.reference), "complainant", "name", "Amina Said", clock.now() - timedelta(days=1400))
    db.session.commit()
    assert names_there() == 1
    take(tmp_path / "b", clock.now())
    at = name_erased(closed)
    assert said(closed.app) == ["begun"]
    sweep(at)
    assert said(closed.app) == ["done"] and names_there() == 0
    place = empty_place(closed.kind)
    result = restored(place, tmp_path / "b", closed.app.config["ERASURES"])
    assert (result.erased, result.doubts, result.faults) == (1, [], [])
    with place.app_context():
        assert names_there() == 0 and case_here(closed.reference).erased_at is None


def told_of(closed):
    """A closed case whose company was told the name, by two people."""
    start = clock.now() - timedelta(days=1400)
    reference, amina, _code = demonstration.file_one(start, name="Amina Said", share_identity="yes")
    people = {**closed.cast, "Amina": amina}
    telling = [(step, who, 8) for step, who in (("ask_identity", "Noor"), ("grant_identity", "Ines"),
                                                ("share_identity", "Noor"))]  # fmt: skip
    for step, who, day in (*demonstration.STORY[:5], *telling, *demonstration.STORY[5:]):
        more = {"scope": ["name"], "agreed": "yes"} if step == "share_identity" else {}
        at = start + timedelta(days=day)
        demonstration.do(step, people[who], reference, at, closed.cast["Tomas"], **more)
    closed.reference = reference


def proposal_here(reference):
    query = select(Decision).where(Decision.case_id == case_here(reference).id, Decision.step == "share_identity")
    return db.session.scalars(query).one()


def test_a_name_that_is_erased_again_is_in_no_proposal_to_tell_it_and_the_rest_is_read_as_before(
    closed, tmp_path, empty_place
):
    told_of(closed)
    take(tmp_path / "b", clock.now())
    sweep(name_erased(closed))
    place = empty_place(closed.kind)
    result = restored(place, tmp_path / "b", closed.app.config["ERASURES"])
    assert (result.erased, result.doubts, result.faults) == (1, [], [])
    with place.app_context():
        proposal, noor = proposal_here(closed.reference), closed.cast["Noor"]
        assert db.session.get(Writing, proposal.writing_id).sealed == b""
        assert list(compare.everything()) == [] == chain.verify()
        assert steps.proposal_of(noor, proposal) == {"step": "share_identity", "values": {}}
        assert packet.all_words(noor, case_here(closed.reference))
