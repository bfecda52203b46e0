"""APScheduler: names and times only. The truth is the due dates in the database; this is only a clock."""

import logging
import signal
import threading

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock
from grievance.workflow.post import deliver
from grievance.workflow.sweep import sweep

log = logging.getLogger(__name__)


def work(app: Flask) -> None:
    """One round: sweep, then mail. A database that is away or full ends the round, not the worker."""
    with app.app_context():
        try:
            counts = sweep(clock.now())
            if counts.cases or counts.failed:
                app.logger.info("sweep %s", counts.as_dict())
            deliver(clock.now())
        except SQLAlchemyError as fault:
            log.error("the sweep or the mail broke off: %s", type(fault).__name__)


def run(app: Flask) -> None:
    """Sweep and send mail every minute until SIGTERM or SIGINT; what runs ends first."""
    scheduler = BlockingScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})

    scheduler.add_job(
        work, "interval", (app,), minutes=1, coalesce=True, max_instances=1, misfire_grace_time=None,
        next_run_time=clock.now(),
    )  # fmt: skip

    def stop(_signal: int, _frame: object) -> None:
        threading.Thread(target=scheduler.shutdown).start()  # not here: it would wait for itself

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
