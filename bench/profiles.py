"""Where the time of a figure goes: the same work in this process under cProfile, kept as text in bench/profiles/."""

import cProfile
import io
import pstats
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from bench import uploads
from bench.ground import app_of, let_go
from bench.prepare import Data, Run
from bench.results import ROOT
from bench.served import token_of
from bench.statements import counted, filing, following, page, signed_in
from grievance import clock
from grievance.extensions import db
from grievance.maintenance.sweep import sweep

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
    with app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        profiler.enable()
        for _time in range(times):
            work()
        profiler.disable()
    with app.app_context():
        let_go()
    each = f"{times} times, {len(sent) / times:,.1f} SQL statements each; {run.kind}, {one.cases:,} cases"
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
        "queue": lambda: often(page(signed_in(app, "Noor"), "/desk")),
        "filters": lambda: often(page(signed_in(app, "Noor"), "/desk?show=unacknowledged")),
        "case": lambda: often(page(signed_in(app, "Noor"), f"/desk/cases/{one.messages}")),
        "complainant": lambda: often(page(following(app, one.followed.code), "/follow/case")),
        "company": lambda: often(page(signed_in(app, "Victor"), f"/company/cases/{one.followed.reference}")),
        "search": lambda: often(_found(signed_in(app, "Noor"), one.messages)),
        "filing": lambda: often(filing(app)),
        "file sealed": lambda: often(lambda: uploads.send(app, uploads.SIZE), 3),
        "sweep idle": lambda: often(idle),
        "sweep": lambda: (idle, due, 1),
    }


def _found(client: FlaskClient, reference: str) -> Callable[[], object]:
    sent = {"q": reference, "csrf_token": token_of(client.get("/desk").text)}
    return lambda: client.post("/desk/search", data=sent)


def _summary(profiler: cProfile.Profile) -> str:
    """Functions by their own time and by what they call, without the folders of this machine."""
    text = io.StringIO()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=text).strip_dirs().sort_stats(order).print_stats(LINES)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines() if line.strip()) + "\n"
