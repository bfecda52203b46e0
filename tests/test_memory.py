"""No process of the same user reads the keys out of the memory of one that holds them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SECRETS
from tests.evidence.as_nobody import BECOMES, KINDS
from tests.ordinary import NOBODY, as_nobody
from tests.processes import free_port, serving

LOOKS = "import os; open(f'/proc/{os.getppid()}/environ', 'rb').read(); print('read')"
HOLDS = """
import subprocess, sys
from grievance import memory
{keep}
said = subprocess.run([sys.executable, "-c", sys.argv[1]], capture_output=True, text=True)
print(memory.is_kept(), said.stdout.strip() or said.stderr.strip().rpartition(chr(10))[2].partition(":")[0])
"""


def held(keep):
    command = [*as_nobody(), sys.executable, "-B", "-c", HOLDS.format(keep=keep), LOOKS]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_of_the_same_user_reads_nothing_of_one_that_keeps_to_itself():
    assert held("memory.keep_to_itself()") == "True PermissionError"
    assert held("") == "False read"  # the line above can fail


@pytest.fixture
def service(app, tmp_path):
    """gunicorn as an ordinary user, with figures at `.figures`."""
    (tmp_path / "files").mkdir()
    for path in (tmp_path, *tmp_path.rglob("*")) if os.geteuid() == 0 else ():
        os.chown(path, NOBODY, NOBODY)
    figures, url = free_port(), app.config["SQLALCHEMY_DATABASE_URI"]
    with serving(url, tmp_path / "files", as_nobody(), METRICS_PORT=str(figures), WEB_CONCURRENCY="2") as process:
        process.figures = figures
        yield process


def family(pid):
    """A process and those that it started."""
    started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [str(pid), *started]


def test_the_service_keeps_to_itself_in_each_process_and_its_pages_and_figures_still_work(service):
    service.wait_for("Booting", "Booting")
    assert service.get("/healthz")[0] == 200
    assert "grievance_requests_total" in service.get("/metrics", port=service.figures)[1]
    owners = [os.stat(f"/proc/{pid}/environ").st_uid for pid in family(service.process.pid)]
    assert len(owners) == 3 and set(owners) == {0}  # the system's sign of it: they are not their user's any more


def test_commands_keep_to_themselves_too(tmp_path):
    command = [sys.executable, "-B", "-c", "import wsgi; from grievance import memory; print(memory.is_kept())"]
    places = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite", "FILES_URL": f"file://{tmp_path}"}
    env = {**os.environ, **SECRETS, **places}
    assert subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout == "True\n"


def test_files_are_cleaned_for_an_ordinary_user_as_they_are_for_root():
    command = [*as_nobody(), sys.executable, "-B", "-m", "tests.evidence.as_nobody"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {kind: BECOMES.get(kind, kind) for kind in KINDS}
