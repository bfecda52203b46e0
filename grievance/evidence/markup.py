"""XML of office files, written anew while it is read: what the rules of its part do not name is left out on the way.

Names are matched with their space, since a program may choose its prefixes. A document type could declare entities that
grow without end or name files on this machine: one that does is refused. Comments and instructions are left out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from grievance.evidence.refusals import CannotClean, Reason

_CHUNK = 64 * 1024
XML_SPACE = "http://www.w3.org/XML/1998/namespace"

TELLING = re.compile(
    r"[A-Za-z]:[\\/]|\\\\|file:|(^|[\s\"'(])/(home|Users|root|mnt|media|tmp|var)/|\.\.[\\/]|://|mailto:|[\w.+-]+@[\w-]+\.\w",
    re.IGNORECASE,
)
"""A path on somebody's computer, an address of a person or of a server."""


@dataclass(frozen=True)
class Attribute:
    raw: str
    space: str
    name: str
    value: str


@dataclass(frozen=True)
class Element:
    """`number`: which element of its part it is, so that a first reading can speak of it to the second."""

    raw: str
    space: str
    name: str
    attributes: tuple[Attribute, ...]
    number: int

    def get(self, name: str, otherwise: str = "") -> str:
        return next((one.value for one in self.attributes if one.name == name), otherwise)


class Verdict(Enum):
    DROP = auto()
    UNWRAP = auto()  # its content stays
    HOLLOW = auto()  # its content goes


Answer = Verdict | dict[str, str]


class Rules:
    """What becomes of each element and of its text."""

    def element(self, element: Element) -> Answer:
        raise NotImplementedError

    def hollow(self, element: Element) -> dict[str, str]:
        """The attributes of an element whose content goes."""
        raise NotImplementedError

    def text(self, element: Element, text: str) -> str:
        raise NotImplementedError

    def end(self, element: Element) -> None:
        """An element that was not left out has ended."""


class Walk:
    """Elements with their spaces, in their order, to whoever looks at them."""

    def __init__(
        self, start: Callable[[Element], None], end: Callable[[Element], None], text: Callable[[str], None]
    ) -> None:
        self._start, self._end, self._text = start, end, text
        self._spaces: list[dict[str, str]] = [{"xml": XML_SPACE}]
        self._open: list[Element] = []
        self._said: list[str] = []
        self._number = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begun, self._ended
        self.parser.CharacterDataHandler = self._said.append
        self.parser.StartDoctypeDeclHandler, self.parser.EntityDeclHandler = _doctype, _refuse

    def _begun(self, raw: str, attributes: dict[str, str]) -> None:
        self._flush()
        spaces = self._spaces[-1]
        if new := {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns:") or key == "xmlns"}:
            spaces = spaces | new
        self._spaces.append(spaces)
        kept = tuple(
            Attribute(key, spaces.get(prefix, "") if prefix else "", name, value)
            for key, value in attributes.items()
            if not key.startswith("xmlns")
            for prefix, _colon, name in (key.rpartition(":"),)
        )
        prefix, _colon, name = raw.rpartition(":")
        element = Element(raw, spaces.get(prefix, ""), name, kept, self._number)
        self._number += 1
        self._open.append(element)
        self._start(element)

    def _ended(self, _raw: str) -> None:
        self._flush()
        self._spaces.pop()
        self._end(self._open.pop())

    def _flush(self) -> None:
        """Text arrives in pieces: a path that is cut in two would not be known."""
        if self._said:
            text = "".join(self._said)
            self._said.clear()
            self._text(text)

    def declared(self) -> dict[str, str]:
        return self._spaces[-1]

    def over(self, part: IO[bytes]) -> Iterator[None]:
        while chunk := part.read(_CHUNK):
            self.parser.Parse(chunk, False)
            yield
        self.parser.Parse(b"", True)
        yield


def _doctype(_name: str, _system: str | None, _public: str | None, declares: bool) -> None:
    """Older programs name one for formulas; it is neither fetched nor written. One that declares things is refused."""
    if declares:
        _refuse()


def _refuse(*_: object) -> None:
    raise CannotClean(Reason.UNKNOWN_PART)


@dataclass
class _Writer:
    """Writes what is read. `open` holds the elements that are open, each with whether it is written; `silent` counts
    those inside a left-out element. A space is declared where it is first used: a declaration can hold words too."""

    rules: Rules
    declared: Callable[[], dict[str, str]]
    written: list[str] = field(default_factory=list)
    open: list[tuple[Element, bool]] = field(default_factory=list)
    silent: int = 0
    known: list[dict[str, str]] = field(default_factory=lambda: [{"xml": XML_SPACE}])

    def start(self, element: Element) -> None:
        answer = Verdict.DROP if self.silent else self.rules.element(element)
        if answer is Verdict.DROP:
            self.silent += 1
            return
        self.open.append((element, answer is not Verdict.UNWRAP))
        if answer is Verdict.UNWRAP:
            return
        self._tag(element, self.rules.hollow(element) if answer is Verdict.HOLLOW else answer)
        if answer is Verdict.HOLLOW:
            self.silent += 1

    def _tag(self, element: Element, attributes: dict[str, str]) -> None:
        needed = {name.rpartition(":")[0] for name in (element.raw, *(key for key in attributes if ":" in key))}
        spaces, known = self.declared(), self.known[-1]
        new = {prefix: spaces[prefix] for prefix in needed if prefix in spaces and known.get(prefix) != spaces[prefix]}
        self.known.append(known | new if new else known)
        said = "".join(f" xmlns{':' if prefix else ''}{prefix}={quoteattr(new[prefix])}" for prefix in sorted(new))
        said += "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.written.append(f"<{element.raw}{said}>")

    def end(self, element: Element) -> None:
        if self.silent and not (self.silent == 1 and self.open and self.open[-1][0] is element):
            self.silent -= 1
            return
        self.silent = 0
        ended, shown = self.open.pop()
        if shown:
            self.known.pop()
            self.written.append(f"</{ended.raw}>")
        self.rules.end(ended)

    def text(self, text: str) -> None:
        if not self.silent and self.open:
            self.written.append(escape(self.rules.text(self.open[-1][0], text), {"\r": "&#13;"}))


def rewrite(part: IO[bytes], out: IO[bytes], rules: Rules) -> None:
    """Copy an XML part, piece by piece. Raises `CannotClean`, or expat's error for what is no XML."""
    writer = _Writer(rules, lambda: walk.declared())
    walk = Walk(writer.start, writer.end, writer.text)
    out.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
    for _ in walk.over(part):
        out.write("".join(writer.written).encode())
        writer.written.clear()


def look(
    part: IO[bytes],
    start: Callable[[Element], None],
    end: Callable[[Element], None] = lambda _element: None,
    text: Callable[[str], None] = lambda _text: None,
) -> None:
    """Read a part without writing it."""
    for _ in Walk(start, end, text).over(part):
        pass
