"""How gunicorn serves `wsgi:app`; it reads this file by itself. An option on the command line goes before it.

What each number is for, and what was measured: docs/operations.md, "Sizes".
"""

import ctypes
import gc
import os
import shutil
import tempfile
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger

from config import load_config
from grievance import memory

memory.keep_to_itself()  # before there is a key in it
settings = load_config(os.environ, serves=True)
if (
    settings["METRICS_PORT"] and "PROMETHEUS_MULTIPROC_DIR" not in os.environ
):  # it is, when this is read again for a HUP
    # before any figure is imported: the library looks for it only once
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="figures")

from grievance import logs  # noqa: E402
from grievance.views import arrivals, heartbeat  # noqa: E402


def give_memory_back() -> None:
    """glibc keeps the 19 MiB of a key derivation for the process, once it has freed one, and an arena for each thread.
    Here a block of 1 MiB or more goes back to the system at once, and all threads share two arenas. Other C libraries
    do not know `mallopt`. What is set in the first process holds for those that it forks. With huge pages, which only
    the environment can ask for (`GLIBC_TUNABLES`, deploy/), new blocks cost no time: docs/operations.md, "Sizes"."""
    mmap_threshold, most_arenas = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(mmap_threshold, 1024 * 1024)
        mallopt(most_arenas, 2)


give_memory_back()


class ServerLog(Logger):
    """gunicorn's own words, too, are lines without what a client sent: its addresses, its paths, its bad headers."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.JsonLines())
        for level in ("critical", "error", "warning", "info", "debug", "exception"):
            setattr(self, level, getattr(self.error_log, level))  # so that a line names who speaks, not this class


bind = "127.0.0.1:8000"  # gunicorn alone would listen on every interface where PORT is set
worker_class = "grievance.views.gunicorn_worker.Worker"  # gthread, with answers of ours
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # one for each core; two also where there is one, for restarts
threads = 8  # for requests of which enough is here; a slow upload holds one, a sign-in waits; config.POOL follows
backlog = 256  # more would wait longer for a thread than people do
keepalive = 5  # seconds: a page, its style sheet and its script come over one connection
timeout = 60  # a process in which nothing moves for so long is replaced; it limits no request
graceful_timeout = 60  # what runs when the service stops goes on for so long: an upload of 25 MB at 4 Mbit/s
max_requests = 5000  # a worker is made anew now and then, so that no leak grows
max_requests_jitter = 500  # and never all at once
preload_app = True  # the code lies in memory once for all; a wrong configuration ends the start with a sentence
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a busy disk must not look like a dead worker
forwarder_headers = ""  # SCRIPT_NAME is said by the environment alone: links follow it, and a header may be a client's
control_socket_disable = True  # no second door; and nothing is written beside database and files
accesslog = None  # who came from where is nobody's business (docs/confidentiality.md)
loglevel = settings["LOG_LEVEL"].replace("debug", "info")  # its debugging prints the whole configuration
logger_class = ServerLog


def when_ready(_server: Any) -> None:
    """In the master, before the first worker: what is loaded stays shared, because no collection touches it."""
    gc.collect()
    gc.freeze()
    if settings["METRICS_PORT"]:
        from grievance.metrics import served

        served.serve_together(settings["METRICS_PORT"], settings["METRICS_HOST"])


def post_fork(server: Any, worker: Any) -> None:
    worker.told_before = server.SIG_QUEUE


def post_worker_init(worker: Any) -> None:
    memory.keep_to_itself()  # a change of user, which gunicorn can be told to make, opens it again
    heartbeat.start(worker.wsgi)
    arrivals.start()


def child_exit(_server: Any, worker: Any) -> None:
    if settings["METRICS_PORT"]:
        from grievance.metrics import served

        served.bury(worker.pid)


def on_exit(_server: Any) -> None:
    if settings["METRICS_PORT"]:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
