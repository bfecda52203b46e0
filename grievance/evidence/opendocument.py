"""OpenDocument: what may stand in its parts."""

from typing import IO

from grievance.evidence.markup import TELLING, XML_SPACE, Answer, Element, Rules, Verdict, look
from grievance.evidence.notes import Note, Notes
from grievance.evidence.vocabulary import OPEN_ATTRIBUTES, OPEN_ELEMENTS, words_in
from grievance.evidence.words import without_homes

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_ROOMS = ("office", "style", "text", "table", "drawing", "presentation", "dr3d", "animation", "chart", "datastyle")
_SPACES = {f"{_OASIS}{one}:1.0": one for one in (*_ROOMS, "svg-compatible", "xsl-fo-compatible", "smil-compatible")}
_LINK, _MATH = "http://www.w3.org/1999/xlink", "http://www.w3.org/1998/Math/MathML"
_PEOPLE = words_in(
    """
    author-name author-initials initial-creator creator printed-by sender-firstname sender-lastname sender-initials
     sender-title sender-position sender-email sender-phone-private sender-fax sender-company sender-phone-work
     sender-street sender-city sender-postal-code sender-country
    sender-state-or-province file-name template-name
    """
)
_FIELDS = words_in(
    """
    date time variable-set variable-get variable-input user-field-get user-field-input expression text-input
     placeholder conditional-text database-display database-name dde-connection measure title subject description
     keywords user-defined creation-date creation-time modification-date modification-time print-date print-time
     editing-cycles editing-duration bookmark-ref reference-ref note-ref sequence-ref get-page-variable
     set-page-variable page-variable-get page-variable-set table-formula meta-field
    """
)
_COUNTED = {"deletion": Note.DELETIONS, "annotation": Note.COMMENTS, "data-pilot-table": Note.PIVOTS}
_COUNTED |= {"named-range": Note.NAMES, "named-expression": Note.NAMES}
_WITH_NAMES = {"gradient", "hatch", "fill-image", "marker", "stroke-dash", "opacity", "layer"}
_SHOWS = {"image", "fill-image", "background-image", "object"}


class Found:
    """What a first reading of all parts found: styles of what is not seen; and what the second keeps of pictures."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.shown: set[str] = set()
        """Parts that are seen on a page that is kept."""


class Look:
    """Styles first: an office program writes them before what uses them, but in another part too."""

    def __init__(self, found: Found, notes: Notes) -> None:
        self._found, self._notes, self._style, self._based = found, notes, "", dict[str, str]()

    def over(self, part: IO[bytes]) -> None:
        look(part, self._start)
        for _ in self._based:
            self._found.hidden |= {one for one, base in self._based.items() if base in self._found.hidden}

    def _start(self, element: Element) -> None:
        if element.name == "style":
            self._style = element.get("name")
            if element.get("parent-style-name"):
                self._based[self._style] = element.get("parent-style-name")
        elif element.name in _COUNTED:
            self._notes[_COUNTED[element.name]] += 1
        elif _hides(element) and self._style:
            self._found.hidden.add(self._style)


def _hides(element: Element) -> bool:
    if element.name == "text-properties":
        return element.get("display") == "none"
    if element.name == "table-properties":
        return element.get("display") == "false"
    return element.name == "drawing-page-properties" and element.get("visibility") == "hidden"


class OpenRules(Rules):
    """`inside`: where relative names of parts begin; `parts`: the names of all, with those that are given to them."""

    def __init__(self, found: Found, notes: Notes, inside: str, parts: dict[str, str]) -> None:
        self._found, self._notes, self._inside, self._parts = found, notes, inside, parts
        self._columns: list[list[tuple[int, bool]]] = []
        self._at: list[int] = []

    def element(self, element: Element) -> Answer:
        room = _SPACES.get(element.space)
        if element.space == _MATH:
            return Verdict.DROP if element.name in ("annotation", "annotation-xml") else _plain(element)
        if room == "text" and element.name in _PEOPLE:
            self._notes[Note.PEOPLE] += 1
            return Verdict.DROP
        if room == "text" and element.name in _FIELDS:
            self._notes[Note.FIELDS] += 1
            return Verdict.UNWRAP
        if element.name == "object" and room == "drawing":
            return self._kept(element) if self._target(element) else self._object()
        if room is None or element.name not in OPEN_ELEMENTS:
            return self._left_out(element, room)
        if room == "text" and element.name == "a":
            return self._link(element)
        if verdict := self._unseen(element, room):
            return verdict
        return self._kept(element)

    def _left_out(self, element: Element, room: str | None) -> Verdict:
        if element.name in ("object-ole", "plugin", "applet", "floating-frame"):
            return self._object()
        counted = {"hidden-text": Note.HIDDEN_WORDS, "hidden-paragraph": Note.HIDDEN_WORDS, "notes": Note.SPEAKER_NOTES}
        if room and element.name in counted:
            self._notes[counted[element.name]] += 1
        return Verdict.DROP

    def _object(self) -> Verdict:
        self._notes[Note.OBJECTS] += 1
        return Verdict.DROP

    def _link(self, element: Element) -> Answer:
        target = element.get("href")
        if not target.lower().startswith(("https://", "http://")):
            return Verdict.UNWRAP
        return self._kept(element) | {one.raw: one.value for one in element.attributes if one.name == "href"}

    def _unseen(self, element: Element, room: str) -> Verdict | None:
        style = next((one.value for one in element.attributes if one.name == "style-name"), "")
        if room == "text" and element.name in ("span", "p", "h") and style in self._found.hidden:
            self._notes[Note.HIDDEN_WORDS] += 1
            return Verdict.DROP
        if element.name == "section" and element.get("display", "true") != "true":
            self._notes[Note.HIDDEN_WORDS] += 1
            return Verdict.DROP
        if element.name == "page" and room == "drawing" and style in self._found.hidden:
            self._notes[Note.HIDDEN_SLIDES] += 1
            return Verdict.DROP
        return self._unseen_in_table(element, style) if room == "table" else None

    def _unseen_in_table(self, element: Element, style: str) -> Verdict | None:
        match element.name:
            case "table":
                if style in self._found.hidden:
                    self._notes[Note.HIDDEN_SHEETS] += 1
                    return Verdict.DROP
                self._columns.append([])
                self._at.append(0)
            case "table-column" if self._columns:
                hidden = element.get("visibility", "visible") != "visible"
                self._notes[Note.HIDDEN_COLUMNS] += hidden
                self._columns[-1].append((_number(element, "number-columns-repeated"), hidden))
            case "table-row":
                if self._at:
                    self._at[-1] = 0
                if element.get("visibility", "visible") != "visible":
                    self._notes[Note.HIDDEN_ROWS] += 1
                    return Verdict.HOLLOW
            case "table-cell" | "covered-table-cell" if self._columns:
                return self._cell(element)
        return None

    def _cell(self, element: Element) -> Verdict | None:
        if any(one.name == "formula" for one in element.attributes):
            self._notes[Note.FORMULAS] += 1
        first, width = self._at[-1], _number(element, "number-columns-repeated")
        self._at[-1] += width
        at = 0
        for count, hidden in self._columns[-1]:
            if hidden and at < first + width and first < at + count:
                return Verdict.HOLLOW
            at += count
        return None

    def end(self, element: Element) -> None:
        if element.name == "table" and _SPACES.get(element.space) == "table" and self._columns:
            self._columns.pop()
            self._at.pop()

    def hollow(self, element: Element) -> dict[str, str]:
        kept = ("style-name", "number-columns-repeated", "number-rows-repeated", "visibility")
        return {one.raw: one.value for one in element.attributes if one.name in kept}

    def _kept(self, element: Element) -> dict[str, str]:
        kept = {}
        for one in element.attributes:
            if one.space == _LINK and one.name == "href":
                if target := self._target(element):
                    kept[one.raw] = target
            elif one.space == _LINK and one.name == "type":
                kept[one.raw] = "simple"
            elif self._may_stand(element, one.space, one.name, one.value):
                kept[one.raw] = one.value
        return kept

    def _target(self, element: Element) -> str:
        """The name that a part of this file is given; of anything else, which would be fetched, nothing."""
        asked = element.get("href")
        path = asked.removeprefix("./").rstrip("/")
        here = self._inside + path
        if element.name not in _SHOWS or not asked:
            return ""
        if here + "/content.xml" in self._parts:
            self._found.shown.add(here + "/")
            return asked
        if here not in self._parts:
            self._notes[Note.FETCHED] += 1
            return ""
        self._found.shown.add(here)
        return self._parts[here].removeprefix(self._inside)

    def _may_stand(self, element: Element, space: str, name: str, value: str) -> bool:
        if space == XML_SPACE or space not in _SPACES or name not in OPEN_ATTRIBUTES or TELLING.search(value):
            return False
        drawn = _SPACES[space] in ("drawing", "presentation")
        return not (drawn and name == "name" and element.name not in _WITH_NAMES)

    def text(self, element: Element, text: str) -> str:
        room = _SPACES.get(element.space)
        if room in ("text", "datastyle", "chart") or element.space == _MATH or not text.strip():
            return without_homes(text, self._notes)
        return ""


def _plain(element: Element) -> dict[str, str]:
    return {one.raw: one.value for one in element.attributes if not one.space and not TELLING.search(one.value)}


def _number(element: Element, name: str) -> int:
    said = element.get(name, "1")
    return int(said) if said.isdecimal() else 1
