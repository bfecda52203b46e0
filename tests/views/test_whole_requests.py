"""A thread is for a request of which enough is here; until then its connection waits without one."""

import io
import socket
from collections import deque
from concurrent.futures import Future
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from werkzeug.exceptions import ClientDisconnected

from grievance.views import arrivals, whole_requests
from grievance.views.arrivals import LEAST, Counted
from grievance.views.whole_requests import ENOUGH, LARGEST_HEAD, MOST, PARTS, PATIENCE, Worker, in_parts, needed
from tests.processes import serving

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def ends():
    with_it, client = socket.socketpair()
    with with_it, client:
        yield with_it, client


def expected(ends, said):
    server, client = ends
    client.sendall(said)
    return needed(server)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0),
        (b"GET / HT", len(b"GET / HT") + 1),
        (POST + b"Content-Length: 5\r\n\r\nab", len(POST + b"Content-Length: 5\r\n\r\nabcde")),
        (POST + b"CONTENT-LENGTH:5\r\n\r\nabcde", 0),
        (POST + b"Content-Length: 0\r\n\r\n", 0),
        (POST + b"Content-Length: 99999999\r\n\r\na", len(POST + b"Content-Length: 99999999\r\n\r\n") + ENOUGH),
        (POST + b"Content-Length: 99999999\r\n\r\n" + b"a" * ENOUGH, 0),
        (POST + b"Content-Length: amina\r\n\r\n", 0),
        (POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", 0),
        (CHUNKED + b"5\r\nab", len(CHUNKED + b"5\r\nab") + 1),
        (CHUNKED + b"2\r\nab\r\n0\r\n\r\n", 0),
        (b"GET /" + b"a" * LARGEST_HEAD, 0),
    ],
)  # fmt: skip
def test_a_thread_is_given_once_enough_is_here(ends, said, missing):
    assert expected(ends, said) == missing


def test_who_sends_nothing_waits_and_who_has_gone_does_not(ends):
    server, client = ends
    assert needed(server) == 1
    client.close()
    assert needed(server) == 0


class Connection:
    """As gunicorn's, with the end of whoever sends."""

    def __init__(self, sock, client):
        self.sock, self.client, self.parser, self.data_ready = sock, client, None, False


class Poller(dict):
    def register(self, line, _what, told):
        self[line] = told

    def unregister(self, line):
        del self[line]


class Threads(list):
    def submit(self, _work, conn):
        self.append(conn)
        return SimpleNamespace(add_done_callback=lambda _told: None)


@pytest.fixture
def worker():
    one = Worker.__new__(Worker)
    one._waiting, one.poller, one.tpool = {}, Poller(), Threads()
    one._read_in_parts, one._in_line, one.nr_conns = set(), deque(), 0
    one.alive, one.pending_conns, one.cfg = True, [], SimpleNamespace(is_ssl=False)
    return one


@pytest.fixture
def connect():
    lines = []

    def connected(said=POST):
        pair = socket.socketpair()
        lines.extend(pair)
        pair[1].sendall(said)
        return Connection(*pair)

    yield connected
    for line in lines:
        line.close()


def test_a_connection_waits_without_a_thread_and_gets_one_when_the_rest_is_here(worker, connect):
    conn = connect()
    worker.enqueue_req(conn)
    assert worker.tpool == [] and conn.sock in worker.poller
    conn.client.sendall(b"\r\n")
    worker.poller[conn.sock](conn.sock)
    assert worker.tpool == [conn] and conn.data_ready and not worker.poller and not worker._waiting


def test_more_that_is_not_enough_waits_on(worker, connect):
    conn = connect()
    worker.enqueue_req(conn)
    conn.client.sendall(b"Content-Length: 9\r\n\r\nabc")
    worker.poller[conn.sock](conn.sock)
    assert worker.tpool == [] and worker._waiting[conn].needed == len(POST + b"Content-Length: 9\r\n\r\n") + 9


def test_who_broke_off_in_the_middle_waits_no_longer(worker, connect):
    conn = connect()
    worker.enqueue_req(conn)
    conn.client.shutdown(socket.SHUT_WR)
    worker.poller[conn.sock](conn.sock)
    assert worker.tpool == [conn]


def is_ended(conn):
    """Whether what is read from it ends with the page."""
    arrival = arrivals.here.begin(conn.sock)
    with pytest.raises(ClientDisconnected):
        Counted(io.BytesIO(b""), arrival, arrivals.here.done).read()
    return arrival.ended


def test_who_waits_too_long_is_told_on_a_page(worker, connect, monkeypatch):
    conn, now = connect(POST + b"Content-Length: 500\r\n\r\n"), [1000.0]
    monkeypatch.setattr(whole_requests.time, "monotonic", lambda: now[0])
    worker.enqueue_req(conn)
    now[0] += PATIENCE + 500 / LEAST - 1
    worker.murder_pending()
    assert worker.tpool == []
    now[0] += 3
    worker.murder_pending()
    assert worker.tpool == [conn] and is_ended(conn)


def test_where_too_many_wait_who_has_waited_longest_is_ended_and_never_all(worker, connect):
    several = [connect() for _each in range(MOST + 2)]
    for conn in several:
        worker.enqueue_req(conn)
    assert worker.tpool == several[:2] and [*worker._waiting] == several[2:] and all(map(is_ended, several[:2]))


def test_a_server_that_stops_keeps_nobody_waiting(worker, connect):
    conn, other = connect(), connect()
    worker.enqueue_req(conn)
    worker.alive = False
    worker.murder_pending()
    worker.enqueue_req(other)
    assert worker.tpool == [conn, other]


def test_what_was_read_ahead_gets_a_thread_at_once(worker, connect):
    conn = connect(b"")
    conn.parser = SimpleNamespace(unreader=SimpleNamespace(buf=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n")))
    worker.enqueue_req(conn)
    assert worker.tpool == [conn]


LARGE = POST + b"Content-Length: %d\r\n\r\n" % (ENOUGH + 1) + b"a" * ENOUGH


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (POST + b"Content-Length: %d\r\n\r\n" % ENOUGH + b"a" * ENOUGH, False),
        (LARGE, True),
        (POST + b"Content-Length: 99999999999999999999999\r\n\r\n", True),
        (POST + b"Content-Length: amina\r\n\r\n", False),
        (CHUNKED, True),
        (POST + b"Content-Length: 5\r\n\r\nabcde", False),
        (POST + b"Content-Length: 5\r\n\r\nabc", True),
        (POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", True),
        (b"", False),
    ],
)
def test_what_is_larger_than_enough_comes_in_parts(ends, said, parts):
    server, client = ends
    client.sendall(said)
    assert in_parts(server) is parts


def done(worker, conn):
    """Its thread has answered, and the connection closes."""
    conn.close = lambda graceful=False: None
    worker.tpool.remove(conn)
    told = Future()
    told.set_result(False)
    worker.finish_request(conn, told)


def test_of_what_comes_in_parts_a_few_have_threads_and_a_whole_request_never_waits_for_them(worker, connect):
    several, page = [connect(LARGE) for _each in range(PARTS + 3)], connect(b"GET / HTTP/1.1\r\n\r\n")
    for conn in (*several, page):
        worker.enqueue_req(conn)
    assert worker.tpool == [*several[:PARTS], page]
    done(worker, page)
    assert worker.tpool == several[:PARTS]
    done(worker, several[2])
    assert worker.tpool == [*several[:2], *several[3 : PARTS + 1]]


def test_where_too_many_stand_in_line_the_first_of_them_is_ended(worker, connect):
    several = [connect(LARGE) for _each in range(PARTS + MOST + 1)]
    for conn in several:
        worker.enqueue_req(conn)
    assert worker.tpool == several[: PARTS + 1] and is_ended(several[PARTS])


def test_a_worker_that_stops_keeps_nobody_in_line(worker, connect):
    several = [connect(LARGE) for _each in range(PARTS + 2)]
    for conn in several:
        worker.enqueue_req(conn)
    worker.alive = False
    worker.murder_pending()
    assert worker.tpool == several


def test_a_head_that_never_ends_is_not_listened_to(worker, connect):
    conn = connect(b"GET /" + b"a" * LARGEST_HEAD)
    worker.enqueue_req(conn)
    assert worker.tpool == [conn] and is_ended(conn)


def test_what_was_sent_before_the_answer_before_it_is_not_listened_to(worker, connect):
    conn, closed = connect(), []
    conn.parser = SimpleNamespace(unreader=SimpleNamespace(buf=io.BytesIO(b"G")))
    conn.close, worker.nr_conns = lambda: closed.append(True), 1
    worker.enqueue_req(conn)
    assert (worker.tpool, closed, worker.nr_conns) == ([], [True], 0)


HOLDS = {
    "a second request that does not end": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nG",
    "a head that does not end": b"GET /" + b"a" * (LARGEST_HEAD + 2000),
    "a body that waits to be asked for": POST + b"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n",
}


@pytest.mark.parametrize("said", HOLDS.values(), ids=HOLDS)
def test_more_lines_than_threads_keep_nobody_waiting(sqlite_template, tmp_path, said):
    with serving(f"sqlite:///{sqlite_template.path}", tmp_path) as web, ExitStack() as lines:
        for _each in range(20):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=60))
            line.sendall(said)
        assert web.get("/healthz")[0] == 200
