"""The table of docs/confidentiality.md as code: which keys a case has, and who is given which.

A random master gives `internal`, `company`-n and the complainant key; that gives `correspondence` and `shared`-n.
n counts referrals: who held the keys of an earlier one reads nothing of a later one. Those are the keys of epoch 0; the
key of a later epoch is random, and derived from nothing that an old copy holds (`accounts.keys.epochs`).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grievance.crypto.sealing import derive


class Compartment(StrEnum):
    INTERNAL = "internal"
    CORRESPONDENCE = "correspondence"
    COMPANY = "company"
    SHARED = "shared"


class NoKey(Exception):
    """Who asks does not hold the key of this compartment."""


def new_master() -> bytes:
    """A fresh random 32-byte master of one case."""
    return os.urandom(32)


def complainant_key(master: bytes) -> bytes:
    """What the complainant's receipt opens: 32 bytes."""
    return derive(master, "complainant")


def company_grant(master: bytes, n: int) -> tuple[bytes, bytes]:
    """What the n-th referral hands over: the keys of `company`-n and `shared`-n, 32 bytes each."""
    return derive(master, "company", str(n)), derive(complainant_key(master), "shared", str(n))


def commit(key: bytes) -> str:
    """64 hexadecimal characters that fit this key and no other, and tell nothing of it."""
    return derive(key, "commit").hex()


Where = tuple[Compartment, int, int]
"""A compartment, the number of the referral, the number of the epoch."""
Later = Callable[[Where], bytes]
"""The key of an epoch after the first; raises `NoKey`."""


def none_later(where: Where) -> bytes:
    """Of a case that has no epoch but the first, or of somebody who holds the key of none."""
    raise NoKey(where)


@dataclass(frozen=True)
class CaseKeys:
    """What one person holds of one case. Made by one of the three class methods; asked through `key`. `later`: how the
    keys of epochs are opened that are derived from none of the others."""

    master: bytes | None = field(default=None, repr=False)
    complainant: bytes | None = field(default=None, repr=False)
    grants: Mapping[int, tuple[bytes, bytes]] = field(default_factory=dict, repr=False)
    later: Later = field(default=none_later, repr=False, compare=False)
    _known: dict[Where, bytes] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_master(cls, master: bytes, later: Later = none_later) -> "CaseKeys":
        """The Secretariat's keys: everything but identity."""
        return cls(master=master, complainant=complainant_key(master), later=later)

    @classmethod
    def from_complainant_key(cls, key: bytes, later: Later = none_later) -> "CaseKeys":
        """The complainant's keys: `correspondence` and every `shared`-n."""
        return cls(complainant=key, later=later)

    @classmethod
    def from_grants(cls, grants: Mapping[int, tuple[bytes, bytes]], later: Later = none_later) -> "CaseKeys":
        """A company's keys: `company`-n and `shared`-n of the referrals that it was given."""
        return cls(grants=dict(grants), later=later)

    def key(self, compartment: Compartment, n: int = 0, epoch: int = 0) -> bytes:
        """The 32-byte key of a compartment, derived or opened once. Raises `NoKey` for who does not hold it."""
        where = (compartment, n, epoch)
        if where not in self._known:
            self._known[where] = self.later(where) if epoch else self._derived(compartment, n)
        return self._known[where]

    def learn(self, where: Where, key: bytes) -> None:
        """The key of an epoch that begins now."""
        self._known[where] = key

    def _derived(self, compartment: Compartment, n: int) -> bytes:
        match compartment:
            case Compartment.INTERNAL if self.master:
                return derive(self.master, "internal")
            case Compartment.CORRESPONDENCE if self.complainant:
                return derive(self.complainant, "correspondence")
            case Compartment.COMPANY if self.master:
                return derive(self.master, "company", str(n))
            case Compartment.SHARED if self.complainant:
                return derive(self.complainant, "shared", str(n))
            case Compartment.COMPANY if n in self.grants:
                return self.grants[n][0]
            case Compartment.SHARED if n in self.grants:
                return self.grants[n][1]
        raise NoKey(compartment)

    def can_open(self, compartment: Compartment, n: int = 0, epoch: int = 0) -> bool:
        """Whether `key` would answer."""
        try:
            self.key(compartment, n, epoch)
        except NoKey:
            return False
        return True
