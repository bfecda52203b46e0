"""Office files are archives: every part is looked at, and a new archive written. See `parts` for what becomes of which.

An archive can say that it is small and be endless, hold the same name twice, or a file before and behind itself: sizes
are checked before anything is unpacked, and only what was read is written."""

import io
import zipfile
from collections.abc import Iterable

from grievance.evidence import open_parts, package
from grievance.evidence.notes import Notes
from grievance.evidence.parts import MAIN, MIMETYPE
from grievance.evidence.refusals import LARGEST, CannotClean, Reason

KINDS = frozenset({*MAIN, *MIMETYPE})
ENTRIES = 2_000
UNPACKED = 100 * 1024 * 1024
RATIO = 200  # of one entry, above a mebibyte; the tables of office programs reach about fifty
_MEBIBYTE = 1024 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED = 1


def clean(plain: bytes, extension: str, notes: Notes) -> bytes:
    """The office file without metadata. Raises `CannotClean`, or what decoders raise of a broken one."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        names = [entry.filename for entry in _checked(source)]
        _check_kind(source, extension)
        written = open_parts.cleaned if extension in MIMETYPE else package.cleaned
        _write(target, copy, written(source, names, notes))
    return copy.getvalue()


def _write(target: zipfile.ZipFile, copy: io.BytesIO, parts: Iterable[tuple[str, bytes]]) -> None:
    for name, data in parts:
        with target.open(_entry(name), "w") as out:
            for at in range(0, len(data), _CHUNK):
                out.write(data[at : at + _CHUNK])
        if copy.tell() > LARGEST:
            raise CannotClean(Reason.TOO_LARGE)


def _checked(source: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries that are files, when none is suspect. zipfile reads no more of one than the size that is checked."""
    entries = source.infolist()
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
        raise CannotClean(Reason.TOO_LARGE)
    if any(e.file_size > _MEBIBYTE and e.file_size > RATIO * e.compress_size for e in entries):
        raise CannotClean(Reason.TOO_LARGE)
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise CannotClean(Reason.BROKEN)  # two programs would read two different files
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise CannotClean(Reason.LOCKED)
        odd = entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if odd or "\\" in entry.filename or entry.filename.startswith("/") or ".." in entry.filename.split("/"):
            raise CannotClean(Reason.BROKEN)
    return [entry for entry in entries if not entry.is_dir()]


def _check_kind(source: zipfile.ZipFile, extension: str) -> None:
    """Not any archive with an office file's first bytes. One with macros says that it is of another kind."""
    if extension in MIMETYPE:
        good = source.read("mimetype") == MIMETYPE[extension]
        if b"encryption-data" in source.read("META-INF/manifest.xml"):
            raise CannotClean(Reason.LOCKED)
    else:
        types = source.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise CannotClean(Reason.MACROS)
        good = MAIN[extension].encode() in types
    if not good:
        raise CannotClean(Reason.BROKEN)


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time, the operating system and the rights of the original. `mimetype` must not be compressed."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = 0
    return entry
