"""A clean copy of an uploaded file. Decoders of pictures and documents are where hostile files strike: they run in a
child process that has no keys, no environment, no open file, no way to open one, little memory and little time.

No plain byte touches a disk: pipes and memory only, and the copy is handed on only when all of it is there."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grievance.evidence import bounds
from grievance.evidence.notes import unpacked
from grievance.evidence.refusals import EXIT, LARGEST, CannotClean, Reason

__all__ = ["CannotClean", "Made", "Reason", "clean"]

CHILD = Path(__file__).with_name("child.py")
CLEANABLE = frozenset({"jpg", "png", "webp", "gif", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt"})
CLEANABLE |= {"eml", "mbox", "msg", "vcf", "ics", "heic", "avif", "tif", "bmp"}
CLEANABLE |= {"mp3", "m4a", "ogg", "wav", "amr", "aac", "flac", "mp4", "3gp", "mov", "webm", "avi", "mkv"}
_FIRST_LINE = 4 * 1024


@dataclass(frozen=True)
class Made:
    """What kind of file a copy is, and how often something was taken out of it (`notes.Note`)."""

    kind: str
    notes: dict[str, int]


def clean(
    kind_extension: str,
    plain: Iterable[bytes],
    out: BinaryIO,
    *,
    seconds: float | None = None,
    megabytes: int | None = None,
    most: float | None = None,
) -> Made:
    """Write a copy without metadata to `out`. Raises `CannotClean`; `out` is then untouched.

    `plain` gives the file's bytes; what it raises is passed on. `seconds` is a limit on the whole, in real time,
    `megabytes` one on the child's address space: without them, those of the kind (`bounds`). `most`: seconds that are
    left, where the kind would have more; what does not end in them came together with too many."""
    if kind_extension not in CLEANABLE:
        raise CannotClean(Reason.NOT_CLEANABLE)
    usual = bounds.of(kind_extension)
    megabytes, seconds = megabytes or usual.megabytes, seconds or usual.seconds
    too_late = Reason.MANY if most and most < seconds else Reason.TIME
    seconds = min(seconds, most or seconds)
    late = threading.Event()
    with _start(kind_extension, seconds, megabytes) as child:
        timer = threading.Timer(seconds, _end, (child, late))
        timer.start()
        try:
            copy = _exchange(child, plain)
            if len(copy) > LARGEST + _FIRST_LINE:
                raise CannotClean(Reason.TOO_LARGE)
            code = child.wait()
        finally:
            timer.cancel()
            _kill(child)
    if late.is_set():
        raise CannotClean(too_late)
    if code != 0:
        raise CannotClean(EXIT.get(code, Reason.FAILED))
    return _read(copy, out)


def _read(answer: bytes, out: BinaryIO) -> Made:
    """A child that a file has taken over can say anything: only a known kind and counts of known names are read."""
    line, _newline, copy = answer.partition(b"\n")
    try:
        kind, notes = unpacked(line[:_FIRST_LINE])
    except (ValueError, KeyError, TypeError):
        raise CannotClean(Reason.FAILED) from None
    if kind not in CLEANABLE or not 0 < len(copy) <= LARGEST:
        raise CannotClean(Reason.FAILED)
    out.write(copy)
    return Made(kind, notes)


def _start(kind_extension: str, seconds: float, megabytes: int) -> subprocess.Popen[bytes]:
    """The child confines itself before it reads a byte: code between fork and exec could deadlock a threaded server.

    An empty environment, because the server's holds its keys; isolated (-I), because a module lying in the current
    directory must not be run; a session of its own, so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, "-I", "-B", str(CHILD), kind_extension, str(int(seconds) + 1), str(megabytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a decoder's message may quote the file
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )


def _exchange(child: subprocess.Popen[bytes], plain: Iterable[bytes]) -> bytes:
    """Hand over everything, then read: the child answers only after its last byte. At most one byte too many."""
    assert child.stdin and child.stdout  # noqa: S101 - for mypy
    try:
        for chunk in plain:
            child.stdin.write(chunk)
    except BrokenPipeError:
        pass  # the child has refused, or was killed: its exit code tells
    finally:
        with suppress(BrokenPipeError):
            child.stdin.close()
    return child.stdout.read(LARGEST + _FIRST_LINE + 1)


def _end(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
