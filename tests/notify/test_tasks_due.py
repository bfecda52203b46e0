"""Tasks that are due in the one mail of the day: how many, to whom, and to whom not."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from grievance import demonstration
from grievance.accounts import absence
from grievance.desk import tasks
from grievance.notify.outbox import deliver, failing_since
from grievance.workflow import steps
from tests.notify.test_outbox import port, server

__all__ = ["port"]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = "Zinnober: call her."


@pytest.fixture(autouse=True)
def monday():
    """Nine in the morning in Geneva, where the office is."""
    with time_machine.travel(MONDAY, tick=False) as travel:
        yield travel


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", MONDAY - timedelta(days=6))[0]


def give(who, days=0, case=""):
    day = (MONDAY + timedelta(days=days)).date().isoformat()
    return tasks.make(who, {"words": WORDS, "due_on": day, "who": str(who.account_id), "case": case})


def mails(box, name="noor"):
    return [mail for tos, mail in box.mails if tos == [f"{name}@example.org"]]


def sent(port, now):
    with server(port) as box:
        deliver(now)
    return box


def test_one_mail_in_the_morning_says_how_many_and_nothing_of_any(cast, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(cast["Noor"], case=reference)
    give(cast["Noor"], -3)
    give(cast["Noor"], 1)
    assert mails(sent(port, MONDAY.replace(hour=4))) == [], "it is before seven"
    (mail,) = mails(sent(port, MONDAY))
    assert "Your tasks: 1 task today, 1 late." in mail.get_payload()
    assert not [word for word in ("Zinnober", reference, "Noor") if word in mail.as_string()]
    assert mails(sent(port, MONDAY + timedelta(hours=5))) == [], "once a day"
    assert len(mails(sent(port, MONDAY + timedelta(days=1)))) == 1


def test_a_letter_and_the_tasks_are_one_mail(cast, petra, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(petra)
    steps.take("note", cast["Noor"], reference, {"note": WORDS, "mentioned": [str(petra.account_id)]})
    (mail,) = mails(sent(port, MONDAY), "petra")
    assert "Something waits for you" in mail["Subject"] and "Your tasks: 1 task today." in mail.get_payload()


def test_who_did_it_or_is_away_is_told_of_no_task(cast, petra, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    tasks.finish(cast["Noor"], give(cast["Noor"]))
    give(petra)
    absence.announce(petra, {"first_day": "2026-03-02", "last_day": "2026-03-03",
                             "stand_in": str(cast["Noor"].account_id)})  # fmt: skip
    assert sent(port, MONDAY).mails == []


def test_a_task_on_a_case_that_was_closed_to_its_person_is_in_no_mail(cast, petra, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(petra, case=reference)
    steps.take("declare_conflict", petra, reference, {"why": "My brother works there."})
    assert [mail for mail in mails(sent(port, MONDAY), "petra") if "tasks" in mail.get_payload()] == []


def test_on_a_day_off_only_what_is_due_on_that_day_is_told(cast, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(cast["Noor"], -3)
    sunday = MONDAY - timedelta(days=1)
    assert mails(sent(port, sunday)) == []
    give(cast["Noor"], -1)
    assert "1 task today, 1 late" in mails(sent(port, sunday))[0].get_payload()


def test_while_the_server_is_down_tasks_alone_try_seldom_and_go_when_it_is_back(cast, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(cast["Noor"])
    deliver(MONDAY)
    assert failing_since() == MONDAY
    assert mails(sent(port, MONDAY + timedelta(minutes=20))) == []
    assert len(mails(sent(port, MONDAY + timedelta(hours=1)))) == 1 and failing_since() is None


def test_a_refused_address_is_tried_once_a_day(cast, reference, port):
    sent(port, MONDAY - timedelta(days=4))
    give(cast["Noor"])
    with server(port, refused={"noor@example.org"}):
        deliver(MONDAY)
    assert mails(sent(port, MONDAY + timedelta(minutes=5))) == []
    assert len(mails(sent(port, MONDAY + timedelta(days=1)))) == 1
