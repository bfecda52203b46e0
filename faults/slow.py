"""Connections that begin to send a form and then bring a byte now and then, as many as somebody likes; and what others
see meanwhile: straight at gunicorn, or behind nginx as deploy/nginx.conf has it."""

import os
import re
import shutil
import socket
import statistics
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.databases import free_port
from faults.disks import Skipped
from faults.office import ROOT, Office

HEAD = (
    "POST /complain HTTP/1.1\r\nHost: complaints.example.org\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    'Content-Length: 20000000\r\n\r\n--b\r\nContent-Disposition: form-data; name="account"\r\n\r\n'
)
FIRST = 33_000
"""Bytes: a little more than `whole_requests.ENOUGH`."""
BYTE_EACH, VISIT_EACH, GIVES_UP = 5.0, 0.5, 60.0
"""Seconds: between two bytes, between two visits, and until a visitor has had enough."""
LASTS = 60.0


@dataclass
class Seen:
    """What visitors saw: seconds of each page that came, and what came instead."""

    seconds: list[float] = field(default_factory=list)
    instead: Counter[str] = field(default_factory=Counter)

    def told(self) -> dict[str, Any]:
        ordered = sorted(self.seconds) or [0.0]
        found = {
            "median": statistics.median(ordered),
            "95th": ordered[int(len(ordered) * 0.95)],
            "longest": ordered[-1],
        }
        named = {name: f"{seconds:.2f} s" for name, seconds in found.items()}
        return {"pages": len(self.seconds), **named, "instead": dict(self.instead)}


def slow_lines(office: Office, number: int = 40, first: int = 0) -> dict[str, Any]:
    """`number` connections, each from an address of its own, opened anew as soon as they are ended; `first`: bytes that
    each brings at once."""
    office.start_web()
    with behind_nginx(office) as port:
        calm = visited(port, 10.0)
        over, ended = threading.Event(), Counter[str]()
        lines = [threading.Thread(target=_drip, args=(port, one, first, over, ended)) for one in range(number)]
        for line in lines:
            line.start()
        seen = visited(port, LASTS)
        over.set()
        for line in lines:
            line.join()
    office.kill_web()
    good = not seen.instead and max(seen.seconds, default=GIVES_UP) < GIVES_UP
    return {"connections": number, "behind": "nginx" if nginx() else "nothing", "before": calm.told(),
            "meanwhile": seen.told(), "ended": dict(ended), "good": good}  # fmt: skip


def slow_parts(office: Office, number: int = 200) -> dict[str, Any]:
    """As `slow_lines`, each with more at once than a thread waits for."""
    return slow_lines(office, number, FIRST)


def _drip(port: int, number: int, first: int, over: threading.Event, ended: Counter[str]) -> None:
    while not over.is_set():
        with suppress(OSError), socket.socket() as line:
            line.bind((f"127.0.{1 + number // 250}.{1 + number % 250}", 0))
            line.connect(("127.0.0.1", port))
            line.sendall(HEAD.encode() + b"a" * first)
            ended[_until_ended(line, over)] += 1


def _until_ended(line: socket.socket, over: threading.Event) -> str:
    """The status that it was ended with."""
    line.settimeout(BYTE_EACH)
    while not over.is_set():
        try:
            said = line.recv(200)
        except TimeoutError:
            line.sendall(b"a")
        else:
            return said.split(b" ")[1].decode() if said else "closed"
    return "never"


def visited(port: int, seconds: float) -> Seen:
    """Visitors who open the first page, two a second, whether those before have theirs or not."""
    seen, visitors, end = Seen(), list[threading.Thread](), time.monotonic() + seconds
    while time.monotonic() < end:
        visitors.append(threading.Thread(target=visit, args=(port, seen)))
        visitors[-1].start()
        time.sleep(VISIT_EACH)
    for visitor in visitors:
        visitor.join()
    return seen


def visit(port: int, seen: Seen) -> None:
    """One who opens the first page."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=GIVES_UP) as page:
            page.read()
    except urllib.error.HTTPError as refused:
        seen.instead[str(refused.code)] += 1
    except OSError as fault:
        seen.instead[type(fault).__name__] += 1
    else:
        seen.seconds.append(time.monotonic() - began)


# --- nginx -------------------------------------------------------------------------------------------------


def nginx() -> str | None:
    """Where it is: `NGINX` names one that is not installed."""
    return os.environ.get("NGINX") or shutil.which("nginx")


@contextmanager
def behind_nginx(office: Office) -> Iterator[int]:
    """The port to visit: of nginx with the sample's own words but for host and certificate; gunicorn's without one."""
    program = nginx()
    if program is None:
        yield office.port
        return
    folder, port = office.folder / "nginx", free_port()
    folder.mkdir(exist_ok=True)
    (folder / "all.conf").write_text(_site(folder, port, office.port))
    words = [program, "-p", str(folder), "-e", "stderr", "-c", str(folder / "all.conf"), "-g", "daemon off;"]
    with (office.logs / "nginx.log").open("ab") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _site(folder: Path, port: int, behind: int) -> str:
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    site = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", site)
    site = re.sub(r"(?m)^\s*ssl_\w+ .*;$", "", site)
    site = re.sub(r"127\.0\.0\.1:80\d\d", f"127.0.0.1:{behind}", site)
    kept = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"pid {folder}/pid; worker_processes 1; events {{ worker_connections 2048; }} http {{ {kept} {site} }}"


def _wait_for(port: int) -> None:
    for _each in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Skipped("nginx does not start here: see nginx.log.")
