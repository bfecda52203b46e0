"""The table of docs/confidentiality.md as code: which keys a case has, and who is given which.

A random master gives `internal`, `company`-n and the complainant key; that gives `correspondence` and `shared`-n.
n counts referrals: who held the keys of an earlier one reads nothing of a later one.
"""

import os
from collections.abc import Mapping
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


@dataclass(frozen=True)
class CaseKeys:
    """What one person holds of one case. Made by one of the three class methods; asked through `key`."""

    master: bytes | None = field(default=None, repr=False)
    complainant: bytes | None = field(default=None, repr=False)
    grants: Mapping[int, tuple[bytes, bytes]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[Compartment, int], bytes] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_master(cls, master: bytes) -> "CaseKeys":
        """The Secretariat's keys: everything but identity."""
        return cls(master=master, complainant=complainant_key(master))

    @classmethod
    def from_complainant_key(cls, key: bytes) -> "CaseKeys":
        """The complainant's keys: `correspondence` and every `shared`-n."""
        return cls(complainant=key)

    @classmethod
    def from_grants(cls, grants: Mapping[int, tuple[bytes, bytes]]) -> "CaseKeys":
        """A company's keys: `company`-n and `shared`-n of the referrals that it was given."""
        return cls(grants=dict(grants))

    def key(self, compartment: Compartment, n: int = 0) -> bytes:
        """The 32-byte key of a compartment, derived once. Raises `NoKey` where this person does not hold it."""
        if (compartment, n) not in self._known:
            self._known[compartment, n] = self._derived(compartment, n)
        return self._known[compartment, n]

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

    def can_open(self, compartment: Compartment, n: int = 0) -> bool:
        """Whether `key` would answer."""
        try:
            self.key(compartment, n)
        except NoKey:
            return False
        return True
