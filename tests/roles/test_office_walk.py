"""The office's, the companies' and the clock's whole way, each step by the process that takes it there."""

from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.accounts import absence, calendar_tokens, changes, leaving, people, sessions
from grievance.accounts.keys import recovery, rotation
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.maintenance import doctor, health, scheduler
from grievance.maintenance.backup.write import take
from grievance.maintenance.database_roles import Process
from grievance.maintenance.sweep import sweep
from grievance.maintenance.trouble import troubles
from grievance.models.people import Role
from grievance.notify.outbox import deliver
from grievance.record import chain
from grievance.views import heartbeat
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from tests import ways
from tests.attacks.planted import Story, planted
from tests.attacks.test_company_face import WALKS, to_the_end
from tests.browser.test_every_step import NEEDED, offered
from tests.less import rest_long
from tests.notify.test_outbox import server
from tests.processes import free_port
from tests.scenarios.days import another_approver
from tests.views.test_routes import client_of

__all__ = ["offered"]
HERS = ("Amina", "Joseph")
SHOWN = {"Noor": ("/desk", "/desk/cases/{}"), "Tomas": ("/desk", "/desk/cases/{}"), "Ines": ("/custodian",),
         "Victor": ("/company", "/company/cases/{}")}  # fmt: skip


def whose(name):
    """The process at which this person works."""
    return Process.FOLLOW if name in HERS else Process.STAFF


class Walk(Story):
    """A story of which each step is taken, approved, mailed and swept by its own process."""

    def __init__(self, office, people):
        self.office = office
        with office.acting(Process.FORM):
            super().__init__(people)

    def take(self, step, name, number, **given):
        person, now = self.people[name], self.begin + timedelta(days=number)
        with self.office.acting(whose(name)):
            answers = planted(step, person, self.case, given)
            decision = steps.take(step, person, self.reference, answers, now=now)
            waits = decision.id if decision else None
        if waits:
            with self.office.acting(Process.STAFF):
                steps.decide(self.people["Tomas"], self.reference, waits, True, now=now)
        with self.office.acting(Process.WORKER):
            deliver(now)
        return now


@pytest.fixture
def port(office):
    number = free_port()
    for process in (Process.STAFF, Process.WORKER):
        office.process(process).config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


@pytest.mark.parametrize("walk", rest_long(WALKS, to_the_end), ids=lambda walk: walk.__name__)
def test_each_process_does_its_steps_of_a_whole_case_and_shows_it(office, port, walk):
    with office.acting(Process.STAFF):
        cast = {**office.cast, "Paula": another_approver(office.cast)}
    with office.acting(Process.FORM):
        demonstration.file_one(clock.now())
    with server(port) as box:
        story = Walk(office, cast)
        clients = {name: client_of(office.process(Process.STAFF), name) for name in SHOWN}
        for step, who, number, given in walk(story):
            story.take(step, who, number, **given)
            pages = {name: [clients[name].get(path.format(story.reference)) for path in SHOWN[name]] for name in SHOWN}
            assert {page.status_code for shown in pages.values() for page in shown} <= {200, 404}, step
            assert office.refused == [], step
    assert box.mails


@pytest.mark.long
@pytest.mark.parametrize("pair", ways.pairs(ROWS), ids=lambda pair: f"{pair[1]}-{pair[0].step}")
def test_each_step_is_taken_by_the_process_of_its_person(office, offered, pair):
    situation, people = offered[pair], ways.office(office.cast)
    with office.acting(Process.FORM):
        demonstration.file_one(clock.now())
    place = ways.walked(people, situation)
    with office.acting(whose(situation.who)):
        person = place.people[situation.who]
        answers = {
            **demonstration.answers_for(situation.row.step, person, place.case),
            **NEEDED.get(situation.row.step, {}),
        }
        taken = steps.take(situation.row.step, person, place.case.reference, ways.named(answers, place, clock.now()))
    assert taken is None or taken.step == situation.row.step
    assert office.refused == []


def test_the_clock_settles_a_full_office_for_two_years(office, port):
    """Reminders, misses, escalations, follow-ups, what expires, checkpoints, and the mail about it."""
    now = clock.now()
    for step in ("file", "refer", "respond", "accept_remedy", "close"):
        demonstration.walk_story(office.cast, step, now - timedelta(days=120))
    demonstration.file_one(now)
    worker = office.process(Process.WORKER)
    with server(port) as box, time_machine.travel(now, tick=False) as travel:
        for days in (0, 1, 3, 7, 14, 30, 30, 60, 90, 180, 300):
            travel.shift(timedelta(days=days))
            with office.acting(Process.WORKER):
                assert sweep(clock.now()).failed == 0
                scheduler.work(worker, scheduler.Event())
                heartbeat_of(office)
    assert office.refused == [] and box.mails
    assert chain.verify() == []


def heartbeat_of(office):
    with office.acting(Process.STAFF):
        heartbeat._mark(heartbeat.outages.beat, clock.now())


def test_people_come_change_are_away_and_go(office):
    with office.acting(Process.STAFF):
        noor, tomas = (signed_in(name) for name in ("Noor", "Tomas"))
        paula = another_approver({"Noor": noor})
        secret = sessions.sign_in(email_of("Noor"), PASSWORD)
        sessions.change_password(secret, PASSWORD, "four horses in the rain")
        sessions.change_address(secret, "four horses in the rain", "noor.new@example.org")
        today = clock.office_today().isoformat()
        absence.announce(tomas, {"stand_in": str(paula.account_id), "first_day": today, "last_day": today})
        absence.come_back(tomas)
        assert calendar_tokens.make_calendar(tomas)
        changes.propose_head(tomas, paula.account_id)
        code = recovery.make(tomas)
        rotation.begin(tomas)
        assert rotation.go_on(signed_in("Tomas"), 99).finished
        assert code
        people.invite(tomas, "x@example.org", "X", Role.OFFICER)
        leaving.leave(signed_in("Tomas"), noor.account_id)
        sessions.sign_out(secret)
    assert office.refused == []


def test_a_backup_reads_everything_and_changes_nothing(office, tmp_path):
    demonstration.file_one(clock.now())
    with office.acting(Process.BACKUP):
        take(tmp_path / "one.backup", clock.now())
        health.note_backup(clock.now())
        assert [*doctor.examine(), *doctor.nobody_can_act(), *chain.verify()] == []
        assert troubles(clock.now()) is not None
    assert office.refused == []
