"""Whoever tries passwords very often is slowed, in all processes together; nobody is locked out.

Each try takes from three measures: of the network, of the account, and of both together. A network that has hardly
tried this account goes by its own measure alone: whoever guesses from elsewhere uses up the account's, and shuts its
person out of nothing. What a stolen table tells: nothing without SECRET_KEYS; with them, whether an address that
somebody has in mind tried within the last minutes.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Any, cast

from flask import current_app
from sqlalchemy import Insert, Table, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from grievance import clock
from grievance.crypto.sealing import derive, place
from grievance.extensions import db
from grievance.models.counted import SlowedTry
from grievance.models.people import Account
from grievance.record.transaction import unit_of_work

MOST = 10_000
"""Rows of the table. Beyond them those go that would be over first, never all."""
TRIES = cast(Table, SlowedTry.__table__)


@dataclass(frozen=True)
class Measure:
    """So many at once, then one every so many seconds."""

    at_once: int
    seconds: float

    def wait(self, until: int, now: int) -> int:
        """Milliseconds before one more may be tried; `until` and `now` as in the table."""
        return max(0, max(until, now) + self.step - now - self.at_once * self.step)

    @property
    def step(self) -> int:
        """In milliseconds."""
        return round(self.seconds * 1000)


NETWORK, ACCOUNT, BOTH = Measure(30, 5), Measure(10, 30), Measure(3, 600)
"""Of a network as a whole; of an account from wherever; and of one network at one account, beside the account's."""


CIRCUITS = IPv6Network("fc00:dead:beef:4dad::/64")
"""What tor calls a circuit to an onion service (`HiddenServiceExportCircuitID haproxy`, tor's manual): its number is in
the last 32 bits. Nobody has such an address on the Internet."""


def network_of(address: str) -> str:
    """Whom one line of the Internet is given to: an IPv4 address, or the first 64 bits of an IPv6 address; or one
    circuit to an onion service."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known in CIRCUITS:
        return str(known)
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped) if known.ipv4_mapped else known.exploded[:19]
    return str(known)


def wait(email: str, address: str) -> int:
    """Seconds to wait before this password may be tried; 0 when it may be tried now, which is noted. Raises nothing
    that tells whether the address is somebody's: what is asked and written is the same."""
    query, typed = select(Account.id).where(Account.email == bindparam("email")), email.strip().lower()[:200]
    return _take(db.session.scalar(query, {"email": typed}), typed, address)


def wait_of(account_id: int | None, address: str) -> int:
    """The same for whoever is signed in, or has shown who they are in another way than by an address."""
    return _take(account_id, "", address)


def _take(account_id: int | None, typed: str, address: str) -> int:
    now = clock.now()
    network, account, both = _names(account_id, typed, network_of(address), now)
    at = clock.milliseconds(now)
    with unit_of_work(effect=False) as session:
        until = {row.name: row.until for row in session.execute(_LOOKED_AT, {"names": [network, account, both]})}
        waits = {name: one.wait(until.get(name, 0), at) for name, one in _measures(network, account, both)}
        if longest := max(waits[network], min(waits[account], waits[both])):
            return ceil(longest / 1000)
        taken = {name: one for name, one in _measures(network, account, both) if not waits[name]}
        session.execute(_NOTE[db.engine.dialect.name], [
            {"name": name, "first": at + one.step, "now": at} for name, one in sorted(taken.items())
        ])  # fmt: skip
        if taken.keys() - until.keys():
            session.execute(_TOO_MANY, {"most": MOST}, execution_options={"synchronize_session": False})
    return 0


def _measures(network: str, account: str, both: str) -> tuple[tuple[str, Measure], ...]:
    """A measure that is full is not added to: no row reaches further than its measure, half an hour at most."""
    return (network, NETWORK), (account, ACCOUNT), (both, BOTH)


def _names(account_id: int | None, typed: str, network: str, now: datetime) -> tuple[str, str, str]:
    """By an HMAC under a key of SECRET_KEYS and the day: tomorrow nobody is known by today's name."""
    day = clock.office_day(now).isoformat()
    key = derive(current_app.config["SECRETS"].current[1], "slowed-tries", day)
    account = place("account", account_id) if account_id else place("nobody", typed)
    parts = (place("network", network), account, place("both", network) + account)
    first, second, third = (hmac.digest(key, part, "sha256").hex()[:32] for part in parts)
    return first, second, third


_LOOKED_AT = (
    select(TRIES.c.name, TRIES.c.until)
    .where(TRIES.c.name.in_(bindparam("names", expanding=True)))
    .order_by(TRIES.c.name)
    .with_for_update()
)
_KEPT = select(TRIES.c.name).order_by(TRIES.c.until.desc()).offset(bindparam("most"))
_TOO_MANY = delete(TRIES).where(TRIES.c.name.in_(_KEPT))


def _note(dialect: Any) -> Insert:
    """One step more, from now or from when the last is over. Added and not set: two that begin at once both count."""
    new = dialect.insert(TRIES).values(name=bindparam("name"), until=bindparam("first"))
    now: Any = bindparam("now")
    later = case((TRIES.c.until > now, TRIES.c.until), else_=now)
    return cast(Insert, new.on_conflict_do_update(
        index_elements=[TRIES.c.name], set_={"until": later + new.excluded.until - now}))  # fmt: skip


_NOTE = {"sqlite": _note(sqlite), "postgresql": _note(postgresql)}
