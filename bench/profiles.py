"""Where the time of a figure goes: the same work in this process under cProfile, kept as text in bench/profiles/."""

import cProfile
import io
import pstats
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from bench import uploads
from bench.ground import app_of, let_go
from bench.prepare import Data, Run
from bench.results import ROOT
from bench.served import form_of, sign_in_form
from grievance import clock
from grievance.extensions import db
from grievance.workflow.sweep import sweep

FOLDER = ROOT / "bench" / "profiles"
TIMES, LINES = 20, 28
SAME = {"queue growth": "queue", "filing 16": "filing", "file": "file sealed", "two sweeps": "sweep"}
"""Figures that are about the same work as another one."""


def kept(name: str, kind: str) -> str:
    """The text that was kept; empty where there is none."""
    path = FOLDER / f"{SAME.get(name, name).replace(' ', '-')}-{kind}.txt"
    return path.read_text("utf-8") if path.exists() else ""


def profile(run: Run, name: str) -> str:
    """Do a figure's work on the largest database under the profiler, and keep the summary. Raises KeyError for a
    figure that is no work of this process."""
    name, one = SAME.get(name, name), run.largest
    app = app_of(one.env)
    app.config["FORM_SECONDS"] = 0
    warm, work, times = _work(app, one)[name]()
    warm()  # what is done once is no cost of each
    profiler = cProfile.Profile()
    with _statements(app) as counted:
        profiler.enable()
        for _time in range(times):
            work()
        profiler.disable()
    with app.app_context():
        let_go()
    each = f"{times} times, {len(counted) / times:,.1f} SQL statements each; {run.kind}, {one.cases:,} cases"
    text = f"{name}: {each}\n\n{_summary(profiler)}"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name.replace(' ', '-')}-{run.kind}.txt").write_text(text, "utf-8")
    return text


Work = tuple[Callable[[], object], Callable[[], object], int]
"""What is done once before, what is profiled, and how often."""


def _work(app: Flask, one: Data) -> dict[str, Callable[[], Work]]:
    """By the name of the figure. No context is around the requests: each has its own, as in a server."""

    def often(job: Callable[[], object], times: int = TIMES) -> Work:
        return job, job, times

    def idle() -> None:
        with app.app_context():
            sweep(clock.now())

    def due() -> None:
        with app.app_context():
            sweep(one.due_at)

    return {
        "queue": lambda: often(_page(app, "/desk")),
        "filters": lambda: often(_page(app, "/desk?show=unacknowledged")),
        "case": lambda: often(_page(app, f"/desk/cases/{one.messages}")),
        "search": lambda: often(_page(app, f"/desk?q={one.messages}", 303)),
        "filing": lambda: often(_filing(app)),
        "file sealed": lambda: often(lambda: uploads.send(app, uploads.SIZE), 3),
        "sweep idle": lambda: often(idle),
        "sweep": lambda: (idle, due, 1),
    }


def _page(app: Flask, path: str, expected: int = 200) -> Callable[[], object]:
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    client.post("/account/sign-in", data=sign_in_form(page, "Noor"))
    return lambda: _checked(client.get(path), expected)


def _filing(app: Flask) -> Callable[[], object]:
    form = form_of(app.test_client().get("/complain?step=all").get_data(as_text=True))

    def filing() -> None:
        sent = {**form, "secret": secrets.token_urlsafe(32)}
        headers = {"X-Forwarded-For": f"2001:db8::{secrets.token_hex(2)}"}
        kind = "multipart/form-data"
        _checked(app.test_client().post("/complain", data=sent, content_type=kind, headers=headers), 303)

    return filing


def _checked(answer: TestResponse, expected: int) -> None:
    if answer.status_code != expected:
        raise RuntimeError(f"{answer.request.path} answered {answer.status_code}, not {expected}")


@contextmanager
def _statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        seen.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _summary(profiler: cProfile.Profile) -> str:
    """Functions by their own time and by what they call, without the folders of this machine."""
    text = io.StringIO()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=text).strip_dirs().sort_stats(order).print_stats(LINES)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines() if line.strip()) + "\n"
