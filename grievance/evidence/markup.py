"""XML of office files, written anew while it is read: names, dates and paths are left out on the way.

Everything is matched by its name without prefix, since a program may choose its prefixes. A document type could declare
entities that grow without end or name files on this machine: it is refused. Comments and instructions are left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from grievance.evidence.refusals import CannotClean, Reason

LONG_AGO = "1980-01-01T00:00:00Z"
Attributes = dict[str, str]
_CHUNK = 64 * 1024

# What a tag's attributes become; None leaves the whole element out.
Change = Callable[[str, Attributes], Attributes | None]

_ATTRIBUTES = {
    **dict.fromkeys(("author", "initials", "userId", "userName", "refreshedBy", "lastModifiedBy"), ""),
    **dict.fromkeys(("sourceFile", "odcFile", "connection", "creator", "chg-author"), ""),
    "providerId": "None",
}
_DATES = {"date", "dateUtc", "dt", "dT", "dateTime", "created", "modified", "chg-date-time"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")  # of the same name are switches: dt="0" shows no date on a slide
_NAMES = {"cmAuthor": ("name",), "author": ("name",), "person": ("displayName",), "userInfo": ("name",)}
_NAMES["scenario"] = ("user",)
_ELEMENTS = {"rsids", "attachedTemplate", "docVars", "docId", "mailMerge", "absPath", "svgBlip", "revisionPtr"}
_TEXTS = {
    **dict.fromkeys(("creator", "author", "author-name", "author-initials", "initial-creator", "printed-by"), ""),
    **dict.fromkeys(("creator-initials", "sender-initials", "file-name", "sender-firstname", "sender-lastname"), ""),
    **dict.fromkeys(("lastModifiedBy", "Company", "Manager"), ""),
    **dict.fromkeys(("date", "created", "modified"), LONG_AGO),
}
_ELSEWHERE = ("file:", "/", "\\", "..")  # a folder of the author's computer


@lru_cache(4096)
def local(name: str) -> str:
    return name.rpartition(":")[2]


def without_people(tag: str, attributes: Attributes) -> Attributes | None:
    """The rules of every part: who wrote, commented or changed it, when, and from which folder."""
    if (name := local(tag)) in _ELEMENTS or (name == "image" and _is_drawing(attributes)):
        return None
    blank = _NAMES.get(name, ())
    kept = {}
    for key, value in attributes.items():
        plain = local(key)
        if key.startswith("xmlns"):
            kept[key] = value
            continue
        if plain.startswith("rsid") or (name == "pageSetup" and plain == "id"):
            continue  # which sitting wrote this word; which printer it was for
        if plain in ("href", "src") and _leads_away(name, value):
            value = "about:blank"
        if plain in _DATES and _DATE.match(value):
            value = LONG_AGO
        kept[key] = "" if plain in blank else _ATTRIBUTES.get(plain, value)
    return kept


def _is_drawing(attributes: Attributes) -> bool:
    """SVG may hold scripts and names. Office programs put a plain picture beside each."""
    return any(local(key) == "href" and value.lower().endswith(".svg") for key, value in attributes.items())


def _leads_away(name: str, value: str) -> bool:
    """A path on a computer; or what would be fetched when the file is opened, which tells somebody who reads it."""
    return value.startswith(_ELSEWHERE) or (name != "a" and "://" in value)


@dataclass
class _Writer:
    """Writes what expat reads. `open` holds the tags that are open; `silent` counts those inside a left-out element."""

    change: Change
    written: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    silent: int = 0
    hid: bool = False  # text of the innermost tag was left out

    def start(self, tag: str, attributes: Attributes) -> None:
        changed = None if self.silent else self.change(tag, attributes)
        if changed is None:
            self.silent += 1
            return
        self.open.append(tag)
        self.hid = False
        self.written.append(f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in changed.items())}>")

    def end(self, tag: str) -> None:
        if self.silent:
            self.silent -= 1
            return
        if self.hid:
            self.written.append(_TEXTS[local(tag)])
            self.hid = False
        self.open.pop()
        self.written.append(f"</{tag}>")

    def text(self, text: str) -> None:
        if self.silent:
            return
        if self._hidden():
            self.hid = self.hid or bool(text.strip())
        else:
            self.written.append(escape(text, {"\r": "&#13;"}))

    def _hidden(self) -> bool:
        """The text of `dc:date` says when a comment was written; that of `text:date` is what the page shows."""
        innermost = self.open[-1]
        return local(innermost) in _TEXTS and innermost != "text:date"


def _refuse(*_: object) -> None:
    raise CannotClean(Reason.BROKEN)


def rewrite(part: IO[bytes], out: IO[bytes], change: Change = without_people) -> None:
    """Copy an XML part, piece by piece. Raises `CannotClean`, or expat's error for what is no XML."""
    writer = _Writer(change)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = writer.start, writer.end
    parser.CharacterDataHandler = writer.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    out.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk, False)
        out.write("".join(writer.written).encode())
        writer.written.clear()
    parser.Parse(b"", True)
    out.write("".join(writer.written).encode())
