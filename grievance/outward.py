"""Requests to an address of somebody else's choosing: to public addresses alone, and never by way of another one.

A name is looked up once, and the connection goes to what was looked at: a name that answers otherwise the second time
leads nowhere (DNS rebinding). No proxy, no redirect, no cookie; of an answer its status is read and nothing more.
"""

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread
from urllib.parse import urlsplit

LONGEST = 500
CONNECT, WHOLE = 5.0, 10.0
"""Seconds for the connection and each answer on the line, and for all of it, the look-up of the name too."""
HTTPS = 443
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
_SIGNS = re.compile(r"[!-~]+")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name, and of a port where it matters. Raises `OSError`."""
_UNICAST = IPv6Network("2000::/3")
_SPECIAL = tuple(
    ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""What `is_global` of one version of Python or another lets through: protocol assignments, tunnels into other networks
(6to4, Teredo), documentation (the registries of special addresses, RFC 6890)."""


class Why(StrEnum):
    """Why nothing is sent to an address, or nothing was taken there; stored."""

    FORM = "form"
    PORT = "port"
    INSIDE = "inside"
    LINE = "line"
    TLS = "tls"
    SLOW = "slow"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    GONE = "gone"
    RECORD = "record"


class NotSent(Exception):
    """It was not taken, or must not go there. `status`: what was answered, where anything was."""

    def __init__(self, why: Why, status: int | None = None) -> None:
        super().__init__(why.value)
        self.why, self.status = why, status


@dataclass(frozen=True)
class Allowed:
    """Beside public addresses and port 443: these networks and ports. The office's settings name them, nobody else."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({HTTPS})


@dataclass(frozen=True)
class Where:
    """An address in parts. `target`: path and question, which can hold a secret."""

    host: str
    port: int
    target: str = field(repr=False)


def read(url: str, allowed: Allowed) -> Where:
    """Raises `NotSent` for what is no https address of printable signs, or has a name and a password, or a port that is
    not allowed."""
    if len(url) > LONGEST or not _SIGNS.fullmatch(url):
        raise NotSent(Why.FORM)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS
    except ValueError:
        raise NotSent(Why.FORM) from None
    if parts.scheme != "https" or "@" in parts.netloc or parts.fragment or "\\" in url or not _is_host(host):
        raise NotSent(Why.FORM)
    if port not in allowed.ports:
        raise NotSent(Why.PORT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Where(host, port, target)


def _is_host(host: str) -> bool:
    if len(host) > 253:
        return False
    try:
        return "%" not in host and bool(ip_address(host))
    except ValueError:
        return bool(_NAME.fullmatch(host))


def looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked(where: Where, allowed: Allowed, resolve: Resolve | None = None) -> list[str]:
    """The addresses to connect to. Raises `NotSent` where one of them is not public, and where there is none: who
    chooses an address learns no names of the inside from the difference."""
    try:
        found = [ip_address(one) for one in (resolve or looked_up)(where.host, where.port)]
    except (OSError, ValueError):
        found = []
    if not found or not all(may_go_to(one, allowed.networks) for one in found):
        raise NotSent(Why.INSIDE)
    return [str(one) for one in found]


def may_go_to(address: Address, networks: Iterable[Network]) -> bool:
    """Public unicast, or in one of these networks. An IPv4 address that is written as IPv6 is judged as what it is."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if any(address in one for one in networks if one.version == address.version):
        return True
    if any(address in one for one in _SPECIAL if one.version == address.version):
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return isinstance(address, IPv4Address) or address in _UNICAST


class _Checked(http.client.HTTPSConnection):
    """Connects to an address that was looked at, and has the certificate be of the name."""

    def __init__(self, where: Where, addresses: Sequence[str], context: ssl.SSLContext) -> None:
        super().__init__(where.host, where.port, timeout=CONNECT, context=context)
        self.addresses, self.context = addresses, context

    def connect(self) -> None:
        line = self._line()
        try:
            self.sock = self.context.wrap_socket(line, server_hostname=self.host)
        except BaseException:
            line.close()
            raise

    def _line(self) -> socket.socket:
        """The first of them that answers, and the last one's failure."""
        *others, last = self.addresses
        for one in others:
            with suppress(OSError):
                return socket.create_connection((one, self.port), CONNECT)
        return socket.create_connection((last, self.port), CONNECT)


@dataclass
class _Try:
    """One request, made by a thread of its own: what hangs is left behind, and its line is cut."""

    where: Where
    allowed: Allowed
    resolve: Resolve | None
    status: int | None = None
    fault: Exception | None = None
    given_up: bool = False
    connection: http.client.HTTPSConnection | None = None

    def run(self, body: bytes, headers: dict[str, str]) -> None:
        try:
            addresses = checked(self.where, self.allowed, self.resolve)
            self.connection = _Checked(self.where, addresses, ssl.create_default_context())
            self.connection.connect()
            if not self.given_up:
                self.connection.request("POST", self.where.target, body, headers)
                self.status = self.connection.getresponse().status
        except Exception as fault:
            self.fault = fault
        finally:
            self.cut()

    def cut(self) -> None:
        line = self.connection.sock if self.connection else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def post(
    url: str, body: bytes, headers: dict[str, str], allowed: Allowed, resolve: Resolve | None = None,
    within: float = WHOLE,
) -> None:  # fmt: skip
    """Sent and taken (2xx), or `NotSent`. `within`: seconds for all of it."""
    attempt = _Try(read(url, allowed), allowed, resolve)
    thread = Thread(target=attempt.run, args=(body, headers), daemon=True)
    thread.start()
    thread.join(within)
    if thread.is_alive():
        attempt.given_up = True
        attempt.cut()
        raise NotSent(Why.SLOW)
    _judge(attempt)


def _judge(attempt: _Try) -> None:
    match attempt.fault:
        case NotSent() as already:
            raise already
        case TimeoutError():
            raise NotSent(Why.SLOW) from None
        case ssl.SSLError():
            raise NotSent(Why.TLS) from None
        case Exception():
            raise NotSent(Why.LINE) from None
    status = attempt.status or 0
    if 200 <= status < 300:
        return
    if status == 410:
        raise NotSent(Why.GONE, status)
    raise NotSent(Why.ELSEWHERE if 300 <= status < 400 else Why.REFUSED, status)
