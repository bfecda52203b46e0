"""Memory of one web process after load, and at two sign-ins at once; and how long a start takes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.ground import ROOT, Env
from bench.prepare import Data, Run
from bench.results import Figure, Target
from bench.served import Client, Server, complaint, file, served, sign_in_form
from bench.uploads import forget_peak, memory

PAGES, FILINGS = 200, 60


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "memory" and "memory, two sign-ins"."""
    if not {"memory", "sign-ins"} & names:
        return
    one = run.largest
    bare = (
        "--config",
        "python:bench.hello",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
    )  # imports nothing of this program
    with served({}, "bench.hello:app", *bare) as plain, served(one.env, "wsgi:app", "--workers", "1") as web:
        _load(web, one)
        for _time in range(PAGES):
            Client(plain.port).get("/")
        after, hello = _mebibytes("VmRSS", web), _mebibytes("VmRSS", plain)
        if "memory" in names:
            note = f"after {PAGES} pages and {FILINGS} filings by 16 clients"
            yield Figure("memory", "a web process after load", run.kind, one.cases, "MiB", [after], "H", [hello],
                         Target("value", "most", 100), note)  # fmt: skip
            imports = _imports(one.env)
            yield Figure("memory", "the same, above what it imports", run.kind, one.cases, "MiB", [after - imports],
                         target=Target("value", "most", 25), note=f"what it imports is {imports:.0f} MiB")  # fmt: skip
        if "sign-ins" in names:
            _two_sign_ins(web)
            yield Figure("sign-ins", "the same at two sign-ins at once, at the peak", run.kind, one.cases, "MiB",
                         [_mebibytes("VmHWM", web)], "before", [after], None, "stated, without a target")  # fmt: skip


def _imports(env: Env) -> float:
    """MiB of a process that has loaded the program and answered nobody."""
    script = "import wsgi\nfrom bench.uploads import memory\nprint(memory('VmRSS'))"
    settings = {**os.environ, **env, "PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=settings, stdout=subprocess.PIPE, check=True)
    return int(found.stdout.split()[-1]) / 1024


def _mebibytes(what: str, server: Server) -> float:
    (worker,) = server.workers()
    return memory(what, worker) / 1024


def _load(web: Server, one: Data) -> None:
    desk, form = Client(web.port).sign_in(), complaint(Client(web.port))
    time.sleep(3.2)
    paths = ("/desk", f"/desk/cases/{one.messages}", f"/desk?show=overdue&q={one.messages}", "/complain")
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda i: desk.ask("GET", paths[i % len(paths)]), range(PAGES)))
        list(pool.map(lambda _i: file(desk, form), range(FILINGS)))


def _two_sign_ins(web: Server) -> None:
    people = [(Client(web.port), name) for name in ("Noor", "Tomas")]
    forms = [(client, sign_in_form(client.get("/account/sign-in").body.decode(), name)) for client, name in people]
    (worker,) = web.workers()
    forget_peak(worker)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one[0].post("/account/sign-in", one[1]), forms))
