"""SIGTERM: what runs is finished, what has not begun waits, and the exit code is 0."""

import shutil
import signal
import socket
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import Setting
from grievance.notify.outbox import deliver
from grievance.record import chain
from tests.maintenance.test_sweep import many
from tests.notify.test_outbox import port, server, waiting  # noqa: F401 - fixtures
from tests.processes import running, serving
from tests.views.public.test_filing import fill_in, hidden

WORKER, BATCH = ["-m", "flask", "worker"], 12
SLOW = f"""
import sys
from grievance.maintenance import sweep as module
from grievance.record.copied import Pattern
real, left = Pattern.follow, iter(range({BATCH + 5}))
def follow(pattern, *case):
    if next(left, None) is None:
        print("in the middle", file=sys.stderr, flush=True)
        sys.stdin.read()
    return real(pattern, *case)
Pattern.follow, module.BATCH = follow, {BATCH}
from flask.cli import main
sys.argv = ["flask", "worker"]
main()
"""
"""A worker of small batches, whose sweep waits for the end of stdin in the middle of its second one."""


def escalations():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "escalate"))


def last_request(client):
    """The bytes that send a complaint whose form is filled in, from the browser of this client."""
    with time_machine.travel(clock.now() - timedelta(minutes=1)):  # a person takes some time
        fill_in(client)
        form = urlencode({**hidden(client.get("/complain?step=check")), "go": "send"}).encode()
    head = f"POST /complain HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: s={client.get_cookie('s').value}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    return head.encode(), form


def test_a_complaint_that_is_being_sent_when_the_server_is_told_to_stop_is_filed(app, cast, tmp_path):
    with serving(app.config["SQLALCHEMY_DATABASE_URI"], app.config["FILES"]) as web:
        head, form = last_request(app.test_client())
        with socket.create_connection(("127.0.0.1", web.port), timeout=60) as sock:
            sock.sendall(head + form[:20])
            assert web.get("/healthz")[0] == 200  # asked later, and answered: so the complaint is being read
            web.process.send_signal(signal.SIGTERM)
            web.wait_for("Handling signal: term")
            sock.sendall(form[20:])
            assert sock.recv(20).startswith(b"HTTP/1.1 303")
        assert web.process.wait(timeout=60) == 0
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1 and doctor.examine() == []


SLOWLY_MADE = """
exec(open("gunicorn.conf.py").read())
inner = post_fork
def post_fork(server, worker):
    server.SIG_QUEUE.put(server.SIG_QUEUE.get())  # until a signal has come
    inner(server, worker)
"""


def test_a_server_that_is_told_to_stop_while_its_process_is_being_made_stops(sqlite_template, tmp_path):
    """Its signal went to a handler that nobody listens to; a minute later it was killed."""
    (made := tmp_path / "slowly.py").write_text(SLOWLY_MADE)
    with serving(f"sqlite:///{sqlite_template.path}", tmp_path, GUNICORN_CMD_ARGS=f"-c {made}") as web:
        web.wait_for("Booting worker")
        assert web.end() == 0
        assert not any("SIGKILL" in line or "Worker (pid" in line for line in web.said), web.said


def test_a_stopping_server_takes_no_new_request(sqlite_template, tmp_path):
    with serving(f"sqlite:///{sqlite_template.path}", tmp_path) as web:
        assert web.end() == 0
        with pytest.raises(ConnectionRefusedError):
            web.get("/healthz")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_waits_ends_at_once(by, sqlite_template, tmp_path):
    path = tmp_path / "x.sqlite"
    shutil.copy(sqlite_template.path, path)
    with running(WORKER, f"sqlite:///{path}", tmp_path) as worker:
        worker.wait_for("keeps the clock")
        assert worker.end(by) == 0
        assert worker.lines[-1]["message"] == "the worker has ended"


def test_a_worker_in_a_sweep_ends_after_the_batch_and_leaves_the_rest_whole(both, monkeypatch):
    many(both.cast, monkeypatch, 2 * BATCH + 10)
    db.session.remove()
    with running(["-c", SLOW], both.url, both.app.config["FILES"]) as worker:
        worker.wait_for("in the middle")
        worker.process.send_signal(signal.SIGTERM)
        worker.wait_for("ends what runs")
        worker.process.stdin.close()
        assert worker.process.wait(timeout=60) == 0
    assert escalations() == 2 * BATCH
    assert db.session.get(Setting, "last_sweep") is None and chain.verify() == [] and doctor.examine() == []
    sweep(clock.now())
    assert escalations() == 2 * BATCH + 10


def test_mail_stops_between_two_letters_and_the_rest_goes_next_time(app, waiting, port):  # noqa: F811
    stops = iter([False, False, True, True])
    with server(port) as box:
        assert deliver(clock.now(), lambda: next(stops)) == 1
        assert deliver(clock.now() + timedelta(hours=1)) == 1
    assert sorted(to for tos, _mail in box.mails for to in tos) == ["noor@example.org", "tomas@example.org"]
