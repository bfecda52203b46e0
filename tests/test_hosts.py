"""deploy/hosts/: what lies on which host, where each face has one, and who reaches the database from where."""

import re
import shutil
import subprocess
from types import SimpleNamespace as Namespace

import pytest

from config import load_config
from faults import __main__ as faults
from faults import hosts as machines
from grievance.maintenance.database_roles import OWNER, Process
from grievance.views import faces
from tests.conftest import CONTACTS, ROOT, SECRETS
from tests.processes import free_port
from tests.test_deploy import certificate as certificate
from tests.test_deploy import known

HOSTS = ROOT / "deploy" / "hosts"
FACES = {"form": "form", "follow": "follow", "onion": "public", "staff": "desk,company,api", "worker": None}
OFFICES_ALONE = {"STAFF_PEPPER_FILE", "RECORD_KEY_FILE", "SIGN_KEY_FILE", "SMS_GATEWAY_FILE", "DRILL_KEY_FILE",
                 "MAIL_URL_FILE"}  # fmt: skip
"""What is on no host that the public reaches."""
OF_DEBIAN = """sendfile on; tcp_nopush on; types_hash_max_size 2048; server_tokens off; ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers on; access_log off; gzip on;"""
"""What nginx.conf says before it takes a site: what may stand once must not stand again."""


def sample(name):
    lines = (HOSTS / f"{name}.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", FACES)
def test_each_host_starts_with_what_its_sample_names_and_nothing_else(name):
    values = sample(name)
    assert set(values) <= known()
    given = {**SECRETS, "CONTACTS": CONTACTS, "MAIL_URL": "smtps://office:word@mail.example.org",
             "DATABASE_URL": f"postgresql+psycopg://grievance_{name}:word@host/grievance?sslmode=require"}  # fmt: skip
    named = {one.removesuffix("_FILE") for one in values if one.endswith("_FILE") and one != "PINS_FILE"}
    env = {one: value for one, value in values.items() if not one.endswith("_FILE") or one == "PINS_FILE"}
    env |= {one: given[one] for one in named} | ({"FACES": FACES[name]} if FACES[name] else {})
    assert load_config(env, serves=name != "worker")["SITE_URL"] == "https://complaints.example.org"


@pytest.mark.parametrize("name", ["form", "follow", "onion"])
def test_no_host_that_the_public_reaches_has_a_key_of_the_office(name):
    assert not OFFICES_ALONE & set(sample(name))
    assert "STAFF_PEPPER_FILE" in sample("staff") and "MAIL_URL_FILE" in sample("worker")


def test_the_database_lets_each_role_in_from_one_host_by_tls_and_nobody_else():
    lines = [line.split() for line in (HOSTS / "pg_hba.conf").read_text().splitlines() if line and line[0] != "#"]
    remote = [line for line in lines if line[0] != "local"]
    assert remote[-1] == ["host", "all", "all", "all", "reject"]
    assert sorted(line[2] for line in remote[:-1]) == sorted([OWNER, "grievance_onion", *Process])
    for kind, database, role, address, how in remote[:-1]:
        assert (kind, database, how) == ("hostssl", "grievance", "scram-sha-256") and address.endswith("/32"), role
    served = {line[2].removeprefix("grievance_"): line[3].removesuffix("/32") for line in remote[:-1]}
    assert {name: sample(name)["METRICS_HOST"] for name in FACES} == {name: served[name] for name in FACES}
    assert len({served[name] for name in FACES}) == len(FACES)


def test_the_front_leads_each_address_to_the_host_that_answers_it():
    front = (HOSTS / "nginx-front.conf").read_text()
    ways = re.findall(r"location (?:[~=] )?(\S+) \{ proxy_pass https://grievance_(\w+); \}", front)
    public = (faces.PUBLIC, faces.FOLLOW, faces.HEALTH)
    for prefix in {face.prefix for face in faces.FACES if face not in public}:
        assert {way for place, way in ways if place[0] == "^" and re.match(place, f"{prefix}/x")} == {"staff"}, prefix
    assert ("/", "form") in ways and ("^/follow(/|$)", "follow") in ways


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
@pytest.mark.parametrize("name", ["nginx-front.conf", "nginx-face.conf"])
def test_nginx_takes_the_samples_as_they_are_but_for_hosts_and_certificates(certificate, name):
    site = (HOSTS / name).read_text().replace("listen 443 ssl", f"listen 127.0.0.1:{free_port()} ssl")
    site = site.replace("listen 8443 ssl", f"listen 127.0.0.1:{free_port()} ssl")
    site = re.sub(r"/etc/\S+\.(?:crt|fullchain\.pem)|/etc/\S+/fullchain\.pem", f"{certificate}/fullchain.pem", site)
    site = re.sub(r"/etc/\S+\.key|/etc/\S+/privkey\.pem", f"{certificate}/privkey.pem", site)
    (certificate / "all.conf").write_text(f"pid {certificate}/pid; events {{}} http {{ {OF_DEBIAN} {site} }}")
    command = ["nginx", "-t", "-p", str(certificate), "-e", "stderr", "-c", str(certificate / "all.conf")]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0 and "[warn]" not in told.stderr, told.stderr


def test_an_address_that_a_proxy_says_comes_from_the_front_alone():
    """The host behind it believes what X-Forwarded-For says: nobody but the front, by its certificate, may say it."""
    face = (HOSTS / "nginx-face.conf").read_text()
    assert "ssl_verify_client on;" in face and "X-Forwarded-For $" not in face
    assert "X-Forwarded-For $remote_addr;" in (HOSTS / "nginx-front.conf").read_text()
    assert {sample(name)["TRUSTED_PROXIES"] for name in ("form", "follow", "staff")} == {"1"}


def test_who_may_make_no_network_is_told_so_and_nothing_else_breaks_off(monkeypatch):
    told = Namespace(get_errno=lambda: 1, CDLL=lambda *_words, **_more: Namespace(unshare=lambda _what: -1))
    monkeypatch.setattr(machines, "ctypes", told)
    said = Namespace(scenario="taken", database="postgresql", number=None, old=None)
    assert faults.run("taken", "postgresql", said)["skipped"] == "This account may not make a network of its own."
