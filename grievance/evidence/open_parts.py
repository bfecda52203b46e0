"""The parts of an OpenDocument file: those that a page shows, each written anew."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from grievance.evidence.inner import metafile, picture, preview
from grievance.evidence.markup import Element, look, rewrite
from grievance.evidence.notes import Notes
from grievance.evidence.opendocument import Found, Look, OpenRules
from grievance.evidence.parts import ODF, Fate, fates, neutral

_CONTENT = re.compile(r"((?:Object [^/]*/)*)(content|styles)\.xml\Z")
_PICTURE = re.compile(r"\x89PNG|\xff\xd8\xff|GIF8|RIFF".encode("latin-1"))
_OF_ODF = re.compile(r"application/vnd\.oasis\.opendocument\.[\w.-]+\Z")
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "xml": "text/xml"}


def cleaned(source: zipfile.ZipFile, names: list[str], notes: Notes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part of the copy. Pictures that no page shows any more are left out."""
    known, found = fates(names), Found()
    named = _named(known)
    xml = sorted((name for name in names if _CONTENT.match(name)), key=lambda name: (name.count("/"), name))
    for name in sorted(xml, reverse=True):  # styles.xml first
        with source.open(name) as part:
            Look(found, notes).over(part)
    written = {"mimetype": source.read("mimetype")}
    for name in xml:
        inside = _CONTENT.match(name)[1]  # type: ignore[index]
        if not inside or inside in found.shown:
            written[name] = _rewritten(source, name, OpenRules(found, notes, inside, named))
    for name in names:
        if (
            name not in xml
            and name != "mimetype"
            and (name in found.shown or known[name] in (Fate.NEUTRAL, Fate.PREVIEW))
        ):
            written[named[name]] = _other(source, name, known[name])
    written["META-INF/manifest.xml"] = _manifest(written, _objects(source, found.shown))
    yield from written.items()


def _named(known: dict[str, Fate]) -> dict[str, str]:
    """A picture's name can be that of a file on somebody's computer, or of a person."""
    named = {}
    for number, (name, what) in enumerate(sorted(known.items())):
        folder, _slash, last = name.rpartition("/")
        picture_of = what in (Fate.PICTURE, Fate.METAFILE) and not name.startswith("ObjectReplacements")
        named[name] = f"{folder}/image{number}.{last.rpartition('.')[2].lower()}" if picture_of else name
    return named


def _rewritten(source: zipfile.ZipFile, name: str, rules: OpenRules) -> bytes:
    out = io.BytesIO()
    with source.open(name) as part:
        rewrite(part, out, rules)
    return out.getvalue()


def _other(source: zipfile.ZipFile, name: str, what: Fate) -> bytes:
    match what:
        case Fate.PICTURE:
            data = source.read(name)
            return picture(data) if _PICTURE.match(data) else b""
        case Fate.METAFILE:
            return metafile(source.read(name))
        case Fate.PREVIEW:
            return preview(name)
        case Fate.NEUTRAL:
            return neutral(name)
        case Fate.KEEP:
            return source.read(name)
        case _:
            return b""


def _objects(source: zipfile.ZipFile, shown: set[str]) -> list[tuple[str, str]]:
    """Each object in a document is a folder with a kind of its own: a chart, a formula."""
    found: list[tuple[str, str]] = []

    def start(element: Element) -> None:
        folder, kind = element.get("full-path"), element.get("media-type")
        if folder in shown and folder.endswith("/") and _OF_ODF.match(kind):
            found.append((folder, kind))

    with source.open("META-INF/manifest.xml") as part:
        look(part, start)
    return found


def _manifest(written: dict[str, bytes], objects: list[tuple[str, str]]) -> bytes:
    """Written from what is kept."""
    rows = [("/", written["mimetype"].decode("ascii")), *objects]
    rows += [(name, _KINDS.get(name.rpartition(".")[2], "")) for name in written if name != "mimetype"]
    inner = "".join(
        f"<manifest:file-entry manifest:full-path={quoteattr(name)} manifest:media-type={quoteattr(kind)}/>"
        for name, kind in rows
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0"'
        f' manifest:version="1.2">{inner}</manifest:manifest>'
    ).encode()
