"""Flooding: a client that asks very often is slowed, and told so; nobody is locked out, and nobody is tracked."""

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from threading import Lock

from flask import g, request
from flask_babel import gettext as _

from grievance import clock
from grievance.accounts import slowed
from grievance.accounts.slowed import network_of

MOST_CLIENTS = 10_000


@dataclass
class RateLimit:
    """So many at once, then one every so many seconds, for each client.

    A client is an HMAC of its network (`slowed.network_of`) under a key that lives in memory and changes daily: a whole
    village behind one address goes on, only slower, and nothing here tells later who was here.
    """

    at_once: int
    seconds: float
    _key: bytes = b""
    _day: date | None = None
    _clients: OrderedDict[bytes, tuple[float, datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self) -> int:
        """Seconds to wait before this request may be done; 0 when it may be done now."""
        now = clock.now()
        with self._lock:
            client = self._client(now)
            used, seen = self._clients.get(client, (0.0, now))
            passed = max(0.0, (now - seen).total_seconds())  # the machine's clock may have been set back
            used = max(0.0, used - passed / self.seconds)
            late = used + 1 - self.at_once
            if late > 0:
                g.retry_after = ceil(late * self.seconds)
                return int(g.retry_after)
            self._clients[client] = (used + 1, now)
            self._clients.move_to_end(client)
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)  # whoever was here longest ago, never all
            return 0

    def _client(self, now: datetime) -> bytes:
        today = clock.office_day(now)
        if self._day != today:
            self._key, self._day, self._clients = secrets.token_bytes(32), today, OrderedDict()
        return hmac.digest(self._key, network_of(request.remote_addr or "").encode(), "sha256")[:16]


def sentence(seconds: int) -> str:
    """What a person who is slowed reads."""
    return str(_(
        "Very many requests come from your network just now. What you wrote is kept: press again in"
        " %(seconds)s seconds.", seconds=seconds,
    ))  # fmt: skip


def at_sign_in(email: str) -> int:
    """Seconds to wait before this password may be tried: by a table that all processes share."""
    return _noted(slowed.wait(email, request.remote_addr or ""))


def for_account(account_id: int | None) -> int:
    """The same for whoever is signed in and types their password once more, or shows in another way who they are."""
    return _noted(slowed.wait_of(account_id, request.remote_addr or ""))


def _noted(seconds: int) -> int:
    if seconds:
        g.retry_after = seconds
    return seconds


def sentence_at_sign_in(seconds: int) -> str:
    """The same for every address: whether there is an account is not told."""
    return str(_("There were very many tries just now, at this address or from your network. Nothing is locked: press"
                 " again in %(seconds)s seconds.", seconds=seconds))  # fmt: skip


filing = RateLimit(at_once=30, seconds=10)
"""Complaints sent: thirty at once from one address, then one every ten seconds."""
lines = RateLimit(at_once=30, seconds=5)
"""Receipts written down before the first question: each costs a derivation."""
codes = RateLimit(at_once=30, seconds=5)
"""Receipts and passwords tried."""
hotlines = RateLimit(at_once=60, seconds=2)
"""Calls that hotlines pass on: each files, or costs a derivation."""
programs = RateLimit(at_once=300, seconds=1)
"""Requests of a company's programs."""
