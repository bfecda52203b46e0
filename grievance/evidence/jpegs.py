"""JPEG pictures inside a PDF: their words are taken out, their pixels are not touched."""

import re

from grievance.evidence.refusals import CannotClean, Reason

_WORDS = {0xFE, *range(0xE1, 0xF0)} - {0xEE}  # comment, EXIF, XMP, ...; Adobe's APP14 says how to read the colours
_SCAN, _END = 0xDA, 0xD9
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def without_words(data: bytes) -> bytes:
    """The same picture without EXIF, XMP, thumbnail and comment, cut at its end. `CannotClean` if it is no picture."""
    if data[:2] != b"\xff\xd8":
        raise CannotClean(Reason.BROKEN)
    kept, at = [data[:2]], 2
    while data[at : at + 1] == b"\xff" and len(data) >= at + 4:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _END:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if marker not in _WORDS:
            kept.append(data[at:end])
        at = end
    if kept[-1][1:2] == bytes([_SCAN]):  # the end was cut off or lies in the last four bytes
        return b"".join([*kept, b"\xff\xd9"])
    raise CannotClean(Reason.BROKEN)
