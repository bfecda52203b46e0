"""Who sends slowly holds nobody else up; and what the server itself answers says no more than our pages do."""

import io
import socket
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from grievance.views import arrivals
from grievance.views.arrivals import AT_ONCE, LEAST, LONGEST, MEASURED, SLOW_AFTER, Arrivals, Counted
from tests.processes import serving

HEAD = (b"POST /complain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Content-Length: %d\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n")  # fmt: skip
POLICIES = ("content-security-policy", "referrer-policy", "x-content-type-options", "x-frame-options",
            "cross-origin-opener-policy", "cross-origin-resource-policy", "cache-control")  # fmt: skip


class Line:
    """A connection that notes that it was ended."""

    def __init__(self):
        self.ended = False

    def shutdown(self, _how):
        self.ended = True


def arriving(rates, seconds, each=5.0):
    """Bodies that bring so many bytes a second for so long; which of them were ended."""
    here, began = Arrivals(), time.monotonic()
    bodies = [here.begin(Line()) for _rate in rates]
    passed = 0.0
    while passed <= seconds:
        for body, rate in zip(bodies, rates, strict=True):
            body.count = int(rate * passed)
        here.look(began + passed)
        passed += each
    return [body.line.ended for body in bodies]


def test_a_poor_line_is_left_in_peace_where_there_is_room():
    assert arriving([2 * LEAST] * AT_ONCE, LONGEST - 60, each=20.0) == [False] * AT_ONCE


def test_where_there_is_no_room_the_slowest_make_it_and_never_all():
    rates = [LEAST * (2 + number) for number in range(AT_ONCE + 3)]
    assert arriving(rates, 20) == [True] * 3 + [False] * AT_ONCE


def test_of_those_that_bring_nothing_who_came_last_goes_on():
    here, began = Arrivals(), time.monotonic()
    bodies = [here.begin(Line()) for _each in range(AT_ONCE + 2)]
    for number, body in enumerate(bodies):
        body.began = began + number / 100
    here.look(began + 2)
    assert [body.line.ended for body in bodies] == [True] * 2 + [False] * AT_ONCE


def test_a_byte_now_and_then_ends_though_there_is_room():
    assert arriving([0.1], MEASURED - 5) == [False] and arriving([0.1], 2 * MEASURED) == [True]


def test_a_line_that_was_silent_for_a_while_goes_on():
    here, began = Arrivals(), time.monotonic()
    body = here.begin(Line())
    for second in range(0, 50, 2):
        body.count = 40_000 + (second > 22) * 40_000
        here.look(began + second)
    assert not body.line.ended


def test_no_body_takes_longer_than_the_longest():
    assert arriving([10 * LEAST], LONGEST + 30, each=15.0) == [True]


def test_what_arrives_at_once_needs_no_room():
    assert arriving([0] * 20, SLOW_AFTER / 2, each=0.1) == [False] * 20


@pytest.mark.parametrize("size", [1, 5000, 100_000, -1])
def test_a_body_that_is_counted_is_read_whole(size):
    here, said = Arrivals(), bytes(range(256)) * 300
    body = Counted(io.BytesIO(said), here.begin(None), here.done)
    read = bytearray()
    while piece := body.read(size):
        read += piece
    assert bytes(read) == said and body._arrival.count == len(said) and not here._here


# --- over a connection -------------------------------------------------------------------------------------


@pytest.fixture
def web(sqlite_template, tmp_path):
    with serving(f"sqlite:///{sqlite_template.path}", tmp_path) as process:
        yield process


def headers_of(said):
    head = said.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in head[1:]}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nAmina Odhiambo\r\n\r\n", b"400"),
        (b"AMINA@\x00 / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: amina\r\n\r\n", b"501"),
    ],
)
def test_what_the_server_itself_answers_has_our_policies_and_repeats_nothing(web, sent, status):
    said = web.send(sent)
    assert said.split(b" ")[1] == status and b"mina" not in said.lower() and b"gunicorn" not in said.lower()
    assert set(POLICIES) <= set(headers_of(said)) and "server" not in headers_of(said)


def test_no_page_says_which_program_made_it(web):
    said = web.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b" 200 " in said and "server" not in headers_of(said) and set(POLICIES) <= set(headers_of(said))


@pytest.fixture
def slow(web):
    """Two hundred connections, each of which begins to send a form and sends no more."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=60)) for _ in range(200)]
        for line in lines:
            line.sendall(HEAD % 1_000_000)
        yield lines


def test_two_hundred_connections_that_send_nothing_more_take_no_thread_from_others(web, slow):
    assert [web.get("/healthz")[0] for _each in range(5)] == [200] * 5  # else it would wait as long as they like
    assert not any(at_once(line) for line in slow)  # a poor line has its time


def test_a_form_that_comes_drop_by_drop_is_answered_while_two_hundred_others_wait(web, slow):
    body = b"secret=" + b"a" * 43 + b"&step=account"
    head = b"POST /complain HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    said = head + b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body)
    with socket.create_connection(("127.0.0.1", web.port), timeout=60) as line:
        for at in range(len(said)):
            line.sendall(said[at : at + 1])
        assert line.recv(100).split(b" ")[1] in (b"303", b"422")


def test_one_connection_serves_page_after_page(web):
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=60)) as line:
        for _each in range(3):
            line.request("GET", "/static/leave.js")
            answer = line.getresponse()
            assert answer.read() and answer.status == 200
            assert line.sock  # kept, and used again


def at_once(line):
    """What was answered by now."""
    line.settimeout(0.01)
    try:
        return line.recv(100)
    except TimeoutError:
        return b""


def test_a_body_above_its_limit_gets_the_page_and_not_a_broken_line(web):
    most = 4 * 1024 * 1024
    with socket.create_connection(("127.0.0.1", web.port), timeout=60) as line:
        head = b"POST /complain HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        line.sendall(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (3 * most))
        for _each in range(3 * 64):
            line.sendall(b"a" * (most // 64))
        said = bytearray()
        while piece := line.recv(65536):
            said += piece
    assert b" 413 " in said[:20] and b"too large" in said


def test_more_than_is_let_arrive_of_what_nobody_reads_is_cut(monkeypatch):
    body = io.BytesIO(bytes(100_000))
    environ = {"grievance.arrival": Arrivals().begin(None), "wsgi.input": body}
    arrivals.let_arrive(environ, most=8192)
    assert body.tell() == 8192
