"""One mail a day to a person, on both databases: who is written to at once, who tomorrow, and who not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from grievance import demonstration
from grievance.accounts import people
from grievance.extensions import db
from grievance.models.people import Role
from grievance.models.writing import Letter
from grievance.notify import outbox
from grievance.notify.outbox import deliver
from grievance.notify.recipients import MAILED
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from tests.accounts import two_people
from tests.notify.test_outbox import free_port, got, server

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUIET, URGENT = "Something waits for you", "Urgent: something waits for you"


@pytest.fixture
def number():
    return free_port()


@pytest.fixture
def app(both, number):
    both.app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return both.app


@pytest.fixture
def cast(both):
    return both.cast


@pytest.fixture
def box(app, number):
    with server(number) as box:
        yield box


def filed(cast, at=MONDAY, **answers):
    reference, amina, _code = demonstration.file_one(at, **answers)
    return reference, amina


def handed_over(cast, box):
    """A case that lies with the company since Monday, of which every mail until now has gone."""
    reference, amina = filed(cast, MONDAY - timedelta(days=3))
    demonstration.do("acknowledge", cast["Noor"], reference, MONDAY - timedelta(days=2))
    demonstration.do("refer", cast["Noor"], reference, MONDAY, cast["Tomas"])
    deliver(MONDAY)
    box.mails.clear()
    return reference, amina


def subjects(box, name):
    return [mail["Subject"] for tos, mail in box.mails if f"{name}@example.org" in tos]


def message(cast, reference, at, who="Noor", audience="company"):
    steps.take("write", cast[who], reference, {"audience": audience, "message": "Please look."}, now=at)


# --- who hears of what -------------------------------------------------------------------------------------


def test_a_complaint_that_comes_in_is_told_to_every_officer_and_to_nobody_else(app, cast, box):
    code = people.invite(None, "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, demonstration.PASSWORD)
    two_people.admit(cast["Noor"], people.waiting(cast["Noor"])[0].id)
    filed(cast)
    deliver(MONDAY)
    assert got(box) == ["noor@example.org", "petra@example.org"]


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_one_of_danger_is_told_at_once_to_officers_and_approvers_as_urgent(app, cast, box, answer):
    filed(cast, could_harm="no")
    deliver(MONDAY)
    filed(cast, MONDAY + timedelta(hours=1), could_harm=answer)
    deliver(MONDAY + timedelta(hours=1))
    assert subjects(box, "noor") == [QUIET, URGENT] and subjects(box, "tomas") == [URGENT]
    assert all("harm" not in mail.as_string() for _tos, mail in box.mails)


def test_retaliation_is_urgent_to_the_office_and_no_company_learns_that_anything_is(app, cast, box):
    reference, amina = handed_over(cast, box)
    steps.take(
        "report_retaliation", amina, reference, {"happened": "They stand outside."}, now=MONDAY + timedelta(hours=1)
    )
    with unit_of_work() as session:  # whatever a row may ever say
        session.execute(update(Letter).where(Letter.template == "referred", Letter.recipient == "company")
                        .values(template="retaliation", sent_at=None, mailed=[], again_at=None))  # fmt: skip
    deliver(MONDAY + timedelta(hours=1))
    assert subjects(box, "noor") == subjects(box, "tomas") == [URGENT] and subjects(box, "victor") == [QUIET]


def test_who_did_it_is_not_written_to_about_it(app, cast, box):
    reference, _amina = handed_over(cast, box)
    for who in ("Noor", "Tomas"):
        steps.take("note", cast[who], reference, {"note": "Called."}, now=MONDAY + timedelta(days=1))
        deliver(MONDAY + timedelta(days=1))
        assert got(box) == (["noor@example.org"] if who == "Tomas" else [])


def test_a_refused_proposal_is_told_to_whoever_made_it_and_to_nobody_else(app, cast, box):
    code = people.invite(None, "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, demonstration.PASSWORD)
    two_people.admit(cast["Noor"], people.waiting(cast["Noor"])[0].id)
    petra = demonstration.signed_in("Petra")
    reference, _amina = filed(cast)
    demonstration.do("acknowledge", cast["Noor"], reference, MONDAY)
    friday, saturday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=5)  # on Monday the approver is warned
    decision = steps.take("refer", petra, reference, demonstration.ANSWERS["refer"], now=friday)
    deliver(friday)
    box.mails.clear()
    steps.decide(cast["Tomas"], reference, decision.id, False, "A name stands in it.", now=saturday)
    deliver(saturday)
    assert got(box) == ["petra@example.org"]


# --- once a day --------------------------------------------------------------------------------------------


def test_several_letters_of_a_day_become_one_mail_on_the_next_morning(app, cast, box):
    reference, _amina = handed_over(cast, box)
    for hours in (1, 2, 3):
        message(cast, reference, MONDAY + timedelta(hours=hours))
        deliver(MONDAY + timedelta(hours=hours))
    assert box.mails == []
    deliver(datetime(2026, 3, 3, 3, 59, tzinfo=UTC))  # 6:59 in Nairobi, where Victor is
    assert box.mails == []
    assert deliver(datetime(2026, 3, 3, 4, 0, tzinfo=UTC)) == 1 and got(box) == ["victor@example.org"]
    assert deliver(MONDAY + timedelta(days=2)) == 0


def test_the_first_letter_of_a_day_goes_at_once(app, cast, box):
    reference, _amina = handed_over(cast, box)
    message(cast, reference, MONDAY + timedelta(days=1))
    assert deliver(MONDAY + timedelta(days=1)) == 1


@pytest.mark.parametrize(("hours", "goes"), [(2, 0), (3, 1)])
def test_a_company_whose_last_days_run_waits_three_hours_at_most(app, cast, box, hours, goes):
    reference, _amina = handed_over(cast, box)
    near = MONDAY + timedelta(days=5)  # two days before it must have acknowledged
    message(cast, reference, near)
    deliver(near)
    message(cast, reference, near + timedelta(minutes=10))
    box.mails.clear()
    deliver(near + timedelta(hours=hours))
    assert len(subjects(box, "victor")) == goes


def test_an_urgent_letter_does_not_wait_for_tomorrow_and_says_so_each_time(app, cast, box):
    reference, amina = handed_over(cast, box)
    for hours in (1, 2):
        at = MONDAY + timedelta(hours=hours)
        steps.take("report_retaliation", amina, reference, {"happened": "Again."}, now=at)
        deliver(at)
    assert subjects(box, "tomas") == [URGENT, URGENT]


def test_what_waited_when_a_mail_went_brings_no_second_one(app, cast, box, monkeypatch):
    """After a long time without mail, one mail for each person, and not one a day until all letters are through."""
    monkeypatch.setattr("grievance.notify.outbox.AT_ONCE", 2)
    for minutes in range(6):
        filed(cast, MONDAY + timedelta(minutes=minutes))
    for minutes in range(60, 70):
        deliver(MONDAY + timedelta(minutes=minutes))
    assert got(box) == ["noor@example.org"] and not waiting()


def test_what_came_in_just_before_a_mail_went_may_not_have_been_seen_and_is_told(app, cast, box, monkeypatch):
    monkeypatch.setattr("grievance.notify.outbox.AT_ONCE", 1)
    filed(cast), filed(cast, MONDAY + timedelta(minutes=1))
    for minutes in (2, 3):
        deliver(MONDAY + timedelta(minutes=minutes))
    assert len(box.mails) == 1 and waiting() == 1
    deliver(MONDAY + timedelta(days=1))
    assert len(box.mails) == 2 and not waiting()


def waiting():
    return db.session.scalar(select(func.count()).where(Letter.recipient.in_(MAILED), Letter.sent_at.is_(None)))


def test_a_letter_is_never_dropped_however_long_the_server_is_down(app, cast, box, number):
    filed(cast)
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    for days in range(0, 60, 2):
        deliver(MONDAY + timedelta(days=days))
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    assert deliver(MONDAY + timedelta(days=61)) == 1 and got(box) == ["noor@example.org"]


def test_two_workers_do_not_speak_of_the_same_letter(app, cast, box):
    """The second finds it claimed, while the first one waits for the server."""
    filed(cast)
    claimed = outbox._claim(MONDAY)
    assert len(claimed) == 1 and outbox._claim(MONDAY) == []
