"""What the first bytes of a file say it is. Needs nothing but Python: the child asks it too, of what a mail carries."""

import re
import unicodedata
import zlib
from collections.abc import Callable

HEAD = 8 * 1024
Read = Callable[[int, int], bytes]
"""Bytes of the file from one place to another."""

OPEN_DOCUMENTS = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
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
    (re.compile(rb"....ftyp(avi[fs]|(mif1|msf1).{0,40}avi[fs])", re.DOTALL), "avif"),
    (re.compile(rb"II\*\0(?!.{4}CR)|MM\0\*", re.DOTALL), "tif"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "bmp"),
    (re.compile(rb"....ftypM4[AB] ", re.DOTALL), "m4a"),
    (re.compile(rb"....ftypqt  ", re.DOTALL), "mov"),
    (re.compile(rb"....ftyp3g[2egprs]", re.DOTALL), "3gp"),
    (re.compile(rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|mmp4|f4v )", re.DOTALL), "mp4"),
)

_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)  # the lengths of a zip entry's name and extra field
_FIRST = re.compile(rb"(\[Content_Types\]\.xml|(docProps|word|xl|ppt|customXml)/[\w/.]*|_rels/(\.rels)?)\Z")
_FOLDERS = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_MAIN = {b"wordprocessingml.document.main": "docx", b"spreadsheetml.sheet.main": "xlsx"}
_MAIN |= {b"presentationml.presentation.main": "pptx"}
_RUN = re.compile(r"\s*(<[a-z!?/%]|#!|%!|\{\\rtf)", re.IGNORECASE)  # html, svg, xml, php, shebang, PostScript, RTF
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (b"\xff\xfe", b"\xfe\xff")

_KNOWN = (
    "From|To|Cc|Subject|Date|Sent|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Reply-To|Sender|X-[\\w-]+"
)
_KNOWN += "|Content-Type|DKIM-Signature|ARC-Seal"
_HEADER = re.compile(r"[!-9;-~]{1,60}:.*|[ \t]+\S.*")
_HEADERS = re.compile(rf"({_KNOWN})[ \t]*:", re.IGNORECASE)
_ENVELOPE = re.compile(r"From \S.*\d{4}[^\n]*\r?\n(?=[!-9;-~]{1,60}:)")
_CARD = re.compile(r"\s*BEGIN:VCARD\s", re.IGNORECASE)
_CALENDAR = re.compile(r"\s*BEGIN:V(CALENDAR|EVENT|TODO|JOURNAL)\s", re.IGNORECASE)


def extension(head: bytes, size: int, read: Read | None = None) -> str | None:
    """The kind of a file of `size` bytes that begins with `head`, its first 8 KiB. None: not accepted."""
    for signature, found in _SIGNATURES:
        if signature.match(head):
            return found
    if head.startswith(b"PK"):
        return _office(head)
    if head.startswith(_OLE):
        return "msg" if ole(head, read) == "msg" else None
    text = as_text(head, complete=size <= len(head))
    return _of_words(text) if text is not None and not _RUN.match(text) else None


def _of_words(text: str) -> str:
    """A mail is no plain text: it says who sent it, from where, and carries other files."""
    if _CARD.match(text):
        return "vcf"
    if _CALENDAR.match(text):
        return "ics"
    if _ENVELOPE.match(text):
        return "mbox"
    lines = text.splitlines()[:-1] if len(text) > HEAD - 4 else text.splitlines()
    first = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    said = {found[1].lower() for line in lines[:first] if (found := _HEADERS.match(line))}
    return "eml" if len(said) >= 2 and all(_HEADER.fullmatch(line) for line in lines[:first]) else "txt"


def _office(head: bytes) -> str | None:
    """An office file is a zip whose first entries are those that office programs write; any other is an archive."""
    entries = [(m, head[m.end() : m.end() + int.from_bytes(m[1], "little")]) for m in _ENTRY.finditer(head)]
    if not entries or entries[0][0].start() != 0:
        return None
    start, first = entries[0]
    body = start.end() + len(first) + int.from_bytes(start[2], "little")
    if first == b"mimetype":
        return next((e for e, mime in OPEN_DOCUMENTS.items() if head[body:].startswith(mime + b"PK")), None)
    if not _FIRST.match(first):
        return None
    for each, name in entries:
        at = each.end() + len(name) + int.from_bytes(each[2], "little")
        if name == b"[Content_Types].xml" and (said := _said(head, at)):
            return said
    inside = [name for _, name in entries if not name.endswith(b"/")]
    return next((e for name in inside for folder, e in _FOLDERS.items() if name.startswith(folder)), None)


def _said(head: bytes, body: int) -> str | None:
    """What the list of parts says, where it comes first and whole: pictures may lie before the first telling folder."""
    try:
        parts = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head[body:], 256 * 1024)
    except zlib.error:
        parts = head[body:]  # stored as it is
    return next((extension for main, extension in _MAIN.items() if main in parts), None)


def ole(head: bytes, read: Read | None) -> str:
    """What a file of the older office programs is, by the class and the names in the first piece of its directory."""
    sector = int.from_bytes(head[48:52], "little") + 1 << (12 if head[30:32] == b"\x0c\x00" else 9)
    piece = head[sector : sector + 512] if sector + 512 <= len(head) else read(sector, sector + 512) if read else b""
    for mark, kind in _OLE_CLASSES:
        if piece[80:96] == mark:
            return kind
    names = {_ole_name(piece[at : at + 128]) for at in range(0, len(piece), 128)}
    return next((kind for name, kind in _OLE_NAMES if any(one.startswith(name) for one in names)), "older")


def _ole_name(entry: bytes) -> str:
    return entry[: max(0, int.from_bytes(entry[64:66], "little") - 2)][:64].decode("utf-16-le", "replace")


_CLASS = bytes.fromhex("0000000000c000000000000046")
_OLE_CLASSES = (
    (b"\x0b\x0d\x02" + _CLASS, "msg"),
    (b"\x06\x09\x02" + _CLASS, "doc"),
    (b"\x20\x08\x02" + _CLASS, "xls"),
    (b"\x10\x08\x02" + _CLASS, "xls"),
    (bytes.fromhex("108d81649b4fcf1186ea00aa00b929e8"), "ppt"),
)
_OLE_NAMES = (
    ("Encrypt", "locked"), ("\x06DataSpaces", "locked"), ("__nameid", "msg"), ("__substg1.0_", "msg"),
    ("__properties", "msg"), ("__recip", "msg"), ("__attach", "msg"), ("WordDocument", "doc"), ("Workbook", "xls"),
    ("Book", "xls"), ("PowerPoint", "ppt"),
)  # fmt: skip


# --- text ----------------------------------------------------------------------------------------------------------


def as_text(data: bytes, complete: bool = True) -> str | None:
    """The words of a text in UTF-8, UTF-16 with its mark, Windows-1252 or Latin-1, without the mark; None for what is
    none. `complete`: otherwise the end may have been cut through a letter."""
    if data.startswith(_MARKS):
        text = _cut(data, "utf-16", complete)
    else:
        text = _cut(data, "utf-8-sig", complete)
        text = _western(data) if text is None else text
    return text if text and all(_printable(character) for character in set(text)) else None


def _cut(data: bytes, encoding: str, complete: bool) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if complete or error.end < len(data) or error.reason not in ("unexpected end of data", "truncated data"):
            return None  # only a character that the cut divides is forgiven
        return data[: error.start].decode(encoding)


def _western(data: bytes) -> str | None:
    """One byte a letter. In another alphabet most letters are beyond ASCII: it would be read as nonsense."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = sum(character.isalpha() for character in text)
    foreign = sum(character > "\x7f" for character in text)
    return text if foreign <= 0.3 * letters else None


def _printable(character: str) -> bool:
    return character in "\t\n\r\f" or unicodedata.category(character) != "Cc"


# --- what is not accepted --------------------------------------------------------------------------------------------


_REFUSED = (
    (re.compile(rb"PK[\x03\x05]|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ|.{257}ustar", re.DOTALL), "archive"),
    (re.compile(rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe"), "program"),
    (
        re.compile(rb"II\*\0|\0\0\x01\0|8BPS|%!|\s*(<\?xml[^>]*>\s*)?<svg", re.DOTALL),
        "picture",
    ),
    (re.compile(rb"\s*\{\\rtf"), "rtf"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|!--|\?php|\?xml|script)", re.IGNORECASE), "page"),
)


def cause(head: bytes, size: int, read: Read | None = None) -> str | None:
    """What a file is that is not accepted, where that can be said."""
    if head.startswith(_OLE):
        return ole(head, read)
    found = next((said for signature, said in _REFUSED if signature.match(head)), None)
    if found:
        return found
    foreign = sum(byte > 127 for byte in head)
    return "alphabet" if foreign and not any(byte < 32 and byte not in (9, 10, 12, 13) for byte in head) else None
