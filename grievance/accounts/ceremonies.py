"""Passkeys: what a browser is asked, and whether what it answers is right (WebAuthn Level 3, by py_webauthn).

The library compares no user handle, asks for no verification of the person by itself and knows no extensions: that is
done here. A challenge is made of a secret of the server, what it is for, the browser's own session and the moment: the
form brings back identifier and moment alone, so that two tabs are two challenges, and none is stored before it is used.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from grievance import clock
from grievance.crypto.sealing import place
from grievance.record import sent_forms
from grievance.record.transaction import unit_of_work

GOOD_FOR = timedelta(hours=1)
"""A page that lay open longer asks once more."""
LONGEST = 20_000
"""Characters of one answer: certificates of a device's maker are in it, where it sends them."""
LONGEST_ID = 1023
PRF_SIZE = 32
SALT = sha256(b"grievance passkey: the one salt").digest()
"""The same for everybody and for ever: what a passkey makes of it is its secret."""
SIGN_IN, CREATE, FIRST, SECOND = "sign in", "create", "first", "second"


class NotRight(Exception):
    """What the browser answered is not what it was asked for; which part is not told."""


class TooOld(NotRight):
    """The page lay open too long, or what it sends was sent before."""


class NoSecret(Exception):
    """The device made a passkey that opens nothing: it has no PRF, or not always the same."""


@dataclass(frozen=True)
class Asked:
    """What a page carries. `made`: what the form brings back; `options`: of each ceremony, as the script takes them."""

    made: str
    options: list[dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """What the house knows of a credential: whose it is, its public key (COSE) and the last count of its signatures."""

    account_id: int
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Answer:
    """A passkey that was shown. `prf`: 32 bytes that nobody has without it."""

    credential_id: bytes
    known: Known
    prf: bytes


def are_possible() -> bool:
    """Whether browsers let this house ask for passkeys: by a name, which no number is, and over a line that is sealed
    or does not leave the machine."""
    is_name = not re.fullmatch(r"[0-9.]+|.*:.*", _host())
    return is_name and (_origin().startswith("https://") or _host() == "localhost")


def to_sign_in(browser: str) -> Asked:
    """The same for whoever asks: no account is named. `browser`: of its session, by which the challenge is its own."""
    made = _new()
    return Asked(made, [{"get": _get(_challenge(made, SIGN_IN, browser))}])


def to_enrol(browser: str, account_id: int, email: str, known: Iterable[bytes]) -> Asked:
    """A new passkey, which then shows twice that it opens the same. `known`: those that the person has already."""
    from grievance.accounts import authenticators

    made = _new()
    challenge, site = _challenge(made, CREATE, browser), current_app.config["SITE_NAME"]
    options = authenticators.to_create(_host(), site, handle_of(account_id), email, challenge, known)
    then = [{"get": _get(_challenge(made, purpose, browser))} for purpose in (FIRST, SECOND)]
    return Asked(made, [{"create": {**options, "extensions": _extensions()}}, *then])


def signed_in(browser: str, made: str, shown: str, prf: str, known_of: Callable[[bytes], Known | None]) -> Answer:
    """What `to_sign_in` asked for. The challenge is used up by a right answer, before anything else is tried with it.
    Raises `NotRight`; `NoSecret` where the passkey is right and opens nothing."""
    challenge = _challenge(made, SIGN_IN, browser)
    credential_id = _identifier(shown)
    known = known_of(credential_id)
    if known is None:
        raise NotRight
    known = _verified(shown, challenge, known)
    _use(made)
    return Answer(credential_id, known, _secret(prf))


def enrolled(browser: str, made: str, account_id: int, shown: Sequence[str], prf: Sequence[str]) -> Answer:
    """What `to_enrol` asked for: the same passkey three times. Raises `NotRight`, `NoSecret`."""
    if len(shown) != 3:
        raise NotRight
    credential_id, known = _created(shown[0], _challenge(made, CREATE, browser), account_id)
    for one, purpose in zip(shown[1:], (FIRST, SECOND), strict=True):
        if _identifier(one) != credential_id:
            raise NotRight
        known = _verified(one, _challenge(made, purpose, browser), known)
    if len(prf) != 2 or not hmac.compare_digest(_secret(prf[0]), _secret(prf[1])):
        raise NoSecret
    _use(made)
    return Answer(credential_id, known, _secret(prf[0]))


def handle_of(account_id: int) -> bytes:
    """Whose a passkey is, as the device remembers it: nothing of the person is in it."""
    return sha256(place("passkey of", account_id)).digest()


def _host() -> str:
    """The name by which devices know this house, for ever: another one, and no passkey fits any more."""
    return urlsplit(current_app.config["STAFF_URL"]).hostname or ""


def _origin() -> str:
    parts = urlsplit(current_app.config["STAFF_URL"])
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _extensions() -> dict[str, Any]:
    return {"prf": {"eval": {"first": urlsafe_b64encode(SALT).rstrip(b"=").decode()}}}


def _get(challenge: bytes) -> dict[str, Any]:
    from grievance.accounts import authenticators

    return {**authenticators.to_get(_host(), challenge), "extensions": _extensions()}


def _new() -> str:
    return f"{secrets.token_urlsafe(16)}.{int(clock.now().timestamp())}"


def _challenge(made: str, purpose: str, browser: str) -> bytes:
    """Raises `TooOld`; an identifier or a moment that somebody made up gives a challenge that no device was shown."""
    birth = made[:100].rpartition(".")[2]
    if not (birth.isascii() and birth.isdigit() and len(birth) < 12):
        raise NotRight
    if not -60 < clock.now().timestamp() - int(birth) < GOOD_FOR.total_seconds():
        raise TooOld
    return bytes.fromhex(sent_forms.mac("passkey", purpose, browser, made[:100]))


def _use(made: str) -> None:
    """Once. Raises `TooOld`."""
    with unit_of_work(effect=False):
        if not sent_forms.is_first(sent_forms.mac("passkey used", made[:100])):
            raise TooOld


def _identifier(shown: str) -> bytes:
    from grievance.accounts import authenticators

    try:
        return authenticators.parsed(shown[:LONGEST]).raw_id[:LONGEST_ID]
    except Exception:
        raise NotRight from None  # whatever the library says of a stranger's bytes


def _verified(shown: str, challenge: bytes, known: Known) -> Known:
    """With the new count. Raises `NotRight`, also where the count did not rise: somebody has a copy."""
    from grievance.accounts import authenticators

    try:
        said = authenticators.parsed(shown[:LONGEST])
        count = authenticators.new_count(said, challenge, _host(), _origin(), known.public_key, known.sign_count)
    except Exception:
        raise NotRight from None
    if not hmac.compare_digest(said.response.user_handle or b"", handle_of(known.account_id)):
        raise NotRight
    return Known(known.account_id, known.public_key, count)


def _created(shown: str, challenge: bytes, account_id: int) -> tuple[bytes, Known]:
    from grievance.accounts import authenticators

    try:
        credential_id, public_key, count = authenticators.created(shown[:LONGEST], challenge, _host(), _origin())
    except Exception:
        raise NotRight from None
    if len(credential_id) > LONGEST_ID:
        raise NotRight
    return credential_id, Known(account_id, public_key, count)


def _secret(prf: str) -> bytes:
    """Raises `NoSecret`."""
    try:
        secret = urlsafe_b64decode(prf[:100] + "=" * (-len(prf[:100]) % 4))
    except ValueError:
        raise NoSecret from None
    if len(secret) != PRF_SIZE:
        raise NoSecret
    return secret
