"""What keeps the office from being told: said at the desk, in the administration and by `doctor`, in words, by name."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bench.statements import counted
from grievance import clock, demonstration
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.maintenance.health import note_sweep
from grievance.maintenance.trouble import troubles
from grievance.models.keys import Setting
from grievance.models.mailbox import Mailbox
from grievance.models.people import Account, AccountStatus
from grievance.models.writing import Letter
from grievance.notify.outbox import FAILING, deliver
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from tests.notify.test_outbox import port, rename, server
from tests.times import days_later
from tests.views.test_routes import client_of

__all__ = ["port"]
PAGES = ("/desk", "/desk/admin")
"""Where it is said."""


def said():
    return " ".join(line for one in troubles(clock.now()) for line in (one.sentence, *one.lines))


def swept(ago):
    with unit_of_work():
        note_sweep(clock.now() - ago)


def now_is(name, status):
    with unit_of_work() as session:
        session.execute(update(Account).where(Account.name == name).values(status=status))


@pytest.fixture
def referred(app, cast, port):
    """A case that Larkfield was handed, of which every letter until now was sent."""
    swept(timedelta(0))
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(days=2))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    with server(port):
        deliver(clock.now())
    for calendar in ("KE", "*"):  # wanted from October on
        holidays.add(cast["Tomas"], calendar, {date(clock.now().year + 1, 1, 1): "New Year"})
    assert said() == ""
    return reference


def write_to_the_company(cast, reference):
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Please answer."})


@pytest.mark.parametrize("name", ["Noor", "Tomas"])
@pytest.mark.parametrize("path", PAGES)
def test_a_worker_that_is_dead_for_three_days_is_said_with_since_when(app, cast, path, name):
    client = client_of(app, name)
    swept(timedelta(0))
    assert "clock has stood still" not in client.get(path).text
    swept(timedelta(days=3))
    assert "The clock has stood still since" in client.get(path).text


def test_doctor_says_that_the_worker_is_dead_and_fails(app, cast):
    runner = app.test_cli_runner()
    swept(timedelta(minutes=14))
    assert runner.invoke(args=["doctor"]).exit_code == 0
    swept(timedelta(minutes=16))
    told = runner.invoke(args=["doctor"])
    assert "The clock has stood still since" in told.output and told.exit_code == 1


def test_a_clock_that_never_ran_is_said(app, cast):
    assert "The clock has not run yet" in said()


@pytest.mark.parametrize("path", PAGES)
def test_an_office_without_a_mail_server_is_told_so(app, cast, path):
    client = client_of(app, "Noor")
    assert "No mail goes out: no mail server is set" in client.get(path).text
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    assert "No mail goes out" not in client.get(path).text


def test_a_letter_that_nobody_of_the_company_can_be_reached_for_waits_and_goes_when_somebody_can(
    app, cast, referred, port
):
    now_is("Victor", AccountStatus.WAITING)
    write_to_the_company(cast, referred)
    with server(port) as box:
        deliver(days_later(1))
        assert "Nobody at Larkfield Guarding can be reached. Since" in client_of(app, "Noor").get("/desk").text
        deliver(days_later(400))
        assert "Nobody at Larkfield Guarding can be reached" in said() and box.mails == []
        now_is("Victor", AccountStatus.ACTIVE)
        deliver(days_later(401))
    assert [tos for tos, _mail in box.mails] == [["victor@example.org"]] and said() == ""


def test_custodians_who_cannot_be_reached_are_named(app, cast, referred, port):
    now_is("Ines", AccountStatus.LEFT)
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.recipient == "company").values(recipient="custodian", sent_at=None))
    with server(port):
        deliver(days_later(1))
    assert "The custodians cannot be reached." in said()


def test_a_recalled_packet_leaves_no_letter_that_waits_for_the_company(app, cast, referred, port):
    """It holds no keys any more: it is not to be found, and nobody need look for it."""
    write_to_the_company(cast, referred)
    demonstration.do("recall_packet", cast["Noor"], referred, clock.now(), packet=None)
    with server(port) as box:
        deliver(days_later(1))
    assert "Larkfield" not in said() and "victor@example.org" not in [to for tos, _mail in box.mails for to in tos]


def test_a_refused_address_is_its_persons_failure_on_the_people_page_and_at_the_desk(app, cast, referred, port):
    write_to_the_company(cast, referred)
    at = days_later(1)
    with server(port, refused={"victor@example.org"}):
        deliver(at)
    assert (
        "Mail to these people is refused" in said() and "Victor, since" in said() and "Mail has not gone" not in said()
    )
    assert "Mail to this address is refused since" in client_of(app, "Tomas").get("/account/people").text


def test_nobody_elses_success_takes_a_failure_away_and_a_new_address_begins_anew(app, cast, referred, port):
    write_to_the_company(cast, referred)
    at = days_later(1)
    with server(port, refused={"victor@example.org"}) as box:
        deliver(at)
        demonstration.do("note", cast["Tomas"], referred, at)
        deliver(at + timedelta(minutes=1))
        assert [tos for tos, _mail in box.mails] == [["noor@example.org"]] and "Victor, since" in said()
    rename("Victor", email="victor.new@example.org")
    assert "Victor" not in said()


def test_a_server_that_is_down_is_said_until_it_works(app, cast, referred, port):
    write_to_the_company(cast, referred)
    for days in (1, 2):
        deliver(days_later(days))
        assert "Mail has not gone out since" in said() and "refused" not in said()
    with server(port):
        deliver(days_later(3))
    assert said() == ""


def test_no_word_of_this_is_told_to_a_company(app, cast, referred):
    swept(timedelta(days=3))
    page = client_of(app, "Victor").get("/company").text
    assert "clock" not in page and "mail" not in page.lower()


def test_on_either_database_one_question_gives_all_of_it(both):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", both.cast["Noor"], reference, clock.now())
    demonstration.do("refer", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    for calendar in ("KE", "*"):
        holidays.add(both.cast["Tomas"], calendar, {date(clock.now().year + 1, 1, 1): "New Year"})
    now = clock.now() - timedelta(days=2)
    swept(timedelta(days=3))
    both.app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    with unit_of_work() as session:
        session.add(Setting(name=FAILING, value=now.isoformat()))
        session.add(Mailbox(account_id=both.cast["Tomas"].account_id, address="tomas@example.org", refused_since=now))
        session.execute(update(Letter).where(Letter.recipient.in_(("company", "officer"))).values(unreached_since=now))
    with counted(db.engine) as sent:
        found = troubles(clock.now())
    assert len([one for one in sent if "SELECT" in one]) == 1
    assert len(found) == 4 and found[0].of_the_clock and "Mail has not gone out" in found[1].sentence
    people = [line.partition(", since")[0].partition(" Since")[0] for one in found for line in one.lines]
    assert people == ["Tomas", "No officer can be reached.", "Nobody at Larkfield Guarding can be reached."]
