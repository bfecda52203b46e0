"""What everybody learns of measures and concerns, and when."""

from datetime import timedelta

import time_machine

from grievance import clock
from grievance.concerns.counts import closed_by_type, measures_by_cause, opened_by_type
from grievance.concerns.in_public import measures_in_public
from grievance.maintenance.sweep import sweep
from grievance.models.concern import Cause, Of, Rung
from tests.concerns import road
from tests.times import days_later


def later(days):
    return time_machine.travel(days_later(days), tick=False)


def in_public():
    return [one.rung for one in measures_in_public(road.company_id())]


def heard(cast, **more):
    concern = road.opened(cast)
    measure = road.both(cast, "propose_measure", concern, **more)
    road.take(cast["Victor"], "answer_grounds", concern, measure)
    return concern, measure


def test_a_suspension_is_shown_when_the_time_to_appeal_is_over_and_not_before(app, cast):
    concern, measure = heard(cast)
    assert in_public() == []
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    assert in_public() == []
    with later(45):
        sweep(clock.now())
        assert in_public() == [Rung.SUSPENSION]
        (shown,) = measures_in_public(road.company_id())
        assert shown.cause == Cause.ACTION and str(shown.title) == "Membership suspended"
        assert measures_in_public(road.company_id("Ostrova Security")) == []
        road.take(cast["Tomas"], "lift_measure", concern, measure)
        assert in_public() == []


def test_a_measure_under_appeal_waits_and_one_that_stood_is_shown(app, cast, paula):
    concern, measure = heard(cast, rung="good_standing")
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    road.take(cast["Victor"], "appeal_measure", concern, measure)
    with later(45):
        sweep(clock.now())
        assert in_public() == []
        road.take(paula, "decide_appeal", concern, measure)
        assert in_public() == [Rung.GOOD_STANDING]


def test_advice_and_warnings_are_never_shown_nor_what_was_not_taken_or_lifted_on_appeal(app, cast, paula):
    road.both(cast, "take_measure", road.opened(cast))
    concern, measure = heard(cast)
    road.take(cast["Tomas"], "decide_measure", concern, measure, outcome="not_taken")
    concern, measure = heard(cast)
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    road.take(cast["Victor"], "appeal_measure", concern, measure)
    road.take(paula, "decide_appeal", concern, measure, outcome="lifted")
    with later(60):
        sweep(clock.now())
        assert in_public() == []


def test_the_figures_count_concerns_by_type_and_measures_by_cause_whole_and_in_their_period(app, cast):
    first = clock.now()
    for kind in ("personnel", "personnel", "other"):
        road.opened(cast, kind=kind)
    concern = road.opened(cast)
    road.both(cast, "close_concern", concern)
    road.both(cast, "take_measure", road.opened(cast))
    end = clock.now() + timedelta(seconds=1)
    assert opened_by_type(first, end) == {Of.PERSONNEL: 2, Of.GOVERNANCE: 2, Of.OTHER: 1}
    assert closed_by_type(first, end) == {Of.PERSONNEL: 0, Of.GOVERNANCE: 1, Of.OTHER: 0}
    taken = measures_by_cause(first, end)
    assert taken[Rung.WARNING, Cause.GOVERNANCE] == 1 and sum(taken.values()) == 1
    assert sum(opened_by_type(end, end + timedelta(days=9)).values()) == 0
