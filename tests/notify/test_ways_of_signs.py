"""By HTTP and by mail: what a template puts where, and what an answer means."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from grievance.gateways import JSON, Http, Smpp, parse
from grievance.notify import http_gateway, sign_mail
from grievance.notify.handed_in import HandedIn
from tests.notify.test_outbox import free_port, server

TO, TEXT = "+254712345678", 'Say "new" & {to}: é'


@contextmanager
def http(status=200, body="", **headers):
    """A gateway that answers each request so, and keeps what it was asked."""
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            asked.append((self.path, dict(self.headers), self.rfile.read(length).decode()))
            if status is None:
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST

        def log_message(self, *_args):
            pass

    there = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{there.server_port}/send", asked
    finally:
        there.shutdown()
        there.server_close()
        thread.join()


def sent(gateway):
    return list(http_gateway.send(gateway, "12345", [(TO, TEXT)]))


def test_json_is_written_as_json_and_the_headers_are_sent():
    with http() as (url, asked):
        headers = {"Content-Type": JSON, "Authorization": "Bearer x"}
        gateway = Http(url, headers=headers, body='{"from": "{from}", "to": "{to}", "text": "{text}"}')
        assert sent(gateway) == [HandedIn.TAKEN]
    ((_path, got, body),) = asked
    assert json.loads(body) == {"from": "12345", "to": TO, "text": TEXT} and got["Authorization"] == "Bearer x"


@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE", "Content-type"])
def test_the_name_of_a_header_may_be_written_as_one_likes(name):
    gateway = parse(f"""[http]
url = "http://127.0.0.1:1/send"
headers = {{ "{name}" = "application/json" }}
body = '{{"to": "{{to}}", "text": "{{text}}"}}'
""")
    assert json.loads(gateway.content({"to": TO, "text": TEXT, "from": "1"})) == {"to": TO, "text": TEXT}


def test_a_form_is_written_as_a_form_and_an_address_as_an_address():
    with http() as (url, asked):
        assert sent(Http(url, body="to={to}&text={text}")) == [HandedIn.TAKEN]
        assert sent(Http(url + "?to={to}&text={text}", method="GET")) == [HandedIn.TAKEN]
    (_p, _h, body), (path, _h, _b) = asked
    assert parse_qs(body) == parse_qs(path.partition("?")[2]) == {"to": [TO], "text": [TEXT]}


@pytest.mark.parametrize(
    ("status", "became"),
    [(204, HandedIn.TAKEN), (400, HandedIn.REFUSED), (422, HandedIn.REFUSED), (401, HandedIn.NOT_NOW),
     (429, HandedIn.NOT_NOW), (500, HandedIn.NOT_NOW), (None, HandedIn.UNKNOWN)],
)  # fmt: skip
def test_what_an_answer_means(status, became):
    with http(status) as (url, _asked):
        assert sent(Http(url, body="{to}{text}")) == [became]


def test_a_number_goes_to_no_address_that_an_answer_leads_to():
    with http() as (elsewhere, asked), http(307, Location=elsewhere) as (url, _asked):
        assert sent(Http(url, body="{to}{text}")) == [HandedIn.NOT_NOW] and asked == []


def test_a_gateway_that_is_not_there_took_nothing():
    assert sent(Http(f"http://127.0.0.1:{free_port()}/", body="{to}{text}")) == [HandedIn.NOT_NOW]


def test_an_answer_must_say_what_the_template_wants():
    with http(body='{"status": "queued"}') as (url, _asked):
        assert sent(Http(url, body="{to}{text}", accepted='"queued"')) == [HandedIn.TAKEN]
        assert sent(Http(url, body="{to}{text}", accepted='"sent"')) == [HandedIn.NOT_NOW]


SMPP = '[smpp]\nhost = "smpp.example.org"\nport = 3550\nsystem_id = "o"\npassword = "hush"'


def test_a_gateway_is_one_table():
    assert parse("") is None
    assert parse(SMPP) == Smpp("smpp.example.org", 3550, "o", "hush")
    assert parse('[http]\nurl = "https://a.example/?t={to}&x={text}"\nmethod = "GET"').method == "GET"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[smpp", "no TOML"), ("[fax]", "one table"), (f'{SMPP}\n[http]\nurl = "https://a"', "one table"),
        (f"{SMPP}\ntls = false", "without tls"), (SMPP.replace("3550", "99999"), "port"), 
        (f"{SMPP}\nx = 1", "x is not known"),
        (SMPP.replace('"hush"', "7"), "password"), ('[smpp]\nhost = "a"', "is missing"),
        ('[http]\nurl = "http://a.example/{to}{text}"', "https"), ('[http]\nurl = "https://a.example/{to}"', "{text}"),
        ('[http]\nurl = "https://a/{to}{text}"\nmethod = "DELETE"', "method"),
        ('[http]\nurl = "https://a"\nbody = "{to}{text}"\nheaders = {Content-Type = "text/xml"}', "Content-Type"),
    ],
)  # fmt: skip
def test_a_doubtful_gateway_is_refused_and_its_password_is_not_repeated(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as refused:
        parse(text)
    assert "hush" not in str(refused.value)


def test_a_mail_says_the_text_and_names_the_sender_that_was_shown_and_no_site(app):
    app.config |= {"SIGN_MAIL_FROM": "hello@example.net"}
    with server(number := free_port()) as box:
        assert list(sign_mail.send(f"smtp://127.0.0.1:{number}", [("amina@example.org", "New.")])) == [HandedIn.TAKEN]
    ((to, mail),) = box.mails
    assert to == ["amina@example.org"] and mail["Subject"] == "New." and mail["From"] == "hello@example.net"
    assert mail.get_payload().strip() == "New." and app.config["SITE_NAME"] not in mail.as_string()
    assert mail["Message-ID"].endswith("@example.net>")


@pytest.mark.parametrize(
    ("more", "became"),
    [({"refused": ["a@example.org"]}, HandedIn.REFUSED), ({"choked": ["a@example.org"]}, HandedIn.NOT_NOW)],
)
def test_a_mail_that_a_server_does_not_take(app, more, became):
    with server(number := free_port(), **more) as box:
        sent = sign_mail.send(f"smtp://127.0.0.1:{number}", [("a@example.org", "New."), ("b@example.org", "New.")])
        assert list(sent) == [became, HandedIn.TAKEN]
    assert len(box.mails) == 1
