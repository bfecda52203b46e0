"""A thread is for a request of which enough is here; until then its connection waits without one.

gunicorn gives each connection a thread at once. Two hundred that begin a form and bring a byte now and then, and come
back as soon as they are ended, then keep every thread busy with ending them, and others wait. So what arrives is looked
at where it lies, in the system's buffer, and the system says when there is enough: a whole form of words, the beginning
of a file. A poor line has its time there, and costs nobody theirs. Of what comes in parts, threads read a few at a
time: two are always there for requests that are whole.
"""

import re
import socket
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers import gthread

from grievance.views import arrivals
from grievance.views.arrivals import AT_ONCE, LEAST

ENOUGH = 32 * 1024
"""Bytes of a body: words are less, and of files a thread reads the rest (`arrivals`)."""
LARGEST_HEAD = 16 * 1024
"""Bytes: who sends more before the first empty line is not listened to."""
PATIENCE = 30.0
"""Seconds that a connection waits here, and one more for each `LEAST` bytes that it has to bring."""
MOST = 256
"""Connections that wait in one process; where one more comes, who has waited longest is ended, with a page."""
PARTS = AT_ONCE + 2
"""Requests larger than `ENOUGH` that threads read at a time, of the 8 there are (gunicorn.conf.py); the next ones wait
in line. Two more than the slow ones that may go on: so the slowest makes room (`arrivals`)."""
_FIELD = re.compile(rb"(?im)^(content-length|transfer-encoding|expect):[ \t]*([^\r\n]*?)[ \t]*\r?$")


def needed(line: socket.socket) -> int:
    """How many bytes have to be here before a thread reads this request; 0 where a thread can do something now."""
    try:
        said = line.recv(LARGEST_HEAD + ENOUGH, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 1
    except OSError:
        return 0
    head, ended, body = said.partition(b"\r\n\r\n")
    if not ended:
        return len(said) + 1 if 0 < len(said) < LARGEST_HEAD else 0
    whole = _of_body(head, body)
    return len(head) + len(ended) + whole if len(body) < whole else 0


def in_parts(line: socket.socket) -> bool:
    """Whether more of this request is to come while a thread reads it."""
    try:
        said = line.recv(LARGEST_HEAD + ENOUGH, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return False
    head, ended, body = said.partition(b"\r\n\r\n")
    fields = _fields(head)
    if not ended or b"expect" in fields or b"transfer-encoding" in fields:
        return bool(ended)
    length = fields.get(b"content-length", b"0")
    return length.isdigit() and int(length[:20]) > len(body)


def never_ends(line: socket.socket) -> bool:
    """Whether a head is larger than any of ours, and goes on."""
    try:
        said = line.recv(LARGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return False
    return len(said) == LARGEST_HEAD and b"\r\n\r\n" not in said


def _fields(head: bytes) -> dict[bytes, bytes]:
    return {name.lower(): value for name, value in _FIELD.findall(head)}


def _of_body(head: bytes, body: bytes) -> int:
    """Bytes of the body that have to be here. Whoever asks first whether to send it is told by a thread."""
    fields = _fields(head)
    if b"expect" in fields:
        return 0
    if b"transfer-encoding" in fields:  # its end is in it
        return 0 if body.endswith(b"0\r\n\r\n") else min(len(body) + 1, ENOUGH)
    length = fields.get(b"content-length", b"0")
    return min(int(length), ENOUGH) if length.isdigit() and len(length) < 20 else 0


def _read_ahead(conn: Any) -> bytes:
    """What a thread found behind the last request of this connection."""
    return bytes(conn.parser.unreader.buf.getvalue()) if conn.parser else b""


@dataclass
class Waits:
    """`needed`: bytes, as the system was told; `since`: when it came, in seconds."""

    needed: int
    since: float

    @property
    def until(self) -> float:
        return self.since + PATIENCE + self.needed / LEAST


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """As `gthread`, whose first thread keeps the connections of which there is too little."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[Any, Waits] = {}  # who came first stands first
        self._read_in_parts: set[Any] = set()
        self._in_line: deque[Any] = deque()

    def enqueue_req(self, conn: Any) -> None:
        """A connection of which something is expected; runs in the first thread. The beginning of a head that was sent
        before the answer before it lies where the system does not wait for the rest: it is not listened to."""
        if (ahead := _read_ahead(conn)) and b"\r\n\r\n" not in ahead:
            self.nr_conns -= 1
            conn.close()
            return
        if ahead:
            self._to_a_thread(conn)
            return
        bytes_needed = needed(conn.sock) if self.alive and self._can_be_looked_at() else 0
        if not bytes_needed:
            self._to_a_thread(conn)
            return
        if len(self._waiting) >= MOST:
            self._end(next(iter(self._waiting)))
        self._waiting[conn] = Waits(bytes_needed, time.monotonic())
        conn.sock.setblocking(False)
        _wake_at(conn.sock, bytes_needed)
        self.poller.register(conn.sock, EVENT_READ, partial(self._more_is_here, conn))

    def _to_a_thread(self, conn: Any) -> None:
        if self._can_be_looked_at() and never_ends(conn.sock):
            self._end_in_line(conn)
            return
        if self.alive and self._can_be_looked_at() and (_read_ahead(conn) or in_parts(conn.sock)):
            if len(self._read_in_parts) >= PARTS:
                self._in_line.append(conn)
                if len(self._in_line) > MOST:
                    self._end_in_line(self._in_line.popleft())
                return
            self._read_in_parts.add(conn)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A thread is done with it; runs in the first thread, too."""
        self._read_in_parts.discard(conn)
        super().finish_request(conn, fs)
        while self._in_line and len(self._read_in_parts) < PARTS:
            self._to_a_thread(self._in_line.popleft())

    def _end_in_line(self, conn: Any) -> None:
        arrivals.end_at_once(conn.sock)
        super().enqueue_req(conn)

    def _can_be_looked_at(self) -> bool:
        """What lies sealed says nothing here."""
        return not self.cfg.is_ssl

    def _more_is_here(self, conn: Any, _line: object) -> None:
        waits, bytes_needed = self._waiting[conn], needed(conn.sock)
        if bytes_needed in (0, waits.needed):  # nothing is missing; or the system has no room to wait for so much
            self._hand_over(conn)
            return
        waits.needed = bytes_needed
        _wake_at(conn.sock, bytes_needed)

    def _hand_over(self, conn: Any) -> None:
        self._wait_no_longer(conn)
        self._to_a_thread(conn)

    def _wait_no_longer(self, conn: Any) -> None:
        del self._waiting[conn]
        self.poller.unregister(conn.sock)
        _wake_at(conn.sock, 1)
        conn.data_ready = True

    def _end(self, conn: Any) -> None:
        """It is told so by a thread, on the page that says *not just now*."""
        self._wait_no_longer(conn)
        self._end_in_line(conn)

    def murder_pending(self) -> None:
        """Each second. A worker that stops keeps nobody waiting here."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [one for one, waits in self._waiting.items() if waits.until <= now]:
            self._end(conn)
        if not self.alive:
            for conn in [*self._waiting]:
                self._hand_over(conn)
            while self._in_line:
                self._to_a_thread(self._in_line.popleft())


def _wake_at(line: socket.socket, count: int) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
