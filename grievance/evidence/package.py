"""The parts of a Word, Excel or PowerPoint file: what is reached from its beginning, each written anew.

Relations and the list of parts are written from what is kept, and pictures get names without words, so that nothing of
a left-out part stays, not even its name."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from grievance.evidence.inner import metafile, picture, preview
from grievance.evidence.markup import Element, look, rewrite
from grievance.evidence.notes import Note, Notes
from grievance.evidence.ooxml import OfficeRules, Plan, TextLook, hidden_styles, is_relation, look_at_sheet
from grievance.evidence.parts import COUNTED, Fate, Relation, fates, neutral, relations_of, resolved
from grievance.evidence.refusals import CannotClean, Reason

_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+\Z")
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_FIRST = '<?xml version="1.0" encoding="UTF-8"?>\n'
_COMMENTS = {"comment", "cm", "threadedComment"}
_WORDS = {"header", "footer", "footnotes", "endnotes", "officeDocument"}
_OFF = {"0", "false"}


def cleaned(source: zipfile.ZipFile, names: list[str], notes: Notes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part of the copy."""
    package = _Package(source, names, notes)
    package.look()
    yield "[Content_Types].xml", package.types()
    for part in ("", *sorted(package.kinds)):
        if part:
            yield package.named[part], package.written(part)
        if relations := package.relations(part):
            yield relations_of(package.named.get(part, "")), relations


class _Package:
    def __init__(self, source: zipfile.ZipFile, names: list[str], notes: Notes) -> None:
        self._source, self._names, self._notes = source, set(names), notes
        self._fates = fates(names)
        self._all: dict[str, list[Relation]] = {}
        self._plans: dict[str, Plan] = {}
        self._hidden: set[str] = set()
        """Parts of sheets and slides that are not seen."""
        self._sheet_names: list[str] = []
        self.kinds: dict[str, str] = {}
        """Each part that is reached, and by which kind of relation."""
        self.named: dict[str, str] = {}

    # --- the first reading

    def look(self) -> None:
        (main,) = [one.target for one in self._from("") if one.kind == "officeDocument"][:1] or [""]
        if main not in self._names:
            raise CannotClean(Reason.BROKEN)
        self._find_hidden(main)
        self._reach("")
        self._count_comments()
        self._name()
        self._plan(main)

    def _from(self, part: str) -> list[Relation]:
        if part not in self._all:
            found: list[Relation] = []
            name = relations_of(part)

            def start(element: Element) -> None:
                if element.name == "Relationship":
                    outside = element.get("TargetMode") == "External"
                    target = element.get("Target")
                    target = target if outside else resolved(part, target)
                    found.append(Relation(element.get("Id"), element.get("Type"), target, outside))

            if name in self._names:
                with self._source.open(name) as file:
                    look(file, start)
            self._all[part] = found
        return self._all[part]

    def _find_hidden(self, main: str) -> None:
        targets = {one.id: one.target for one in self._from(main) if not one.outside}

        def start(element: Element) -> None:
            if element.name == "sheet" and element.get("state", "visible") != "visible":
                self._hidden.add(targets.get(_relation(element), ""))
                self._sheet_names.append(element.get("name"))
                self._notes[Note.HIDDEN_SHEETS] += 1

            self._notes[Note.NAMES] += element.name == "definedName"

        if main.startswith("xl/"):
            with self._source.open(main) as file:
                look(file, start)
        for one in self._from(main):
            if one.kind == "slide" and one.target in self._names and self._is_hidden_slide(one.target):
                self._hidden.add(one.target)
                self._notes[Note.HIDDEN_SLIDES] += 1

    def _is_hidden_slide(self, part: str) -> bool:
        found: list[bool] = []

        def start(element: Element) -> None:
            if element.number == 0:
                found.append(element.get("show", "1") in _OFF)

        with self._source.open(part) as file:
            look(file, start)
        return found[0]

    def _may_stand(self, relation: Relation) -> bool:
        if relation.outside:
            return relation.may_stand
        drawn_notes = relation.kind == "vmlDrawing" and not relation.target.startswith("word/")
        there = relation.target in self._names and self._fates[relation.target] is not Fate.DROP
        return relation.may_stand and there and not drawn_notes and relation.target not in self._hidden

    def _reach(self, part: str) -> None:
        waiting = [part]
        while waiting:
            part = waiting.pop()
            for one in self._from(part):
                if not self._may_stand(one):
                    self._say(one)
                elif not one.outside and one.target not in self.kinds:
                    self.kinds[one.target] = one.kind
                    waiting.append(one.target)

    def _say(self, relation: Relation) -> None:
        if relation.kind in COUNTED:
            self._notes[COUNTED[relation.kind]] += 1
        elif relation.outside and relation.kind != "hyperlink":
            self._notes[Note.FETCHED] += 1

    def _count_comments(self) -> None:
        def start(element: Element) -> None:
            self._notes[Note.COMMENTS] += element.name in _COMMENTS

        for part in self._names:
            said = re.search(r"(/comments\d*\.xml|/comments/[^/]*\.xml|/threadedComments/[^/]*\.xml)\Z", part)
            if said and "threaded" not in part:
                with self._source.open(part) as file:
                    look(file, start)

    def _name(self) -> None:
        """A picture's name can be that of a file on somebody's computer, or of a person."""
        pictures = 0
        for part in sorted(self.kinds):
            self.named[part] = part
            if self._fates[part] in (Fate.PICTURE, Fate.METAFILE):
                pictures += 1
                folder, _slash, name = part.rpartition("/")
                self.named[part] = f"{folder}/image{pictures}.{name.rpartition('.')[2].lower()}"

    def _plan(self, main: str) -> None:
        used: set[int] = set()
        for part in self.kinds:
            gone = {one.id for one in self._from(part) if not self._may_stand(one)}
            self._plans[part] = Plan(gone=gone, hidden_sheets=tuple(self._sheet_names))
        self._plan_words(main)
        for part, kind in self.kinds.items():
            if kind == "worksheet":
                with self._source.open(part) as file:
                    look_at_sheet(file, self._plans[part], used, self._notes)
        for part, kind in self.kinds.items():
            if kind == "sharedStrings":
                self._plans[part].used_strings = used

    def _plan_words(self, main: str) -> None:
        if not main.startswith("word/"):
            return
        hidden: set[str] = set()
        for part in (part for part, kind in self.kinds.items() if kind == "styles"):
            with self._source.open(part) as file:
                hidden = hidden_styles(file)
        for part in (part for part, kind in self.kinds.items() if kind in _WORDS):
            with self._source.open(part) as file:
                TextLook(hidden, self._plans[part], self._notes).over(file)

    # --- the second

    def written(self, part: str) -> bytes:
        match self._fates[part]:
            case Fate.XML:
                return self._rewritten(part)
            case Fate.PICTURE:
                return picture(self._source.read(part))
            case Fate.METAFILE:
                return metafile(self._source.read(part))
            case Fate.PREVIEW:
                return preview(part)
            case Fate.NEUTRAL:
                return neutral(part)
            case Fate.KEEP:
                return self._source.read(part)
            case _:
                return b""

    def _rewritten(self, part: str) -> bytes:
        out = io.BytesIO()
        with self._source.open(part) as file:
            rewrite(file, out, OfficeRules(self._plans[part], self._notes))
        return out.getvalue()

    def relations(self, part: str) -> bytes:
        kept = [one for one in self._from(part) if self._may_stand(one)]
        if not kept:
            return b""
        rows = "".join(self._row(one) for one in kept)
        return f'{_FIRST}<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'.encode()

    def _row(self, one: Relation) -> str:
        target = one.target if one.outside else "/" + self.named[one.target]
        said = f"<Relationship Id={quoteattr(one.id)} Type={quoteattr(one.type)} Target={quoteattr(target)}"
        return said + (' TargetMode="External"/>' if one.outside else "/>")

    def types(self) -> bytes:
        """The list of parts, without those that are left out."""
        rows: list[str] = []

        def start(element: Element) -> None:
            said = element.get("ContentType")
            if not _TYPE.match(said):
                return
            if element.name == "Default" and re.fullmatch(r"\w{1,12}", element.get("Extension")):
                rows.append(f'<Default Extension="{element.get("Extension")}" ContentType="{said}"/>')
            elif element.name == "Override" and (part := element.get("PartName").lstrip("/")) in self.named:
                rows.append(f'<Override PartName={quoteattr("/" + self.named[part])} ContentType="{said}"/>')

        with self._source.open("[Content_Types].xml") as file:
            look(file, start)
        return f'{_FIRST}<Types xmlns="{_TYPES}">{"".join(rows)}</Types>'.encode()


def _relation(element: Element) -> str:
    return next((one.value for one in element.attributes if is_relation(one.space)), "")
