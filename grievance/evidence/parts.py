"""Which parts of an office file are kept as they are, cleaned, emptied, left out, or make it uncleanable; and neutral
ones for those that a program expects to find."""

import posixpath
import re
from enum import Enum, auto

from grievance.evidence.markup import Attributes, local, without_people

SCHEMAS = "http://schemas.openxmlformats.org"
ODF = "urn:oasis:names:tc:opendocument:xmlns"

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
MIMETYPE = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}


class Fate(Enum):
    KEEP = auto()
    XML = auto()
    LINKS = auto()  # XML that names other parts
    PICTURE = auto()
    PREVIEW = auto()
    METAFILE = auto()
    DOCUMENT = auto()  # an office file inside an office file
    EMPTY = auto()
    DROP = auto()
    NEUTRAL = auto()
    REFUSE = auto()


NEUTRAL = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{SCHEMAS}/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{SCHEMAS}/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{SCHEMAS}/officeDocument/2006/custom-properties"/>',
    "meta.xml": f'<office:document-meta xmlns:office="{ODF}:office:1.0" office:version="1.2"><office:meta/>'
    "</office:document-meta>",
    "settings.xml": f'<office:document-settings xmlns:office="{ODF}:office:1.0" office:version="1.2">'
    "<office:settings/></office:document-settings>",
    "manifest.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
}

_RULES = (  # the first that fits the whole name; a part that nobody thought of makes the file uncleanable
    (r".*(vbaProject|vbaData).*|(Basic|Scripts|Dialogs)/.*|.*/activeX/.*", Fate.REFUSE),
    (
        r"customXml/.*|_xmlsignatures/.*|META-INF/.*signatures.*|Configurations2/.*|layout-cache|docMetadata/.*",
        Fate.DROP,
    ),
    (r".*/(printerSettings|changesInfos|webextensions|revisions)/.*|.*/revisionInfo\.xml|.*\.svg", Fate.DROP),
    (r"docProps/(core|app|custom)\.xml|(Object [^/]*/)?(meta|settings)\.xml", Fate.NEUTRAL),
    (r"manifest\.rdf|.*\.psmdcp", Fate.NEUTRAL),
    (r"docProps/thumbnail\.(jpe?g|png)|Thumbnails/.*\.png", Fate.PREVIEW),
    (r"docProps/thumbnail\..*|.*\.bin|ObjectReplacements/.*|Object [^/]*", Fate.EMPTY),
    (r"\[Content_Types\]\.xml|(.*/)?_rels/[^/]*\.rels|META-INF/manifest\.xml", Fate.LINKS),
    (r".*\.(xml|vml)", Fate.XML),
    (r".*\.(jpe?g|jpe|jfif|png|gif|webp)", Fate.PICTURE),
    (r".*\.(emf|wmf)", Fate.METAFILE),
    (r".*\.(docx|xlsx|pptx)", Fate.DOCUMENT),
    (r".*\.(odttf|fntdata|ttf|otf)|mimetype", Fate.KEEP),
)
_COMPILED = tuple((re.compile(pattern + r"\Z", re.IGNORECASE | re.DOTALL), fate) for pattern, fate in _RULES)


def fate(name: str) -> Fate:
    return next((fate for pattern, fate in _COMPILED if pattern.match(name)), Fate.REFUSE)


def neutral(name: str) -> bytes:
    """What stands for a part that tells about people. An object inside a document has its own `meta.xml`."""
    known = "docProps/core.xml" if name.endswith(".psmdcp") else name if name in NEUTRAL else name.rpartition("/")[2]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{NEUTRAL[known]}'.encode()


def links_without(dropped: set[str], part: str) -> "Links":
    return Links(dropped, posixpath.dirname(posixpath.dirname(part)))


class Links:
    """The rules of the parts that name others: no word of a dropped part, no path on somebody's computer, no picture
    or template that would be fetched when the file is opened, which tells its owner who reads it."""

    def __init__(self, dropped: set[str], folder: str) -> None:
        self._dropped, self._folder = dropped, folder

    def __call__(self, tag: str, attributes: Attributes) -> Attributes | None:
        name = local(tag)
        if name == "Relationship":
            return self._relation(attributes)
        if name == "Override" and attributes.get("PartName", "").lstrip("/") in self._dropped:
            return None
        if name == "file-entry" and any(self._gone(value) for value in attributes.values()):
            return None
        return without_people(tag, attributes)

    def _gone(self, path: str) -> bool:
        return path in self._dropped or path.startswith("Configurations2/")

    def _relation(self, plain: Attributes) -> Attributes | None:
        kind, target = plain.get("Type", "").rpartition("/")[2], plain.get("Target", "")
        if kind == "attachedTemplate":
            return None
        if plain.get("TargetMode") == "External":
            harmless = kind == "hyperlink" and target.lower().startswith(("https://", "http://", "mailto:"))
            return plain if harmless else {**plain, "Target": "about:blank"}
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(self._folder, target)
        return None if posixpath.normpath(path) in self._dropped else plain
