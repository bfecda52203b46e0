"""Office files are archives: every part is looked at, and a new archive written. See `parts` for what becomes of which.

An archive can say that it is small and be endless, hold the same name twice, or a file before and behind itself: sizes
are checked before anything is unpacked, and only what was read is written."""

import io
import zipfile
from typing import IO

from grievance.evidence import pictures
from grievance.evidence.markup import rewrite
from grievance.evidence.parts import MAIN, MIMETYPE, Fate, fate, links_without, neutral
from grievance.evidence.refusals import LARGEST, CannotClean, Reason

ENTRIES = 2_000
UNPACKED = 100 * 1024 * 1024
RATIO = 200  # of one entry, above a mebibyte; the tables of office programs reach about fifty
_MEBIBYTE = 1024 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED = 1


def clean(plain: bytes, extension: str, inner: bool = False) -> bytes:
    """The office file without metadata. Raises `CannotClean`, or what zipfile, expat and Pillow raise of a broken one.

    `inner`: it lies in another office file; a third inside that is refused."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        entries = _checked(source)
        _check_kind(source, extension)
        fates = {entry.filename: fate(entry.filename) for entry in entries}
        if Fate.REFUSE in fates.values() or (inner and Fate.DOCUMENT in fates.values()):
            raise CannotClean(Reason.NOT_CLEANABLE)
        dropped = {name for name, what in fates.items() if what is Fate.DROP}
        for name, what in fates.items():
            if what is not Fate.DROP:
                with source.open(name) as part, target.open(_entry(name), "w") as out:
                    _write(name, what, part, out, dropped)
                if copy.tell() > LARGEST:
                    raise CannotClean(Reason.TOO_LARGE)
    return copy.getvalue()


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
        odd = entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & _ENCRYPTED
        if odd or "\\" in entry.filename or entry.filename.startswith("/") or ".." in entry.filename.split("/"):
            raise CannotClean(Reason.BROKEN)
    return [entry for entry in entries if not entry.is_dir()]


def _check_kind(source: zipfile.ZipFile, extension: str) -> None:
    """Not any archive with an office file's first bytes. One with macros says that it is of another kind."""
    if extension in MIMETYPE:
        good = source.read("mimetype") == MIMETYPE[extension]
        good = good and b"encryption-data" not in source.read("META-INF/manifest.xml")
    else:
        types = source.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise CannotClean(Reason.NOT_CLEANABLE)
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


def _write(name: str, what: Fate, part: IO[bytes], out: IO[bytes], dropped: set[str]) -> None:
    ending = name.rpartition(".")[2].lower()
    match what:
        case Fate.XML:
            rewrite(part, out)
        case Fate.LINKS:
            rewrite(part, out, links_without(dropped, name))
        case Fate.KEEP:
            while chunk := part.read(_CHUNK):
                out.write(chunk)
        case Fate.PICTURE:
            out.write(pictures.clean(part.read(), upright=False))
        case Fate.PREVIEW:
            out.write(pictures.neutral("jpg" if ending.startswith("jp") else ending))
        case Fate.METAFILE:
            out.write(_metafile(part.read()))
        case Fate.DOCUMENT:
            out.write(clean(part.read(), ending, inner=True))
        case Fate.NEUTRAL:
            out.write(neutral(name))
        case _:
            out.write(b"")


def _metafile(data: bytes) -> bytes:
    """A drawing of an office program. Its header can name program and file; a photo in it is not looked for, but
    refused if it has EXIF."""
    if b"Exif\0\0" in data or b"ns.adobe.com/xap" in data:
        raise CannotClean(Reason.NOT_CLEANABLE)
    if data[:4] != b"\x01\x00\x00\x00" or data[40:44] != b" EMF":
        return data
    length, start = (int.from_bytes(data[at : at + 4], "little") for at in (60, 64))
    if not length:
        return data
    end = start + 2 * length
    if not 88 <= start <= end <= len(data):
        raise CannotClean(Reason.BROKEN)
    return data[:start] + bytes(end - start) + data[end:]
