"""Whoever owes something whose miss has a consequence is warned at half its time and two business days before."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from grievance import clock
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import DUTIES, Deadline
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.desk import NewMark
from grievance.models.sides import APPROVER, BOARD, COMPANY, COMPLAINANT, SECRETARIAT
from grievance.models.writing import Letter
from grievance.notify.outbox import deliver
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.notify.test_outbox import free_port, server
from tests.scenarios.days import day, kinds, letters, limits
from tests.views.test_routes import client_of

READER = {SECRETARIAT: "officer", APPROVER: "approver", BOARD: "approver", COMPANY: "company",
          COMPLAINANT: "complainant"}  # fmt: skip
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WARNED = [duty for duty in DUTIES if not duty.unwarned]
NEAR = {"reminder", "safety_near", "not_opened"}


@pytest.fixture
def port(app):
    number = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


@pytest.fixture(autouse=True)
def no_checkpoint(monkeypatch):
    """A year of hours: none of them is about what the worker signs, which takes most of each."""
    monkeypatch.setattr("grievance.maintenance.sweep.is_due", lambda _last, _now: False)


def alone(story, key, agreed=None, at=6):
    """The only time limit of the case, opened on a day."""
    deadlines.stop(story.case, None, day(at))
    limit = deadlines.open_limit(story.case, key, day(at), agreed=agreed)
    db.session.commit()
    return limit


def warned(case, recipient):
    """When somebody was written to because a time limit comes near."""
    query = select(Letter.owed_at).where(Letter.case_id == case.id, Letter.template.in_(NEAR))
    return list(db.session.scalars(query.where(Letter.recipient == recipient).order_by(Letter.id)))


def run(limit, until):
    """The clock, every hour, as a worker would turn it."""
    at = limit.opened_at
    while at < until:
        sweep(at)
        at += HOUR if until - at < timedelta(days=7) else 12 * HOUR
    sweep(until - SECOND)


def test_a_duty_is_unwarned_only_where_nothing_comes_of_missing_it():
    silent = [duty for duty in DUTIES if duty.unwarned]
    assert [duty.key for duty in silent] == [Deadline.TELL_COMPANY]
    assert all(duty.takes and not (duty.escalates or duty.next_move or duty.repeats) for duty in silent)


AT_ONE_TIME = (Deadline.SAFETY, Deadline.SAFETY_CRITICAL, Deadline.CONTEST_DECISION, Deadline.CONTEST_ANSWER)
"""A day has no two business days; and half of five business days, or of ten days from a Monday, whose half is moved off
a weekend, is two business days before its end: one warning, and no second one at the same moment."""


@pytest.mark.parametrize("duty", WARNED, ids=lambda duty: duty.key.value)
def test_whoever_owes_it_is_told_twice_before_it_is_missed(story, duty):
    chosen = date(2026, 5, 8) if duty.agreed or duty.chosen else None
    limit = alone(story, duty.key, chosen, at=7)
    times = 1 if duty.key in AT_ONE_TIME else 2
    run(limit, limit.due_at)
    told = warned(story.case, READER[duty.owed_by])
    assert (len(told), limit.missed_at) == (times, None)
    assert all(limit.opened_at < at < limit.due_at for at in told)


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("L5", [(4, 8), (4, 20)]),  # due on Wednesday the 22nd; procedure.toml says after 30 days
        ("L17", [(3, 14), (3, 18)]),  # ten business days: Friday the 20th
        ("L10", [(4, 8), (5, 5)]),  # sixty days: Thursday the 7th
        ("L4", [(3, 12)]),  # due on Monday the 16th: half its time and two business days before are one day
        ("L14", [(3, 9)]),  # one business day: the middle of it
    ],
)
def test_the_first_is_at_half_its_time_and_the_second_leaves_two_business_days(story, key, days):
    limit = alone(story, key)
    found = [clock.day(at, limit.frozen["zone"]) for at in deadlines.warnings_of(limit)]
    assert found == [date(2026, *one) for one in days]


# --- a date that moves -------------------------------------------------------------------------------------


def warnings(limit):
    return [clock.day(at, limit.frozen["zone"]) for at in deadlines.warnings_of(limit)]


def test_after_more_time_was_granted_the_company_is_warned_anew(story):
    story.at("company_acknowledge", "Victor", 6)
    sweep(day(36))
    raw = {"until": "2026-05-29", "why": "The guard is away."}
    steps.take("request_extension", story.victor, story.reference, raw, now=day(37))
    steps.take("decide_extension", story.noor, story.reference, {"answer": "grant", "why": "Yes."}, now=day(38))
    limit, before = limits(story.case)["L5"], len(warned(story.case, "company"))
    assert warnings(limit) == [date(2026, 5, 4), date(2026, 5, 27)]  # half of what is left; the 29th is a Friday
    run(limit, limit.due_at)
    assert len(warned(story.case, "company")) == before + 2


def test_a_date_that_was_moved_when_half_of_it_had_passed_is_not_warned_of_in_the_past(story):
    limit = alone(story, "L10")
    run(limit, day(50))
    assert len(warned(story.case, "approver")) == 1
    frozen, later = deadlines.with_holidays(limit, {limit.due_on: "New"})
    deadlines.move(limit, frozen, later, day(50))
    assert deadlines.warnings_of(limit) == (limit.wake_at,)
    assert warnings(limit) == [date(2026, 5, 5)]  # the day off moved Thursday to Friday, and is no business day itself


def test_what_is_held_by_a_suspension_warns_nobody_until_it_goes_on(story):
    story.at("company_acknowledge", "Victor", 6)
    raw = {"ground": "safety", "why": "She is threatened.", "review_on": day(80).date().isoformat(), "limits": ["L5"]}
    steps.take("suspend", story.tomas, story.reference, raw, now=day(20))
    sweep(day(60))
    assert warned(story.case, "company") == []
    steps.take("resume", story.tomas, story.reference, {"reason": "She is safe."}, now=day(61))
    limit = limits(story.case)["L5"]
    run(limit, limit.due_at)
    assert len(warned(story.case, "company")) == 2


def test_what_a_sweep_finds_after_an_outage_is_one_warning(story):
    limit = alone(story, "L10")
    sweep(limit.due_at - SECOND)
    assert len(warned(story.case, "approver")) == 1


def test_a_case_from_a_register_brings_no_warning_of_what_was_past_when_it_came(story):
    deadlines.stop(story.case, None, day(40))
    limit = deadlines.open_limit(story.case, "L5", day(6), made_at=day(40))
    db.session.commit()
    sweep(day(40, hours=1))
    assert (warned(story.case, "company"), warnings(limit)) == ([], [date(2026, 4, 20)])


@pytest.mark.parametrize("duty", [duty for duty in DUTIES if COMPANY not in duty.shown_to], ids=lambda duty: duty.key)
def test_a_company_hears_nothing_of_a_limit_that_it_is_not_shown(story, duty):
    limit = alone(story, duty.key, date(2026, 5, 8) if duty.chosen else None, at=7)
    before = set(letters(story.case, "company"))
    marks = select(NewMark.reader).where(
        NewMark.case_id == story.case.id, NewMark.account_id == story.victor.account_id
    )
    db.session.execute(delete(NewMark))
    db.session.commit()
    run(limit, limit.due_at)
    assert (set(letters(story.case, "company")), list(db.session.scalars(marks))) == (before, [])


def test_the_office_alone_reads_that_it_was_warned(story):
    limit = alone(story, "L10")
    run(limit, limit.due_at)
    told = [e.kind for e in open_case_file(story.amina, story.case).timeline]
    assert "warned" in kinds(story.case) and "warned" not in told and "reminder" not in told


def test_the_companys_officer_is_warned_at_its_page_and_by_mail_two_business_days_before(app, story, port):
    story.at("company_acknowledge", "Victor", 6)
    friday = limits(story.case)["L5"].due_at - timedelta(days=5)  # its beginning: the last day is a Tuesday
    client = client_of(app, "Victor")
    with time_machine.travel(friday - timedelta(days=5)), server(port):
        sweep(clock.now())
        deliver(clock.now())
        client.get(f"/company/cases/{story.reference}")  # what was new before is seen
    with time_machine.travel(friday + 8 * HOUR), server(port) as box:
        client = client_of(app, "Victor")
        assert "●" not in client.get("/company").text
        sweep(clock.now())
        deliver(clock.now())
        desk = client.get("/company").text
        page = client.get(f"/company/cases/{story.reference}").text
        sent = [tos for tos, _mail in box.mails]
    assert ["victor@example.org"] in sent and "●" in desk
    assert "17 April 2026: A time limit comes near." in page
    assert "end of Tuesday 21 April 2026, Nairobi" in page.partition("You must answer the complaint")[2][:200]


def test_the_officer_is_warned_of_what_the_office_owes_at_the_desk_and_by_mail(app, story, port):
    limit = alone(story, "L17", at=7)
    with time_machine.travel(limit.due_at - timedelta(hours=60)), server(port) as box:
        sweep(clock.now())
        deliver(clock.now())
        page = client_of(app, "Noor").get(f"/desk/cases/{story.reference}").text
        sent = [tos for tos, _mail in box.mails]
    assert ["noor@example.org"] in sent
    assert "The office was warned of a time limit" in page
