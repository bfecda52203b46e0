"""The members are published by the staff's process, read by those of the public, and told of by the worker."""

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from grievance import demonstration
from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from grievance.models.edition import MemberEdition
from grievance.notify import certificates_due
from tests.notify.test_outbox import port, server
from tests.times import days_later

__all__ = ["port"]


def test_the_public_reads_what_two_people_published_and_not_who_they_were(office):
    with office.acting(Process.STAFF):
        demonstration.publish_members({name: demonstration.signed_in(name) for name in ("Noor", "Tomas")})
    client = office.client(Process.FORM)
    for path in ("/members", "/members/ostrova-security", "/members/data/members.csv", "/members/data/changes.atom",
                 "/members/ostrova-security/paper.pdf"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert office.client(Process.FOLLOW).get("/members").status_code == 404  # it serves a case's page, and no other
    assert office.refused == []
    with office.acting(Process.FORM), pytest.raises(ProgrammingError):
        db.session.scalars(select(MemberEdition.proposed_by)).all()


def test_the_worker_owes_and_sends_the_mails_of_a_certificate(office, port):
    with office.acting(Process.STAFF):
        demonstration.publish_members({name: demonstration.signed_in(name) for name in ("Noor", "Tomas")})
    at = (days_later(1)).replace(hour=12)
    worker = office.process(Process.WORKER)
    worker.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    with server(port) as box, time_machine.travel(at, tick=False), office.acting(Process.WORKER):
        assert certificates_due.owe(at) == 2
        assert certificates_due.deliver(at) == len(box.mails) == 3
    assert office.refused == []
