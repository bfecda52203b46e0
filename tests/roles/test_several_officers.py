"""Officers beside, mentions and the tasks in the mail, with a role for each process. On PostgreSQL."""

from datetime import timedelta

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import absence, beside
from grievance.desk import mentions, tasks
from grievance.maintenance.database_roles import Process
from grievance.models.people import Role
from grievance.notify.outbox import deliver
from grievance.workflow import steps
from tests.accounts.test_leaving import join
from tests.notify.test_outbox import free_port, server

STAFF, WORKER = Process.STAFF, Process.WORKER


def test_the_desk_puts_one_beside_and_mentions_them_and_the_worker_mails_it_with_their_tasks(office):
    noor, number = office.cast["Noor"], free_port()
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(days=6))
    for process in (STAFF, WORKER):
        office.process(process).config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    with office.acting(STAFF):
        petra = join("Petra", Role.OFFICER, office.cast["Tomas"])
        demonstration.do("acknowledge", noor, reference, clock.now() - timedelta(days=5))
        who = str(petra.account_id)
        steps.take("put_beside", noor, reference, {"beside": who})
        steps.take("note", noor, reference, {"note": "Look.", "mentioned": [who]})
        today = clock.office_today().isoformat()
        tasks.make(noor, {"words": "Call her.", "due_on": today, "who": who})
        absence.announce(noor, {"first_day": today, "last_day": "2099-01-01", "stand_in": who})
        assert [one.reference for one in mentions.of(petra)] == [reference]
    with office.acting(WORKER), server(number) as box:
        deliver(clock.now())
        assert beside.here(find_case(noor, reference).id, clock.now()) == [petra.account_id]
    (mail,) = [mail for tos, mail in box.mails if tos == ["petra@example.org"]]
    assert "Your tasks: 1 task today." in mail.get_payload()
    with office.acting(STAFF):
        steps.take("take_off_beside", office.cast["Tomas"], reference, {"colleague": who})
    assert office.refused == []
