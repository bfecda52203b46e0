"""Programs that are made from the description, and from nothing else, hold a receipt, read the case and answer."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from grievance import clock, demonstration
from grievance.accounts import company_tokens
from tests.test_access import case_with

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PATIENCE = 120


@pytest.fixture
def description(app, cast, live_server, tmp_path):
    """The description as a file, from the very server that it names."""
    app.config["SITE_URL"] = live_server
    path = tmp_path / "openapi.json"
    path.write_text(app.test_client().get("/api/v1/openapi.json").text)
    assert json.loads(path.read_text())["servers"][0]["url"] == live_server
    return path


@pytest.fixture
def other(cast):
    """The receipt of a case in which a remedy was proposed."""
    return demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))[1]


def run(*command, at, **env):
    """What the program printed. It ends by itself, or is ended."""
    done = subprocess.run(command, cwd=at, env={**os.environ, **env}, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout + done.stderr


def worked(*command, at, **env):
    code, said = run(*command, at=at, **env)
    assert code == 0, said
    return said


def is_what_it_should_be(app, printed, wrote):
    said = json.loads(printed.splitlines()[-1])
    assert len(said["receipt"].replace(" ", "")) == 20 and said["receipt"].replace(" ", "").isdigit()
    case = case_with(said["reference"])
    assert (said["state"], case.state.value) == ("received", "received") and date.fromisoformat(said["due"])
    assert "In the evening." in said["said"] and "They pushed me at the gate." in said["said"]
    assert said["remedy"] == "accepted" and said["refused"] == [422, "remedy"]
    receipt = {"Authorization": f"Receipt {said['receipt']}"}
    assert wrote in app.test_client().get("/api/v1/case", headers=receipt).text


def generate(description, tmp_path):
    """A client in Python, in the folder `generated`."""
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")
    made = [sys.executable, "-m", "openapi_python_client", "generate", "--path", description, "--meta", "none"]
    told = worked(*made, "--config", config, "--output-path", tmp_path / "generated", "--fail-on-warning", at=tmp_path)
    assert "Warning" not in told


@pytest.mark.slow
def test_a_client_made_by_openapi_python_client_files_reads_and_answers(app, description, other, live_server, tmp_path):
    generate(description, tmp_path)
    shutil.copy(HERE / "hotline.py", tmp_path)
    printed = worked(sys.executable, "hotline.py", live_server, other, at=tmp_path, PYTHONPATH=str(tmp_path))
    is_what_it_should_be(app, printed, "In the evening.")


@pytest.mark.slow
def test_a_companys_client_made_by_openapi_python_client_reads_answers_and_adds_files(
    app, cast, description, live_server, tmp_path
):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))[0]
    token = company_tokens.make(cast["Victor"], "Our case system", demonstration.PASSWORD)
    described = app.test_client().get("/api/v1/company/openapi.json")
    assert described.json["servers"][0]["url"] == live_server
    description.write_text(described.text)
    generate(description, tmp_path)
    shutil.copy(HERE / "company.py", tmp_path)
    (tmp_path / "plan.txt").write_text("The plan.")
    program = (sys.executable, "company.py", live_server, token, "plan.txt")
    said = json.loads(worked(*program, at=tmp_path, PYTHONPATH=str(tmp_path)).splitlines()[-1])
    assert (said["reference"], said["packet"], said["file"]) == (reference, True, "The plan.")
    assert "acknowledge" not in said["possible"] and "answer" in said["possible"]
    assert {"company_acknowledge", "respond", "attach"} <= set(said["steps"])
    assert said["refused"] == [422, "due_on"]
    assert (said["too_early"], said["answered_already"]) == (409, 409)


@pytest.fixture
def typescript(description, tmp_path):
    """A folder in which the types lie that openapi-typescript made."""
    if not (MODULES.exists() and shutil.which("node")):
        if os.environ.get("REQUIRE_CLIENTS") == "1":
            pytest.fail("Node and tests/clients/node_modules are required here and are not there.")
        pytest.skip("No Node or no `make clients` here: the client in TypeScript is left out.")
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("hotline.ts", "wrong.ts", "tsconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    worked("node", MODULES / "openapi-typescript/bin/cli.js", description, "-o", "generated.d.ts", at=tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_client_with_the_types_of_openapi_typescript_files_reads_and_answers(app, typescript, other, live_server):
    compiler = ("node", MODULES / "typescript/bin/tsc", "-p", "tsconfig.json")
    code, said = run(*compiler, at=typescript)
    assert code != 0 and "hotline.ts" not in said
    assert "'null' is not assignable to type 'string'" in said and "Property 'receit' does not exist" in said
    (typescript / "wrong.ts").unlink()
    worked(*compiler, at=typescript)
    is_what_it_should_be(app, worked("node", "made/hotline.js", live_server, other, at=typescript), "In the evening.")
