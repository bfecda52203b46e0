"""Mail through a real SMTP server: content-free, to those who may read it, once, and through an outage."""

import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from grievance import clock, demonstration
from grievance.workflow import steps
from grievance.workflow.post import deliver, failing_since


class Box:
    """What the server took."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@contextmanager
def server(port):
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def port(app):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


@pytest.fixture
def waiting(app, cast):
    """A case whose referral waits for the approver, and with a message for the officer."""
    reference, amina, _code = demonstration.file_one(clock.now(), account="Zinnober pushed me.")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"])
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "Zinnober came again."})
    return reference


def test_each_person_gets_one_mail_that_says_nothing_of_the_case(app, waiting, port):
    with server(port) as box:
        assert deliver(clock.now()) == 2
        assert sorted(to for tos, _mail in box.mails for to in tos) == ["noor@example.org", "tomas@example.org"]
        for _tos, mail in box.mails:
            text = mail.as_string()
            assert "Something waits for you" in text and "Zinnober" not in text and waiting not in text
        assert deliver(clock.now() + timedelta(days=1)) == 0 and len(box.mails) == 2


def test_a_server_that_is_down_for_three_days_loses_nothing_and_sends_each_once(app, waiting, port):
    for hours in range(0, 72, 6):
        assert deliver(clock.now() + timedelta(hours=hours)) == 0
    assert failing_since() is not None
    with server(port) as box:
        assert deliver(clock.now() + timedelta(hours=73)) == 2
        assert deliver(clock.now() + timedelta(hours=80)) == 0
    assert len(box.mails) == 2 and failing_since() is None


def test_a_person_who_is_shut_out_of_the_case_gets_no_mail_about_it(app, cast, waiting, port):
    steps.take("declare_conflict", cast["Noor"], waiting, {"why": "My brother works there."})
    with server(port) as box:
        deliver(clock.now())
    assert {to for tos, _mail in box.mails for to in tos} == {"tomas@example.org"}


def test_without_a_mail_server_nothing_is_tried(app, waiting):
    assert app.config["MAIL_URL"] == "" and deliver(clock.now()) == 0 and failing_since() is None
