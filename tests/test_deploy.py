"""What lies in deploy/ fits the program: its variables, its commands, its folders."""

import importlib.util
import json
import re
import runpy
import shutil
import subprocess
from datetime import timedelta

import pytest
import yaml
from compose_spec import PyCompose
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config import POOL, load_config
from grievance import clock
from grievance.languages import EVERYWHERE
from grievance.views import faces
from tests.conftest import ROOT, SECRETS
from tests.processes import free_port

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
LASTING = [unit for unit in SERVICES if "Type=oneshot" not in unit.read_text()]
INSTALLED = "/srv/grievance/app"
NOT_OURS = {
    "WEB_CONCURRENCY", "GLIBC_TUNABLES", "PYTHONDONTWRITEBYTECODE", "PATH", "FLASK_APP", "PYTHONTZPATH",
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "PGHOST", "PGUSER", "PGDATABASE", "PGPASSWORD_FILE",
}  # fmt: skip
"""Variables of gunicorn, of Python, of the C library and of the database's image."""


class Asked(dict):
    """An environment that notes which variables the program asks for."""

    def __init__(self, given):
        super().__init__(given)
        self.names = set()

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def known():
    env = Asked({**SECRETS, "DATABASE_URL": "sqlite:////tmp/x.sqlite"})
    load_config(env)
    return env.names | {f"{name}_FILE" for name in env.names} | NOT_OURS


def parsed(unit):
    """Sections of a unit: key to the values of all its lines."""
    found, section = {}, ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault((section, key), []).append(value)
    return found


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def interpolated():
    """The compose file as its program reads it, with every variable empty."""
    text = (DEPLOY / "compose.yaml").read_text()
    while "${" in text:
        text = re.sub(r"\$\{[^{}]*\}", "", text)
    return text


def file_of_variables():
    lines = (DEPLOY / "env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def assigned(line):
    return re.findall(r"(?:^|\s)([A-Z_]+)=", line)


def test_every_variable_that_is_set_is_one_that_the_program_knows():
    units = [parsed(unit).get(("Service", "Environment"), []) for unit in SERVICES]
    names = {name for lines in units for line in lines for name in assigned(line)}
    names |= set(file_of_variables())
    names |= {name for service in compose()["services"].values() for name in service["environment"]}
    dockerfile = re.findall(r"^ENV (.*)$", (DEPLOY / "Dockerfile").read_text().replace("\\\n", " "), re.M)
    names |= {name for line in dockerfile for name in assigned(line)}
    assert names >= {"METRICS_PORT", "SECRET_KEYS_FILE", "DATABASE_URL_FILE", "FILES_URL"} and names <= known()


def test_the_example_of_variables_is_accepted():
    values = {name: value for name, value in file_of_variables().items() if not name.endswith("_FILE")}
    assert load_config({**SECRETS, **values})["SITE_URL"] == "https://complaints.example.org"


def commands():
    """Each command that a unit, the image or the compose file starts, as words, without the installation's folder."""
    for unit in SERVICES:
        for value in parsed(unit)["Service", "ExecStart"]:
            words = value.replace("/bin/sh -c 'exec ", "").split()
            yield pytest.param([word.removeprefix(f"{INSTALLED}/.venv/bin/") for word in words], id=unit.name)
    for name, service in compose()["services"].items():
        if "command" in service and "build" in service:  # of our image
            yield pytest.param(service["command"], id=f"compose {name}")
    yield pytest.param(
        json.loads(re.search(r"^CMD (.*)", (DEPLOY / "Dockerfile").read_text(), re.M)[1]), id="Dockerfile"
    )


@pytest.mark.parametrize("words", list(commands()))
def test_every_command_that_is_started_exists(app, words):
    program, *arguments = [word for word in words if word not in ("--app", "wsgi")]
    assert program in ("flask", "gunicorn") and importlib.util.find_spec(program)
    if program == "gunicorn":
        assert arguments[-1] == "wsgi:app" and "--bind" in arguments
        return
    if arguments[0] == "backup" and not importlib.util.find_spec("grievance.cli.backup"):
        pytest.skip("This version has no backup yet.")
    assert arguments[0] in app.cli.list_commands(None)


def test_units_are_understood_by_systemd(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("No systemd here: the units' syntax is not checked.")
    for unit in UNITS:  # as if the program were installed here
        (tmp_path / unit.name).write_text(unit.read_text().replace(INSTALLED, str(ROOT)))
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    checked = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_of_a_new_version_beside_the_old_one_has_its_own_folder_and_ports(tmp_path):
    """As the manual makes it: nothing of it is the old one's but the settings and the data."""
    told = (ROOT / "docs" / "operations.md").read_text()
    made = re.search(r"^ +(sed '.+grievance-web-2\.service)$", told, re.MULTILINE | re.DOTALL)[1]
    old = ROOT / "deploy" / "systemd" / "grievance-web.service"
    shutil.copy(old, tmp_path)
    subprocess.run(["sh", "-c", made], cwd=tmp_path, check=True)
    before, after = old.read_text().splitlines(), (tmp_path / "grievance-web-2.service").read_text().splitlines()
    changed = {line for line in before if line not in after}
    assert changed == {one for one in before if re.search(rf"{INSTALLED}\b|:8000\b|METRICS_PORT", one)} != set()
    assert not [one for one in after if re.search(rf"{INSTALLED}(?!-2)\b|:8000\b|=9101\b", one)]


def test_the_compose_file_says_what_the_compose_specification_knows():
    text = interpolated()
    understood = PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text)))
    understood.validate()
    assert set(understood.service_names()) == set(compose()["services"])
    with pytest.raises(ValueError, match="healthyy"):
        PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text.replace("service_healthy", "healthyy"))))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_may_write_to_the_data_alone_and_gains_no_rights(unit):
    service = parsed(unit)
    for key, value in {
        "User": "grievance", "UMask": "0077", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
        "PrivateTmp": "yes", "LimitCORE": "0", "MemorySwapMax": "0", "CapabilityBoundingSet": "",
    }.items():  # fmt: skip
        assert service["Service", key] == [value], key
    calls = service["Service", "SystemCallFilter"]
    assert calls[0].split() == ["@system-service", "seccomp"] and {"~ptrace", "process_vm_readv"} <= set(
        calls[1].split()
    )
    folders = service["Service", "ReadWritePaths"][0].split()
    assert "/srv/grievance/data" in folders and INSTALLED not in folders and "/srv/grievance" not in folders
    assert file_of_variables()["FILES_URL"].startswith("file:///srv/grievance/data/")


@pytest.fixture
def conf(monkeypatch):
    """What gunicorn.conf.py sets."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


def test_the_services_are_given_more_time_to_stop_than_they_take(conf):
    for unit in LASTING:
        assert int(parsed(unit)["Service", "TimeoutStopSec"][0]) > conf["graceful_timeout"]
    assert int(compose()["services"]["web"]["stop_grace_period"].removesuffix("s")) > conf["graceful_timeout"]


def test_every_thread_of_a_web_process_finds_a_connection(conf):
    """With one for the heartbeat and one for a health check."""
    assert conf["threads"] + 2 <= POOL["pool_size"]


def test_the_office_the_form_and_a_case_have_processes_of_their_own_and_each_page_has_one():
    served = {unit.name: re.search(r"FACES=(\S+)", unit.read_text().partition("\nEnvironment=")[2]) for unit in LASTING}
    named = sorted(face for found in served.values() if found for face in found[1].split(","))
    assert named == sorted(["form", "follow", "desk", "company", "api", "public"])
    assert served["grievance-onion.service"][1] == "public"


def test_pages_and_figures_of_the_services_have_ports_of_their_own():
    ports = [re.search(r"METRICS_PORT=(\d+)", str(parsed(unit))) for unit in LASTING]
    bound = re.findall(r"--bind 127\.0\.0\.1:(\d+)", " ".join(unit.read_text() for unit in LASTING))
    assert sorted(bound) == ["8000", "8001", "8002", "8003"]
    assert len({port[1] for port in ports} | set(bound)) == len(LASTING) + len(bound)
    published = [port for service in compose()["services"].values() for port in service.get("ports", [])]
    assert sorted(published) == [f"127.0.0.1:{port}:8000" for port in sorted(bound)[:3]]  # no onion service there


def test_containers_write_to_their_volume_alone_as_nobody_and_secrets_are_files():
    services, dockerfile = compose()["services"], (DEPLOY / "Dockerfile").read_text()
    for name in ("migrate", "web", "form", "follow", "worker"):
        service = services[name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and service["volumes"] == ["data:/data"]
        assert not {"SECRET_KEYS", "PEPPER", "DATABASE_URL"} & set(service["environment"])
    assert re.search(r"^USER 10001$", dockerfile, re.M) and "--require-hashes" in dockerfile
    assert compose()["networks"]["inside"]["internal"] is True and services["worker"]["networks"] == ["inside"]


def test_each_image_is_one_release_and_its_bytes_may_be_named():
    dockerfile, services = (DEPLOY / "Dockerfile").read_text(), compose()["services"]
    assert re.search(r"^ARG BASE=python:3\.11\.\d+-slim-bookworm$", dockerfile, re.M)
    assert re.findall(r"^FROM (\S+)", dockerfile, re.M) == ["${BASE}${DIGEST:+@${DIGEST}}"] * 2
    taken = {services[name]["image"] for name in ("database", "roles")}
    assert len(taken) == 1 and re.fullmatch(
        r"postgres:16\.\d+-bookworm\$\{POSTGRES_DIGEST:\+@\$\{POSTGRES_DIGEST\}\}", taken.pop()
    )
    assert services["web"]["build"]["args"] == {"DIGEST": "${PYTHON_DIGEST:-}"}


def test_the_key_that_signs_the_record_is_handed_to_the_worker_alone():
    given = [unit.name for unit in SERVICES if "RECORD_KEY_FILE=" in unit.read_text()]
    assert given == ["grievance-worker.service"] and "RECORD_KEY_FILE" not in file_of_variables()
    for name in ("web", "form", "follow", "onion"):  # each runs as the same user
        pages = parsed(DEPLOY / "systemd" / f"grievance-{name}.service")["Service", "InaccessiblePaths"][0]
        assert "/run/credentials/grievance-worker.service" in pages and "/etc/grievance/record_key" in pages, name
    services = compose()["services"]
    assert [name for name, one in services.items() if "record_key" in one["secrets"]] == ["worker"]
    assert [name for name, one in services.items() if "RECORD_KEY_FILE" in one["environment"]] == ["worker"]
    assert "export RECORD_KEY" not in (ROOT / "bin" / "run").read_text()


def test_the_key_that_opens_where_signs_go_is_handed_to_the_worker_alone():
    given = [unit.name for unit in SERVICES if "SIGN_KEY_FILE=" in unit.read_text()]
    assert given == ["grievance-worker.service"] and "SIGN_KEY_FILE" not in file_of_variables()
    for name in ("web", "form", "follow", "onion"):
        pages = parsed(DEPLOY / "systemd" / f"grievance-{name}.service")["Service", "InaccessiblePaths"][0]
        assert "/etc/grievance/sign_key" in pages and "/etc/grievance/sms_gateway" in pages, name
    services = compose()["services"]
    assert [name for name, one in services.items() if "sign_key" in one["secrets"]] == ["worker"]
    assert [name for name, one in services.items() if "SIGN_KEY_FILE" in one["environment"]] == ["worker"]


def test_no_process_that_serves_anybody_can_read_the_key_that_opens_backups():
    """It lies in a folder of the user as whom they all run."""
    for name in ("web", "form", "follow", "onion", "worker"):
        unit = parsed(DEPLOY / "systemd" / f"grievance-{name}.service")
        assert "/etc/grievance/drill_key" in unit["Service", "InaccessiblePaths"][0], name
    given = [name for name, one in compose()["services"].items() if "drill_key" in one.get("secrets", ())]
    assert given == ["commands"]


def test_what_is_added_to_passwords_is_of_the_staffs_pages_alone():
    """Whoever takes over a process that the public reaches, or the worker, finds it nowhere."""
    assert "STAFF_PEPPER_FILE" not in file_of_variables()
    for name in ("form", "follow", "onion", "worker"):
        unit = parsed(DEPLOY / "systemd" / f"grievance-{name}.service")
        assert "/etc/grievance/staff_pepper" in unit["Service", "InaccessiblePaths"][0], name
    services = compose()["services"]
    assert [name for name, one in services.items() if "staff_pepper" in one.get("secrets", ())] == ["web", "commands"]
    assert [name for name, one in services.items() if "STAFF_PEPPER_FILE" in one.get("environment", ())] == [
        "web", "commands",
    ]  # fmt: skip


def test_the_drill_can_write_its_canarys_receipt_in_a_container():
    """The folder of the secrets, where it would lie, is read-only there."""
    assert compose()["services"]["worker"]["environment"]["CANARY_FILE"].startswith("/data/")


def test_all_that_the_image_takes_is_there():
    taken = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / name).exists() for name in taken) and {"config.py", "migrations", "translations"} <= set(taken)


def test_the_demonstration_has_a_contact_in_each_language():
    contacts = load_config({**SECRETS, "CONTACTS_FILE": str(ROOT / "bin" / "contacts.toml")})["CONTACTS"]
    assert set(contacts) == set(EVERYWHERE)


def url_of(service):
    """The secret that a service has as its DATABASE_URL."""
    return next(
        secret["source"] if isinstance(secret, dict) else secret
        for secret in service["secrets"]
        if (secret["target"] if isinstance(secret, dict) else secret) == "database_url"
    )


def test_each_container_that_serves_somebody_has_a_database_role_of_its_own_and_nobody_elses():
    services = compose()["services"]
    for name, served in (("web", "desk,company,api"), ("form", "form"), ("follow", "follow"), ("worker", None)):
        of_role = f"database_url_{'staff' if name == 'web' else name}"
        assert url_of(services[name]) == of_role and services[name]["environment"].get("FACES") == served
        assert services[name]["depends_on"] == {"roles": {"condition": "service_completed_successfully"}}
        assert f"/run/secrets/{of_role}" in services["roles"]["entrypoint"]
    assert url_of(services["migrate"]) == "database_url"


def test_each_unit_reads_its_own_address_of_the_database_after_what_all_share():
    by_owner = [unit for unit in SERVICES if "drill" in unit.name or "scrub" in unit.name]  # by the role of commands
    assert [parsed(unit)["Service", "EnvironmentFile"] for unit in by_owner] == [["/etc/grievance/env"]] * 2
    for unit in (one for one in SERVICES if one not in by_owner):
        own = re.sub(r"grievance-(\w+)\.service", r"\1", unit.name).replace("web", "staff").replace("check", "backup")
        assert parsed(unit)["Service", "EnvironmentFile"] == [
            "/etc/grievance/env",
            f"-/etc/grievance/env.{own}",
        ]


def test_the_proxy_leads_each_address_to_the_process_that_answers_it():
    """Staff's prefixes by the table of faces, /follow to the page of a case, everything else to the form."""
    site = (DEPLOY / "nginx.conf").read_text()
    ways = dict(re.findall(r"location (?:[~=] )?(\S+) \{ proxy_pass http://grievance_(\w+); \}", site))
    public = (faces.PUBLIC, faces.FOLLOW, faces.HEALTH)
    for prefix in {face.prefix for face in faces.FACES if face not in public}:
        (way,) = (name for place, name in ways.items() if place.startswith("^") and re.match(place, f"{prefix}/x"))
        assert way == "staff", prefix
    assert ways["/"] == "form" and ways["^/follow(/|$)"] == "follow"
    assert set(re.findall(r"upstream grievance_(\w+)", site)) == set(ways.values())


@pytest.fixture
def certificate(tmp_path):
    """Of the sample's host, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "complaints.example.org")]), clock.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )
    (tmp_path / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "privkey.pem").write_bytes(secret)
    return tmp_path


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_takes_the_sample_as_it_is_but_for_host_and_certificate(certificate):
    site = (DEPLOY / "nginx.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/complaints.example.org", str(certificate))
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{free_port()} ssl")
    around = f"pid {certificate}/pid; events {{}} http {{ access_log off; {site} }}"
    (certificate / "all.conf").write_text(around)
    command = ["nginx", "-t", "-p", str(certificate), "-e", "stderr", "-c", str(certificate / "all.conf")]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr


def test_the_sample_for_nginx_keeps_no_address_and_nothing_that_was_sent():
    site = (DEPLOY / "nginx.conf").read_text()
    for line in (
        "access_log off;",
        "error_log /dev/null crit;",
        "proxy_request_buffering off;",
        "X-Forwarded-For $remote_addr;",
    ):
        assert line in site
    most = int(re.search(r"client_max_body_size (\d+)m;", site)[1]) * 1024 * 1024
    assert "server_tokens off;" in site and "limit_conn grievance" in site
    assert most >= load_config({**SECRETS})["MAX_CONTENT_LENGTH"]
