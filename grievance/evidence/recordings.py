"""A recording in which somebody says what happened: which kinds phones make, how long one may be, and how long it is.

How long it is stands beside the button that plays it, and nothing hangs on it: what a header says is believed.
"""

import re
from typing import Protocol

from flask_babel import gettext as _

from grievance.evidence.types import Kind

MINUTES = 20
"""What a file has room for at the 128 kbit/s of the most lavish phones is more; most need a quarter of it."""
PLAYED_AS = {
    **dict.fromkeys(("m4a", "mp4"), "audio/mp4"),
    "3gp": "audio/3gpp", "webm": "audio/webm", "ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav",
    "amr": "audio/amr", "aac": "audio/aac", "flac": "audio/flac",
}  # fmt: skip
"""As what a browser is told to play each kind: a phone's container is the same with a picture and without."""
HEAD = 64 * 1024
AMR_SECOND = 1600
"""Bytes of a second of AMR as phones write it: 50 frames of 32."""


class Sound(Protocol):
    head: bytes

    @property
    def plain_size(self) -> int: ...

    def part(self, start: int, end: int) -> bytes: ...


def check(sound: Sound, kind: Kind | None, most: int) -> None:
    """Raises ValueError with a sentence, in minutes and not in bytes: nobody has said a megabyte."""
    if sound.plain_size == 0:
        raise ValueError(_("The recording is empty. Say it once more."))
    if sound.plain_size > most:
        raise ValueError(_("The recording is too long. Say it in at most %(number)s minutes.", number=MINUTES))
    if kind is None or kind.extension not in PLAYED_AS:
        raise ValueError(_("This is not a sound recording. Choose the recording, or say it once more."))


def seconds(sound: Sound, extension: str) -> int:
    """How long it is, about; 0 where it does not say."""
    try:
        return max(0, min(_KINDS.get(extension, _unknown)(sound), 24 * 60 * 60))
    except (IndexError, ZeroDivisionError):
        return 0


def _unknown(_sound: Sound) -> int:
    return 0


def _number(data: bytes, at: int, order: str, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size], "little" if order == "<" else "big")


def _wav(sound: Sound) -> int:
    return round(sound.plain_size / _number(sound.head, 28, "<"))


def _amr(sound: Sound) -> int:
    return round(sound.plain_size / AMR_SECOND)


CLUSTER = b"\x1f\x43\xb6\x75"
_BLOCK = re.compile(rb"\xa3(?:[\x80-\xff]|[\x40-\x7f].)\x81(..)\x80", re.DOTALL)


def _webm(sound: Sound) -> int:
    """A browser writes it as it is spoken, and says nowhere how long it is: by when its last piece begins."""
    tail = sound.part(max(0, sound.plain_size - 8 * HEAD), sound.plain_size)
    begins = tail.rfind(CLUSTER)
    at = tail.find(b"\xe7", begins, begins + 16) if begins >= 0 else -1
    if at < 0:
        return 0
    blocks = _BLOCK.findall(tail, begins)
    last = _number(blocks[-1], 0, ">", 2) if blocks else 0
    return round((_number(tail, at + 2, ">", tail[at + 1] & 0x0F) + last) / 1000)


def _ends(sound: Sound) -> tuple[bytes, bytes]:
    return sound.part(0, HEAD), sound.part(max(0, sound.plain_size - HEAD), sound.plain_size)


def _mp4(sound: Sound) -> int:
    """What its movie header says, which phones write at the end or at the beginning."""
    for piece in _ends(sound):
        if (at := piece.find(b"mvhd")) > 0:
            wide = piece[at + 4] == 1
            scale = _number(piece, at + (24 if wide else 16), ">")
            return round(_number(piece, at + (28 if wide else 20), ">", 8 if wide else 4) / scale)
    return 0


def _ogg(sound: Sound) -> int:
    """By the position that its last page names: Opus always counts 48,000 in a second, others say how many."""
    head, tail = _ends(sound)
    rate = 48_000 if b"OpusHead" in head else _vorbis_rate(head)
    last = tail.rfind(b"OggS")
    return round(_number(tail, last + 6, "<", 8) / rate) if last >= 0 else 0


def _vorbis_rate(head: bytes) -> int:
    found = re.search(rb"\x01vorbis.{5}(.{4})", head, re.DOTALL)
    return _number(found[1], 0, "<") if found else 0


_KINDS = {"wav": _wav, "amr": _amr, "m4a": _mp4, "mp4": _mp4, "3gp": _mp4, "ogg": _ogg, "webm": _webm}
