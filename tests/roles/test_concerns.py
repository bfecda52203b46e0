"""Concerns by each process's own database role: the desk takes the steps, and the worker's clock may do no more."""

import time_machine

from grievance import clock
from grievance.concerns import limits
from grievance.maintenance.database_roles import Process
from grievance.maintenance.sweep import sweep
from grievance.models.concern import Stands
from grievance.notify import concern_mail
from grievance.record import chain
from tests.concerns import road
from tests.notify.test_outbox import port, server
from tests.times import days_later

__all__ = ["port"]


def test_the_desk_asks_and_decides_and_the_worker_says_what_was_missed(office):
    with office.acting(Process.STAFF):
        concern = road.opened(office.cast)
        action = road.both(office.cast, "ask_corrective_action", concern)
        measure = road.both(office.cast, "propose_measure", concern)
    with time_machine.travel(days_later(45), tick=False):
        with office.acting(Process.WORKER):
            assert sweep(clock.now()).failed == 0
        with office.acting(Process.STAFF):
            assert limits.of(road.item(action))[0].missed_at and road.item(measure).state == Stands.HEARD
            road.take(office.cast["Tomas"], "decide_measure", concern, measure)
    assert office.refused == [] and chain.verify() == []


def test_the_desk_and_the_clock_owe_mails_and_the_worker_sends_them(office, port):
    with office.acting(Process.STAFF):
        road.both(office.cast, "ask_corrective_action", road.opened(office.cast))
    worker = office.process(Process.WORKER)
    worker.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    with server(port) as box, office.acting(Process.WORKER):
        assert concern_mail.deliver(clock.now()) == len(box.mails) == 3
        with time_machine.travel(days_later(45), tick=False):
            sweep(clock.now())
            assert concern_mail.deliver(clock.now()) == 2
    assert office.refused == []
