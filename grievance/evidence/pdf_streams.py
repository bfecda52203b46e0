"""What a PDF paints: the streams of pages, forms, patterns and letters, without the words beside them.

Where words may be hidden under something it says so: then the pages are drawn as pictures."""

import re
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, Stream

from grievance.evidence.notes import Note, Notes

_TO_LOOK_AT = re.compile(rb"\b(BDC|BMC|DP|MP|BI|Tr|re)\b|%|\bg\b|\brg\b|\bk\b|\bscn?\b")
_SHOW = {"Tj", "TJ", "'", '"'}
_FILL = {"f", "F", "f*", "B", "B*", "b", "b*"}
_PAINT = _FILL | {"sh", "Do"}
_UNSEEN = (3, 7)  # ways of showing text that leave no mark
_DARK, _WHITE = 0.35, 0.99
_INLINE = {"/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/DecodeParms", "/Decode", "/ImageMask"}
_INLINE |= {"/Interpolate", "/Intent", "/W", "/H", "/BPC", "/CS", "/F", "/DP", "/D", "/IM", "/I", "/L", "/Length"}
_PHOTO = {Name.DCTDecode, Name("/DCT"), Name.JPXDecode}


class Doubt(Exception):
    """Something may be there that is not seen."""


class Repaint:
    """One stream of painting, from its beginning: colours and ways of showing are as at a page's beginning."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._state: tuple[int, float] = (0, 0.0)
        """How text is shown, and how light what is filled is."""
        self._kept: list[tuple[int, float]] = []
        self._said = self._painted = self._unseen = False
        self._boxes = False
        self.written: list[Any] = []

    def over(self, instructions: list[Any]) -> bytes:
        for each in instructions:
            if isinstance(each, pikepdf.ContentStreamInlineImage):
                self._inline(each)
            else:
                self._one(str(each.operator), each)
        self._notes[Note.HIDDEN_WORDS] += self._unseen
        return pikepdf.unparse_content_stream(self.written)

    def _inline(self, each: Any) -> None:
        image = each.iimage.obj
        named = image.get("/Filter", image.get("/F"))
        filters = set(named) if isinstance(named, pikepdf.Array) else {named}
        if filters & _PHOTO or set(image.keys()) - _INLINE:
            raise Doubt
        self.written.append(each)
        self._painted = True

    def _one(self, name: str, each: Any) -> None:
        if name in ("BDC", "BMC", "DP", "MP"):
            self._marked(name, each)
            return
        if name in _SHOW and self._is_unseen(name):
            return
        self._note(name, list(each.operands))
        self.written.append(each)

    def _marked(self, name: str, each: Any) -> None:
        """A mark can carry any words: only that of a layer, by its name, decides what is seen."""
        if name in ("DP", "MP"):
            return
        operands = list(each.operands)
        if name == "BDC" and operands[0] == Name.OC and isinstance(operands[1], Name):
            self.written.append(each)
        else:
            self.written.append(([Name.Span], Operator("BMC")))

    def _is_unseen(self, name: str) -> bool:
        if self._state[0] not in _UNSEEN:
            if not self._painted and self._state[1] >= _WHITE:
                raise Doubt  # white words on nothing
            self._said = True
            return False
        self._unseen = True
        if name in ("'", '"'):
            self.written.append(([], Operator("T*")))
        return True

    def _note(self, name: str, operands: list[Any]) -> None:
        way, light = self._state
        match name:
            case "q":
                self._kept.append(self._state)
            case "Q" if self._kept:
                self._state = self._kept.pop()
            case "Tr":
                self._state = (int(operands[0]), light)
            case "g" | "rg" | "k" | "sc" | "scn":
                self._state = (way, _light(operands))
            case "re":
                self._boxes = self._boxes or (abs(float(operands[2])) >= 8 and abs(float(operands[3])) >= 5)
        if name in _FILL and self._boxes and self._said and light < _DARK:
            raise Doubt  # a dark box after words: they may lie under it
        if name in _PAINT:
            self._painted = True
        if name in _FILL or name in ("n", "S", "s"):
            self._boxes = False


def _light(operands: list[Any]) -> float:
    try:
        parts = [float(one) for one in operands]
    except (TypeError, ValueError):
        return 0.5  # a pattern
    if len(parts) == 4:
        return max(0.0, 1 - max(parts[:3]) - parts[3])
    return sum(parts) / len(parts) if parts else 0.5


def repaint_page(page: pikepdf.Page, pdf: pikepdf.Pdf, notes: Notes) -> None:
    streams = page.obj.get("/Contents")
    if streams is None:
        return
    page.obj.Contents = Stream(pdf, Repaint(notes).over(list(pikepdf.parse_content_stream(page))))


def repaint(stream: Stream, notes: Notes) -> None:
    """A form, a pattern, or a letter that is painted."""
    if not _TO_LOOK_AT.search(stream.read_bytes()):
        return
    stream.write(Repaint(notes).over(list(pikepdf.parse_content_stream(stream))))


def is_painted(thing: Any, under: str) -> bool:
    """Whether a stream is one that paints."""
    if not isinstance(thing, Stream):
        return False
    if thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1:
        return True
    return under == "/CharProcs" or (under in ("/N", "/D", "/R") and "/BBox" in thing)


def is_layer(thing: Any) -> bool:
    return isinstance(thing, Dictionary) and thing.get("/Type") in (Name.OCG, Name.OCMD)
