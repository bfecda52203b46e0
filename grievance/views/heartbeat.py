"""The heartbeat of a web process that serves companies: it tells an outage from a company's silence. It asks by the
site's public address: a proxy that is full, or a certificate that ran out, keeps companies out as well."""

import logging
import threading
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock
from grievance.deadlines import outages
from grievance.views import faces

log = logging.getLogger(__name__)
EACH = timedelta(minutes=1)
PATIENCE = 10.0
"""Seconds until somebody who opens a page has had enough."""


class Front:
    """Whether the site is reached by its public address. Where this machine has never reached it so, it cannot tell,
    and nothing is concluded: many a network leads no way out and in again."""

    def __init__(self, site_url: str) -> None:
        self.address, self.was_reached = f"{site_url}/healthz", False

    def is_open(self) -> bool:
        if not self.address.startswith("https://"):  # nobody else reaches it either: it is being tried out
            return True
        reached = _answers(self.address)
        self.was_reached = self.was_reached or reached
        return reached or not self.was_reached


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - of the configuration, and https
            return bool(answer.status == 200)
    except (OSError, ValueError):  # no connection, no certificate, or an answer that is none
        return False


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
    """A mark now and one each minute, until `end` is set; none while nobody outside can be here."""
    front = Front(app.config["SITE_URL"])
    while True:
        if front.is_open():
            with app.app_context():
                _mark(outages.beat, clock.now())
        else:
            log.warning("the site is not reached by its public address")
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
