"""The heartbeat of a web process that serves companies: it tells an outage from a company's silence."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock
from grievance.deadlines import outages
from grievance.views import faces

log = logging.getLogger(__name__)
EACH = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Requests leave a mark, too, at most one a minute."""
    if faces.COMPANY in faces.served(app.config["FACES"]):
        app.extensions["last_mark"] = None
        app.before_request(_touch)


def start(app: Flask) -> None:
    """Beat in a light background thread for as long as this process lives.

    The server starts it in each worker (gunicorn.conf.py), never `create_app`: a command is no web process.
    """
    if faces.COMPANY in faces.served(app.config["FACES"]):
        threading.Thread(target=beat_until, args=(app, threading.Event()), name="heartbeat", daemon=True).start()


def beat_until(app: Flask, end: threading.Event) -> None:
    """A mark now and one each minute, until `end` is set."""
    while True:
        with app.app_context():
            _mark(outages.beat, clock.now())
        if end.wait(EACH.total_seconds()):
            return


def _touch() -> None:
    """A health check is no visitor: it comes from this machine, also when no company can reach the site; and it must
    not wait for the database when that hangs."""
    if faces.here() is faces.HEALTH:
        return
    now, last = clock.now(), current_app.extensions["last_mark"]
    if last is None or abs(now - last) > EACH:
        _mark(outages.touch, now)


def _mark(leave: Callable[[datetime], None], now: datetime) -> None:
    """A mark that cannot be left must not break a page: without a database nobody is reached anyway."""
    current_app.extensions["last_mark"] = now
    try:
        leave(now)
    except SQLAlchemyError as fault:
        log.warning("a heartbeat could not be noted: %s", type(fault).__name__)
