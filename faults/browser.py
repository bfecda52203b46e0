"""A plain browser: cookies, forms, and the sentence that a page shows."""

import html
import http.client
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 30
"""Seconds that a person waits for a page; longer is a hang, and is counted as one."""
SAID = re.compile(
    r'<h1[^>]*>(.*?)</h1>|<p class="lead">(.*?)</p>|<div class="summary"[^>]*>(.*?)</div>'
    r'|<p class="error"(?![^>]*hidden)[^>]*>(.*?)</p>',
    re.DOTALL,
)


class Lost(Exception):
    """No answer came: refused, reset, cut off in the middle, or none in time. Nobody knows whether it was done."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    @property
    def sentence(self) -> str:
        """What a person reads first: heading and lead of the page, or the problem document's detail."""
        if self.body.startswith(b"{"):
            said = json.loads(self.body)
            return str(said.get("detail", said) if isinstance(said, dict) else said)
        parts = [html.unescape(re.sub("<[^>]+>", " ", "".join(part))) for part in SAID.findall(self.text)]
        return " ".join(" ".join(parts).split())

    def hidden(self, action: str = "") -> dict[str, str]:
        """The hidden fields of the form with this action, or of the whole page."""
        text = self.text.split(f'action="{action}"', 1)[-1] if action else self.text
        text = text.split("</form>", 1)[0] if action else text
        found = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', text)
        return {name: html.unescape(value) for name, value in found}


File = tuple[str, bytes]


class Browser:
    """One person at one address: the limits on flooding count per client, and a real crowd has many."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.address = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, dict(headers or {}))

    def post(self, path: str, fields: Mapping[str, str], files: Sequence[File] | None = None) -> Answer:
        if files is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        else:
            kind, body = _multipart(fields, files)
        return self._ask("POST", path, body, {"Content-Type": kind})

    def post_json(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._ask("POST", path, json.dumps(body).encode(), sent)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        headers |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "http", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        except TimeoutError:
            raise Lost(f"no answer in {TIMEOUT} s") from None
        except ConnectionRefusedError:
            raise Lost("connection refused") from None
        except (OSError, http.client.HTTPException):
            raise Lost("connection broken") from None
        finally:
            line.close()
        self._remember(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, answer.headers.get("Location", ""), content)

    def _remember(self, cookies: list[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


def _multipart(fields: Mapping[str, str], files: Sequence[File]) -> tuple[str, bytes]:
    edge = secrets.token_hex(16)
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="files"; filename="{name}"', content) for name, content in files]
    body = b"".join(
        f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return f"multipart/form-data; boundary={edge}", body + f"--{edge}--\r\n".encode()
