"""Hosts of their own on one machine: each a network namespace with an address, a user and a folder with what
deploy/hosts/ puts there, beside a database that lets each role in from its host alone."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.databases import Postgres
from faults.disks import Skipped
from grievance.crypto.keyring import new_entry

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "deploy" / "hosts"
NEW_NETWORK = 0x40000000
NETWORK = "10.20.0"
FIRST_USER = 64_100
"""Users without a name, one a host."""
SHARED = {"PEPPER": "all", "INTAKE_KEY": "all", "SECRET_KEYS": "the public's hosts", "CONTACTS": "all"}
"""What more than one host has, and which."""


def own_network() -> None:
    """This process, and whatever it starts, has a network of its own from here on: nothing else of the machine is in
    it. Raises `Skipped` where none may be made."""
    if not shutil.which("ip") or ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK):
        raise Skipped("This account may not make a network of its own.")
    ip("link", "set", "lo", "up")
    ip("link", "add", "lan", "type", "bridge")
    ip("addr", "add", f"{NETWORK}.1/24", "dev", "lan")
    ip("link", "set", "lan", "up")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass(frozen=True)
class Host:
    """`secrets`: by their names, what lies there."""

    name: str
    address: str
    user: int
    folder: Path
    secrets: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """As the unit has it: the sample's lines, with this host's folder, and what the unit adds."""
        text = (self.folder / "env").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))

    @property
    def network(self) -> str:
        return f"grievance-{os.getpid()}-{self.name}"

    def run(self, *words: str, told: str = "") -> str:
        """A program as this host's user, in its network, with its environment alone. What it prints."""
        around = ["ip", "netns", "exec", self.network, "setpriv", f"--reuid={self.user}", f"--regid={self.user}",
                  "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]  # fmt: skip
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **self.environment}
        done = subprocess.run(
            [*around, sys.executable, *words], env=env, cwd=ROOT, input=told, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stdout[-500:]}{done.stderr[-1500:]}")
        return done.stdout


def addresses() -> dict[str, str]:
    """Role to the address that deploy/hosts/pg_hba.conf lets it in from."""
    return dict(re.findall(r"^hostssl +grievance +(\w+) +([\d.]+)/32", (SAMPLES / "pg_hba.conf").read_text(), re.M))


def guard(database: Postgres) -> None:
    """The sample of pg_hba.conf, but for TLS, which has no certificate here, the name of the database, and the
    administrator on the machine itself."""
    text = (SAMPLES / "pg_hba.conf").read_text().replace("hostssl", "host   ").replace("  grievance  ", "  postgres   ")
    (database.data / "pg_hba.conf").write_text("host all postgres 127.0.0.1/32 trust\n" + text)
    database.listens = "*"
    database.stop()
    database.start()


def secrets_of(name: str, office: dict[str, str], public: dict[str, str]) -> dict[str, str]:
    """What the sample of a host names, as values: the public's hosts share SECRET_KEYS of their own."""
    wanted = set(re.findall(r"^(\w+)_FILE=", (SAMPLES / f"{name}.env").read_text(), re.M))
    given = {**office, **(public if name in ("form", "follow", "onion") else {})}
    more = {"worker": ("RECORD_KEY", "SIGN_KEY")}.get(name, ())
    return {one: given[one] for one in (*sorted(wanted - {"DATABASE_URL", "PINS"}), *more)}


def furnish(name: str, number: int, folder: Path, secrets: dict[str, str], url: str, files: Path) -> Host:
    """The host's folder, which only its user opens, and its network."""
    role = "grievance_" + name
    host = Host(name, addresses()[role], FIRST_USER + number, folder / name, {**secrets, "DATABASE_URL": url})
    (host.folder / "data").mkdir(parents=True, mode=0o700)
    text = (SAMPLES / f"{name}.env").read_text().replace("/srv/grievance/data/files", str(files))
    text = text.replace("/srv/grievance/data", str(host.folder / "data"))
    (host.folder / "env").write_text(re.sub(r"=/etc/grievance/(\w+)(\.toml)?", rf"={host.folder}/\1", text))
    for one, value in host.secrets.items():
        (host.folder / one.lower()).write_text(value + "\n")
    for path in (host.folder, *host.folder.rglob("*")):
        os.chown(path, host.user, host.user)
        path.chmod(0o700 if path.is_dir() else 0o600)
    _connect(host, number)
    return host


def _connect(host: Host, number: int) -> None:
    ip("netns", "add", host.network)
    ip("link", "add", f"h{number}", "type", "veth", "peer", "name", "eth0", "netns", host.network)
    ip("link", "set", f"h{number}", "master", "lan", "up")
    for words in (["link", "set", "lo", "up"], ["addr", "add", f"{host.address}/24", "dev", "eth0"],
                  ["link", "set", "eth0", "up"]):  # fmt: skip
        ip("-n", host.network, *words)


def remove(hosts: list[Host]) -> None:
    for host in hosts:
        ip("netns", "del", host.network)
        shutil.rmtree(host.folder, ignore_errors=True)


def new_keys(*names: str) -> dict[str, Any]:
    return {name: new_entry() for name in names}
