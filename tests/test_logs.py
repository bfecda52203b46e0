"""Logs: JSON lines in which no word is that somebody wrote, and nothing that says who came when to the public pages."""

import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import IntegrityError

from config import ConfigError
from grievance import clock, demonstration, logs
from grievance.maintenance import sweep
from tests.conftest import ROOT
from tests.processes import running, serving
from tests.times import days_later
from tests.views.test_routes import client_of, token

WORD = "Zinnober"
STAFF = {
    "account", "people", "passkeys", "fingerprints", "desk", "admin", "changes", "company_calendars", "wording",
    "custodian", "company", "signs", "register_names", "triage", "handing_over", "figures", "sign_ins", "own_address",
    "many", "absences", "incidents", "promised", "one_answer", "public_texts", "public_questions", "observer",
    "board", "board_desk", "reply", "kept", "own_wordings", "questions", "tasks", "own_figures", "enquiries",
    "paper_letters", "retention", "backup_paper", "evidence", "going_out", "other_doors", "editions", "publishing",
    "monitoring", "handed_codes", "searching", "company_tokens", "company_webhooks", "company_api", "concerns",
    "asked", "card_sheets", "hotlines", "field",
}  # fmt: skip
"""Blueprints whose requests are noted one by one; a new one is not, until somebody has thought about it."""
PUBLIC = {"public", "verify", "help", "lessons", "ask", "members", "published", "filing", "receipt", "new_receipt",
          "paper", "status", "group", "begun", "api", "hotline_api", "openrosa", "calendar", "health",
          None}  # fmt: skip
"""Whose visits leave no line."""


@pytest.fixture
def log():
    """All that the program logs, down to the last library's whisper: `.text` and `.lines`."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(logs.JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield SimpleNamespace(
        get_text=stream.getvalue, get_lines=lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    )
    root.removeHandler(handler)
    root.setLevel(level)


def raises(*_args, **_kwargs):
    """As SQLAlchemy does: its text repeats the parameters."""
    what_was_written = WORD
    raise IntegrityError("INSERT INTO x", {"name": what_was_written}, ValueError(f"'{what_was_written}' is there"))


def requests_of(log):
    return [line for line in log.get_lines() if line["message"] == "request"]


def test_a_line_is_json_with_time_level_logger_and_message(app, log):
    logging.getLogger("grievance.x").warning("one\n%s", "two")
    assert log.get_lines()[-1]["message"] != "one\ntwo"  # said by a test, which is not our code
    client_of(app, "Noor").get("/desk")
    line = requests_of(log)[-1]
    assert line["time"].endswith("+00:00") and (line["level"], line["logger"]) == ("info", "grievance.views.watch")


def test_a_request_to_the_desk_is_a_line_with_the_rule_and_not_the_path(app, cast, log):
    reference, _code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    client_of(app, "Noor").get(f"/desk/cases/{reference}?{WORD}=1", headers={"User-Agent": WORD, "X-Request-Id": WORD})
    line = requests_of(log)[-1]
    assert (line["method"], line["status"], line["rule"]) == ("GET", 200, "/desk/cases/<reference>")
    assert line["endpoint"] == "desk.case" and line["ms"] >= 0 and len(line["request"]) == 16
    assert reference not in log.get_text() and WORD not in log.get_text() and "127.0.0.1" not in log.get_text()


def test_nothing_that_is_sent_to_the_public_pages_leaves_a_line(app, cast, log):
    client = app.test_client()
    for path in ("/", "/complain", "/follow", f"/{WORD}", f"/?{WORD}", "/healthz", "/api/v1/case"):
        client.get(path, headers={"Referer": WORD, "Authorization": f"Receipt {WORD}"})
    client.open("/", method=WORD.upper())
    client.post("/follow", data={"code": WORD, "csrf_token": WORD})
    client.post("/complain", data={"account": WORD, "files": (io.BytesIO(WORD.encode()), f"{WORD}.pdf")})
    assert requests_of(log) == [] and WORD.lower() not in log.get_text().lower()


def test_words_in_forms_and_file_names_of_the_desk_are_in_no_line(app, cast, log):
    reference, _code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    client = client_of(app, "Noor")
    form = {"csrf_token": token(client.get(f"/desk/cases/{reference}")), "about": WORD, "text": WORD}
    form["files"] = (io.BytesIO(b"x"), f"{WORD}.txt")
    client.post(f"/desk/cases/{reference}/steps/write", data=form, content_type="multipart/form-data")
    client.post(f"/desk/cases/{reference}/steps/{WORD}", data={**form, "files": ""})
    assert len(requests_of(log)) == 3 and WORD not in log.get_text()


def test_an_unknown_method_is_not_repeated(app, log):
    client_of(app, "Noor").open("/desk", method="ZINNOBER")
    assert "ZINNOBER" not in log.get_text()


@pytest.mark.parametrize("endpoint", ["desk.show_queue", "public.home"])
def test_a_fault_in_a_page_is_said_by_its_kind_and_place_alone(app, log, endpoint):
    app.view_functions[endpoint] = raises
    path = {"desk.show_queue": "/desk", "public.home": "/"}[endpoint]
    assert client_of(app, "Noor").get(f"{path}?{WORD}=1").status_code == 500
    said = next(line for line in log.get_lines() if "fault" in line)
    assert said["fault"] == "sqlalchemy.exc.IntegrityError"
    assert said["frames"][-1].endswith(" raises") and said["message"] == f"unexpected IntegrityError at {endpoint}"
    assert WORD not in log.get_text()


def test_a_fault_after_the_page_does_not_tell_the_path_as_flask_would(app, log):
    app.after_request_funcs.setdefault(None, []).append(raises)
    app.test_client().get(f"/{WORD}")
    assert "sqlalchemy.exc.IntegrityError" in log.get_text() and WORD not in log.get_text()


def test_a_fault_in_a_sweep_is_said_by_its_kind_and_place_alone(app, cast, log, monkeypatch):
    demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    monkeypatch.setattr(sweep, "settle", raises)
    assert sweep.sweep(days_later(300)).failed == 1
    said = [line for line in log.get_lines() if "fault" in line]  # of the batch, and of the case when it is tried alone
    assert {line["fault"] for line in said} == {"sqlalchemy.exc.IntegrityError"}
    assert [line["message"] for line in said if line["message"].startswith("the sweep failed")]
    assert WORD not in log.get_text()


def test_the_causes_of_a_fault_are_named_and_its_text_only_where_it_is_ours(log):
    fault = RuntimeError(WORD)
    fault.__cause__ = ConfigError("PEPPER is missing.")
    facts = logs.fault(fault)["facts"]
    assert facts["fault"] == "builtins.RuntimeError < config.ConfigError" and "reason" not in facts
    assert logs.fault(ConfigError("PEPPER is missing."))["facts"]["reason"] == "PEPPER is missing."


def test_what_a_library_says_is_left_out_and_its_place_is_named(log):
    logging.getLogger("sqlalchemy.engine").error("parameters: %s", WORD)
    said = log.get_lines()[-1]
    assert (said["message"], said["logger"]) == (logs.WITHHELD, "sqlalchemy.engine") and "test_logs.py" in said["at"]


def test_every_blueprint_is_one_whose_visits_are_noted_or_one_whose_visits_are_not(app):
    assert {blueprint.name for blueprint in app.blueprints.values()} == (STAFF | PUBLIC) - {None}
    assert {name for name, face in app.extensions["faces"].items() if face.noted} == STAFF


def test_gunicorn_repeats_nothing_of_a_request_that_it_cannot_read(sqlite_template, tmp_path):
    with serving(f"sqlite:///{sqlite_template.path}", tmp_path, LOG_LEVEL="debug") as server:
        for data in (
            b"GET /Zinnober Zinnober HTTP/1.1\r\n\r\n", b"Zinn(ober / HTTP/1.1\r\n\r\n", b"GET / HTTP/Zinnober\r\n\r\n",
            b"GET / HTTP/1.1\r\nZinn ober: Zinnober\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n Zinnober\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Zinnober\r\n\r\n",
        ):  # fmt: skip
            assert server.send(data).startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
        assert server.end() == 0
        assert "zinn" not in "".join(server.said).lower()
        assert server.lines[0]["message"].startswith("Starting gunicorn")
        assert not any("127.0.0.1" in line["message"] for line in server.lines if "Listening" not in line["message"])


def test_a_command_that_fails_says_why_in_one_line_and_not_what(tmp_path):
    with running(["-m", "flask", "demo", "--if-empty"], f"sqlite:///{tmp_path / WORD}.sqlite", tmp_path) as command:
        assert command.process.wait(timeout=60) == 1 and command.end() == 1
        (line,) = command.lines
        assert line["fault"] == "sqlalchemy.exc.OperationalError < sqlite3.OperationalError"
        assert line["frames"][0].startswith("grievance/cli/commands.py:") and WORD not in command.said[0]


PLANTED = f"""
import logging, threading, warnings
from grievance import logs
logs.start("info")
class Loud:
    def __del__(self): raise ValueError("{WORD}")
del [Loud()][0]
warnings.warn("{WORD}")
logging.getLogger("grievance").error("%d", "{WORD}")
def fail(): raise ValueError("{WORD}")
thread = threading.Thread(target=fail, name="{WORD}")
thread.start(); thread.join()
fail()
"""


def test_what_python_itself_would_print_is_a_line_without_words(tmp_path):
    ended = subprocess.run([sys.executable, "-c", PLANTED], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1 and ended.stdout == "" and WORD not in ended.stderr
    assert [json.loads(line)["level"] for line in ended.stderr.splitlines()].count("critical") == 3


@pytest.fixture
def taken():
    """A port at which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@pytest.mark.parametrize(("address", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)])
def test_a_port_that_is_taken_is_said_by_make_run_in_one_sentence_before_anything_is_made(address, family):
    """At either address: a browser that is told "localhost" tries ::1 first, and would find the other program."""
    with socket.create_server((address, 0), family=family) as other:
        port = str(other.getsockname()[1])
        env = {**os.environ, "PORT": port}
        told = subprocess.run(["bash", "bin/run"], env=env, cwd=ROOT, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(f"Port {port} is taken") and told.stderr.count("\n") == 1


def test_make_run_listens_at_both_addresses_and_says_the_name():
    script = (ROOT / "bin" / "run").read_text()
    assert re.findall(r"http://\S+?:", script) == ["http://localhost:"] * 2
    assert '--bind "127.0.0.1:${PORT:-8000}"' in script and '--bind "[::1]:${PORT:-8000}"' in script


def test_the_server_names_the_port_that_it_cannot_have(sqlite_template, tmp_path, taken):
    program = ["-m", "gunicorn", "--bind", f"127.0.0.1:{taken}", "wsgi:app"]
    with running(program, f"sqlite:///{sqlite_template.path}", tmp_path) as server:
        assert taken in server.wait_for("Connection in use")
