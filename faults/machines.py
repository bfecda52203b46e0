"""Machines of our own on one network: each a network namespace with an address, whose programs can be killed or frozen
together, and whose way to some others can be cut."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from faults.disks import Skipped

NETWORK = "10.20.0"
CLONE_NEWNET = 0x40000000
NAMES = Path("/run/netns")


class Machine:
    """`name` is said in logs, `address` is its own on the network. Its programs end with it."""

    def __init__(self, network: "Network", name: str, number: int) -> None:
        self.network, self.name, self.address = network, name, f"{NETWORK}.{number}"
        self.space = f"{network.prefix}-{name}"
        ip("netns", "add", self.space)
        ip("-n", network.here, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("-n", network.here, "link", "set", name, "master", "switch", "up")
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            ip("-n", self.space, "link", "set", device, "up")

    def command(self, *words: str | Path) -> list[str]:
        """To run these words on this machine."""
        return ["ip", "netns", "exec", self.space, *(str(one) for one in words)]

    def begin(self, log: Path, *words: str | Path, environment: dict[str, str] | None = None) -> None:
        """A program that runs on, at the head of a group of its own; what it says is in a log."""
        with log.open("ab") as said:
            process = subprocess.Popen(
                self.command(*words), stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
                env=environment, cwd=log.parent,
            )  # fmt: skip
        self.network.programs.append(process)

    def programs(self) -> list[int]:
        return [int(one) for one in ip("netns", "pids", self.space).split()]

    def tell(self, what: signal.Signals) -> None:
        """All its programs at once; those that were begun meanwhile, too."""
        told = set[int]()
        while new := set(self.programs()) - told:
            for pid in new:
                with suppress(ProcessLookupError):
                    os.kill(pid, what)
            told |= new

    def kill(self) -> None:
        """As when it loses its power: no program of it is there when this returns."""
        while self.programs():
            self.tell(signal.SIGKILL)
            self.network.reap()
            time.sleep(0.02)

    def cut(self, *others: "Machine", mend: bool = False) -> None:
        """Nothing that it sends to these others gets there, and nobody is told; or it does again."""
        for other in others:
            ip("-n", self.space, "route", "del" if mend else "add", "blackhole", f"{other.address}/32")

    def remove(self) -> None:
        self.kill()
        ip("netns", "del", self.space)


class Network:
    """A switch in a namespace of its own, in which this process works, too. Nothing of it is seen from outside."""

    def __init__(self) -> None:
        self.prefix = f"faults{os.getpid()}"
        self.here, self.machines = f"{self.prefix}-here", list[Machine]()
        self.programs: list[subprocess.Popen[bytes]] = []
        ip("netns", "add", self.here)
        ip("-n", self.here, "link", "add", "switch", "type", "bridge")
        ip("-n", self.here, "addr", "add", f"{NETWORK}.1/24", "dev", "switch")
        for device in ("lo", "switch"):
            ip("-n", self.here, "link", "set", device, "up")

    def machine(self, name: str, number: int) -> Machine:
        self.machines.append(Machine(self, name, number))
        return self.machines[-1]

    def reap(self) -> None:
        self.programs = [one for one in self.programs if one.poll() is None]

    def remove(self) -> None:
        for machine in self.machines:
            machine.tell(signal.SIGCONT)
            machine.remove()
        self.reap()
        ip("netns", "del", self.here)


@contextmanager
def network() -> Iterator[Network]:
    """A network that this process is part of while the block runs: threads that begin inside are, too. Raises `Skipped`
    where none may be made."""
    if os.geteuid():
        raise Skipped("Only root may make a network of its own.")
    before = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        made = Network()
    except (OSError, subprocess.CalledProcessError):
        raise Skipped("This account may not make a network of its own.") from None
    try:
        _move(NAMES / made.here)
        yield made
    finally:
        _move(Path(f"/proc/self/fd/{before}"))
        os.close(before)
        made.remove()


def _move(space: Path) -> None:
    descriptor = os.open(space, os.O_RDONLY)
    failed = ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET)
    os.close(descriptor)
    if failed:
        raise OSError(ctypes.get_errno(), "this process cannot move to another network")


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
