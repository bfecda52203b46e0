"""The public pages as an onion service: what tor is told, and what the process behind it serves to whom."""

import os
import re
import shutil
import socket
import subprocess
from contextlib import contextmanager

import pytest

from config import ConfigError, load_config
from grievance.accounts import slowed
from tests.conftest import FOR_THE_PUBLIC, ROOT, SECRETS
from tests.processes import PATIENCE, running

UNIT = (ROOT / "deploy" / "systemd" / "grievance-onion.service").read_text()
TORRC = (ROOT / "deploy" / "torrc").read_text()
TOR = shutil.which("tor") or ""
NAME = "a" * 56 + ".onion"
CIRCUIT = "fc00:dead:beef:4dad::{:x}:{:x}"


def settings():
    return dict(line.split(" ", 1) for line in TORRC.splitlines() if line and not line.startswith("#"))


@pytest.mark.skipif(not TOR and not os.environ.get("REQUIRE_TOR"), reason="tor is not here: deploy/torrc is not read")
def test_tor_takes_the_sample(tmp_path):
    (tmp_path / "hidden").mkdir(mode=0o700)
    (tmp_path / "torrc").write_text(TORRC.replace("/var/lib/tor/grievance/", str(tmp_path / "hidden")))
    words = ["--verify-config", "--DataDirectory", str(tmp_path), "--defaults-torrc", "/dev/null"]
    checked = subprocess.run(
        [TOR, *words, "-f", str(tmp_path / "torrc")], capture_output=True, text=True, timeout=PATIENCE
    )
    assert checked.returncode == 0 and "Configuration was valid" in checked.stdout, checked.stdout
    assert [line for line in checked.stdout.splitlines() if "[warn]" in line and "as root" not in line] == []


def test_the_sample_leads_to_the_unit_and_defends_itself():
    said = settings()
    bound = re.search(r"--bind (127\.0\.0\.1:\d+)", UNIT)[1]
    assert said["HiddenServicePort"] == f"80 {bound}" and said["HiddenServiceVersion"] == "3"
    assert said["HiddenServiceExportCircuitID"] == "haproxy" and said["HiddenServicePoWDefensesEnabled"] == "1"
    assert (said["SocksPort"], said["ORPort"]) == ("0", "0")


def test_two_circuits_are_two_visitors_and_two_hosts_of_one_line_are_not():
    one, other = (slowed.network_of(CIRCUIT.format(0, n)) for n in (1, 2))
    assert one != other
    assert slowed.network_of("2001:db8:1:2::1") == slowed.network_of("2001:db8:1:2::2")


@contextmanager
def onion(url, files):
    """gunicorn as the unit starts it, but for its port."""
    command = re.search(r"^ExecStart=\S+/gunicorn (.*)$", UNIT, re.M)[1].split()
    command[command.index("--bind") + 1] = "127.0.0.1:0"
    env = {"HTTPS": "1", "TRUSTED_PROXIES": "1", "FACES": "public", "STAFF_PEPPER": ""}  # as all share them
    with running(["-m", "gunicorn", *command], url, files, **env) as process:
        process.port = int(re.search(r"Listening at: http://127.0.0.1:(\d+)", process.wait_for("Listening"))[1])
        yield process


@pytest.fixture(scope="module")
def service(sqlite_template, tmp_path_factory):
    with onion(f"sqlite:///{sqlite_template.path}", tmp_path_factory.mktemp("onion")) as process:
        yield process


def ask(service, circuit, *lines, body=""):
    """What tor sends of a visitor: the line of the PROXY protocol, and then what they sent. The answer."""
    head = [*lines, f"Host: {NAME}", f"Content-Length: {len(body)}"]
    if body:
        head.append("Content-Type: application/x-www-form-urlencoded")
    sent = f"PROXY TCP6 {CIRCUIT.format(0, circuit)} ::1 65535 {circuit}\r\n" + "\r\n".join(head) + "\r\n\r\n" + body
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as line:
        line.sendall(sent.encode())
        answer = b""
        while more := line.recv(65536):  # until the other side ends it
            answer += more
    return answer.decode()


def status(answer):
    return int(answer.split(" ", 2)[1])


def tried(service, circuit, *more):
    return status(ask(service, circuit, "POST /follow HTTP/1.1", *more, body="code=1234"))


def test_who_tries_many_codes_is_slowed_and_another_circuit_is_not(service):
    answers = [tried(service, 1) for _ in range(32)]
    assert answers[:3] == [422] * 3 and answers[-1] == 429
    assert tried(service, 2) == 422
    assert tried(service, 1, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https") == 429


def test_a_cookie_comes_back_without_https_and_nothing_leads_to_https(service):
    page = ask(service, 3, "GET /complain HTTP/1.1")
    assert status(page) in (200, 302, 303)
    pages = [page, *(ask(service, 3, f"GET {path} HTTP/1.1") for path in ("/", "/follow", "/follow/case", "/safety"))]
    heads = [one.partition("\r\n\r\n")[0] for one in pages]
    cookies = [line for head in heads for line in head.splitlines() if line.lower().startswith("set-cookie: s=")]
    assert cookies and all("secure" not in line.lower() and "HttpOnly" in line for line in cookies)
    led = [line.split(": ", 1)[1] for head in heads for line in head.splitlines() if line.startswith("Location: ")]
    assert led and all(re.match(r"/(?!/)", place) for place in led), led
    assert not any("Strict-Transport-Security" in head or "Onion-Location" in head for head in heads)
    assert not any("upgrade-insecure-requests" in head for head in heads)


def test_nothing_of_the_staff_or_of_companies_is_there(service):
    paths = ("/desk", "/custodian", "/company", "/board", "/observer", "/account/sign-in", "/calendar/x", "/api/v1")
    assert {path: status(ask(service, 4, f"GET {path} HTTP/1.1")) for path in paths} == dict.fromkeys(paths, 404)


def head_of(app, path, **settings):
    app.config.update(settings)
    return app.test_client().get(path).headers


def test_the_tor_browser_is_told_the_onion_address_on_public_pages_alone(app):
    said = {"ONION_URL": f"http://{NAME}", "SESSION_COOKIE_SECURE": True}
    assert head_of(app, "/safety?lang=fr", **said)["Onion-Location"] == f"http://{NAME}/safety"
    for path in ("/desk", "/follow/case", "/account/sign-in", "/nowhere"):
        assert "Onion-Location" not in head_of(app, path, **said), path
    assert "Onion-Location" not in head_of(app, "/safety", ONION_URL="")
    assert "Onion-Location" not in head_of(app, "/safety", **{**said, "SESSION_COOKIE_SECURE": False})


@pytest.mark.parametrize("wrong", ["https://" + NAME, "http://short.onion", "http://example.org", f"http://{NAME}/x"])
def test_what_is_no_onion_address_is_refused(wrong, tmp_path):
    with pytest.raises(ConfigError, match="ONION_URL"):
        load_config({**SECRETS, "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}", "ONION_URL": wrong})


def test_the_process_of_the_onion_service_starts_without_what_belongs_to_the_staff(tmp_path):
    env = {**FOR_THE_PUBLIC, "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}", "FACES": "public", "HTTPS": "0"}
    assert load_config(env)["SESSION_COOKIE_SECURE"] is False
