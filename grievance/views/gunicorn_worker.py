"""gunicorn's worker, whose own answers say no more than ours do.

A request that it cannot read never reaches the application: without this its answer would name no policy, repeat what
was sent, and say of each response which program made it."""

import signal
import socket
from queue import SimpleQueue
from typing import Any

from gunicorn.http import wsgi

from grievance.views import whole_requests

HEADERS = (
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
    "Cache-Control: no-store",
    "Content-Type: text/plain; charset=utf-8",
    "Connection: close",
)
REASONS = {400: "Bad Request", 403: "Forbidden", 414: "URI Too Long", 417: "Expectation Failed",
           431: "Request Header Fields Too Large", 501: "Not Implemented"}  # fmt: skip
_default = wsgi.Response.default_headers


def _nameless(response: Any) -> list[str]:
    return [line for line in _default(response) if not line.startswith("Server:")]


class Worker(whole_requests.Worker):
    """With threads, as `gthread`, for requests of which enough is here."""

    told_before: SimpleQueue[int] = SimpleQueue()
    """Signals that came while this process was being made: the handlers that it had were the first process's, which
    put them there, and nobody reads them (gunicorn's issue 1910)."""

    def init_signals(self) -> None:
        super().init_signals()
        while not self.told_before.empty():
            if self.told_before.get() in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
                self.alive = False

    def init_process(self) -> None:
        wsgi.Response.default_headers = _nameless
        super().init_process()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        super().handle_error(req, Answering(client), addr, exc)


class Answering:
    """The line to a client, where gunicorn writes an answer of its own: its status goes out, and none of its words."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def sendall(self, said: bytes) -> None:
        self._line.sendall(answer(int(said.split(b" ", 2)[1])))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


def answer(status: int) -> bytes:
    """A response without anything of the request."""
    reason = REASONS.get(status, "Internal Server Error" if status >= 500 else "Bad Request")
    lines = (f"HTTP/1.1 {status} {reason}", *HEADERS, f"Content-Length: {len(reason) + 1}")
    return ("\r\n".join(lines) + f"\r\n\r\n{reason}\n").encode()
