"""Recordings as phones make them, small ones."""

import io
import struct
import wave

from grievance import demonstration


def wav(seconds=3, rate=8000):
    """Silence; each length is another file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(b"\x80" * (seconds * rate))
    return made.getvalue()


def mp4(seconds, brand=b"isom"):
    """Boxes with what says how long it is, at the end, where phones write it."""
    header = b"\0" * 12 + struct.pack(">II", 1000, seconds * 1000) + b"\0" * 80
    mvhd = struct.pack(">I", 8 + len(header)) + b"mvhd" + header
    moov = struct.pack(">I", 8 + len(mvhd)) + b"moov" + mvhd
    return b"\0\0\0\x18ftyp" + brand + b"\0" * 12 + b"\0" * 70_000 + moov


def ogg(seconds):
    first = b"OggS\x00\x02" + b"\0" * 8 + b"\0" * 13 + b"\x13OpusHead" + b"\0" * 11
    return first + b"\0" * 5000 + b"OggS\x00\x04" + struct.pack("<Q", seconds * 48_000) + b"\0" * 40


def recording(seconds=3):
    """As it arrives with a form."""
    return demonstration.upload("Recording 12.wav", wav(seconds), spoken=True)


def told(at, seconds=3, **answers):
    """A complaint that somebody spoke: its reference, its complainant and the receipt."""
    return demonstration.file_one(at, account="", spoken=[recording(seconds)], **answers)


def webm(seconds):
    """As a browser writes it while somebody speaks: pieces that say when they begin, and nowhere how long it is."""
    head = b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm" + b"\0" * 99
    block = b"\xa3\x84\x81\x01\xf4\x80"  # half a second after the piece began
    last = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x84" + struct.pack(">I", seconds * 1000) + block
    return head + b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x81\0" + b"\0" * 999 + last
