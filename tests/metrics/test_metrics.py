"""Figures for Prometheus: on their own port, off unless asked for, numbers without words."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading

import pytest

from config import ConfigError, load_config
from grievance import clock
from grievance.crypto.turns import Turns
from grievance.maintenance import health, scheduler
from tests.conftest import ROOT, SECRETS
from tests.maintenance.test_health import silent  # noqa: F401 - a fixture, as the next
from tests.notify.test_outbox import waiting  # noqa: F401
from tests.processes import free_port, running, serving

WORD = "Zinnober"


@pytest.fixture
def database(sqlite_template, tmp_path):
    path = tmp_path / "grievance.sqlite"
    shutil.copy(sqlite_template.path, path)
    return f"sqlite:///{path}"


def figures(process, port):
    """Name and labels to value; of the web process's counters and the worker's gauges alike."""
    text = process.get("/metrics", port=port)[1]
    rows = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def requests(process, port):
    found = figures(process, port)
    return {name: value for name, value in found.items() if name.startswith("grievance_requests_total")}


@pytest.fixture(scope="module")
def loaded(sqlite_template):
    """What a web process has loaded when it begins."""
    env = {**os.environ, **SECRETS, "DATABASE_URL": f"sqlite:///{sqlite_template.path}"}
    program = "import sys, wsgi; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0
    return set(done.stdout.split())


AFTERWARDS = (
    "prometheus_client", "alembic", "typst", "PIL", "pikepdf", "apscheduler", "icalendar", "webauthn", "pyasn1",
    "openpyxl", "fontTools", "numpy", "obstore", "grievance.cli.commands",
)  # fmt: skip


@pytest.mark.parametrize("name", AFTERWARDS)
def test_what_no_page_needs_at_the_start_is_not_loaded(loaded, name):
    """For figures where no port is set, for migrations, for papers, files and passkeys, and for commands: each web
    process would hold it."""
    assert "flask" in loaded and name not in loaded


@pytest.mark.parametrize("port", ["x", "-1", "70000", "9101.5"])
def test_a_doubtful_port_is_refused(port):
    with pytest.raises(ConfigError, match="METRICS_PORT"):
        load_config({**SECRETS, "METRICS_PORT": port})


@pytest.fixture(scope="module")
def web(sqlite_template, tmp_path_factory):
    """A server with figures at `.figures`; for tests that leave it as it is, except for its counts."""
    folder, port = tmp_path_factory.mktemp("web"), free_port()
    shutil.copy(sqlite_template.path, folder / "grievance.sqlite")
    with serving(f"sqlite:///{folder}/grievance.sqlite", folder, METRICS_PORT=str(port)) as process:
        process.figures = port
        yield process
        process.end()


def test_requests_are_counted_by_rule_and_no_word_of_them_is_a_label(web):
    web.get("/desk")
    before = figures(web, web.figures)
    web.get("/desk")
    web.get(f"/desk/cases/{WORD}?{WORD}", **{"User-Agent": WORD, "Referer": WORD})
    web.get("/desk", method=WORD.upper())
    for path in ("/", f"/{WORD}", "/complain", "/follow", "/healthz"):
        web.get(path)
    after, text = figures(web, web.figures), web.get("/metrics", port=web.figures)[1]
    more = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert {name: value for name, value in more.items() if name.startswith("grievance_requests_total")} == {
        'grievance_requests_total{method="GET",rule="/desk",status="3xx"}': 1,
        'grievance_requests_total{method="GET",rule="/desk/cases/<reference>",status="3xx"}': 1,
        'grievance_requests_total{method="any",rule="public",status="2xx"}': 4,
        'grievance_requests_total{method="any",rule="public",status="4xx"}': 2,
    }
    assert more['grievance_request_seconds_count{rule="public"}'] == 6
    assert WORD.lower() not in text.lower() and "127.0.0.1" not in text


def test_the_figures_are_not_on_the_port_of_the_pages_nor_the_pages_on_theirs(web):
    web.get("/desk")
    status, text = web.get("/metrics")
    assert status == 404 and "grievance_requests" not in text
    assert "<form" not in web.get("/complain", port=web.figures)[1]


def test_the_figures_listen_on_this_machine_alone(web):
    web.get("/healthz")
    assert web.get("/metrics", port=web.figures)[0] == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", web.figures), timeout=5)  # another address of this machine


def test_the_counts_outlive_the_processes_and_their_files_do_not(database, tmp_path):
    port = free_port()
    with serving(database, tmp_path, METRICS_PORT=str(port), TMPDIR=str(tmp_path)) as web:
        for again in range(3):
            first = int(re.search(r"pid: (\d+)", web.wait_for("Booting worker"))[1])
            web.get("/desk")
            assert set(requests(web, port).values()) == {again + 1.0}
            os.kill(first, signal.SIGTERM)
        web.wait_for("Booting worker")
        assert set(requests(web, port).values()) == {3.0}
        (folder,) = tmp_path.glob("figures*")
        gone = [file.name for file in folder.iterdir() if "gone" in file.name]
        assert sorted(gone) == ["counter_gone.db", "histogram_gone.db"] and len(list(folder.glob("counter_*"))) <= 3
        assert web.end() == 0 and not folder.exists()


def test_the_counts_go_on_after_a_reload(database, tmp_path):
    port = free_port()
    with serving(database, tmp_path, METRICS_PORT=str(port)) as web:
        web.get("/desk")
        web.process.send_signal(signal.SIGHUP)
        web.wait_for("Booting worker")
        web.wait_for("Hang up")
        web.wait_for("Booting worker", "Worker exiting")
        web.get("/desk")
        assert set(requests(web, port).values()) == {2.0}
        assert web.end() == 0


def test_derivations_that_run_and_wait_are_counted():
    turns, now = Turns(1), {"running": 0, "waiting": 0}
    said = threading.Semaphore(0)

    def changed(what, by):
        now[what] += by
        said.release()

    turns.changed = changed
    with turns:
        assert now == {"running": 1, "waiting": 0}
        other = threading.Thread(target=lambda: turns.__enter__())
        for _ in range(3):
            said.acquire()
        other.start()
        said.acquire(timeout=10)
        assert now == {"running": 1, "waiting": 1}
    other.join()
    turns.__exit__(None, None, None)
    assert now == {"running": 0, "waiting": 0}


def test_a_turn_that_ends_badly_is_given_back():
    turns = Turns(1)
    with pytest.raises(ValueError, match="x"), turns:
        raise ValueError("x")
    with turns:
        pass


def test_the_worker_tells_of_sweeps_and_mail(app, cast, waiting):  # noqa: F811
    from grievance.metrics import sweeps

    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"  # nobody listens
    before = sweeps.CASES.labels("cases")._value.get()
    scheduler.work(app, threading.Event(), sweeps)
    assert sweeps.CASES.labels("cases")._value.get() >= before
    assert abs(sweeps.ENDED._value.get() - clock.now().timestamp()) < 60 and sweeps.SECONDS._value.get() > 0
    assert sweeps.WAITING._value.get() == 3 and sweeps.OLDEST._value.get() >= 0
    scheduler.work(app, threading.Event(), sweeps)
    assert sweeps.FAILING._value.get() > 0


def test_a_sweep_that_is_broken_off_counts_as_none(app, cast):
    from grievance.metrics import sweeps

    sweeps.ENDED.set(1)
    stopping = threading.Event()
    stopping.set()
    scheduler.work(app, stopping, sweeps)
    assert sweeps.ENDED._value.get() == 1 and health.state().sweep_age is None


def test_the_worker_serves_its_figures(database, tmp_path):
    port = free_port()
    with running(["-m", "flask", "worker"], database, tmp_path, METRICS_PORT=str(port)) as worker:
        worker.wait_for("keeps the clock")
        found = figures(worker, port)
        assert found["grievance_database_up"] == 1 and found['grievance_sweep_cases_total{outcome="failed"}'] == 0
        assert found["process_resident_memory_bytes"] > 0
        assert worker.end() == 0


def test_a_worker_whose_database_never_answers_says_so(silent, tmp_path):  # noqa: F811
    port = free_port()
    with running(["-m", "flask", "worker"], silent, tmp_path, METRICS_PORT=str(port)) as worker:
        worker.wait_for("keeps the clock")
        assert figures(worker, port)["grievance_database_up"] == 0
        assert worker.end() == 0
