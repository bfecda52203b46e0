"""APScheduler: names and times only. The truth is the due dates in the database; this is only a clock."""

import gc
import logging
import shutil
import signal
import time
from pathlib import Path
from threading import Event
from types import ModuleType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock, logs
from grievance.deadlines import put_right
from grievance.extensions import db
from grievance.maintenance import health, unfit_cases
from grievance.maintenance.expiry import LAST_CHECKPOINT
from grievance.maintenance.sweep import sweep
from grievance.notify import (
    account_mail,
    certificates_due,
    code_mail,
    concern_mail,
    outbox,
    sign_rounds,
    webhooks,
    witness,
)

log = logging.getLogger("grievance.scheduler")  # the name that alerts look for, wherever this file lies
ENDS = {signal.SIGTERM, signal.SIGINT}


def run(app: Flask) -> None:
    """Sweep and send mail every minute until SIGTERM or SIGINT; the batch or the mail that is under way ends first.

    The signals are blocked before any thread begins and waited for here: one that comes early is not lost, and no
    handler breaks into something else.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    gc.collect()
    gc.freeze()  # what is loaded stays to the end: no collection in a sweep's midst goes through it again
    stopping = Event()
    scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})
    figures = _serve_figures(app) if app.config["METRICS_PORT"] else None
    each = {"minutes": 1, "coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(lambda: work(app, stopping, figures), "interval", next_run_time=clock.now(), **each)
    scheduler.start()
    log.info("the worker keeps the clock")
    signal.sigwait(ENDS)
    stopping.set()
    log.info("the worker ends what runs")
    scheduler.shutdown()
    log.info("the worker has ended")


def work(app: Flask, stopping: Event, figures: ModuleType | None = None) -> None:
    """One round, which a database that is away or full ends; the worker goes on."""
    with app.app_context():
        try:
            _round(stopping, figures)
        except SQLAlchemyError as fault:
            log.error("the sweep or the mail broke off: %s", type(fault).__name__, extra=logs.fault(fault))


def _round(stopping: Event, figures: ModuleType | None) -> None:
    """One sweep, then the mail, then a look at some cases; and the figures, where somebody wants them."""
    put_right.settle_once()
    began = time.monotonic()
    counts = sweep(clock.now(), stopping.is_set)
    seconds = time.monotonic() - began
    if counts.cases or counts.failed:
        log.info("sweep", extra={"facts": {**counts.as_dict(), "ms": round(seconds * 1000)}})
    sent = outbox.deliver(clock.now(), stopping.is_set)
    sent += witness.deliver(clock.now(), stopping.is_set)
    sent += account_mail.deliver(clock.now(), stopping.is_set)
    sent += certificates_due.deliver(clock.now(), stopping.is_set)
    sent += concern_mail.deliver(clock.now(), stopping.is_set)
    sent += code_mail.deliver(clock.now(), stopping.is_set)
    sign_rounds.deliver(clock.now(), stopping.is_set)
    webhooks.deliver(clock.now(), stopping.is_set)
    if not stopping.is_set():
        unfit_cases.look_on()
    if figures and not stopping.is_set():
        figures.note_sweep(counts.as_dict(), seconds, clock.now())
        figures.note_mail(sent, outbox.outbox(clock.now()))
        figures.note_state(health.state().as_dict(), db.session.scalar(LAST_CHECKPOINT), _free())


def _free() -> float:
    """Of the disk with the files; 0 where the folder is not there. A bucket has the room that it is given: 1."""
    folder = current_app.config["FILES"]
    if not isinstance(folder, Path):
        return 1
    try:
        disk = shutil.disk_usage(folder)
    except OSError:
        return 0
    return disk.free / disk.total


def _serve_figures(app: Flask) -> ModuleType:
    """The worker counts for itself. Whether the database answers is asked at each reading, so that a round that hangs
    does not hide it."""
    from grievance.metrics import served, sweeps

    def answers() -> float:
        with app.app_context():
            return float(health.state().database)

    sweeps.DATABASE.set_function(answers)
    served.serve(app.config["METRICS_PORT"], app.config["METRICS_HOST"])
    return sweeps
