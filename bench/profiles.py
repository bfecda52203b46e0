"""Where the time of a figure goes: the same work in this process under cProfile, kept as text in bench/profiles/."""

import cProfile
import io
import pstats
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import uploads
from bench.prepare import Data, Run, application
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
    with application(one.env) as app:
        work, times = _work(app, one)[name]()
        work()  # what is done once is no cost of each
        profiler = cProfile.Profile()
        with _statements() as counted:
            profiler.enable()
            for _time in range(times):
                work()
            profiler.disable()
    each = f"{times} times, {len(counted) / times:.1f} SQL statements each; {run.kind}, {one.cases:,} cases"
    text = f"{name}: {each}\n\n{_summary(profiler)}"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name.replace(' ', '-')}-{run.kind}.txt").write_text(text, "utf-8")
    return text


Work = tuple[Callable[[], object], int]


def _work(app: Flask, one: Data) -> dict[str, Callable[[], Work]]:
    def page(path: str) -> Callable[[], Work]:
        return lambda: ((lambda client: lambda: client.get(path))(_signed_in(app)), TIMES)

    return {
        "queue": page("/desk"),
        "filters": page("/desk?show=unacknowledged"),
        "case": page(f"/desk/cases/{one.messages}"),
        "search": page(f"/desk?q={one.messages}"),
        "filing": lambda: (_filing(app), TIMES),
        "file sealed": lambda: (lambda: uploads.send(app, uploads.SIZE), 3),
        "sweep idle": lambda: (lambda: sweep(clock.now()), TIMES),
        "sweep": lambda: (lambda: sweep(one.due_at), 1),
    }


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    client.post("/account/sign-in", data=sign_in_form(page, "Noor"))
    return client


def _filing(app: Flask) -> Callable[[], object]:
    form = form_of(app.test_client().get("/complain?step=all").get_data(as_text=True))
    return lambda: app.test_client().post(
        "/complain", data={**form, "secret": secrets.token_urlsafe(32)}, content_type="multipart/form-data",
        headers={"X-Forwarded-For": f"2001:db8::{secrets.token_hex(2)}"},
    )  # fmt: skip


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def _summary(profiler: cProfile.Profile) -> str:
    """Functions by their own time and by what they call, without the folders of this machine."""
    text = io.StringIO()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=text).strip_dirs().sort_stats(order).print_stats(LINES)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines() if line.strip()) + "\n"
