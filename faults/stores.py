"""Object stores that really run, on this machine: one small, and a cluster of which parts can be killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from grievance.storage.places import Access
from grievance.storage.versions import signed

HERE = "127.0.0.1"
KEY_ID, SECRET = "office", "a-secret-of-tests"
PATIENCE = 60
IDENTITIES = {
    "identities": [
        {"name": "office", "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}], "actions": ["Admin"]},
    ]
}


def free_ports(number: int) -> list[int]:
    """So many ports that nobody has just now."""
    held = [socket.create_server((HERE, 0)) for _ in range(number)]
    try:
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def until(asked: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not asked():
        if time.monotonic() > end:
            raise AssertionError(f"{what} is not there after {PATIENCE} seconds")
        time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex((HERE, port)) == 0


class Server:
    """Processes of one store, in a folder of their own; `end` kills each by its number."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.running, self.commands = folder, dict[str, subprocess.Popen[bytes]](), dict[str, list[str]]()

    def begin(self, name: str, *command: str) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "RCLONE_", "WEED_"))}
        self.commands[name] = list(command)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=clean)

    def kill(self, name: str) -> None:
        """At once: asked kindly, some keep their ports for ten seconds."""
        self.running[name].kill()
        self.running[name].wait()

    def begin_again(self, name: str) -> None:
        """What was killed, as it was begun."""
        self.begin(name, *self.commands[name])

    def freeze(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGCONT)

    def end(self) -> None:
        for name in self.running:
            self.kill(name)
        shutil.rmtree(self.folder)


class Rclone(Server):
    """S3 as `rclone serve s3` speaks it: put, get, list and delete; no conditions, no ranges, no versions."""

    def __init__(self, folder: Path, bucket: str = "files") -> None:
        super().__init__(folder)
        (folder / "kept" / bucket).mkdir(parents=True)
        (self.port,) = free_ports(1)
        self.start()

    def start(self) -> None:
        where = (str(self.folder / "kept"), "--addr", f"{HERE}:{self.port}", "--auth-key", f"{KEY_ID},{SECRET}")
        self.begin("rclone", program("rclone"), "serve", "s3", *where, "--config", "/dev/null")
        until(lambda: answers(self.port), "rclone")

    @property
    def access(self) -> Access:
        return Access(f"http://{HERE}:{self.port}", key_id=KEY_ID, secret=SECRET, conditions=False)


class SeaweedFS(Server):
    """A cluster that keeps each file twice, on two of its volume servers: a master, a filer, S3."""

    def __init__(self, folder: Path, volumes: int = 3) -> None:
        super().__init__(folder)
        self.ports = iter(free_ports(2 * (volumes + 3)))
        self.volumes = [f"volume{n}" for n in range(volumes)]
        try:
            self.start()
        except BaseException:
            self.end()
            raise

    def start(self) -> None:
        (self.folder / "s3.json").write_text(json.dumps(IDENTITIES))
        master = self.weed("master", "-mdir=.", "-defaultReplication=001", "-telemetry=false", "-volumeSizeLimitMB=64")
        of_master = f"{HERE}:{master[0]}.{master[1]}"
        for name in self.volumes:
            (self.folder / name).mkdir()
            self.weed(name, f"-master={of_master}", f"-dir={name}", "-max=60", part="volume")
        replicated = (f"-master={of_master}", "-defaultReplicaPlacement=001", "-defaultStoreDir=.")
        filer = self.weed("filer", *replicated)
        self.port = self.weed(
            "s3", f"-filer={HERE}:{filer[0]}.{filer[1]}", "-config=s3.json", "-port.iceberg=0", "-port.lance=0"
        )[0]
        until(lambda: answers(self.port), "S3 of SeaweedFS")

    def weed(self, name: str, *options: str, part: str = "") -> tuple[int, int]:
        """Begin one of its servers; its port, and its port for the others."""
        port, inner = next(self.ports), next(self.ports)
        where = (f"-ip={HERE}", f"-ip.bind={HERE}", f"-port={port}", f"-port.grpc={inner}")
        self.begin(name, program("weed"), "-logtostderr=true", part or name, *where, *options)
        until(lambda: answers(port), name)
        return port, inner

    @property
    def access(self) -> Access:
        return Access(f"http://{HERE}:{self.port}", key_id=KEY_ID, secret=SECRET)

    def ask(self, method: str, path: str, query: str = "", body: bytes = b"") -> int:
        """What the library has no word for; the answer's number."""
        host = f"{HERE}:{self.port}"
        connection = HTTPConnection(host, timeout=PATIENCE)
        headers = signed(self.access, (method, path, query), host, datetime.now(UTC), body)
        connection.request(method, f"{path}?{query}", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status
