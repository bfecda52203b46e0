"""The site is out of reach on a company's last day: it gets that time again, and everybody sees the same new date."""

import runpy
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from grievance import clock, demonstration
from grievance.deadlines import holidays, outages
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.heartbeat import Heartbeat
from grievance.models.limit import Limit
from grievance.record import chain
from grievance.reports.casefile import open_case_file
from grievance.views import heartbeat as pulse
from tests.conftest import ROOT, SECRETS
from tests.scenarios.days import START, day, facts, kinds, letters
from tests.times import days_later
from tests.views.test_routes import client_of

H, M = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def long_after():
    """Whatever day it is: an outage is only what lies in the past."""
    with time_machine.travel(day(300)):
        yield


@pytest.fixture
def owing(both):
    """Larkfield acknowledged and owes an answer; its last day ends at `due`, midnight in Nairobi, 21:00 UTC."""
    reference, amina, code = demonstration.file_one(START)
    cast = both.cast
    for step, who, number in demonstration.STORY[:5]:
        demonstration.do(step, {**cast, "Amina": amina}[who], reference, day(number), cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    limit = next(one for one in deadlines.owed(case) if one.key == "L5")
    assert limit.due_at.hour == 21
    return SimpleNamespace(
        case=case, limit=limit, due=limit.due_at, due_on=limit.due_on, reference=reference, amina=amina, code=code,
        victor=cast["Victor"], app=both.app,
    )  # fmt: skip


def up(*runs):
    """The web process was there from and to these moments."""
    for began, last in runs:
        db.session.add(Heartbeat(began_at=began, last_at=last))
    db.session.commit()


def silent(due, begins, ends):
    """It was there but for some hours, counted from the end of the last day."""
    up((START, due + begins * H), (due + ends * H, clock.now()))


def outcome(owing, hours):
    """Whether the limit is missed a moment before and at so many hours after its ordinary end."""
    seen = []
    for at in (owing.due + hours * H - M, owing.due + hours * H):
        sweep(at)
        seen.append(owing.limit.missed_at is not None)
    return seen


def test_a_company_that_was_shut_out_for_five_hours_of_its_last_day_gets_five_hours(owing):
    silent(owing.due, -12, -7)
    assert outcome(owing, 5) == [False, True]
    assert owing.limit.missed_at == owing.due + 5 * H and owing.case.state == State.ESCALATED
    assert facts(owing.case, "outage_grace") == [
        {"due_on": (owing.due_on + timedelta(days=1)).isoformat(), "limit": "L5", "minutes": 300, "owed_by": "company"}
    ]
    assert (chain.verify(), doctor.examine()) == ([], [])


def test_an_answer_in_the_time_that_was_given_again_is_in_time_though_no_sweep_has_run(owing):
    silent(owing.due, -12, -7)
    demonstration.do("respond", owing.victor, owing.reference, owing.due + 4 * H)
    assert facts(owing.case, "respond")[0]["late"] is False and owing.case.state == State.REFERRED


def test_an_answer_after_the_time_that_was_given_again_is_late(owing):
    silent(owing.due, -12, -7)
    demonstration.do("respond", owing.victor, owing.reference, owing.due + 6 * H)
    assert facts(owing.case, "respond")[0]["late"] is True and owing.limit.missed_at == owing.due + 5 * H


def test_the_time_is_given_once_and_told_once(owing):
    silent(owing.due, -12, -7)
    for minutes in (0, 1, 2, 400, 500):
        sweep(owing.due + minutes * M)
    assert kinds(owing.case).count("outage_grace") == kinds(owing.case).count("escalate") == 1
    for side in ("company", "complainant"):
        assert letters(owing.case, side).count("outage_grace") == 1


@pytest.mark.parametrize(("begins", "ends"), [(-2, -1), (-30, -23), (-24 * 9, -24 * 2)])
def test_an_hour_or_less_of_the_last_day_and_an_outage_before_it_give_nothing(owing, begins, ends):
    silent(owing.due, begins, ends)
    assert outcome(owing, 0) == [False, True] and "outage_grace" not in kinds(owing.case)


def test_an_outage_that_began_the_day_before_counts_from_the_beginning_of_the_last_day(owing):
    silent(owing.due, -40, -20)
    assert outcome(owing, 4) == [False, True]


def test_two_outages_of_one_day_are_added(owing):
    up((START, owing.due - 20 * H), (owing.due - 18 * H, owing.due - 10 * H), (owing.due - 7 * H, clock.now()))
    assert outcome(owing, 5) == [False, True]


def test_an_outage_past_the_end_of_the_day_leaves_the_hours_that_were_lost_from_the_return_on(owing):
    silent(owing.due, -5, 10)
    assert outcome(owing, 15) == [False, True]


def test_while_the_site_is_silent_nothing_is_decided_and_its_return_ends_the_waiting(owing):
    up((START, owing.due - 5 * H))
    for hours in (0, 3, 6):
        sweep(owing.due + hours * H)
    assert owing.limit.missed_at is None and doctor.examine() == []
    outages.beat(owing.due + 10 * H)
    assert outcome(owing, 15) == [False, True]


def test_after_a_month_without_anything_the_company_has_its_last_day_from_the_return_on(owing):
    silent(owing.due, -240, 480)
    sweep(owing.due + 481 * H)
    assert (owing.limit.due_at, owing.case.state) == (owing.due + (480 + 24) * H, State.REFERRED)
    sweep(owing.limit.due_at)
    assert kinds(owing.case).count("escalate") == 1


def test_where_nothing_is_known_of_the_web_there_is_no_grace(owing):
    assert outcome(owing, 0) == [False, True]


def test_before_the_first_heartbeat_nothing_was_silent(owing):
    up((owing.due + 30 * H, clock.now()))
    assert outcome(owing, 0) == [False, True]


def test_a_sweep_of_a_day_that_is_not_yet_finds_no_outage_in_it(owing):
    up((START, clock.now()))
    sweep(days_later(400))
    assert (owing.case.state, owing.limit.missed_at) == (State.ESCALATED, owing.due)


def test_the_secretariats_own_limits_get_no_grace(owing):
    silent(owing.due, -24 * 40, 24 * 40)
    sweep(owing.due - timedelta(days=3))
    missed = db.session.scalars(select(Limit.key).where(Limit.missed_at.is_not(None)))
    assert "L6" in set(missed) and "outage_grace" not in kinds(owing.case)


def test_an_extension_that_moves_the_last_day_ends_what_was_given_for_the_old_one(owing):
    silent(owing.due, -12, -7)
    sweep(owing.due + H)
    deadlines.agree_on(owing.limit, owing.due_on + timedelta(days=10), clock.now())
    assert (owing.limit.grace_seconds, owing.limit.due_at) == (None, owing.due + timedelta(days=10))


def test_a_holiday_on_another_day_takes_nothing_of_it_away(owing):
    silent(owing.due, -12, -7)
    sweep(owing.due + H)
    far = deadlines.with_holidays(owing.limit, {owing.due_on + timedelta(days=30): "A far day"})
    deadlines.move(owing.limit, *far, clock.now())
    assert owing.limit.due_at == owing.due + 5 * H


def test_everybody_sees_the_same_new_date_and_why(owing):
    silent(owing.due, -12, -7)
    sweep(owing.due + M)
    client = client_of(owing.app, "Amina")
    client.post("/follow", data={"code": owing.code})
    pages = [client.get("/follow/case").text]
    for name, path in (("Victor", "company"), ("Noor", "desk")):
        pages.append(client_of(owing.app, name).get(f"/{path}/cases/{owing.reference}").text)
    moved = owing.due_on + timedelta(days=1)
    told = f"{moved.day} {moved:%B} {moved.year}: the site was not reachable for 5 hours"
    assert f"{told}</li>" in pages[0]  # hers say the day only
    assert f"Due: {moved.day} {moved:%B} {moved.year}, 05:00, Nairobi" in pages[1] and "05:00, Nairobi" in pages[2]
    for page in pages:
        assert told in page and (f"{told}: until 05:00, Nairobi" in page) == (page is not pages[0])
        assert "The site was not reachable on the last day" in page
    assert [one.due_on for one in open_case_file(owing.victor, owing.case).limits if one.key == "L5"] == [moved]


# --- the heartbeat itself ----------------------------------------------------------------------------------


def runs():
    return [(one.began_at, one.last_at) for one in db.session.scalars(select(Heartbeat).order_by(Heartbeat.began_at))]


def test_an_unbroken_run_is_one_row_and_a_silence_of_more_than_an_hour_begins_another(both):
    for minutes in (0, 1, 2, 62, 123):
        outages.beat(START + minutes * M)
    assert runs() == [(START, START + 62 * M), (START + 123 * M, START + 123 * M)]


def test_a_clock_that_is_set_back_shortens_no_run_and_one_that_was_far_ahead_is_left_alone(both):
    for moment in (START, START + 30 * M, START - 30 * M, day(400), START + 31 * M):
        outages.beat(moment)
    assert runs() == [(START, START + 31 * M), (day(400), day(400))]


def test_a_request_prolongs_a_run_at_most_once_a_minute_and_never_begins_the_first(both, monkeypatch):
    client = both.app.test_client()
    client.get("/")
    assert runs() == []
    outages.beat(START)
    for seconds in (61, 90, 122):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: START + timedelta(seconds=seconds))
        client.get("/")
    assert runs() == [(START, START + timedelta(seconds=122))]


def test_a_process_that_serves_no_company_leaves_no_mark(app, monkeypatch):
    monkeypatch.setitem(app.config, "FACES", ("public",))
    monkeypatch.setattr(threading, "Thread", lambda **_more: pytest.fail("no heartbeat here"))
    pulse.start(app)


def test_gunicorn_starts_the_heartbeat_in_each_worker(app, monkeypatch):
    monkeypatch.setattr(
        threading, "Thread", lambda target, args=(), **_more: SimpleNamespace(start=lambda: once(*args))
    )

    def once(*given):  # other threads of the process are given nothing
        for served, end in (given,) if given else ():
            end.set()
            pulse.beat_until(served, end)

    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"](SimpleNamespace(wsgi=app))
    assert db.session.scalar(select(func.count()).select_from(Heartbeat)) == 1


def test_a_heartbeat_that_cannot_be_noted_breaks_no_page(app, monkeypatch, caplog):
    def down(_now):
        raise OperationalError("UPDATE", {}, Exception("the database is away"))

    monkeypatch.setattr(outages, "touch", down)
    assert app.test_client().get("/").status_code == 200
    assert "a heartbeat could not be noted" in caplog.text and "away" not in caplog.text


def test_no_event_of_an_outage_holds_anything_but_dates(owing):
    silent(owing.due, -12, -7)
    sweep(owing.due + M)
    event = db.session.scalars(select(Event).where(Event.kind == "outage_grace")).one()
    assert (event.role, event.sealed, event.happened_at) == ("clock", "[]", owing.due + M)


def test_a_holiday_that_moves_the_last_day_ends_what_was_given_for_the_old_one(owing):
    silent(owing.due, -12, -9)
    sweep(owing.due + H)
    assert owing.limit.due_at == owing.due + 3 * H
    holiday = {owing.due_on: "A new holiday", owing.due_on + timedelta(days=1): "Another"}
    deadlines.move(owing.limit, *deadlines.with_holidays(owing.limit, holiday), clock.now())
    assert (owing.limit.grace_seconds, owing.limit.due_at) == (None, owing.due + timedelta(days=2))
    assert deadlines.explained(owing.limit).at == owing.limit.due_at


def test_a_new_last_day_on_which_the_site_is_silent_is_given_again_too(owing):
    up((START, owing.due - 12 * H), (owing.due - 9 * H, owing.due + 12 * H), (owing.due + 17 * H, clock.now()))
    sweep(owing.due + H)
    deadlines.move(owing.limit, *deadlines.with_holidays(owing.limit, {owing.due_on: "A new holiday"}), clock.now())
    db.session.commit()
    sweep(owing.due + 24 * H)
    assert owing.limit.due_at == owing.due + 29 * H and doctor.examine() == []


def test_a_holiday_within_the_days_that_were_given_again_changes_neither_the_date_nor_its_explanation(owing):
    silent(owing.due, -12, 60)
    sweep(owing.due + 61 * H)
    end = owing.limit.due_at
    assert end == owing.due + 72 * H
    deadlines.move(owing.limit, *deadlines.with_holidays(owing.limit, {owing.due_on: "A new holiday"}), clock.now())
    assert owing.limit.due_at == deadlines.explained(owing.limit).at == end


def test_a_last_day_that_becomes_whole_again_is_on_the_record_and_in_the_queue(owing, both):
    """Three hours of the next day were given again; with the holiday that whole day is."""
    silent(owing.due, -12, -9)
    sweep(owing.due + H)
    holidays.add(both.cast["Tomas"], "KE", {owing.due_on: "A new holiday"}, owing.due + 2 * H)
    assert kinds(owing.case).count("holiday_moved") == 1 and owing.case.queue_at == owing.due + 24 * H
    assert doctor.examine() == []
