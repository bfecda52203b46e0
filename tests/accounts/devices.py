"""Passkeys without a browser: what a verified ceremony gives, and what takes two people or three days as one call."""

import os
from dataclasses import dataclass, field

from grievance.accounts import passkeys, sessions, waits
from grievance.accounts.passkeys import Shown
from grievance.demonstration import PASSWORD, email_of, signed_in


@dataclass(frozen=True)
class Device:
    """A device that makes the same 32 bytes each time."""

    name: str = "Blue key"
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    public_key: bytes = field(default_factory=lambda: os.urandom(77))
    prf: bytes = field(default_factory=lambda: os.urandom(32), repr=False)

    def shows(self, count=1):
        return Shown(self.credential_id, self.public_key, count, self.prf, self.name)


def sign_in(name, device=None, password=PASSWORD, code="", count=1):
    """The secret of a session, or None."""
    shown = device.shows(count) if device else None
    return sessions.sign_in(email_of(name), password, code, shown)


def person(name, device=None, password=PASSWORD):
    secret = sign_in(name, device, password)
    found = sessions.person_of(secret) if secret else None
    assert found is not None, name
    return found


def asked(name, device=None, password=PASSWORD):
    """Somebody enrols a first passkey, which waits. Returns the device."""
    device = device or Device()
    passkeys.enrol(signed_in(name, password), password, device.shows())
    return device


def confirmed(name, by, device=None, password=PASSWORD):
    """A second person has typed its digits."""
    device = asked(name, device, password)
    by = by if hasattr(by, "account_id") else signed_in(by)
    row = passkeys.owner_of(device.credential_id)
    passkeys.confirm(by, waits.of(row.account_id).id, passkeys.digits(row))
    return device


def counting(name, by, device=None, password=PASSWORD):
    """A first passkey that was confirmed and used: the person's key is locked with it."""
    device = confirmed(name, by, device, password)
    assert sign_in(name, device, password)
    return device
