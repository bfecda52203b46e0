"""The program as it is served, and clients that ask it: gunicorn with gunicorn.conf.py, on a free port of this machine.

Each request has a connection of its own, as behind a proxy; the yardstick's, too.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bench.ground import ROOT, Env
from grievance import demonstration

Form = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """`seconds`: from the connection's first packet to the last byte. `size`: bytes of head and body on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) + 19


@dataclass
class Client:
    """One person's browser, as far as a server can tell: an address in a network of its own, and a cookie."""

    port: int
    address: str = field(default_factory=lambda: f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1")
    cookie: str = ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = {"X-Forwarded-For": self.address, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookie:
            sent["Cookie"] = self.cookie
        begin = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        took = time.perf_counter() - begin
        if found := response.getheader("Set-Cookie"):
            self.cookie = found.partition(";")[0]
        return Answer(response.status, dict(response.getheaders()), content, took)

    def get(self, path: str, expected: int = 200, **headers: str) -> Answer:
        return self._checked(self.ask("GET", path, **headers), path, expected)

    def post(self, path: str, form: Form, expected: int = 303) -> Answer:
        body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        return self._checked(self.ask("POST", path, body, Content_Type=kind), path, expected)

    def send(self, path: str, form: Form, expected: int = 303) -> Answer:
        """A form as a browser sends one that may have files."""
        bound = secrets.token_hex(16)
        parts = [f'--{bound}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 for name, value in form.items()]  # fmt: skip
        body = "".join([*parts, f"--{bound}--\r\n"]).encode()
        answer = self.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={bound}")
        return self._checked(answer, path, expected)

    def _checked(self, answer: Answer, path: str, expected: int) -> Answer:
        if answer.status != expected:
            raise RuntimeError(f"{path} answered {answer.status}, not {expected}")
        return answer

    def sign_in(self, name: str = "Noor") -> "Client":
        page = self.get("/account/sign-in").body.decode()
        self.post("/account/sign-in", sign_in_form(page, name))
        return self

    def follow(self, code: str) -> "Client":
        """As a complainant, by the receipt."""
        self.post("/follow", {"code": code})
        return self


def token_of(page: str) -> str:
    """The token of a page's forms."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("the page has no form")
    return token[1]


def sign_in_form(page: str, name: str) -> Form:
    email, password = demonstration.email_of(name), demonstration.PASSWORD
    return {"email": email, "password": password, "csrf_token": token_of(page)}


def complaint(client: Client) -> Form:
    """A filled form, to be sent once three seconds have passed; another secret makes it another complaint."""
    return form_of(client.get("/complain?step=all").body.decode())


def form_of(page: str) -> Form:
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    company = re.search(r'value="(\d+)"[^>]*>\s*Larkfield', page)
    if stamp is None or company is None:
        raise RuntimeError("the form has no stamp, or does not name the company")
    return {"step": "all", "stamp": stamp[1], "company": company[1], "account": demonstration.ACCOUNT,
            "could_harm": "no", "share_account": "yes", "where": "North gate", "when": "Last week"}  # fmt: skip


def file(client: Client, form: Form) -> Answer:
    """Send a complaint from an address of its own, so that nobody is slowed for what others did."""
    mine = Client(client.port)
    return mine.send("/complain", {**form, "secret": secrets.token_urlsafe(32)})


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The process ids of those that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(one) for one in children.split()]


@contextmanager
def served(env: Env, app: str = "wsgi:app", *options: str) -> Iterator[Server]:
    """The program at the settings of gunicorn.conf.py, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning",
               "--bind", f"127.0.0.1:{port}", *options, app]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env})
    try:
        _wait_for(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _time in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            Client(port).ask("GET", "/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer within a minute")
