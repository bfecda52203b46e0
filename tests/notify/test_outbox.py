"""Mail through a real SMTP server: content-free, to those who may read it, once, and through an outage."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.accounts import language
from grievance.extensions import db
from grievance.models.mailbox import Mailbox
from grievance.models.people import Account
from grievance.notify import outbox, smtp
from grievance.notify.outbox import deliver, failing_since
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from tests.scenarios.days import another_approver
from tests.times import days_later


class Box:
    """What the server took; `refused`: whose mail it does not take at RCPT, `choked`: after DATA."""

    def __init__(self, refused=(), choked=()):
        self.mails, self.refused, self.choked = [], set(refused), set(choked)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.choked & set(envelope.rcpt_tos):
            return "451 not now"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@contextmanager
def server(port, **more):
    box = Box(**more)
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def port(app):
    number = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def waiting(app, cast):
    """A case whose referral waits for the approver, and with a message for the officer."""
    reference, amina, _code = demonstration.file_one(clock.now(), account="Zinnober pushed me.")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"])
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "Zinnober came again."})
    return reference


def test_a_mail_is_in_the_language_that_its_reader_chose(app, cast, waiting, port):
    language.choose(cast["Noor"], "fr")
    with server(port) as box:
        deliver(clock.now())
    subjects = {tos[0]: mail["Subject"] for tos, mail in box.mails}
    assert subjects == {"noor@example.org": "Quelque chose vous attend", "tomas@example.org": "Something waits for you"}


def test_each_person_gets_one_mail_that_says_nothing_of_the_case(app, waiting, port):
    with server(port) as box:
        assert deliver(clock.now()) == 2
        assert sorted(to for tos, _mail in box.mails for to in tos) == ["noor@example.org", "tomas@example.org"]
        for _tos, mail in box.mails:
            text = mail.as_string()
            assert "Something waits for you" in text and "Zinnober" not in text and waiting not in text
        assert deliver(days_later(1)) == 0 and len(box.mails) == 2


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


@contextmanager
def bad_server(port, answers):
    """A server that says these lines, one for each line that it hears, and then hangs up; with none it says nothing."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        asked = []

        def serve():
            while True:
                try:
                    line, _address = listening.accept()
                except OSError:
                    return
                with line, line.makefile("rb") as heard:
                    asked.append(1)
                    for answer in answers:
                        line.sendall(answer.encode() + b"\r\n")
                        heard.readline()
                    if not answers:
                        heard.read()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield asked
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def refused():
    """The names of those whose address is refused now."""
    query = select(Account.name).join(Mailbox, Mailbox.account_id == Account.id)
    return set(db.session.scalars(query.where(Mailbox.refused_since.is_not(None))))


def got(box):
    return sorted(to for tos, _mail in box.mails for to in tos)


@pytest.mark.parametrize("how", ["refused", "choked"])
def test_a_server_that_takes_one_mail_and_not_the_other_sends_each_once(app, waiting, port, how):
    now = clock.now()
    with server(port, **{how: {"noor@example.org"}}) as box:
        assert deliver(now) == 1 and got(box) == ["tomas@example.org"] and refused() == {"Noor"}
    with server(port) as box:
        assert deliver(now + timedelta(hours=1)) == 1 and got(box) == ["noor@example.org"]
        assert deliver(now + timedelta(hours=9)) == 0 and refused() == set()


@pytest.mark.parametrize("how", ["refused", "choked"])
def test_of_two_who_read_one_letter_the_one_who_got_a_mail_gets_no_second(app, cast, waiting, port, how):
    another_approver(cast)
    with server(port, **{how: {"tomas@example.org"}}) as box:
        for hours in range(0, 24, 3):
            deliver(clock.now() + timedelta(hours=hours))
        assert got(box).count("paula@example.org") == 1
    with server(port) as box:
        deliver(clock.now() + timedelta(hours=30))
    assert got(box) == ["tomas@example.org"]


def test_a_server_that_dies_in_the_middle_of_a_mail_is_tried_again_and_each_gets_one(app, waiting, port):
    with bad_server(port, ["220 here", "250 hello", "250 from", "250 to", "354 go on"]) as asked:
        assert deliver(clock.now()) == 0 and asked and failing_since() is not None
    with server(port) as box:
        assert deliver(clock.now() + timedelta(hours=1)) == 2
    assert got(box) == ["noor@example.org", "tomas@example.org"]


def test_a_server_that_never_says_a_word_is_given_up_after_a_while_and_tried_again(app, waiting, port, monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    with bad_server(port, []) as asked:
        assert deliver(clock.now()) == 0 and len(asked) == 1
    with server(port) as box:
        assert deliver(clock.now() + timedelta(hours=1)) == 2
    assert got(box) == ["noor@example.org", "tomas@example.org"]


def test_what_failed_is_tried_again_later_each_time_and_not_at_every_sweep(app, waiting, port, monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    with bad_server(port, []) as asked:
        for minutes in range(0, 60, 1):
            deliver(clock.now() + timedelta(minutes=minutes))
        assert len(asked) == 5  # at 0, 2, 6, 14 and 30 minutes


def rename(name, **values):
    with unit_of_work() as session:
        session.execute(update(Account).where(Account.name == name).values(**values))


BAD_ACCOUNTS = [
    {"email": "a@b\nc@example.org"}, {"email": "zoé@example.org"}, {"email": "a@büro.example"},
    {"language": "no language"},
]  # fmt: skip


@pytest.mark.parametrize(("name", "other"), [("Noor", "tomas@example.org"), ("Tomas", "noor@example.org")])
@pytest.mark.parametrize("wrong", BAD_ACCOUNTS)
def test_who_can_get_no_mail_holds_up_nobody_else_and_it_is_their_failure(app, waiting, port, wrong, name, other):
    rename(name, **wrong)
    with server(port) as box:
        for hours in range(0, 18, 3):
            deliver(clock.now() + timedelta(hours=hours))
            assert len(refused()) == 1 and failing_since() is None
    assert got(box) == [other]


def test_a_mail_goes_to_one_address_alone(app, waiting, port):
    rename("Noor", email="noor@example.org, stranger@example.org")
    with server(port) as box:
        deliver(clock.now())
    assert "stranger@example.org" not in got(box)


def test_a_mail_server_that_cannot_even_be_spoken_to_is_told_to_the_desk(app, waiting, port, monkeypatch):
    def broken(_server):
        raise UnicodeEncodeError("ascii", "é", 0, 1, "the password of the mail server")

    monkeypatch.setattr(outbox, "_connected", broken)
    assert deliver(clock.now()) == 0 and failing_since() is not None


def test_a_fault_before_any_mail_is_made_is_told_to_the_desk_and_ends_with_it(app, waiting, port, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_readers", lambda *_letter: 1 / 0)
        assert deliver(clock.now()) == 0 and failing_since() is not None
    with server(port) as box:
        assert deliver(clock.now()) == 2 and len(box.mails) == 2
    assert failing_since() is None
