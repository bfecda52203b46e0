"""A receiver in a network namespace of its own, joined to this one by a pair of virtual cards: nothing of it can be
reached but the one address that the settings allow."""

import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.notify.receiver import PORT

NAME = "hooks.example.org"
HERE = Path(__file__).parent
PATIENCE = 20


@dataclass
class Receiver:
    folder: Path
    network: IPv4Network
    certificate: Path

    @property
    def address(self) -> str:
        return str(self.network[2])

    def does(self, what: str) -> None:
        (self.folder / "does").write_text(what)

    @property
    def came(self) -> list[dict]:
        file = self.folder / "came"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Of the name, by itself: whoever trusts this file trusts this receiver and nobody else."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    made = made.not_valid_after(now + datetime.timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    text = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for path, content in ((folder / "certificate.pem", text), (folder / "key.pem", plain)):
        path.write_bytes(content)
    return folder / "certificate.pem", folder / "key.pem"


def _said(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def receiver(folder: Path) -> Iterator[Receiver]:
    """Skips where this machine lets nobody make a namespace."""
    if not (shutil.which("unshare") and shutil.which("ip") and _said("unshare", "-n", "true")):
        pytest.skip("no network namespace can be made here")
    certificate, key = _certificate(folder)
    (folder / "does").write_text("200")
    program = [sys.executable, "-m", "tests.notify.receiver", str(certificate), str(key), str(folder)]
    running = subprocess.Popen(["unshare", "-n", *program], cwd=HERE.parents[1])
    ours, theirs = f"wh{os.getpid() % 100000}a", f"wh{os.getpid() % 100000}b"
    network = ip_network(f"198.18.{os.getpid() % 250}.{4 * (os.getpid() // 250 % 60)}/30")
    try:
        if not _said("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs):
            pytest.skip("no virtual network card can be made here")
        _join(ours, theirs, network, running, folder)
        yield Receiver(folder, network, certificate)
    finally:
        running.kill()
        running.wait()
        _said("ip", "link", "del", ours)


def _join(ours: str, theirs: str, network: IPv4Network, running: subprocess.Popen, folder: Path) -> None:
    _until(lambda: (folder / "ready").exists())
    inside = ("nsenter", "-t", str(running.pid), "-n", "ip")
    for command in (
        ("ip", "link", "set", theirs, "netns", str(running.pid)),
        ("ip", "addr", "add", f"{network[1]}/30", "dev", ours),
        ("ip", "link", "set", ours, "up"),
        (*inside, "addr", "add", f"{network[2]}/30", "dev", theirs),
        (*inside, "link", "set", theirs, "up"),
    ):
        assert _said(*command), command


def _until(true) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


__all__ = ["NAME", "PORT", "Receiver", "receiver"]
