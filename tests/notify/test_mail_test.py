"""`flask mail-test ADDRESS`: one mail, and in a sentence what became of it."""

import smtplib
import ssl

import pytest

from grievance.notify import smtp
from tests.notify.test_outbox import bad_server, got, port, server

__all__ = ["port"]
ADDRESS = "somebody@example.org"


@pytest.fixture
def tried(app):
    def run(address=ADDRESS):
        result = app.test_cli_runner().invoke(args=["mail-test", address])
        return result.exit_code, result.output.strip()

    return run


def test_a_mail_that_was_taken_is_said_to_be_sent(tried, port):
    with server(port) as box:
        code, said = tried()
    assert code == 0 and said.startswith("Sent: the server 127.0.0.1 took a mail") and got(box) == [ADDRESS]


def test_a_refused_address_is_said_with_the_servers_answer(tried, port):
    with server(port, refused={ADDRESS}):
        assert tried() == (1, "The server refused this address: 550 no such mailbox")


def test_a_mail_that_is_refused_after_it_was_said_is_told(tried, port):
    with server(port, choked={ADDRESS}):
        assert tried() == (1, "The server refused the mail: 451 not now")


def test_where_nothing_listens_it_says_no_connection(tried, port):
    assert tried() == (1, "No connection: Connection refused.")


def test_without_a_mail_server_it_says_so(app, tried):
    assert tried() == (1, "MAIL_URL is empty: no mail goes out at all.")


def test_a_port_that_is_no_number_is_said_of_the_url(app, tried):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:mail"
    code, said = tried()
    assert code == 1 and said.startswith("MAIL_URL cannot be read: ")


def test_a_host_that_nobody_knows_is_said(app, tried):
    app.config["MAIL_URL"] = "smtps://mail.invalid"
    assert tried() == (1, "No connection: the host in MAIL_URL is not known.")


def test_a_server_without_tls_where_tls_is_wanted_is_said(app, tried, port):
    for scheme, words in (("smtps", "TLS failed"), ("smtp+starttls", "The server cannot do what MAIL_URL")):
        app.config["MAIL_URL"] = f"{scheme}://127.0.0.1:{port}"
        with server(port):
            code, said = tried()
        assert code == 1 and said.startswith(words), said


def test_a_server_that_hangs_up_is_said(tried, port):
    with bad_server(port, ["220 here"]):
        assert tried() == (1, "The server hung up before it had taken the mail.")


def test_one_that_never_answers_is_said(tried, port, monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    with bad_server(port, []):
        assert tried() == (1, "No connection: the server did not answer within 0.2 seconds.")


FAULTS = [
    (smtplib.SMTPSenderRefused(550, b"who?", "x@example.org"), "The server refused the sender (MAIL_FROM): 550 who?"),
    (smtplib.SMTPAuthenticationError(535, b"no"), "The server refused the name or the password in MAIL_URL: 535 no"),
    (ssl.SSLCertVerificationError("x"), "The connection is not safe: the server's certificate was not accepted"),
    (UnicodeEncodeError("ascii", "é", 0, 1, "x"), "No mail can be made for this: UnicodeEncodeError."),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=lambda one: type(one).__name__)
def test_each_other_fault_has_its_sentence(fault, said):
    if isinstance(fault, ssl.SSLCertVerificationError):
        fault.verify_message = "self-signed"
    assert smtp.in_words(fault).startswith(said)


@pytest.mark.parametrize("fault", [FAULTS[0][0], FAULTS[1][0], FAULTS[2][0], TimeoutError(),
                                   smtplib.SMTPRecipientsRefused({"a": (421, b"closing")})], ids=repr)  # fmt: skip
def test_what_meets_everybody_is_nobodys_address(fault):
    assert not smtp.is_of_the_address(fault)
