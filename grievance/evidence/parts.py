"""Which parts of an office file are kept as they are, cleaned, emptied, left out, or make it uncleanable; and neutral
ones for those that a program expects to find."""

import posixpath
import re
from dataclasses import dataclass
from enum import Enum, auto

from grievance.evidence.notes import Note
from grievance.evidence.refusals import CannotClean, Reason
from grievance.evidence.vocabulary import words_in

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
    "odp": b"application/vnd.oasis.opendocument.presentation",
}


class Fate(Enum):
    KEEP = auto()
    XML = auto()
    PICTURE = auto()
    PREVIEW = auto()
    METAFILE = auto()
    EMPTY = auto()
    DROP = auto()
    NEUTRAL = auto()
    MACROS = auto()
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
    (r".*(vbaProject|vbaData).*|(Basic|Scripts|Dialogs)/.*|.*/activeX/.*", Fate.MACROS),
    (r"customXml/.*|_xmlsignatures/.*|META-INF/.*signatures.*|META-INF/manifest\.xml|Configurations2/.*", Fate.DROP),
    (r"layout-cache|docMetadata/.*", Fate.DROP),
    (r".*/(embeddings|ctrlProps|externalLinks|pivotCache|pivotTables|queryTables)/.*", Fate.DROP),
    (r".*/(printerSettings|changesInfos|webextensions|revisions|model)/.*|.*/revisionInfo\.xml|.*\.svg", Fate.DROP),
    (r"docProps/(core|app|custom)\.xml|(Object [^/]*/)?(meta|settings)\.xml", Fate.NEUTRAL),
    (r"manifest\.rdf|.*\.psmdcp", Fate.NEUTRAL),
    (r"docProps/thumbnail\.(jpe?g|png)|Thumbnails/.*\.png", Fate.PREVIEW),
    (r"Thumbnails/.*", Fate.DROP),
    (r"docProps/thumbnail\..*|.*\.bin|Object [^/]*", Fate.EMPTY),
    (r"\[Content_Types\]\.xml|(.*/)?_rels/[^/]*\.rels", Fate.DROP),  # written anew, from what is kept
    (r"ObjectReplacements/.*", Fate.PICTURE),
    (r".*\.(xml|vml)", Fate.XML),
    (r".*\.(jpe?g|jpe|jfif|png|gif|webp)", Fate.PICTURE),
    (r".*\.(emf|wmf)", Fate.METAFILE),
    (r".*\.(docx|xlsx|pptx|odt|ods|odp|xls|doc|ppt)", Fate.DROP),
    (r".*\.(odttf|fntdata|ttf|otf)|mimetype", Fate.KEEP),
)
_COMPILED = tuple((re.compile(pattern + r"\Z", re.IGNORECASE | re.DOTALL), fate) for pattern, fate in _RULES)


def fate(name: str) -> Fate:
    return next((fate for pattern, fate in _COMPILED if pattern.match(name)), Fate.REFUSE)


def fates(names: list[str]) -> dict[str, Fate]:
    """Of each part. Raises `CannotClean` for a program, and for what nobody thought of."""
    found = {name: fate(name) for name in names}
    if Fate.MACROS in found.values():
        raise CannotClean(Reason.MACROS)
    if Fate.REFUSE in found.values():
        raise CannotClean(Reason.UNKNOWN_PART)
    return found


def neutral(name: str) -> bytes:
    """What stands for a part that tells about people. An object inside a document has its own `meta.xml`."""
    known = "docProps/core.xml" if name.endswith(".psmdcp") else name if name in NEUTRAL else name.rpartition("/")[2]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{NEUTRAL[known]}'.encode()


# --- relations ---------------------------------------------------------------------------------------------------

RELATIONS = words_in(
    """
    officeDocument core-properties extended-properties custom-properties extendedProperties customProperties thumbnail
     styles theme themeOverride settings fontTable font numbering footnotes endnotes header footer image hyperlink
     chart drawing vmlDrawing diagramData diagramLayout diagramQuickStyle diagramColors worksheet chartsheet
     sharedStrings table slide slideLayout slideMaster presProps viewProps tableStyles
    """
)
"""How one part may lead to another. What nothing leads to any more is not written."""

COUNTED = {
    "notesSlide": Note.SPEAKER_NOTES,
    "oleObject": Note.OBJECTS,
    "package": Note.OBJECTS,
    "pivotTable": Note.PIVOTS,
    "attachedTemplate": Note.FETCHED,
    "externalLink": Note.FETCHED,
    "connections": Note.FETCHED,
}


@dataclass(frozen=True)
class Relation:
    id: str
    type: str
    target: str
    """A part's name, or an address outside."""
    outside: bool

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2]

    @property
    def may_stand(self) -> bool:
        if self.outside:  # anything but a link that somebody presses would be fetched when the file is opened
            return self.kind == "hyperlink" and self.target.lower().startswith(("https://", "http://"))
        return self.kind in RELATIONS


def relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels") if part else "_rels/.rels"


def resolved(part: str, target: str) -> str:
    """The name of a part that another one names. Word writes absolute ones too."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
