"""By which gateway text messages go: SMPP, or whatever takes them over HTTP, described by a template."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SENDER = re.compile(r"\+?[0-9]{3,15}|[A-Za-z0-9][A-Za-z0-9 ._-]{0,10}")
"""What a message may come from: a number, or a name of eleven signs."""


@dataclass(frozen=True)
class Smpp:
    """A server of SMPP 3.4, to which we bind as a transmitter."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    tls: bool = True
    system_type: str = ""


@dataclass(frozen=True)
class Http:
    """`url` and `body` are templates: {to}, {text} and {from} are put in, written as their place wants it.
    `accepted`: what an answer must contain to mean that it was taken; empty where 2xx says it."""

    url: str = field(repr=False)
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    body: str = field(default="", repr=False)
    accepted: str = ""

    def address(self, values: Mapping[str, str]) -> str:
        return _put(self.url, {name: quote(value, safe="") for name, value in values.items()})

    def content(self, values: Mapping[str, str]) -> bytes:
        how = _in_json if self.kind == JSON else _in_form
        return _put(self.body, {name: how(value) for name, value in values.items()}).encode()

    @property
    def kind(self) -> str:
        """By its header, however that is written."""
        said = next((value for name, value in self.headers.items() if name.lower() == "content-type"), FORM)
        return said.partition(";")[0].strip().lower()


Gateway = Smpp | Http


def _put(template: str, values: Mapping[str, str]) -> str:
    """In one pass: a text that speaks of {to} is not looked at again."""
    return re.sub(r"\{(to|text|from)\}", lambda found: values[found[1]], template)


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_form(value: str) -> str:
    return quote(value, safe="")


def parse(text: str) -> Gateway | None:
    """TOML with one table, [smpp] or [http]. Raises ValueError with a sentence that repeats no secret."""
    if not text:
        return None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ValueError("it is no TOML") from None
    match tables:
        case {"smpp": dict() as given, **rest} if not rest:
            return _smpp(given)
        case {"http": dict() as given, **rest} if not rest:
            return _http(given)
    raise ValueError("it must have one table, [smpp] or [http]")


def _smpp(given: dict[str, Any]) -> Smpp:
    _only(given, {"host": str, "port": int, "system_id": str, "password": str}, {"tls": bool, "system_type": str})
    if not given.get("tls", True) and given["host"] not in LOOPBACK:
        raise ValueError("[smpp] without tls may lead to this machine alone: everybody between would read the password")
    if not 0 < given["port"] < 65536:
        raise ValueError("[smpp] port must be a number up to 65535")
    return Smpp(**given)


def _http(given: dict[str, Any]) -> Http:
    _only(given, {"url": str}, {"method": str, "headers": dict, "body": str, "accepted": str})
    parts, headers = urlsplit(given["url"]), given.get("headers", {})
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("[http] url must begin with https://, or lead to this machine")
    if given.get("method", "POST") not in ("POST", "PUT", "GET"):
        raise ValueError("[http] method must be POST, PUT or GET")
    if not all(isinstance(value, str) and "\n" not in value for value in headers.values()):
        raise ValueError("[http] headers must be texts of one line")
    made = Http(**given)
    if made.body and made.kind not in (FORM, JSON):
        raise ValueError(f"[http] Content-Type must be {FORM} or {JSON}")
    if not all(f"{{{name}}}" in made.url + made.body for name in ("to", "text")):
        raise ValueError("[http] url or body must have {to} and {text}")
    return made


def _only(given: dict[str, Any], needed: dict[str, type], besides: dict[str, type]) -> None:
    known = needed | besides
    for name, value in given.items():
        if name not in known or type(value) is not known[name]:
            raise ValueError(f"{name[:20]} is not known there, or is not a {known.get(name, str).__name__}")
    if missing := needed.keys() - given.keys():
        raise ValueError(f"{min(missing)} is missing")
