"""A concern from its opening to the Board's decision: on the record, by two people, with the clock, and read by nobody
else."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from grievance import clock
from grievance.access import NoSuchCase
from grievance.accounts.keys import rotation
from grievance.concerns import clock as concerns_clock
from grievance.concerns import limits, seen, steps, words
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance.sweep import sweep
from grievance.models.concern import ConcernLimit, ConcernWords, Stands
from grievance.models.event import Event
from grievance.record import chain, compare
from tests.concerns import road
from tests.times import days_later


def later(**ahead):
    return time_machine.travel(clock.now() + timedelta(**ahead), tick=False)


def read_by(person, concern_id):
    found = words.of(person, seen.one(person, concern_id))
    return [value for one in found for value in (one.says or {}).values()]


def limit_of(item_id, key):
    return next(one for one in limits.of(road.item(item_id)) if one.key == key)


def test_the_whole_road_is_one_event_a_step_and_the_record_vouches_for_every_row(both):
    cast = both.cast
    victor = cast["Victor"]
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    with later(days=31):
        sweep(clock.now())
        measure = road.both(cast, "propose_measure", concern)
        road.take(victor, "answer_grounds", concern, measure)
        road.take(cast["Tomas"], "decide_measure", concern, measure)
        road.take(victor, "report_action", concern, action)
        road.take(cast["Noor"], "verify_action", concern, action)
        assert [one.kind for one in road.told()] == [
            "concern_opened", "concern_proposed", "action_asked", "action_missed", "concern_proposed",
            "measure_proposed", "grounds_answered", "measure_decided", "action_reported", "action_verified",
        ]  # fmt: skip
        assert road.item(measure).state == Stands.IN_FORCE and road.item(action).state == Stands.VERIFIED
        assert chain.verify() == [] and list(compare.everything()) == []


def test_a_company_reads_what_it_was_asked_and_not_why_and_no_other_company_reads_anything(app, cast):
    concern = road.opened(cast)
    with pytest.raises(NoSuchCase):
        seen.one(cast["Victor"], concern)
    road.both(cast, "ask_corrective_action", concern)
    assert "Keep the armoury locked at night." in read_by(cast["Victor"], concern)
    assert road.PLANTED not in read_by(cast["Victor"], concern)
    assert road.PLANTED in read_by(cast["Noor"], concern)
    for other in ("Olga", "Ines"):
        with pytest.raises(NoSuchCase):
            seen.one(cast[other], concern)


def test_a_company_is_told_nothing_before_a_second_person_agreed_and_of_what_was_refused_never(app, cast):
    concern = road.opened(cast)
    proposal = road.take(cast["Noor"], "ask_corrective_action", concern)
    with pytest.raises(NoSuchCase):
        seen.one(cast["Victor"], concern)
    with pytest.raises(BadInput):
        steps.decide(cast["Tomas"], proposal.id, False, {})
    steps.decide(cast["Tomas"], proposal.id, False, {"words": "Too early."})
    with pytest.raises(NoSuchCase):
        seen.one(cast["Victor"], concern)
    assert road.items(concern) == [] and not road.waiting(concern)


def test_nobody_approves_what_they_proposed_and_no_officer_approves(app, cast, petra):
    concern = road.opened(cast)
    proposal = road.take(cast["Noor"], "ask_corrective_action", concern).id
    for person in (cast["Noor"], petra):
        with pytest.raises(Refused):
            steps.decide(person, proposal, True, {})
    with pytest.raises(NoSuchCase):
        steps.decide(cast["Victor"], proposal, True, {})


def test_an_office_of_one_does_both_and_the_record_says_that_one_person_did(app, cast):
    app.config["ALLOW_SOLO"] = True
    concern = road.opened(cast)
    steps.decide(cast["Noor"], road.take(cast["Noor"], "ask_corrective_action", concern).id, True, {})
    (facts,) = db.session.scalars(select(Event.facts).where(Event.kind == "action_asked"))
    assert '"solo":true' in facts


@pytest.mark.parametrize("source", ["figures"])
def test_a_pattern_among_complaints_asks_for_nothing_until_a_source_is_there_that_is_none(app, cast, source):
    concern = road.opened(cast, source)
    with pytest.raises(Refused, match="rests on complaints alone"):
        road.take(cast["Noor"], "ask_corrective_action", concern)
    with pytest.raises(Refused, match="rests on complaints alone"):
        road.take(cast["Noor"], "propose_measure", concern)
    road.take(cast["Noor"], "add_source", concern)
    assert road.take(cast["Noor"], "ask_corrective_action", concern)


def test_an_action_is_warned_of_twice_and_missed_once_on_the_day_when_it_was(both):
    cast = both.cast
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    due = limit_of(action, "L24")
    moments = (due.warn_first_at, due.warn_last_at, due.due_at)
    assert None not in moments and moments == tuple(sorted(moments))
    for count, moment in enumerate(moments, 1):
        with time_machine.travel(moment - timedelta(seconds=1), tick=False):
            assert concerns_clock.run(clock.now()) == 0
        with time_machine.travel(moment, tick=False):
            assert concerns_clock.run(clock.now()) == 1 and concerns_clock.run(clock.now()) == 0
            assert len(road.told("concern_warned", "action_missed")) == count
    with time_machine.travel(due.due_at, tick=False):
        assert limit_of(action, "L24").missed_at == due.due_at and limit_of(action, "L24").warned == 2
        assert list(compare.everything()) == []


def test_after_an_outage_a_miss_is_dated_when_it_fell_and_no_warning_is_made_up_for(app, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    due_at = limit_of(action, "L24").due_at
    with later(days=50):
        sweep(clock.now())
        (missed,) = road.told("concern_warned", "action_missed")
        assert missed.kind == "action_missed" and missed.at == due_at and missed.noted == clock.now()
        assert road.item(action).state == Stands.ASKED  # still owed


def test_a_report_ten_minutes_late_is_late_though_no_sweep_has_run(app, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    due_at = limit_of(action, "L24").due_at
    with time_machine.travel(due_at + timedelta(minutes=10), tick=False):
        road.take(cast["Victor"], "report_action", concern, action)
        assert [one.kind for one in road.told("action")] == ["action_asked", "action_missed", "action_reported"]
        limit = limit_of(action, "L24")
        assert limit.missed_at == due_at and limit.met_at == clock.now()


def test_a_report_in_the_last_minute_is_in_time(app, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    with time_machine.travel(limit_of(action, "L24").due_at - timedelta(minutes=1), tick=False):
        road.take(cast["Victor"], "report_action", concern, action)
    with later(days=60):
        sweep(clock.now())
        assert limit_of(action, "L24").missed_at is None and not road.told("action_missed")


def test_an_action_is_not_found_wanting_while_the_company_has_time(app, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    with pytest.raises(Refused, match="still has time"):
        road.take(cast["Noor"], "find_unmet", concern, action)
    with later(days=40):
        sweep(clock.now())
        road.take(cast["Noor"], "find_unmet", concern, action)
        assert road.item(action).state == Stands.UNMET and limit_of(action, "L24").stopped_at


def test_who_does_not_answer_the_grounds_is_decided_on_when_the_time_is_over_and_not_before(app, cast):
    concern = road.opened(cast)
    measure = road.both(cast, "propose_measure", concern)
    with pytest.raises(Refused):
        road.take(cast["Tomas"], "decide_measure", concern, measure)
    with later(days=45):
        sweep(clock.now())
        assert road.item(measure).state == Stands.HEARD
        road.take(cast["Tomas"], "decide_measure", concern, measure)
        assert road.item(measure).state == Stands.IN_FORCE


def test_who_proposed_a_measure_does_not_record_the_boards_decision_nor_one_person_both_decisions(app, cast, paula):
    concern = road.opened(cast)
    measure = road.both(cast, "propose_measure", concern)
    road.take(cast["Victor"], "answer_grounds", concern, measure)
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    road.take(cast["Victor"], "appeal_measure", concern, measure)
    with pytest.raises(Refused, match="another approver"):
        road.take(cast["Tomas"], "decide_appeal", concern, measure)
    road.take(paula, "decide_appeal", concern, measure, outcome="lifted")
    assert road.item(measure).state == Stands.ENDED


def test_a_company_appeals_within_its_time_and_not_after_it(app, cast):
    concern = road.opened(cast)
    measure = road.both(cast, "take_measure", concern)
    with later(days=45):
        with pytest.raises(Refused, match="over"):
            road.take(cast["Victor"], "appeal_measure", concern, measure)
        sweep(clock.now())
        assert [one.kind for one in road.told("appeal_")] == ["appeal_lapsed"]


def test_a_concern_is_closed_by_two_people_and_not_while_something_waits(app, cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    with pytest.raises(Refused, match="waits"):
        road.take(cast["Noor"], "close_concern", concern)
    road.take(cast["Victor"], "report_action", concern, action)
    road.take(cast["Noor"], "verify_action", concern, action)
    road.both(cast, "close_concern", concern)
    found = road.concern(concern)
    assert found.state == Stands.CLOSED and found.closed_at
    with pytest.raises(Refused):
        road.take(cast["Noor"], "ask_corrective_action", concern)


def test_who_writes_another_day_into_a_row_is_noticed(app, cast):
    action = road.both(cast, "ask_corrective_action", road.opened(cast))
    db.session.execute(update(ConcernLimit).values(due_at=days_later(300)))
    db.session.commit()
    (found,) = compare.everything()
    assert f"concern_limits:{limit_of(action, 'L24').id}" in str(found)


def test_no_column_holds_a_word_in_clear_and_a_rotation_seals_them_again(app, cast):
    concern = road.opened(cast)
    road.both(cast, "ask_corrective_action", concern)
    db.session.rollback()
    for row in db.session.scalars(select(ConcernWords)):
        assert b"Zinnober" not in row.sealed and b"armoury" not in row.sealed
    assert "armoury" not in "".join(db.session.scalars(select(Event.facts)))
    rotation.begin(cast["Noor"])
    rotation.go_on(cast["Noor"], 5)
    from grievance.demonstration import signed_in

    assert road.PLANTED in read_by(signed_in("Noor"), concern) and list(compare.everything()) == []


def test_a_day_that_is_past_or_today_is_refused_in_words(app, cast):
    with pytest.raises(Refused, match="to come"):
        road.take(cast["Noor"], "ask_corrective_action", road.opened(cast), due_on=road.in_days(0))
