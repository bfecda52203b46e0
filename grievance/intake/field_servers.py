"""An ODK Central or KoboToolbox of somebody's own, where forms lie that phones sent: what is asked, and answered.

Written after Central's API (getodk/central, docs.getodk.org/central-api-submission-management) and KoboToolbox's
(kobotoolbox/kpi, `kpi/docs/api/v2/data`); tried against answers in their shape alone.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from ssl import create_default_context
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from grievance.crypto.streams import SealingSpool
from grievance.forms.fields import FILE_SIZE, Upload

TIMEOUT = 60
LONGEST_LIST = 64 * 1024 * 1024
"""Bytes of a list: Central gives all submissions at once, some 500 bytes each."""
PAGE = 100
_CHUNK = 64 * 1024
HERE = {"127.0.0.1", "localhost", "::1"}


class NoAnswer(Exception):
    """The server does not answer as it should. With a sentence for whoever runs the command."""


@dataclass(frozen=True)
class Lies:
    """One submission there. `number`: its name in that API. `files`: name, and where it is; `missing`: names of those
    that the server waits for itself."""

    number: str
    xml: str
    files: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


class Server(Protocol):
    @property
    def line(self) -> "Line":
        """By which it is asked."""

    def listed(self) -> Iterator[Lies]:
        """All that lies there, without its files. Raises `NoAnswer`."""

    def with_files(self, one: Lies) -> Lies:
        """The same with its files. Raises `NoAnswer`."""


class _StaysThere(HTTPRedirectHandler):
    """Wherever an answer would lead to, the password goes to no other address."""

    def redirect_request(self, *_args: Any) -> None:
        return None


@dataclass(frozen=True)
class Line:
    """`base`: https://…, without a slash at its end; without TLS on this machine alone. Raises `NoAnswer`."""

    base: str
    authorization: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        plain = parts.scheme == "http" and parts.hostname in HERE
        if not parts.hostname or "@" in parts.netloc or not (parts.scheme == "https" or plain):
            raise NoAnswer("Give the server's address as https://…: a password goes over nothing else.")

    def opened(self, path: str) -> Any:
        opener = build_opener(_StaysThere, ProxyHandler({}), HTTPSHandler(context=create_default_context()))
        headers = {"Authorization": self.authorization, "User-Agent": ""}
        try:
            return opener.open(Request(self.base + path, headers=headers), timeout=TIMEOUT)  # noqa: S310  checked above
        except HTTPError as refused:
            refused.close()
            said = "the name, the password or the form's name is not right" if refused.code in (401, 403, 404) else ""
            raise NoAnswer(f"{self.base} answered {refused.code}{said and ': '}{said}.") from None
        except OSError as fault:
            raise NoAnswer(f"{self.base} cannot be reached ({type(fault).__name__}).") from None

    def json(self, path: str) -> Any:
        with self.opened(path) as answer:
            try:
                said = answer.read(LONGEST_LIST + 1)
                if len(said) > LONGEST_LIST:
                    raise NoAnswer(f"{self.base} answered more than a list can be.")
                return json.loads(said)
            except (OSError, ValueError) as fault:
                raise NoAnswer(f"{self.base} did not answer as this API does ({type(fault).__name__}).") from None

    def file(self, path: str, name: str) -> Upload:
        """Sealed while it arrives, as what a phone sends."""
        stream = SealingSpool(most=FILE_SIZE)
        with self.opened(path) as answer:
            try:
                while chunk := answer.read(_CHUNK):
                    stream.write(chunk)
            except OSError as fault:
                raise NoAnswer(f"{self.base} broke off ({type(fault).__name__}).") from None
        stream.finish()
        return Upload(name, stream)


def _part(text: object) -> str:
    return quote(str(text), safe="")


@dataclass(frozen=True)
class Central:
    """ODK Central. `user`: the address of somebody who may read the submissions of this form."""

    line: Line
    project: int
    form: str

    @classmethod
    def at(cls, base: str, project: int, form: str, user: str, password: str) -> "Central":
        said = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(Line(base.rstrip("/"), f"Basic {said}"), project, form)

    @property
    def _path(self) -> str:
        return f"/v1/projects/{self.project}/forms/{_part(self.form)}/submissions"

    def listed(self) -> Iterator[Lies]:
        for one in _rows(self.line.json(self._path)):
            number = str(one["instanceId"])
            yield Lies(number, f"{self._path}/{_part(number)}.xml")

    def with_files(self, one: Lies) -> Lies:
        path = f"{self._path}/{_part(one.number)}/attachments"
        said = _rows(self.line.json(path))
        files = tuple((str(file["name"]), f"{path}/{_part(file['name'])}") for file in said if file["exists"])
        return Lies(one.number, one.xml, files, tuple(str(file["name"]) for file in said if not file["exists"]))


@dataclass(frozen=True)
class Kobo:
    """KoboToolbox. `form`: what it calls the form (its `uid`), which is the form's name inside each submission too."""

    line: Line
    form: str

    @classmethod
    def at(cls, base: str, form: str, token: str) -> "Kobo":
        return cls(Line(base.rstrip("/"), f"Token {token}"), form)

    @property
    def _path(self) -> str:
        return f"/api/v2/assets/{_part(self.form)}/data"

    def listed(self) -> Iterator[Lies]:
        start, more = 0, True
        while more:
            said = self.line.json(f"{self._path}.json?limit={PAGE}&start={start}")
            rows = _rows(said.get("results") if isinstance(said, dict) else None)
            yield from (self._one(row) for row in rows)
            start, more = start + len(rows), bool(rows and said.get("next"))

    def _one(self, row: dict[str, Any]) -> Lies:
        number = _part(row["_id"])
        there = [one for one in row.get("_attachments", ()) if not one.get("is_deleted")]
        files = (
            (str(one["filename"]).rpartition("/")[2], f"{self._path}/{number}/attachments/{_part(one['uid'])}/")
            for one in there
        )
        return Lies(str(row["_id"]), f"{self._path}/{number}.xml", tuple(files))

    def with_files(self, one: Lies) -> Lies:
        return one


def _rows(said: object) -> list[dict[str, Any]]:
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise NoAnswer("The server's answer is no list of submissions.")
    return said
