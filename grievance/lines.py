"""Lines to PostgreSQL: for how long a request waits for an answer, and which lines are used again. SQLite has none.

A server that is frozen, or behind a cable that was cut, takes what is sent and never answers; one that another has
taken over from answers, and takes no words any more. Whoever asks is told in seconds that it cannot be done just now
(docs/decisions/0104-a-database-that-survives-its-machine.md)."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from flask import Flask, request
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext

log = logging.getLogger(__name__)
PATIENCE = 6.0
"""Seconds that one request waits for the database in all: with all else that it does it is answered within eight."""
AT_ONCE = 1.0
"""Seconds that an answer may take without being counted: a page of many quick questions is no silence."""
SHORTEST_TRY = 2
"""Seconds that the driver takes for a server that does not answer, however few it is given."""
LETTING_GO = 2.0
"""Seconds for the end of what a page only read: the page is made, and goes out when the line is given back."""
READ_ONLY = "25006"
"""What PostgreSQL says where it takes no words: right after another server has taken over from it."""
_left: ContextVar[float | None] = ContextVar("left", default=None)
BEFORE = "grievance.lines"
"""Where a request keeps what was before it: a page that is made within another ends its own patience alone."""


def init_app(app: Flask) -> None:
    """Before all hooks that ask the database."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    request.environ[BEFORE] = _left.set(PATIENCE)


def _end(_fault: BaseException | None) -> None:
    if token := request.environ.pop(BEFORE, None):
        _left.reset(token)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """What asks inside waits for so long in all; elsewhere, as in the worker and in commands, a question may last."""
    token = _left.set(seconds)
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def _counted() -> Iterator[float | None]:
    """How many seconds this wait may last; None without end."""
    left, began = _left.get(), time.monotonic()
    try:
        yield left
    finally:
        waited = time.monotonic() - began
        if left is not None and waited > AT_ONCE:
            _left.set(max(left - waited, 0.0))


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Any, _record: object, words: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if dialect.driver != "psycopg":
        return None
    with _counted() as left:
        if left is not None and left < SHORTEST_TRY:
            raise dialect.dbapi.OperationalError("this request has waited long enough")
        return _line().connect(*words, **named)


@event.listens_for(Engine, "handle_error")
def _drop(context: ExceptionContext) -> None:
    """A line to a server that takes no words leads to the wrong one: with it go all that were kept for later."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


@cache
def _line() -> Any:
    """The driver is loaded where it is needed: without it a process on SQLite is smaller."""
    import psycopg
    from psycopg import waiting

    class Line(psycopg.Connection[Any]):
        """A line that is closed when it was silent for too long, and on which a COMMIT is never cancelled.

        A COMMIT waits until another server has it, too. Cancelled, it would count as done with nobody but this one
        having it, and be lost with this one. Closed, it is in doubt, and whoever sends the form again learns it.
        """

        ends, alone = False, False

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            with _counted() as left:
                until = time.monotonic() + left if left is not None else None
                try:
                    if self.ends:
                        return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=left)
                    return super().wait(gen, interval, left if timeout is None else timeout)
                except psycopg.OperationalError:
                    if until is not None and time.monotonic() >= until:
                        self.pgconn.finish()
                    raise

        def commit(self) -> None:
            self.ends, self.alone = True, False
            self.add_notice_handler(self._heard)
            try:
                super().commit()
            except (KeyboardInterrupt, SystemExit):
                self.pgconn.finish()
                raise
            except psycopg.OperationalError:
                if self.closed:
                    log.warning("a COMMIT is in doubt")
                raise
            finally:
                self.ends = False
                self.remove_notice_handler(self._heard)
            if self.alone:
                self.pgconn.finish()
                log.warning("a COMMIT is in doubt")
                raise psycopg.OperationalError("a COMMIT was cancelled while it waited for another server")

        def _heard(self, said: psycopg.errors.Diagnostic) -> None:
            self.alone = self.alone or said.severity_nonlocalized == "WARNING"

    return Line
