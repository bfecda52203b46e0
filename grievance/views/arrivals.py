"""Who sends slowly may go on, and holds nobody else up: what is read here is watched, and the slowest make room.

A thread reads a request until it has all of it. Forty connections that send a byte now and then would hold every thread
of a process for as long as they like. A poor line is slow, too, and its complaint matters most: so a body that moves is
left in peace as long as there is room, and where there is none the slowest one ends, never all.
"""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from werkzeug.exceptions import ClientDisconnected

AT_ONCE = 4
"""Slow bodies that a process reads at a time; its other threads are everybody else's (gunicorn.conf.py, `threads`)."""
SLOW_AFTER, CROWDED_AFTER = 1.0, 0.5
"""Seconds after which a body that has not arrived is a slow one: and where more are read than there is room for."""
LEAST, MEASURED = 500, 30.0
"""Bytes a second, over the last so many seconds: the poorest lines on which pages open at all bring twice that."""
LONGEST = 30 * 60.0
"""Seconds for one body: at four times the least it is 3.6 MB, and 25 MB at 14 kB a second."""
EACH = 0.25
"""Seconds between two looks."""
MOST_UNREAD = 300 * 1024 * 1024
"""Bytes of a body above its limit that are let arrive all the same, so that its sender is told."""
_PIECE = 4096

Environ = dict[str, Any]


@dataclass(eq=False)
class Arrival:
    """A body that is read. `line`: its connection; `seen`: when how many bytes were here, for the last `MEASURED`."""

    line: socket.socket | None
    began: float
    count: int = 0
    ended: bool = False
    seen: list[tuple[float, int]] = field(default_factory=list)

    def rate(self, now: float) -> float:
        """Bytes a second lately."""
        at, count = self.seen[0] if self.seen else (self.began, 0)
        return (self.count - count) / max(now - at, EACH)

    def look(self, now: float) -> None:
        self.seen = [(at, count) for at, count in self.seen if now - at <= MEASURED]
        self.seen.append((now, self.count))

    def end(self) -> None:
        """The reading thread wakes up and finds the end of what arrives; its answer still goes out."""
        self.ended = True
        if self.line:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RD)


class Arrivals:
    """What a process reads just now."""

    def __init__(self) -> None:
        self._lock, self._here = threading.Lock(), set[Arrival]()
        self._too_late = WeakSet[socket.socket]()

    def begin(self, line: socket.socket | None) -> Arrival:
        arrival = Arrival(line, time.monotonic())
        with self._lock:
            if line is not None and line in self._too_late:
                self._too_late.discard(line)
                arrival.end()
            self._here.add(arrival)
        return arrival

    def end_at_once(self, line: socket.socket) -> None:
        """What will be read from this connection has had its time."""
        with self._lock:
            self._too_late.add(line)
        with suppress(OSError):
            line.shutdown(socket.SHUT_RD)

    def done(self, arrival: Arrival) -> None:
        with self._lock:
            self._here.discard(arrival)

    def look(self, now: float) -> None:
        """End those that take too long or bring too little, and the slowest of those that are too many."""
        with self._lock:
            after = SLOW_AFTER if len(self._here) <= AT_ONCE else CROWDED_AFTER
            slow = [one for one in self._here if now - one.began >= after and not one.ended]
            over = {one for one in slow if _is_over(one, now)}
            left = sorted((one for one in slow if one not in over), key=lambda one: _worth(one, now), reverse=True)
            for arrival in (*over, *left[AT_ONCE:]):
                arrival.end()
            for arrival in slow:
                arrival.look(now)


def _worth(arrival: Arrival, now: float) -> tuple[int, float]:
    """By how much it brings; of those that bring next to nothing, who came last may only be far away."""
    return int(arrival.rate(now) // LEAST), arrival.began


def _is_over(arrival: Arrival, now: float) -> bool:
    measured = bool(arrival.seen) and now - arrival.seen[0][0] >= MEASURED - EACH
    return now - arrival.began >= LONGEST or (measured and arrival.rate(now) < LEAST)


class Counted(io.RawIOBase):
    """What the program reads a body from, in pieces, so that each that arrives is counted. Raises
    `ClientDisconnected` where this body had to make room."""

    def __init__(self, body: Any, arrival: Arrival, done: Callable[[Arrival], None]) -> None:
        super().__init__()
        self._body, self._arrival, self._done = body, arrival, done

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted, parts = size if size >= 0 else None, bytearray()
        while wanted is None or len(parts) < wanted:
            piece: bytes = self._body.read(_PIECE if wanted is None else min(_PIECE, wanted - len(parts)))
            if not piece:
                self._done(self._arrival)
                if self._arrival.ended:  # half a form is none
                    raise ClientDisconnected
                break
            self._arrival.count += len(piece)
            parts += piece
        return bytes(parts)

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


here = Arrivals()


def watched(app: Callable[[Environ, Any], Iterable[bytes]]) -> Callable[[Environ, Any], Iterable[bytes]]:
    """A WSGI application whose bodies are watched: those that come over a connection."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        line = environ.get("gunicorn.socket")
        if line is None or not (environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")):
            return app(environ, start_response)
        arrival = here.begin(line)
        environ["wsgi.input"] = Counted(environ["wsgi.input"], arrival, here.done)
        environ["grievance.arrival"] = arrival
        try:
            return app(environ, start_response)
        finally:
            here.done(arrival)

    return answer


def was_ended(environ: Environ) -> bool:
    """Whether this body made room for others, or took too long."""
    arrival = environ.get("grievance.arrival")
    return arrival is not None and arrival.ended


def let_arrive(environ: Environ, most: int = MOST_UNREAD) -> None:
    """What nobody will read. Who is answered while still sending sees a broken line, and not the answer."""
    if "grievance.arrival" not in environ:
        return
    body, left = environ["wsgi.input"], most
    with suppress(OSError, ClientDisconnected):
        while left > 0 and (piece := body.read(_PIECE)):
            left -= len(piece)


def end_at_once(line: socket.socket) -> None:
    """A connection that waited too long for a thread: its request ends with the page as soon as it is read."""
    here.end_at_once(line)


def start() -> None:
    """Watch in the background for as long as this process lives: the server starts it in each worker."""
    threading.Thread(target=_watch, name="arrivals", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(EACH)
        here.look(time.monotonic())
