"""The office's, the companies' and the clock's whole way, each step by the process that takes it there."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.accounts import (
    absence,
    calendar_tokens,
    changes,
    company_tokens,
    leaving,
    new_address,
    people,
    sessions,
    waits,
)
from grievance.accounts.keys import recovery, rotation
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.doors import keeping
from grievance.doors.examples import EXAMPLES
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance import doctor, health, retention_clock, scheduler, unfit_cases
from grievance.maintenance.backup.write import take
from grievance.maintenance.database_roles import OWNER, Process
from grievance.maintenance.sweep import sweep
from grievance.maintenance.trouble import troubles
from grievance.models.case import Case
from grievance.models.keys import Setting
from grievance.models.people import Account, Role
from grievance.notify.outbox import deliver
from grievance.record import chain
from grievance.views import heartbeat
from grievance.workflow import steps
from tests import ways
from tests.attacks.own_walks import AGO
from tests.attacks.planted import ASKED, STOLEN, Story, planted
from tests.attacks.test_company_face import WALKS, office_of, to_the_end
from tests.conftest import ROOT
from tests.less import rest_long
from tests.notify.test_outbox import server
from tests.outside import from_outside
from tests.processes import free_port
from tests.roles.conftest import Office, apply_roles
from tests.scenarios.days import another_approver
from tests.stolen import stolen
from tests.views.api.test_complaints import GOOD
from tests.views.test_routes import client_of

HERS = ("Amina", "Joseph")
SHOWN = {"Noor": ("/desk", "/desk/cases/{}"), "Tomas": ("/desk", "/desk/cases/{}"), "Ines": ("/custodian",),
         "Victor": ("/company", "/company/cases/{}")}  # fmt: skip


def whose(name):
    """The process at which this person works."""
    return Process.FOLLOW if name in HERS else Process.STAFF


class Walk(Story):
    """A story of which each step is taken, approved, mailed and swept by its own process."""

    def __init__(self, office, people, walk):
        self.office = office
        with office.acting(Process.FORM):
            super().__init__(people, AGO.get(walk, 150), spoken=walk is to_the_end)

    def take(self, step, name, number, **given):
        person, now = self.people[name], self.begin + timedelta(days=number)
        if step == STOLEN:
            with self.office.acting(Process.FOLLOW):
                self.people[name], self.code = stolen(self.code, now)
            return now
        if step == ASKED:
            with self.office.acting(Process.WORKER):
                retention_clock.run(now)
            return now
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
        cast = office_of(walk, {**office.cast, "Paula": another_approver(office.cast)})
        keeping.add(office.cast["Noor"], EXAMPLES[0])
    with office.acting(Process.FORM):
        demonstration.file_one(clock.now())
    with server(port) as box:
        story = Walk(office, cast, walk)
        clients = {name: client_of(office.process(Process.STAFF), name) for name in SHOWN}
        for step, who, number, given in walk(story):
            story.take(step, who, number, **given)
            pages = {name: [clients[name].get(path.format(story.reference)) for path in SHOWN[name]] for name in SHOWN}
            assert {page.status_code for shown in pages.values() for page in shown} <= {200, 404}, step
            assert office.refused == [], step
    assert box.mails


@dataclass
class Path:
    """A way of tests/ways.py, each stop of it by the process of its person."""

    office: Office
    people: dict
    at: datetime
    reference: str = ""
    receipts: dict = field(default_factory=dict)

    def begin(self):
        with self.office.acting(Process.FORM):
            demonstration.file_one(self.at)
        with time_machine.travel(self.at, tick=False):  # a receipt's first use is on record with its own day
            place = ways.begin(self.people, self.at, False)
        self.reference, self.receipts, self.people = place.case.reference, place.receipts, place.people

    def go(self, stop):
        self.at += timedelta(days=stop.after, minutes=1)
        with self.office.acting(whose(stop.who)):
            case = db.session.scalars(select(Case).where(Case.reference == self.reference)).one()
            ways.go(ways.Place(case, self.people, self.receipts), stop, self.at)

    def seen_by_her(self):
        """What her page, and every page and file that it leads to, is answered with."""
        client = self.office.client(Process.FOLLOW)
        client.post("/follow", data={"code": self.receipts["Amina"]})
        page = client.get("/follow/case")
        leads = {unescape(one) for one in re.findall(r'href="(/follow/case/(?:steps|files)/[^"]+)"', page.text)}
        return {self._asked(client, path) for path in ("/follow/case", *leads)}

    @staticmethod
    def _asked(client, path):
        with client.get(path) as answer:
            return answer.status_code


ENDS = (
    (*ways.UNANSWERED, ways.Stop("come_back", "Amina", 5)),
    (*ways.DISMISSED, ways.Stop("note", "Noor", 1200), ways.Stop("erase", "Noor")),
    (*ways.IDENTIFIED, ways.Stop("share_identity", "Noor")),
)
"""What no whole case comes to."""


@pytest.mark.parametrize("way", rest_long([*ways.WAYS, *ENDS], *ENDS), ids=lambda way: way[-1].step)
def test_each_stop_of_a_way_is_made_by_the_process_of_its_person(office, way):
    with office.acting(Process.STAFF):
        people = ways.office(office.cast)
    path = Path(office, people, clock.now() - timedelta(days=sum(stop.after for stop in way) + 1))
    path.begin()
    for stop in way:
        path.go(stop)
        assert path.seen_by_her() <= {200, 303, 409}, stop
        assert office.refused == [], stop


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


def test_an_officer_files_for_somebody_who_called_and_a_program_by_the_api(office):
    raw = {"account": "At the gate.", "company": demonstration.larkfield(), "could_harm": "no", "channel": "phone",
           "language": "en", "name": "Amina Said", "read_back": "yes"}  # fmt: skip
    with office.acting(Process.STAFF):
        filed = filing.file_complaint(raw, filing.new_secret(), "en", officer=office.cast["Noor"])
    assert office.client(Process.FOLLOW).post("/follow", data={"code": filed.code}).location == "/complain/receipt"
    with office.acting(Process.STAFF):
        noor, tomas = (signed_in(name) for name in ("Noor", "Tomas"))
        demonstration.do("confirm_receipt", noor, filed.reference, clock.now(), tomas, holder="complainant")
    api = office.client(Process.STAFF)
    told = api.post("/api/v1/complaints", json=GOOD)
    assert told.status_code == 201
    bearer = {"Authorization": f"Receipt {told.json['receipt']}"}
    assert api.get("/api/v1/case", headers=bearer).status_code == 200
    assert office.refused == []


def test_a_companys_program_reads_and_acts_by_a_token_which_ends(office):
    reference = demonstration.walk_story(office.cast, "refer", clock.now() - timedelta(days=9))[0]
    with office.acting(Process.STAFF):
        token, other = (company_tokens.make(signed_in("Victor"), name, PASSWORD) for name in ("One", "Two"))
    client, by_token = office.client(Process.STAFF), {"Authorization": f"Bearer {token}"}
    case = f"/api/v1/company/cases/{reference}"
    assert client.get(case, headers=by_token).status_code == 200
    said = client.post(f"{case}/acknowledgement", json={"contact": "Our desk", "undertakes": True}, headers=by_token)
    assert said.status_code == 201
    with office.acting(Process.STAFF):
        for one in company_tokens.of_company(victor := signed_in("Victor")):
            company_tokens.end(victor, one.id)
    assert client.get(case, headers=by_token).status_code == 401 and other != token
    assert office.refused == []


def test_people_come_change_are_away_and_go(office):
    with office.acting(Process.STAFF):
        noor, tomas = (signed_in(name) for name in ("Noor", "Tomas"))
        paula = another_approver({"Noor": noor})
        secret = sessions.sign_in(email_of("Noor"), PASSWORD)
        sessions.change_password(secret, PASSWORD, "four horses in the rain")
        sessions.change_address(secret, "four horses in the rain", "noor.new@example.org")
        new_address.finish(signed_in("Ines"), waits.of(noor.account_id).id)
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


def test_who_left_three_days_ago_is_gone_for_good_by_the_clock(office, port):
    with office.acting(Process.STAFF):
        tomas, paula = signed_in("Tomas"), another_approver(office.cast)
        leaving.leave(tomas, paula.account_id)
    with server(port) as box, time_machine.travel(clock.now() + timedelta(hours=1)) as travel:
        scheduler.work(office.process(Process.WORKER), scheduler.Event())
        assert office.refused == [] and any("access is being changed" in mail["Subject"] for _to, mail in box.mails)
        travel.shift(timedelta(hours=72))
        scheduler.work(office.process(Process.WORKER), scheduler.Event())
    account = db.session.get(Account, paula.account_id, populate_existing=True)
    assert account.wrapped_seed is None and office.refused == []


def test_the_worker_finds_a_case_that_was_changed_from_outside_and_reads_no_words_for_it(office):
    reference = demonstration.file_one(clock.now())[0]
    with from_outside() as session:
        session.execute(text("UPDATE cases SET share_identity = NOT share_identity"))
    with office.acting(Process.WORKER):
        unfit_cases.look_on()
        assert db.session.get(Setting, unfit_cases.BY_WORKER).value == reference
    assert office.refused == []


def test_a_backup_reads_everything_and_changes_nothing(office, tmp_path):
    demonstration.file_one(clock.now())
    with office.acting(Process.BACKUP):
        take(tmp_path / "one.backup", clock.now())
        health.note_backup(clock.now())
        assert [*doctor.examine(), *doctor.nobody_can_act(), *chain.verify()] == []
        assert troubles(clock.now()) is not None
    assert office.refused == []


def test_the_owner_migrates_and_what_is_new_is_closed_until_the_list_is_run_again(office):
    with office.process(OWNER, "desk").app_context():
        downgrade(directory=str(ROOT / "migrations"), revision="-1")
        upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()
    apply_roles(office.url)
    with office.acting(Process.FORM):
        assert demonstration.file_one(clock.now())
    assert office.refused == []
