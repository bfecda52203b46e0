"""Word, Excel and PowerPoint: what may stand in their parts. One reading finds what is hidden, a second one writes."""

import re
from dataclasses import dataclass, field
from typing import IO

from grievance.evidence.markup import TELLING, XML_SPACE, Answer, Element, Rules, Verdict, look
from grievance.evidence.notes import Note, Notes
from grievance.evidence.vocabulary import ATTRIBUTES, ELEMENTS, WORDS, words_in
from grievance.evidence.words import without_homes

_OPEN, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
_COMPATIBLE = _OPEN + "markup-compatibility/2006"
_VML = {f"urn:schemas-microsoft-com:{one}" for one in ("vml", "office:office", "office:word", "office:excel")}
_WITH_TEXT = words_in(
    """
    t v f formula posOffset align col row colOff rowOff instrText oddHeader oddFooter evenHeader evenFooter firstHeader
    firstFooter formatCode attrName pctWidth pctHeight separator
    """
)
_UNWRAPPED = {"ins", "moveTo", "sdt", "sdtContent", "smartTag", "customXml", "fldSimple"}
_NAMELESS = {"docPr", "cNvPr"}  # a program puts the file's name here
_HARMLESS_FIELD = re.compile(r"\s*(PAGE|NUMPAGES|SECTION|SECTIONPAGES)(\s+\\\*\s+\w+)*\s*\Z")
_OFF = {"0", "false", "off", "none"}
_RELATION = re.compile(r"[\w.-]{1,80}\Z")
_FILE_CODES = re.compile(r"&[ZF]")
_IN_A_RUN = {"t", "drawing", "pict", "object", "sym", "tab", "br", "cr", "noBreakHyphen", "ptab"}


def is_word(space: str) -> bool:
    return space.endswith(("/wordprocessingml/2006/main", "/wordprocessingml/main"))


def _is_sheet(space: str) -> bool:
    return space.endswith(("/spreadsheetml/2006/main", "/spreadsheetml/main"))


def is_relation(space: str) -> bool:
    return space.endswith(("/officeDocument/2006/relationships", "/officeDocument/relationships"))


def _known(space: str) -> bool:
    return space.startswith((_OPEN, _STRICT)) or space in _VML


@dataclass
class Plan:
    """What a first reading found: elements by their numbers; columns that nobody sees; strings that somebody does."""

    drop: set[int] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Names of relations that are left out."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    used_strings: set[int] | None = None
    hidden_sheets: tuple[str, ...] = ()


class OfficeRules(Rules):
    def __init__(self, plan: Plan, notes: Notes) -> None:
        self._plan, self._notes = plan, notes
        self._strings = -1
        self._custom_styles = 0
        self._in_custom_style = False

    def element(self, element: Element) -> Answer:
        if element.number in self._plan.drop:
            return Verdict.DROP
        if element.space == _COMPATIBLE:
            return Verdict.DROP if element.name == "Choice" else Verdict.UNWRAP
        if not _known(element.space) or not _allowed(element):
            return self._left_out(element)
        if element.name in _UNWRAPPED and is_word(element.space):
            return Verdict.UNWRAP
        if any(is_relation(one.space) and one.value in self._plan.gone for one in element.attributes):
            return self._without_relation(element)
        if _is_sheet(element.space) and (verdict := self._of_a_sheet(element)):
            return verdict
        return self._kept(element)

    def _left_out(self, element: Element) -> Verdict:
        counted = {"f": Note.FORMULAS, "OLEObject": Note.OBJECTS, "oleObj": Note.OBJECTS}
        if element.name in counted and not (element.name == "f" and not _is_sheet(element.space)):
            self._notes[counted[element.name]] += 1
        return Verdict.DROP

    def _without_relation(self, element: Element) -> Answer:
        if element.name == "hyperlink" and is_word(element.space):
            return Verdict.UNWRAP
        return self._kept(element) if element.name in ("pageSetup", "blip", "imagedata") else Verdict.DROP

    def _of_a_sheet(self, element: Element) -> Verdict | None:
        if element.name == "sheet" and element.get("state", "visible") != "visible":
            return Verdict.DROP
        if element.name == "row" and element.get("hidden", "0") not in _OFF:
            self._notes[Note.HIDDEN_ROWS] += 1
            return Verdict.HOLLOW
        if element.name == "c" and any(
            low <= column(element.get("r")) <= high for low, high in self._plan.hidden_columns
        ):
            return Verdict.DROP
        if element.name == "si" and self._plan.used_strings is not None:
            self._strings += 1
            return None if self._strings in self._plan.used_strings else Verdict.HOLLOW
        if element.name in ("conditionalFormatting", "autoFilter"):
            return Verdict.DROP if element.name == "conditionalFormatting" else Verdict.HOLLOW
        return None

    def hollow(self, element: Element) -> dict[str, str]:
        return self._kept(element)

    def _kept(self, element: Element) -> dict[str, str]:
        if element.name == "style" and is_word(element.space):
            self._in_custom_style = element.get("customStyle", "0") not in _OFF
        if element.name == "srcRect" and any(one.value not in ("0", "") for one in element.attributes):
            self._notes[Note.CROPPED] += 1
        kept = {}
        for one in element.attributes:
            if (value := self._value(element, one.space, one.name, one.value)) is not None:
                kept[one.raw] = value
        return kept

    def _value(self, element: Element, space: str, name: str, value: str) -> str | None:
        if is_relation(space):
            return value if value not in self._plan.gone and _RELATION.match(value) else None
        if space == XML_SPACE:
            return value if name in ("space", "lang") and not TELLING.search(value) else None
        if space and not _known(space):
            return None
        if name == "uri":
            return value if value.startswith((_OPEN, _STRICT, "http://schemas.microsoft.com/")) else None
        if name not in ATTRIBUTES and name not in WORDS:
            return None
        if name == "name" and element.name in _NAMELESS:
            return ""
        if name == "val" and element.name == "name" and self._in_custom_style:
            self._custom_styles += 1
            return f"Style {self._custom_styles}"
        if name == "id" and (space or element.space).startswith("urn:"):
            return value if re.fullmatch(r"_?[A-Za-z_]{0,12}\d+", value) else None
        return None if TELLING.search(value) else value

    def text(self, element: Element, text: str) -> str:
        if element.name not in _WITH_TEXT or not _known(element.space):
            return text if not text.strip() else ""
        if element.name.endswith(("Header", "Footer")):
            return _FILE_CODES.sub("", text)
        if element.name == "f":
            return "#REF!" if any(name in text for name in self._plan.hidden_sheets) or TELLING.search(text) else text
        return without_homes(text, self._notes)


def _allowed(element: Element) -> bool:
    if element.name == "ext":  # a size; of the same name are the makers' additions
        return not element.get("uri")
    if element.name == "f":
        return not _is_sheet(element.space)
    return element.name in ELEMENTS


def column(reference: str) -> int:
    """Of the cell `AB12`: 28. Without a reference: 0, which no range has."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


# --- the first reading of a text's part --------------------------------------------------------------------------


def hidden_styles(part: IO[bytes]) -> set[str]:
    """The styles of which words are not seen, by themselves or by the style that they are based on."""
    based: dict[str, str] = {}
    hidden: set[str] = set()
    now = [""]

    def start(element: Element) -> None:
        if element.name == "style":
            now[0] = element.get("styleId")
        elif element.name == "basedOn":
            based[now[0]] = element.get("val")
        elif element.name == "vanish" and element.get("val", "1") not in _OFF:
            hidden.add(now[0])

    look(part, start)
    for _ in based:
        hidden |= {style for style, base in based.items() if base in hidden}
    return hidden - {""}


@dataclass
class _Field:
    elements: list[int]
    instruction: str = ""
    result: bool = False


@dataclass
class _Run:
    number: int
    hidden: bool = False
    pale: bool = False
    shaded: bool = False
    said: bool = False


class TextLook:
    """Deletions, words that are not seen, rows that were deleted, and fields: a field is known only when it ends."""

    def __init__(self, hidden: set[str], plan: Plan, notes: Notes) -> None:
        self._hidden, self._plan, self._notes = hidden, plan, notes
        self._open: list[Element] = []
        self._runs: list[_Run] = []
        self._rows: list[int] = []
        self._fields: list[_Field] = []
        self._paragraphs: list[bool] = []
        self._deletions: list[bool] = []

    def over(self, part: IO[bytes]) -> None:
        look(part, self._start, self._end, self._text)
        for each in self._fields:
            self._plan.drop.update(each.elements)

    def _start(self, element: Element) -> None:
        self._open.append(element)
        if not is_word(element.space):
            if element.name in _IN_A_RUN and any(not one.result for one in self._fields):
                self._plan.drop.add(element.number)
            return
        parent = self._open[-2].name if len(self._open) > 1 else ""
        match element.name:
            case "r":
                self._runs.append(_Run(element.number, hidden=bool(self._paragraphs and self._paragraphs[-1])))
            case "tr":
                self._rows.append(element.number)
            case "p":
                self._paragraphs.append(False)
            case "del" | "moveFrom":
                self._deletions.append(False)
                if parent == "trPr" and self._rows:
                    self._plan.drop.add(self._rows[-1])
                    self._notes[Note.DELETIONS] += 1
            case "pStyle" if self._paragraphs:
                self._paragraphs[-1] = element.get("val") in self._hidden
            case "fldChar" | "instrText":
                self._field(element)
        if self._runs and parent == "rPr" and len(self._open) > 2 and self._open[-3].name == "r":
            self._looks_of_run(element)
        if element.name in _IN_A_RUN and any(not one.result for one in self._fields):
            self._plan.drop.add(element.number)
        elif element.name == "t" and self._runs:
            self._runs[-1].said = True

    def _looks_of_run(self, element: Element) -> None:
        run, value = self._runs[-1], element.get("val")
        if element.name == "vanish":
            run.hidden = element.get("val", "1") not in _OFF
        elif element.name == "rStyle":
            run.hidden = run.hidden or value in self._hidden
        elif element.name == "color":
            run.pale = value.upper() in ("FFFFFF", "FEFEFE")
        elif element.name == "sz" and value.isdecimal() and int(value) <= 4:
            run.pale = True
        elif element.name in ("shd", "highlight"):
            run.shaded = True

    def _field(self, element: Element) -> None:
        kind = element.get("fldCharType")
        if kind == "begin":
            self._fields.append(_Field([element.number]))
            return
        if not self._fields:
            self._plan.drop.add(element.number)
            return
        self._fields[-1].elements.append(element.number)
        if kind == "separate":
            self._fields[-1].result = True
        elif kind == "end":
            ended = self._fields.pop()
            if not _HARMLESS_FIELD.match(ended.instruction):
                self._plan.drop.update(ended.elements)
                self._notes[Note.FIELDS] += 1

    def _text(self, text: str) -> None:
        if self._deletions and self._open and self._open[-1].name in ("delText", "t") and not self._deletions[-1]:
            self._deletions[-1] = True
            self._notes[Note.DELETIONS] += 1
        if self._fields and self._open and self._open[-1].name == "instrText":
            self._fields[-1].instruction += text

    def _end(self, element: Element) -> None:
        self._open.pop()
        if not is_word(element.space):
            return
        if element.name == "r" and self._runs:
            self._judge(self._runs.pop())
        elif element.name == "tr" and self._rows:
            self._rows.pop()
        elif element.name == "p" and self._paragraphs:
            self._paragraphs.pop()
        elif element.name in ("del", "moveFrom") and self._deletions:
            self._deletions.pop()

    def _judge(self, run: _Run) -> None:
        if run.hidden:
            self._plan.drop.add(run.number)
            self._notes[Note.HIDDEN_WORDS] += run.said
        elif run.pale and not run.shaded:
            self._notes[Note.PALE_WORDS] += run.said


# --- the first reading of a table --------------------------------------------------------------------------------


def look_at_sheet(part: IO[bytes], plan: Plan, used: set[int], notes: Notes) -> None:
    """Which columns are not seen, and which of the common strings a cell that is seen speaks of."""
    row_hidden, shared, value = [False], [False], [False]

    def start(element: Element) -> None:
        if element.name == "col" and element.get("hidden", "0") not in _OFF:
            plan.hidden_columns.append((int(element.get("min", "0")), int(element.get("max", "0"))))
            notes[Note.HIDDEN_COLUMNS] += 1
        elif element.name == "row":
            row_hidden[0] = element.get("hidden", "0") not in _OFF
        elif element.name == "c":
            seen = not any(low <= column(element.get("r")) <= high for low, high in plan.hidden_columns)
            shared[0] = element.get("t") == "s" and seen and not row_hidden[0]
        value[0] = element.name == "v"

    def text(words: str) -> None:
        if value[0] and shared[0] and words.strip().isdecimal():
            used.add(int(words))

    look(part, start, lambda _element: value.__setitem__(0, False), text)
