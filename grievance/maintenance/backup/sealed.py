"""The outside of a backup: sealed to who may open it, and vouched for by a server key.

    MAGIC         what the file is
    4 bytes       how long the header is
    header        JSON: format, id, when, which server key vouches, and the content's key sealed to each holder
    content       the tar of `archive`, sealed under that key and bound to this header
    32 bytes      SHA-256 of all bytes before: tells damage from forgery
    32 bytes      HMAC-SHA256 of that, under a server key

Whoever can write to the folder of the backups but has no server key makes none that a restore takes. Whoever steals
one, without the key of the drill or the code on paper, reads when it was made and how large it is.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app

from grievance.crypto import envelopes, paper
from grievance.crypto.keyring import Keyring
from grievance.crypto.sealed_files import OpeningReader, SealingWriter, new_key
from grievance.crypto.sealing import CannotOpen, derive, place
from grievance.maintenance.backup import BackupError, Tick
from grievance.maintenance.backup.archive import CUT, MANIFEST, Hashed, sha256_of

MAGIC = b"grievance backup\n"
FORMAT = 2
_DIGEST = 32
_LONGEST = 1024 * 1024
NO_BACKUP = "This is not a backup of this program."
FROM_BEFORE = (
    "This backup is from before backups were signed and sealed: whoever could write to its folder could change it, and"
    " nobody vouches for what is in it. --unsigned restores it, and puts that on record."
)
NOT_HERE = (
    "This backup is signed with the server key {key}, which SECRET_KEYS does not have here, so that nobody can tell"
    " whether it is as it was written. Bring the server keys back first. Where they are lost for good, --unsigned"
    " restores it, and puts that on record."
)
FORGED = (
    "This backup was not written by this office, or was changed since: its signature does not fit the server key {key},"
    " which is here. It is not restored."
)
NOTHING_OPENS = "No key here opens this backup: it is sealed to {holders}."
DRILL, PAPER = "drill", "paper"
NAMES = {DRILL: "the drill key", PAPER: "the paper key"}


@dataclass(frozen=True)
class Holder:
    """Who can open a backup: the drill, or who has the paper."""

    name: str
    public: bytes = field(repr=False)


@dataclass(frozen=True)
class Outside:
    """What a file says without being opened. `holders`: who can open it, by the identifier of their key; empty for a
    backup from before. `doubt`: why nobody vouches for it, a sentence; empty where a server key does."""

    path: Path
    header: bytes = b""
    holders: dict[str, str] = field(default_factory=dict)
    content: tuple[int, int] = (0, 0)
    doubt: str = ""

    @property
    def sealed(self) -> bool:
        return bool(self.header)


# --- writing -----------------------------------------------------------------------------------------------


class Sealing:
    """Writes the outside around what is written to it."""

    def __init__(self, file: BinaryIO, holders: Sequence[Holder], taken_at: str) -> None:
        self._out, key, name = Hashed(file), new_key(), secrets.token_hex(16)
        self._vouching = _ring().current
        header = _header(name, key, holders, taken_at, self._vouching[0])
        self._out.write(MAGIC + len(header).to_bytes(4, "big") + header)
        self._sealing = SealingWriter(self._out, key, _content_place(header))

    def write(self, data: bytes) -> int:
        return self._sealing.write(data)

    def finish(self) -> str:
        """Returns the SHA-256 of the whole file."""
        self._sealing.finish()
        digest = self._out.sha256.digest()
        self._out.write(digest + _mac(self._vouching[1], digest))
        return self._out.sha256.hexdigest()


def _header(name: str, key: bytes, holders: Sequence[Holder], taken_at: str, vouches: str) -> bytes:
    sealed_to = [
        {
            "holder": one.name,
            "key": envelopes.key_id(one.public),
            "sealed": base64.b64encode(envelopes.seal_to(one.public, key, _key_place(name))).decode(),
        }
        for one in holders
    ]
    said = {"format": FORMAT, "id": name, "taken_at": taken_at, "vouches": vouches, "sealed_to": sealed_to}
    return json.dumps(said).encode()


def _ring() -> Keyring:
    ring: Keyring = current_app.config["SECRETS"]
    return ring


def _mac(server_key: bytes, digest: bytes) -> bytes:
    return hmac.digest(derive(server_key, "backup-mac"), digest, "sha256")


def _key_place(name: str) -> bytes:
    return place("backup-key", name)


def _content_place(header: bytes) -> bytes:
    return place("backup", hashlib.sha256(header).hexdigest())


# --- reading -----------------------------------------------------------------------------------------------


def look(path: Path, tick: Tick) -> Outside:
    """Read it to its end, and see whether it is whole and who vouches for it; nothing is opened. Raises `BackupError`
    for what is cut, damaged, forged, or no backup. `tick` is called with numbers of bytes."""
    with path.open("rb") as file:
        begin = file.read(len(MAGIC))
        if begin.startswith(MANIFEST.encode()):
            return Outside(path, doubt=FROM_BEFORE)
        if begin != MAGIC:
            raise BackupError(NO_BACKUP)
        header, content = _measured(file, path.stat().st_size)
        digest = sha256_of(file, content + len(header) + 4 + len(MAGIC), tick)
        said, mac = file.read(_DIGEST), file.read(_DIGEST + 1)
    if not hmac.compare_digest(said, digest):
        raise BackupError("The file is cut or damaged: it is not as it was written.")
    known = _understood(header)
    holders = {one["holder"]: one["key"] for one in known["sealed_to"]}
    begins = len(MAGIC) + 4 + len(header)
    return Outside(path, header, holders, (begins, content), _doubt(known["vouches"], digest, mac))


def _measured(file: BinaryIO, size: int) -> tuple[bytes, int]:
    """The header, and how many bytes of content are between it and the end."""
    length = int.from_bytes(file.read(4), "big")
    content = size - len(MAGIC) - 4 - length - 2 * _DIGEST
    if length > _LONGEST or content < 0:
        raise BackupError(CUT)
    return file.read(length), content


def _understood(header: bytes) -> dict[str, Any]:
    """What a whole file's header says. Raises `BackupError` for a format that this program does not read."""
    try:
        said = json.loads(header)
        number = said["format"]
        if number == FORMAT:
            for one in (said["id"], said["vouches"], *(each["sealed"] for each in said["sealed_to"])):
                one.encode()
            return dict(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError("The file is damaged: what it says of itself cannot be read.") from None
    raise BackupError(f"The backup has format {number}; this program reads formats 1 and {FORMAT}.")


def _doubt(vouches: str, digest: bytes, mac: bytes) -> str:
    """Raises `BackupError` where the server key is here and says that it did not make this: that is no key that was
    lost."""
    server_key = _ring().get(vouches)
    if server_key is None:
        return NOT_HERE.format(key=vouches[:20])
    if not hmac.compare_digest(mac, _mac(server_key, digest)):
        raise BackupError(FORGED.format(key=vouches[:20]))
    return ""


# --- opening -----------------------------------------------------------------------------------------------

Ask = Callable[[str], str]
"""Asks for the code on paper whose key has this identifier."""


def content_key(outside: Outside, ask: Ask | None) -> bytes:
    """By the drill's key where it is here, else by the code on paper. Raises `BackupError`."""
    said = json.loads(outside.header)
    for one in said["sealed_to"]:
        for pair in _drills():
            if envelopes.key_id(pair.public) == one["key"]:
                return _opened(pair, one, said)
    for one in said["sealed_to"]:
        if one["holder"] == PAPER and ask:
            return _opened(_paper(ask(one["key"]), one["key"]), one, said)
    named = " and ".join(f"{NAMES.get(one['holder'], 'a key')} {one['key']}" for one in said["sealed_to"])
    raise BackupError(NOTHING_OPENS.format(holders=named))


def _drills() -> list[envelopes.KeyPair]:
    return [drill_pair(key) for _name, key in current_app.config["DRILLS"].keys]


def drill_pair(key: bytes) -> envelopes.KeyPair:
    """The key pair of the drill."""
    return envelopes.derived_key_pair(key, "drill")


def drill_public() -> bytes:
    """What a backup is sealed to for the drill: DRILL_PUBLIC where the key itself is elsewhere."""
    public: bytes = current_app.config["DRILL_PUBLIC"]
    return public or _drills()[0].public


def _paper(typed: str, key_id: str) -> envelopes.KeyPair:
    try:
        pair = paper.pair_of(paper.normalise(typed))
    except paper.BadPaper:
        raise BackupError("This is no code of a paper key. It has 32 letters and digits: look for a slip.") from None
    if envelopes.key_id(pair.public) != key_id:
        raise BackupError(f"This is the code of another paper key: this backup is sealed to {key_id}.")
    return pair


def _opened(pair: envelopes.KeyPair, one: dict[str, str], said: dict[str, Any]) -> bytes:
    try:
        return envelopes.open_with(pair.seed, base64.b64decode(one["sealed"], validate=True), _key_place(said["id"]))
    except (CannotOpen, ValueError):
        raise BackupError("The file is damaged: the key in it does not open.") from None


def content(outside: Outside, file: BinaryIO, key: bytes) -> OpeningReader:
    """The tar in it, verified as it is read."""
    return OpeningReader(file, key, _content_place(outside.header), *outside.content)
