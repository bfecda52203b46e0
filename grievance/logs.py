"""Logs: one JSON object a line on stderr, for every process alike, without a word that somebody wrote.

A log travels further than the database: to collectors, to whoever helps, into mails. So a line holds what was
written in our own code and nothing that came with a request. An exception's text is never in it: SQLAlchemy's repeats
the parameters, which are what people typed. What a library says is left out as well, and only where it said so is
named; `SPOKEN` lists the ones that speak of processes, of the port that they listen at, and of migrations alone.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import g, has_app_context

log = logging.getLogger(__name__)
OURS = f"{Path(__file__).parent}/"
SPOKEN = ("/gunicorn/arbiter.py", "/gunicorn/sock.py", "/alembic/runtime/migration.py")
SPEAKERS = ("grievance", "alembic.runtime.migration")
"""Loggers that follow `LOG_LEVEL`; of the others, whose words are left out, only warnings are worth a line."""
WITHHELD = "withheld: said by a library"


class JsonLines(logging.Formatter):
    """`time` (UTC), `level`, `logger`, `message`; `request` within one; what `extra={"facts": …}` adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_message(record),
        }
        if has_app_context() and "request_id" in g:
            line["request"] = g.request_id
        if record.exc_info and record.exc_info[1]:
            line |= _facts(record.exc_info[1])
        return json.dumps(line | getattr(record, "facts", {}))


def _message(record: logging.LogRecord) -> dict[str, str]:
    if record.pathname.startswith(OURS) or record.pathname.endswith(SPOKEN):
        return {"message": record.getMessage()}
    return {"message": WITHHELD, "at": f"{_short(record.pathname)}:{record.lineno} {record.funcName}"}


def fault(exception: BaseException) -> dict[str, dict[str, Any]]:
    """For `extra=`: what kind of exception, what caused it, and where: names and places, no text and no values.

    An exception class may say with `loggable = True` that its text is our own and safe (`config.ConfigError`).
    """
    return {"facts": _facts(exception)}


def _facts(exception: BaseException) -> dict[str, Any]:
    facts: dict[str, Any] = {"fault": " < ".join(map(_kind, _chain(exception))), "frames": _frames(exception)}
    if getattr(type(exception), "loggable", False):
        facts["reason"] = str(exception)
    return facts


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception and its causes, at most five: what wraps is first."""
    for _ in range(5):
        if exception is None:
            return
        yield exception
        exception = exception.__cause__ or exception.__context__


def _kind(exception: BaseException) -> str:
    return f"{type(exception).__module__}.{type(exception).__qualname__}"


def _frames(exception: BaseException) -> list[str]:
    """Where in our own code, outermost first; and the last place of all, wherever it is."""
    places, trace = [], exception.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(OURS) or trace.tb_next is None:
            places.append(_place(trace))
        trace = trace.tb_next
    return places


def _place(trace: TracebackType) -> str:
    code = trace.tb_frame.f_code
    return f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}"


def _short(path: str) -> str:
    """From the package on: where the program is installed is nobody's business."""
    if path.startswith(OURS):
        return f"grievance/{path.removeprefix(OURS)}"
    return "/".join(Path(path).parts[-3:])


def start(level: str) -> None:
    """Let this process write such lines and nothing else. Done by `wsgi.py`, so that no test or script is changed."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level="WARNING", handlers=[handler], force=True)
    for name in SPEAKERS:
        logging.getLogger(name).setLevel(level.upper())
    logging.raiseExceptions = False  # a line that cannot be made would be printed with all its arguments
    logging.captureWarnings(True)
    sys.excepthook = lambda _kind, exception, _trace: _ended(exception)
    sys.unraisablehook = lambda unraisable: _ended(unraisable.exc_value)
    threading.excepthook = lambda ended: _ended(ended.exc_value)


def _ended(exception: BaseException | None) -> None:
    """What nobody caught: Python would print its text."""
    if exception is not None and not isinstance(exception, KeyboardInterrupt):
        log.critical("ended by %s", type(exception).__name__, extra=fault(exception))
