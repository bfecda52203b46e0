"""What an uploaded file is, judged by its first bytes: a name or a browser's word can be chosen by an attacker.

A closed list. What is not on it, archives, programs and pages that a browser would run, is refused. A file that is two
things at once is what its first bytes say; the clean copy, decoded and written anew, is only that."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grievance.evidence import signatures
from grievance.evidence.refusals import Reason
from grievance.evidence.signatures import HEAD as HEAD
from grievance.evidence.signatures import Read


@dataclass(frozen=True)
class Kind:
    """`cleanable`: a copy without metadata can be made. Otherwise sharing needs the complainant's word."""

    extension: str
    mime: str
    label: LazyString
    cleanable: bool


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_PHOTO, _SOUND, _VIDEO = _l("A photo"), _l("A sound recording"), _l("A video")
_DOCUMENT, _TABLE = _l("A document"), _l("A table")
_PRESENTATION, _MAIL = _l("A presentation"), _l("A mail")

KINDS = {
    kind.extension: kind
    for kind in (
        Kind("jpg", "image/jpeg", _PHOTO, True),
        Kind("png", "image/png", _PHOTO, True),
        Kind("webp", "image/webp", _PHOTO, True),
        Kind("gif", "image/gif", _PHOTO, True),
        Kind("heic", "image/heic", _PHOTO, True),
        Kind("avif", "image/avif", _PHOTO, True),
        Kind("tif", "image/tiff", _PHOTO, True),
        Kind("bmp", "image/bmp", _PHOTO, True),
        Kind("pdf", "application/pdf", _DOCUMENT, True),
        Kind("docx", _OFFICE + "wordprocessingml.document", _DOCUMENT, True),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet", _TABLE, True),
        Kind("pptx", _OFFICE + "presentationml.presentation", _PRESENTATION, True),
        Kind("odt", _OPEN + "text", _DOCUMENT, True),
        Kind("ods", _OPEN + "spreadsheet", _TABLE, True),
        Kind("odp", _OPEN + "presentation", _PRESENTATION, True),
        Kind("txt", "text/plain", _l("A text"), True),
        Kind("eml", "message/rfc822", _MAIL, True),
        Kind("mbox", "application/mbox", _MAIL, True),
        Kind("msg", "application/vnd.ms-outlook", _MAIL, True),
        Kind("vcf", "text/vcard", _l("A contact"), True),
        Kind("ics", "text/calendar", _l("A calendar"), True),
        Kind("mp3", "audio/mpeg", _SOUND, True),
        Kind("m4a", "audio/mp4", _SOUND, True),
        Kind("ogg", "audio/ogg", _SOUND, True),
        Kind("wav", "audio/wav", _SOUND, True),
        Kind("amr", "audio/amr", _SOUND, True),
        Kind("aac", "audio/aac", _SOUND, True),
        Kind("flac", "audio/flac", _SOUND, True),
        Kind("mp4", "video/mp4", _VIDEO, True),
        Kind("3gp", "video/3gpp", _l("A sound or video recording"), True),  # phones use it for both
        Kind("mov", "video/quicktime", _VIDEO, True),
        Kind("webm", "video/webm", _VIDEO, True),
        Kind("avi", "video/x-msvideo", _VIDEO, True),
        Kind("mkv", "video/x-matroska", _VIDEO, True),
    )
}


def is_recording(extension: str) -> bool:
    """Sound or video: in its copy, too, people are heard and seen."""
    return KINDS[extension].mime.startswith(("audio/", "video/"))


def judge(head: bytes, size: int, read: Read | None = None) -> Kind | None:
    """The kind of a file of `size` bytes that begins with `head`, its first 8 KiB. None: not accepted."""
    return KINDS.get(signatures.extension(head, size, read) or "")


_OLDER = {"doc": ("Word", "DOCX"), "xls": ("Excel", "XLSX"), "ppt": ("PowerPoint", "PPTX"), "rtf": ("RTF", "DOCX")}


def refusal(name: str, head: bytes, size: int, read: Read | None = None) -> str:
    """Why a file is not accepted, as far as it can be seen, and what to do."""
    cause = signatures.cause(head, size, read)
    if cause in _OLDER:
        program, kind = _OLDER[cause]
        return str(_(
            "We cannot take %(name)s: it is an older %(program)s file. Save it as %(kind)s or PDF, and choose that.",
            name=name, program=program, kind=kind,
        ))  # fmt: skip
    if cause in _CAUSES:
        return str(_CAUSES[cause]) % {"name": name}
    return str(_(
        "We cannot take %(name)s: we take photos, PDF and office documents, mails, text, sound and video."
        " Send what is in an archive file by file.",
        name=name,
    ))  # fmt: skip


_CAUSES = {
    "archive": _l("We cannot take %(name)s: it is an archive. Send what is in it file by file."),
    "program": _l("We cannot take %(name)s: it is a program. Send a photo of what it shows, or a document."),
    "picture": _l("We cannot take %(name)s: it is a picture of another kind. Save it as JPEG or PNG, and choose that."),
    "page": _l("We cannot take %(name)s: it is a web page. Print it into a PDF, and choose that."),
    "locked": _l("We cannot take %(name)s: it is locked with a password. Save it without one, and choose that."),
    "alphabet": _l("We cannot take %(name)s: its letters are in an older code. Save it as text in UTF-8, or as PDF."),
}

WHY_NO_COPY = {
    Reason.BROKEN: _l("it is damaged"),
    Reason.TOO_LARGE: _l("it is too large"),
    Reason.TOO_MANY_PIXELS: _l("it is too large"),
    Reason.TIME: _l("it is too large"),
    Reason.LOCKED: _l("it is locked with a password: save it without one"),
    Reason.MACROS: _l("it holds small programs (macros): save it as PDF"),
    Reason.UNKNOWN_PART: _l("it holds parts that we do not know: save it as PDF"),
    Reason.MANY: _l("there was no time for it: send it once more, alone"),
    Reason.NOTHING_LEFT: _l("it holds nothing but names and addresses"),
}
"""The cause, where it is known."""


def why_no_copy(reason: str) -> str:
    return str(WHY_NO_COPY.get(Reason(reason), "")) if reason in set(Reason) else ""
