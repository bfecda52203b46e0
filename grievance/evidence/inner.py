"""Pictures inside an office file."""

from grievance.evidence import pictures
from grievance.evidence.refusals import CannotClean, Reason


def picture(data: bytes) -> bytes:
    return pictures.clean(data, upright=False)


def preview(name: str) -> bytes:
    ending = name.rpartition(".")[2].lower()
    return pictures.neutral("jpg" if ending.startswith("jp") else ending)


def metafile(data: bytes) -> bytes:
    """A drawing of an office program. Its header can name program and file; a photo in it is not looked for, but
    refused if it has EXIF."""
    if b"Exif\0\0" in data or b"ns.adobe.com/xap" in data:
        raise CannotClean(Reason.UNKNOWN_PART)
    if data[:4] != b"\x01\x00\x00\x00" or data[40:44] != b" EMF":
        return data
    length, start = (int.from_bytes(data[at : at + 4], "little") for at in (60, 64))
    if not length:
        return data
    end = start + 2 * length
    if not 88 <= start <= end <= len(data):
        raise CannotClean(Reason.BROKEN)
    return data[:start] + bytes(end - start) + data[end:]
