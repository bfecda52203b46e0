"""What an uploaded file is, judged by its first bytes: a name or a browser's word can be chosen by an attacker.

A closed list. What is not on it, archives, programs and pages that a browser would run, is refused. A file that is two
things at once is what its first bytes say; the clean copy, decoded and written anew, is only that."""

import re
import unicodedata
import zlib
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

HEAD = 8 * 1024


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

KINDS = {
    kind.extension: kind
    for kind in (
        Kind("jpg", "image/jpeg", _PHOTO, True),
        Kind("png", "image/png", _PHOTO, True),
        Kind("webp", "image/webp", _PHOTO, True),
        Kind("gif", "image/gif", _PHOTO, True),
        Kind("heic", "image/heic", _PHOTO, False),  # Pillow cannot read it
        Kind("pdf", "application/pdf", _DOCUMENT, True),
        Kind("docx", _OFFICE + "wordprocessingml.document", _DOCUMENT, True),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet", _TABLE, True),
        Kind("pptx", _OFFICE + "presentationml.presentation", _l("A presentation"), True),
        Kind("odt", _OPEN + "text", _DOCUMENT, True),
        Kind("ods", _OPEN + "spreadsheet", _TABLE, True),
        Kind("txt", "text/plain", _l("A text"), True),
        Kind("mp3", "audio/mpeg", _SOUND, False),
        Kind("m4a", "audio/mp4", _SOUND, False),
        Kind("ogg", "audio/ogg", _SOUND, False),
        Kind("wav", "audio/wav", _SOUND, False),
        Kind("amr", "audio/amr", _SOUND, False),
        Kind("aac", "audio/aac", _SOUND, False),
        Kind("flac", "audio/flac", _SOUND, False),
        Kind("mp4", "video/mp4", _VIDEO, False),
        Kind("3gp", "video/3gpp", _l("A sound or video recording"), False),  # phones use it for both
        Kind("mov", "video/quicktime", _VIDEO, False),
        Kind("webm", "video/webm", _VIDEO, False),
        Kind("avi", "video/x-msvideo", _VIDEO, False),
        Kind("mkv", "video/x-matroska", _VIDEO, False),
    )
}

_SIGNATURES = (  # tried in order, from the first byte
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBPVP8", re.DOTALL), "webp"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "wav"),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), "avi"),
    (re.compile(rb"%PDF-[12]\."), "pdf"),
    (re.compile(rb"ID3[\x02-\x04]"), "mp3"),
    (re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xef]"), "mp3"),  # an MPEG frame, layer III
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), "aac"),
    (re.compile(rb"OggS\x00.{23}.*?(OpusHead|\x01vorbis|Speex  |\x7fFLAC)", re.DOTALL), "ogg"),
    (re.compile(rb"fLaC\x00"), "flac"),
    (re.compile(rb"#!AMR(-WB)?\n"), "amr"),
    (re.compile(rb"\x1aE\xdf\xa3.{0,40}?\x42\x82.webm", re.DOTALL), "webm"),
    (re.compile(rb"\x1aE\xdf\xa3.{0,40}?\x42\x82.matroska", re.DOTALL), "mkv"),
    (re.compile(rb"....ftyp(hei[cxms]|hev[cxms])", re.DOTALL), "heic"),
    (re.compile(rb"....ftyp(mif1|msf1)(?!.{0,40}avi[fs]).{0,40}hei[cx]", re.DOTALL), "heic"),
    (re.compile(rb"....ftypM4[AB] ", re.DOTALL), "m4a"),
    (re.compile(rb"....ftypqt  ", re.DOTALL), "mov"),
    (re.compile(rb"....ftyp3g[2egprs]", re.DOTALL), "3gp"),
    (re.compile(rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|mmp4|f4v )", re.DOTALL), "mp4"),
)

_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)  # the lengths of a zip entry's name and extra field
_FIRST = re.compile(rb"(\[Content_Types\]\.xml|_rels/\.rels|docProps/[\w.]+|(word|xl|ppt)/[\w/.]+)\Z")
_FOLDERS = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_MAIN = {b"wordprocessingml.document.main": "docx", b"spreadsheetml.sheet.main": "xlsx"}
_MAIN |= {b"presentationml.presentation.main": "pptx"}
_RUN = re.compile(r"\s*(<[a-z!?/%]|#!|%!|\{\\rtf)", re.IGNORECASE)  # html, svg, xml, php, shebang, PostScript, RTF


def judge(head: bytes, size: int) -> Kind | None:
    """The kind of a file of `size` bytes that begins with `head`, its first 8 KiB. None: not accepted."""
    for signature, extension in _SIGNATURES:
        if signature.match(head):
            return KINDS[extension]
    if head.startswith(b"PK"):
        return KINDS.get(_office(head) or "")
    return KINDS["txt"] if _is_text(head, complete=size <= len(head)) else None


def _office(head: bytes) -> str | None:
    """An office file is a zip whose first entries are those that office programs write; any other is an archive."""
    entries = [(m, head[m.end() : m.end() + int.from_bytes(m[1], "little")]) for m in _ENTRY.finditer(head)]
    if not entries or entries[0][0].start() != 0:
        return None
    start, first = entries[0]
    body = start.end() + len(first) + int.from_bytes(start[2], "little")
    if first == b"mimetype":
        return next((e for e in ("odt", "ods") if head[body:].startswith(KINDS[e].mime.encode() + b"PK")), None)
    if not _FIRST.match(first):
        return None
    if first == b"[Content_Types].xml" and (said := _said(head, body)):
        return said
    return next((e for _, name in entries for folder, e in _FOLDERS.items() if name.startswith(folder)), None)


def _said(head: bytes, body: int) -> str | None:
    """What the list of parts says, where it comes first and whole: pictures may lie before the first telling folder."""
    try:
        parts = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head[body:], 256 * 1024)
    except zlib.error:
        return None
    return next((extension for main, extension in _MAIN.items() if main in parts), None)


def _is_text(head: bytes, complete: bool) -> bool:
    """UTF-8 without control characters that does not begin like a page, a drawing or a program."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if complete or error.end < len(head) or error.reason != "unexpected end of data":
            return False  # only a character that the cut divides is forgiven
        text = head[: error.start].decode("utf-8-sig")
    return bool(text) and not _RUN.match(text) and all(_printable(character) for character in text)


def _printable(character: str) -> bool:
    return character in "\t\n\r\f" or unicodedata.category(character) != "Cc"
