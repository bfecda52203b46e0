"""A holiday by each process's own database role: the desk saves it, and the worker moves what a page left."""

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from grievance.maintenance.sweep import sweep
from grievance.models.limit import Limit
from grievance.models.writing import Holiday
from grievance.record import chain


def test_the_desk_moves_some_and_the_worker_the_rest(office, monkeypatch, caplog):
    monkeypatch.setattr(holidays, "AT_ONCE", 1)
    monkeypatch.setattr(holidays, "PATIENCE", 0)
    answers, now = select(Limit.due_on).where(Limit.key == "L5"), clock.now()
    for _each in range(3):
        demonstration.walk_story(office.cast, "refer", now)
    db.session.remove()
    with office.acting(Process.STAFF):
        (due,) = set(db.session.scalars(answers))
        assert holidays.add(office.cast["Tomas"], "KE", {due: "New"}).left
    with office.acting(Process.WORKER):
        assert sweep(clock.now()).failed == 0
        assert due not in set(db.session.scalars(answers))
        assert db.session.scalars(select(Holiday.moved_until)).all() == [None]
    assert office.refused == [] and chain.verify() == [] and "holidays do not move" not in caplog.text
