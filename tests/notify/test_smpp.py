"""Text messages over SMPP, with a server from a package: taken is what was answered with status 0, and nothing else."""

import socket
import threading
from contextlib import contextmanager

import pytest
import smpp34

from grievance.gateways import Smpp
from grievance.notify import smpp
from grievance.notify.handed_in import HandedIn
from tests.notify import gateway

TAKEN, REFUSED, NOT_NOW, UNKNOWN = HandedIn.TAKEN, HandedIn.REFUSED, HandedIn.NOT_NOW, HandedIn.UNKNOWN
BOUND = bytes.fromhex("00000014 80000002 00000000 00000002") + b"gsm\0"
"""`bind_transmitter_resp` with status 0, to the first PDU of a session."""


def sent(gate, *texts, sender="12345"):
    return list(smpp.send(gate.settings(), sender, [("+254712345678", text) for text in texts]))


@pytest.fixture
def gate():
    with gateway.running() as found:
        yield found


def test_each_is_taken_as_it_is_written(gate):
    texts = ("There is something new.", "Kuna jambo jipya.", "يوجد شيء جديد.", "Є дещо нове.")
    assert sent(gate, *texts) == [TAKEN] * 4
    assert [(one.to, one.text) for one in gate.taken] == [("254712345678", text) for text in texts]


def test_an_answer_that_comes_late_is_waited_for(gate):
    gate.answers = ["late"]
    assert sent(gate, "New.") == [TAKEN]


def test_a_number_that_is_refused_does_not_hold_up_the_next_one(gate):
    gate.answers = [smpp34.ESME_RINVDSTADR]
    assert sent(gate, "One.", "Two.") == [REFUSED, TAKEN]


def test_a_sender_that_is_refused_is_the_offices_and_no_fault_of_the_number(gate):
    gate.answers = [smpp34.ESME_RINVSRCADR]
    assert sent(gate, "One.") == [NOT_NOW]


def test_where_less_is_wanted_at_once_the_others_are_not_even_sent(gate):
    gate.answers = [smpp34.ESME_RTHROTTLED]
    assert sent(gate, "One.", "Two.", "Three.") == [NOT_NOW] * 3 and gate.asked == 1


def test_after_one_that_nobody_answered_the_next_one_gets_a_new_session(gate, monkeypatch):
    monkeypatch.setattr(smpp, "TIMEOUT", 0.2)
    gate.answers = [None]
    assert sent(gate, "One.", "Two.") == [UNKNOWN, TAKEN]


@pytest.mark.parametrize("sender", ["12345", "+41790000000", "Greetings"])
def test_it_comes_from_what_was_set(gate, sender):
    assert sent(gate, "New.", sender=sender) == [TAKEN] and gate.taken[0].sender == sender.lstrip("+")


@contextmanager
def answering(*answers):
    """A server that says these bytes after each that it reads, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]

        def serve():
            line, _whence = there.accept()
            with line:
                for answer in answers:
                    line.recv(4096)
                    line.sendall(answer)
                line.recv(4096)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Smpp("127.0.0.1", port, "office", "secret", tls=False)
        thread.join(5)


def test_a_line_that_is_cut_after_the_message_was_written_is_no_success():
    with answering(BOUND) as there:
        assert list(smpp.send(there, "12345", [("+254712345678", "New.")])) == [UNKNOWN]


def test_what_answers_and_speaks_no_smpp_took_nothing(monkeypatch):
    monkeypatch.setattr(smpp, "TIMEOUT", 0.2)
    with answering(b"220 mail.example.org ESMTP\r\n") as there:
        assert list(smpp.send(there, "12345", [("+254712345678", "New.")])) == [NOT_NOW]


def test_a_line_that_should_be_tls_and_is_not_carries_no_word(gate):
    secure = Smpp("127.0.0.1", gate.port, "office", "secret")
    assert list(smpp.send(secure, "12345", [("+254712345678", "New.")])) == [NOT_NOW] and gate.taken == []
