"""A file of 25 MB through the program, from the multipart parser to the sealed file in its folder, in a process of its
own; beside AES-256-GCM over the same bytes and a plain write of the result."""

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from io import RawIOBase
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from bench.ground import Env
from bench.prepare import Run, application
from bench.results import Figure, Target
from grievance.crypto.streams import SealingSpool

SIZE, CHUNK = 25_000_000, 64 * 1024
VIDEO = b"\0\0\0\x20ftypisom"
MB = 1_000_000


class Body(RawIOBase):
    """A form with one file, as it comes out of a socket: nothing of it lies in memory before it is read."""

    def __init__(self, size: int, secret: str) -> None:
        self.parts = self._parts(size, secret)
        self.rest = b""

    @staticmethod
    def length(size: int, secret: str) -> int:
        return sum(len(part) for part in Body._frame(secret)) + size

    @staticmethod
    def _frame(secret: str) -> tuple[bytes, bytes]:
        head = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                       for name, value in {"step": "files", "go": "upload", "secret": secret}.items())  # fmt: skip
        head += '--b\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n'
        return (head + "Content-Type: video/mp4\r\n\r\n").encode(), b"\r\n--b--\r\n"

    def _parts(self, size: int, secret: str) -> Iterator[bytes]:
        head, tail = self._frame(secret)
        noise = secrets.token_bytes(CHUNK)
        yield head + VIDEO
        left = size - len(VIDEO)
        while left:
            part = noise[:left]
            left -= len(part)
            yield part
        yield tail

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        self.rest = self.rest or next(self.parts, b"")
        number = min(len(into), len(self.rest))
        into[:number], self.rest = self.rest[:number], self.rest[number:]
        return number


def send(app: Flask, size: int) -> None:
    """One upload by the program's own front door."""
    secret = secrets.token_urlsafe(32)
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/complain", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http", "wsgi.input": Body(size, secret), "wsgi.version": (1, 0),
        "wsgi.errors": open(os.devnull, "w"), "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False, "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(Body.length(size, secret)),
    }  # fmt: skip
    statuses: list[str] = []
    for _part in app.wsgi_app(environ, lambda status, _headers: statuses.append(status)):  # type: ignore[arg-type, return-value]
        pass
    if not statuses[0].startswith("303"):
        raise RuntimeError(f"the upload was answered with {statuses[0]}")


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "file", "file sealed" and "file memory"."""
    if not {"file", "file sealed", "file memory"} & names:
        return
    found = [_apart(run.data[0].env) for _ in range(run.rounds)]
    rates = {name: [one[name] for one in found] for name in found[0]}
    floor, half = ("AES-256-GCM and a plain write", rates["floor"]), Target("ratio", "least", 0.5)
    if "file sealed" in names:
        note = "Cobblestone, SHA-256 of both texts, the temporary file: while it arrives"
        yield Figure("file sealed", "a 25 MB file, sealed while it streams", run.kind, 0, "MB/s", rates["sealed"],
                     *floor, half, note)  # fmt: skip
    if "file" in names:
        note = "parsed from the form, sealed, copied to its folder, on disk when it is answered"
        yield Figure("file", "the same through the whole program", run.kind, 0, "MB/s", rates["whole"], *floor, None,
                     note)  # fmt: skip
    if "file memory" in names:
        yield Figure("file memory", "memory that it adds, at its peak", run.kind, 0, "MB", rates["growth"],
                     target=Target("value", "most", 8))  # fmt: skip


def _apart(env: Env) -> dict[str, float]:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_here, args=(env, there))
    process.start()
    if not here.poll(300):
        raise RuntimeError("the upload did not end")
    found: dict[str, float] = here.recv()
    process.join()
    return found


def _here(env: Env, answer: Any) -> None:
    with application(env) as app:
        send(app, 100_000)  # what is imported and opened once is no cost of this file
        before = memory("VmRSS")
        forget_peak()
        begin = time.perf_counter()
        send(app, SIZE)
        whole = time.perf_counter() - begin
        growth = memory("VmHWM") - before
        sealed, floor = _spooled(), _floor()
    answer.send({"whole": SIZE / MB / whole, "sealed": SIZE / MB / sealed, "floor": SIZE / MB / floor,
                 "growth": growth * 1024 / MB})  # fmt: skip


def _spooled() -> float:
    noise = secrets.token_bytes(CHUNK)
    begin = time.perf_counter()
    spool = SealingSpool()
    for _turn in range(SIZE // CHUNK):
        spool.write(noise)
    spool.finish()
    return time.perf_counter() - begin


def _floor() -> float:
    key, plain = AESGCM.generate_key(256), secrets.token_bytes(SIZE)
    begin = time.perf_counter()
    sealed = AESGCM(key).encrypt(b"\0" * 12, plain, None)
    with tempfile.TemporaryFile() as file:
        file.write(sealed)
        file.flush()
        return time.perf_counter() - begin


def memory(what: str, process: int | str = "self") -> int:
    """KiB of a process: VmRSS is what it has, VmHWM the most that it had since `forget_peak`."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))


def forget_peak(process: int | str = "self") -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")
