"""A holiday that is added moves what is owed by its calendar, later and never earlier, once, and on the record."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from grievance import demonstration
from grievance.deadlines import holiday_import, holidays
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, Conflict
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.workflow import steps
from tests.scenarios.days import START, day, facts, limits
from tests.views.test_routes import client_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def referred(cast, **company):
    """A case that the company has since Saturday, 7 March 2026: L5 is due on Tuesday, 21 April."""
    for name, value in company.items():
        setattr(db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one(), name, value)
    db.session.commit()
    reference, _amina, _code = demonstration.file_one(START)
    demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    demonstration.do("refer", cast["Noor"], reference, day(5), cast["Tomas"])
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def acknowledged(cast):
    case = referred(cast)
    demonstration.do("company_acknowledge", cast["Victor"], case.reference, day(6))
    return case


def office(kind):
    query = select(func.count()).select_from(Event).where(Event.chain == OFFICE_CHAIN, Event.kind == kind)
    return db.session.scalar(query)


def test_a_holiday_on_the_due_day_moves_the_limit_and_the_version_and_is_on_both_chains(both):
    case = referred(both.cast)
    due, version = limits(case)["L5"].due_on, case.version
    effect = holidays.add(both.cast["Tomas"], "KE", {due: "Founders' Day"}, day(10))
    moved = {"limit": "L5", "due_on": (due + DAY).isoformat(), "was_due_on": due.isoformat()}
    assert limits(case)["L5"].due_on == due + DAY and (effect.limits, effect.cases) == (1, 1)
    assert facts(case, "holiday_moved") == [moved]
    assert case.version == version + 1 and office("holiday_added") == 1
    assert doctor.examine() == [] and chain.verify() == []


def test_the_queue_follows_the_nearest_limit_that_moved(both):
    case = referred(both.cast)
    holidays.add(both.cast["Tomas"], "KE", {limits(case)["L4"].due_on: "New"}, day(6))
    assert case.queue_at == limits(case)["L4"].due_at and doctor.examine() == []


def test_pressed_twice_it_moves_once_and_is_recorded_once(both):
    case = referred(both.cast)
    due = limits(case)["L5"].due_on
    holidays.add(both.cast["Tomas"], "KE", {due: "New"}, day(10))
    version, head = case.version, case.head_hash
    again = holidays.add(both.cast["Tomas"], "KE", {due: "New"}, day(10))
    assert (again.new, again.limits, case.version, case.head_hash) == ({}, 0, version, head)
    assert limits(case)["L5"].due_on == due + DAY and office("holiday_added") == 1


def test_two_who_save_the_same_day_at_once_save_it_once(both):
    case = referred(both.cast)
    due, faults = limits(case)["L5"].due_on, []
    db.session.rollback()

    def save():
        with both.app.app_context():
            try:
                holidays.add(both.cast["Tomas"], "KE", {due: "New"}, day(10))
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=save) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == [] and office("holiday_added") == 1
    assert len(facts(case, "holiday_moved")) == 1 and chain.verify() == []


@pytest.mark.parametrize(("before", "moves"), [(MINUTE, True), (timedelta(0), False), (-MINUTE, False)])
def test_on_the_due_day_itself_it_moves_until_the_last_minute_of_the_companys_own_day(both, before, moves):
    case = referred(both.cast)
    limit = limits(case)["L5"]
    due, end = limit.due_on, limit.due_at
    assert end.astimezone(ZoneInfo("Africa/Nairobi")).hour == 0
    holidays.add(both.cast["Tomas"], "KE", {due: "New"}, end - before)
    assert (limits(case)["L5"].due_on > due) is moves
    assert len(facts(case, "holiday_moved")) == moves


def test_a_limit_that_passed_and_that_no_sweep_has_noticed_is_still_missed_when_it_passed(both):
    case = acknowledged(both.cast)
    limit = limits(case)["L5"]
    due, end = limit.due_on, limit.due_at
    holidays.add(both.cast["Tomas"], "KE", {due: "New"}, end + MINUTE)
    sweep(end + 2 * MINUTE)
    assert facts(case, "escalate")[0]["due_on"] == due.isoformat() and doctor.examine() == []


def test_the_clock_misses_a_moved_limit_on_its_new_day_and_not_before(both):
    case = acknowledged(both.cast)
    old = limits(case)["L5"].due_at
    holidays.add(both.cast["Tomas"], "KE", {limits(case)["L5"].due_on: "New"}, day(10))
    sweep(old + MINUTE)
    assert case.state.value == "referred"
    sweep(old + DAY)
    assert case.state.value == "escalated" and doctor.examine() == []


def test_a_company_that_rests_on_friday_and_saturday_goes_on_to_its_sunday(both):
    case = referred(both.cast, weekend=[4, 5], zone="Asia/Riyadh", country="SA")
    thursday = date(2026, 4, 23)
    days = {date(2026, 4, 21) + DAY * i: "Feast" for i in range(2)}
    holidays.add(both.cast["Tomas"], "SA", days, day(10))
    assert limits(case)["L5"].due_on == thursday
    holidays.add(both.cast["Tomas"], "SA", {thursday: "Feast"}, day(11))
    assert limits(case)["L5"].due_on == date(2026, 4, 26) and limits(case)["L5"].due_on.weekday() == 6


def test_what_the_secretariat_owes_moves_by_its_own_calendar_alone(app, cast):
    case = referred(cast)
    due = limits(case)["L6"].due_on
    assert holidays.add(cast["Tomas"], "KE", {due: "Kenya's"}, day(10)).limits == 0
    assert holidays.add(cast["Tomas"], "*", {due: "Ours"}, day(10)).limits == 1
    assert limits(case)["L6"].due_on > due and limits(case)["L5"].due_on == date(2026, 4, 21)


def test_a_company_without_a_country_follows_the_secretariats_calendar(app, cast):
    case = referred(cast, country="*")
    due = limits(case)["L5"].due_on
    holidays.add(cast["Tomas"], "*", {due: "Ours"}, day(10))
    assert limits(case)["L5"].due_on == due + DAY


def test_one_who_has_a_case_of_another_country_is_not_touched(app, cast):
    case = referred(cast)
    before = (case.version, case.head_hash, limits(case)["L5"].frozen)
    assert holidays.add(cast["Tomas"], "CZ", {date(2026, 4, 21): "New"}, day(10)).limits == 0
    assert (case.version, case.head_hash, limits(case)["L5"].frozen) == before


def test_the_preview_says_what_saving_does_and_changes_nothing(both):
    cases = [referred(both.cast) for _ in range(3)]
    days = {limits(cases[0])["L5"].due_on: "New", limits(cases[0])["L4"].due_on: "Another"}
    heads = [(case.version, case.head_hash) for case in cases]
    seen = holidays.preview(both.cast["Tomas"], "KE", days, day(6))
    assert [(case.version, case.head_hash) for case in cases] == heads
    assert db.session.scalar(select(func.count()).select_from(Holiday)) == 0
    assert holidays.add(both.cast["Tomas"], "KE", days, day(6)) == seen
    told = {(one.reference, one.new) for one in seen.shown}
    assert told == {(c.reference, limits(c)[key].due_on) for c in cases for key in ("L4", "L5")}
    assert (seen.limits, seen.cases) == (6, 3)


def test_the_preview_shows_fifty_and_counts_all(app, cast, monkeypatch):
    monkeypatch.setattr(holidays, "SHOWN", 2)
    monkeypatch.setattr(holidays, "BATCH", 2)
    case, *_others = (referred(cast) for _ in range(3))
    seen = holidays.preview(cast["Tomas"], "KE", {limits(case)["L5"].due_on: "New"}, day(6))
    assert (len(seen.shown), seen.limits) == (2, 3)


def test_an_approver_with_a_conflict_of_interest_is_not_shown_the_case(app, cast):
    case = referred(cast)
    due = limits(case)["L5"].due_on
    db.session.add(Conflict(case_id=case.id, account_id=cast["Tomas"].account_id))
    db.session.commit()
    seen = holidays.preview(cast["Tomas"], "KE", {due: "New"}, day(10))
    assert (seen.limits, seen.shown) == (1, [])


def test_a_wait_for_a_decision_on_more_time_moves_along_with_the_limit(app, cast):
    case = referred(cast)
    limit = limits(case)["L5"]
    raw = {"until": day(60).date().isoformat(), "why": "We need it."}
    steps.take("request_extension", cast["Victor"], case.reference, raw, now=day(10))
    friday = limits(case)["L5"].waits_until
    holidays.add(cast["Tomas"], "KE", {limit.due_on: "New"}, day(11))
    moved = limits(case)["L5"]
    assert moved.waits_until == friday + 3 * DAY
    assert moved.wake_at == deadlines.warnings_of(moved)[0]  # until the officer is asked to decide


def test_a_paused_limit_learns_of_the_holiday_for_when_it_goes_on(app, cast):
    case = referred(cast)
    due = limits(case)["L5"].due_on
    raw = {"ground": "safety", "why": "Threats.", "review_on": day(80).date().isoformat(), "limits": ["L5"]}
    steps.take("suspend", cast["Tomas"], case.reference, raw, now=day(10))
    holidays.add(cast["Tomas"], "KE", {due + 2 * DAY: "New"}, day(60))
    steps.take("resume", cast["Tomas"], case.reference, {"reason": "Over."}, now=day(12))
    assert limits(case)["L5"].due_on == due + 3 * DAY


def test_a_holiday_from_before_a_limit_began_says_nothing_about_it(app, cast):
    case = referred(cast)
    assert holidays.add(cast["Tomas"], "KE", {START.date(): "Long ago"}, day(10)).limits == 0
    assert limits(case)["L5"].frozen["holidays"] == {}


def test_a_holiday_taken_out_leaves_open_limits_where_they_are_and_counts_no_more_for_new_ones(both):
    case = referred(both.cast)
    due = limits(case)["L5"].due_on
    holidays.add(both.cast["Tomas"], "KE", {due: "New"}, day(4))
    row = db.session.scalars(select(Holiday)).one()
    holidays.remove(both.cast["Tomas"], row.id)
    assert limits(case)["L5"].due_on == due + DAY and office("holiday_removed") == 1
    assert limits(referred(both.cast))["L5"].due_on == due
    with pytest.raises(Refused, match="any more"):
        holidays.remove(both.cast["Tomas"], row.id)
    assert office("holiday_removed") == 1 and doctor.examine() == []


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor"])
def test_only_an_approver_changes_a_calendar(app, cast, name):
    for change in (holidays.preview, holidays.add):
        with pytest.raises(Refused):
            change(cast[name], "KE", {date(2026, 4, 21): "New"})
    with pytest.raises(Refused):
        holidays.remove(cast[name], 1)


def test_a_failure_in_the_middle_moves_nothing_at_all(app, cast, monkeypatch):
    cases = [referred(cast) for _ in range(2)]
    due, heads, real = limits(cases[0])["L5"].due_on, [c.head_hash for c in cases], chain.append

    def broken(case, kind, *rest):
        if kind == "holiday_added":
            raise RuntimeError
        return real(case, kind, *rest)

    monkeypatch.setattr(chain, "append", broken)
    with pytest.raises(RuntimeError):
        holidays.add(cast["Tomas"], "KE", {due: "New"}, day(10))
    assert [limits(c)["L5"].due_on for c in cases] == [due, due] and [c.head_hash for c in cases] == heads
    assert db.session.scalars(select(Holiday)).all() == []


def test_a_calendar_that_is_full_takes_no_more(app, cast, monkeypatch):
    monkeypatch.setattr(holidays, "MOST", 1)
    with pytest.raises(BadInput) as bad:
        holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "One", date(2027, 1, 2): "Two"})
    assert "full" in bad.value.errors["country"]


# --- what is typed -----------------------------------------------------------------------------------------


def test_many_lines_are_read_at_once_with_empty_ones_between(app):
    with app.test_request_context():
        country, days = holiday_import.read(
            {"country": "KE", "lines": "2027-01-01 New Year\r\n\r\n 2027-06-01\tMadaraka Day "}
        )
    assert (country, days) == ("KE", {date(2027, 1, 1): "New Year", date(2027, 6, 1): "Madaraka Day"})


def test_lines_may_have_their_dates_in_another_order_or_in_other_digits(app):
    with app.test_request_context():
        _country, days = holiday_import.read({"country": "KE", "lines": "20.12.2027 One\n٢٠٢٧-٠١-٠١ Two"})
    assert days == {date(2027, 12, 20): "One", date(2027, 1, 1): "Two"}


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("2027-01-01 New Year\n2027-02-30 No day", "Line 2"),
        ("2027-01-01 New Year\n\n1/5/2027 May Day", "Line 3"),
        ("2027-01-01", "Line 1"),
        ("20270101 New Year", "Line 1"),
        ("2027-01-01 One\n2027-01-01 Two", "Line 2"),
        ("1890-01-01 Long ago", "Line 1"),
        ("2027-01-01 " + "x" * 121, "Line 1"),
        ("03/04/2027 Which day", "Line 1"),
    ],
)
def test_a_bad_line_is_named_by_its_number(app, lines, named):
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        holiday_import.read({"country": "KE", "lines": lines})
    assert named in bad.value.errors["lines"]


@pytest.mark.parametrize(
    ("raw", "field"),
    [({}, "on"), ({"on": "2027-01-01"}, "name"), ({"name": "New Year"}, "on"), ({"on": "1.1.27", "name": "x"}, "on"),
     ({"on": "2099-01-01", "name": "x"}, "on"), ({"country": "XX", "on": "2027-01-01", "name": "x"}, "country")],
)  # fmt: skip
def test_a_day_that_is_not_whole_gets_a_sentence_at_its_field(app, raw, field):
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        holiday_import.read({"country": "KE", **raw})
    assert set(bad.value.errors) == {field}


# --- the office's weekend -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weekend", "due"), [({5, 6}, date(2026, 11, 27)), ({4, 5}, date(2026, 11, 29)), ({4}, date(2026, 11, 28))]
)
def test_what_the_secretariat_owes_goes_by_its_own_weekend(app, cast, weekend, due):
    """Somebody who could be harmed wrote on a Thursday: the next business day is the office's."""
    app.config["WEEKEND"] = frozenset(weekend)
    reference, *_more = demonstration.file_one(datetime(2026, 11, 26, 12, tzinfo=UTC), could_harm="yes")
    owed = select(Limit.due_on).join(Case).where(Case.reference == reference, Limit.key == "L14")
    assert db.session.scalars(owed).one() == due
    page = client_of(app, "Noor").get("/desk/admin/holidays").text
    assert ("Friday" in page) == (4 in weekend)
