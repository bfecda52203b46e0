"""An office on machines of its own, on a cluster of databases: what each runs, and what its programs said."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.cluster import Cluster, program
from faults.databases import free_port
from faults.disks import Skipped
from faults.machines import Network, network
from faults.office import BIN, Office

FRONT = """
defaults
    mode tcp
    timeout connect 2s
    timeout client 60s
    timeout server 60s
listen visitors
    bind 127.0.0.1:{port}
    balance roundrobin
    option httpchk GET /healthz
    default-server inter 1s fall 3 rise 1
    server web1 {web1}:8000 check
    server web2 {web2}:8000 check
"""


class Failover(Office):
    """An office on machines of its own: two with pages, two with a worker, and what leads visitors to the pages."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        super().__init__(folder, cluster, folder)  # type: ignore[arg-type]
        self.cluster, self.port = cluster, free_port()
        numbers = {"web1": 31, "web2": 32, "worker1": 41, "worker2": 42}
        self.at = {name: cluster.network.machine(name, number) for name, number in numbers.items()}

    def start_all(self) -> None:
        file = self.folder / "front.cfg"
        file.write_text(FRONT.format(port=self.port, **{name: one.address for name, one in self.at.items()}))
        for name, machine in self.at.items():
            machine.begin(self.logs / f"{name}.log", *self._words(name), environment=self._environment(name))
        self.web = self.begin("front", program("haproxy"), "-db", "-f", str(file))
        self.wait_for("/healthz")

    def _words(self, name: str) -> tuple[str | Path, ...]:
        if name.startswith("worker"):
            return BIN / "flask", "worker"
        words = ("--config", str(self.program / "gunicorn.conf.py"), "--chdir", str(self.program))
        return (
            BIN / "gunicorn",
            *words,
            "--bind",
            f"{self.at[name].address}:8000",
            "--log-level",
            "error",
            self.server,
        )

    def _environment(self, name: str) -> dict[str, str]:
        return {**self.environment, "PINS_FILE": str(self.folder / f"{name}-pins.json")}

    def keep_logs(self) -> Path:
        """What every program said, in a folder that stays."""
        kept = Path(tempfile.mkdtemp(prefix="failover-logs-"))
        for path in (*self.logs.glob("*.log"), *self.cluster.folder.glob("*.log")):
            shutil.copy(path, kept)
        return kept

    def log(self, name: str = "web") -> str:
        return "".join(Office.log(self, one) for one in self.at if one.startswith(name))


@contextmanager
def clustered(database: str) -> Iterator[Failover]:
    """A fresh office on a fresh cluster; everything ends and is removed with it. Raises `Skipped` where something that
    it needs is not here."""
    if database != "postgresql":
        raise Skipped("SQLite has no second server.")
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with network() as made:
            yield from _on(made, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _on(made: Network, folder: Path) -> Iterator[Failover]:
    office = Failover(folder, Cluster(folder / "cluster", made))
    try:
        office.cluster.start()
        office.prepare()
        yield office
    finally:
        office.end(office.web)
