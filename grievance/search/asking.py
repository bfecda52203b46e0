"""Asking an index: in which writings each clause of a query stands, over all segments at once, and beside them writings
that are in none yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grievance.search.query import Clause, Element
from grievance.search.segment import Document, Posting, entries_in, entries_of, numbers_in, postings_in
from grievance.search.store import Segment, fetch
from grievance.search.words import Word

Places = dict[int, list[int]]
"""By the number of a writing in its source, the places of a word in it."""
Found = dict[str, set[str]]
"""By case, the writings in which a clause stands."""


@dataclass
class _Source:
    """A segment with the blocks that a query needs, or writings in clear."""

    segment: Segment | None = None
    clear: Sequence[Document] = ()
    _parsed: dict[int, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    _found: dict[Element, list[bytes]] = field(default_factory=dict)

    def needs(self, element: Element) -> set[int]:
        """Which blocks to fetch."""
        if self.segment is None:
            return set()
        return {block for text, whole in element.beginnings for block in self.segment.reader.blocks_of(text, whole)}

    def numbers(self, element: Element) -> set[int]:
        """In which writings a word stands, its forms with it."""
        if self.segment is None:
            return set(self.places(element))
        return {number for body in self._bodies(element) for number in numbers_in(body)}

    def places(self, element: Element, among: Places | None = None) -> Places:
        """Where a word stands, its forms with it. `among`: in which writings alone."""
        found: Places = {}
        for postings in self._postings(element, among):
            for number, places in postings:
                if number in found:
                    found[number] += places
                else:
                    found[number] = [*places]
        return found

    def length(self, element: Element) -> int:
        """How much there is to read of a word: of a rare one less."""
        return sum(map(len, self._bodies(element))) if self.segment else 0

    def _postings(self, element: Element, among: Places | None) -> Iterable[Iterable[Posting]]:
        if self.segment is None:
            return [postings for word, postings in entries_of(self.clear) if element.means(word.decode())]
        return (postings_in(body, among) for body in self._bodies(element))

    def _bodies(self, element: Element) -> list[bytes]:
        """The postings of the words that are meant, as the segment has them."""
        if self.segment is None or element in self._found:
            return self._found.get(element, [])
        begins = tuple(text.encode() for text, _whole in element.beginnings)
        found = self._found[element] = []
        for block in sorted(self.needs(element)):
            if block not in self._parsed:
                self._parsed[block] = list(entries_in(self.segment.blocks[block]))
            for word, body in self._parsed[block]:
                if word.startswith(begins) and element.means(word.decode()):
                    found.append(body)
        return found

    def whose(self, number: int) -> bytes:
        return self.clear[number].whose if self.segment is None else self.segment.whose(number)


def ask(clauses: Sequence[Clause], segments: Sequence[Segment], clear: Sequence[Document] = ()) -> list[Found]:
    """For each clause, in which writings of which cases it stands: whole, and by nobody's rights. Two statements,
    however many segments there are. Raises `CannotOpen`, or KeyError where a block is missing."""
    sources = [_Source(segment) for segment in segments] + [_Source(clear=clear)]
    elements = {element for clause in clauses for element in clause}
    fetch({
        one.segment.number: (one.segment, {block for element in elements for block in one.needs(element)})
        for one in sources
        if one.segment
    })  # fmt: skip
    standing = [[(source, _standing(source, clause)) for source in sources] for clause in clauses]
    fetch({
        source.segment.number: (source.segment, {
            source.segment.reader.block_of_whose(number) for each in standing for number in each[at][1]
        })
        for at, source in enumerate(sources)
        if source.segment
    })  # fmt: skip
    return [_by_case(each) for each in standing]


def _standing(source: _Source, clause: Clause) -> set[int]:
    """In which writings of a source a clause stands."""
    if len(clause) == 1:
        return source.numbers(clause[0])
    rows: dict[int, Places] = {}
    together: Places | None = None  # the rarest first: of the others only what stands beside it is read
    for at in sorted(range(len(clause)), key=lambda at: source.length(clause[at])):
        together = rows[at] = source.places(clause[at], together)
    return {number for number in together or {} if _follow([rows[at].get(number, []) for at in range(len(clause))])}


def _follow(rows: Sequence[Sequence[int]]) -> bool:
    """Whether there is a place of the first word behind which those of the others follow one by one."""
    here = set(rows[0])
    for row in rows[1:]:
        here = {place + 1 for place in here}.intersection(row)
    return bool(here)


def _by_case(standing: Iterable[tuple[_Source, set[int]]]) -> Found:
    found: Found = {}
    for source, numbers in standing:
        for number in numbers:
            of = source.whose(number)
            found.setdefault(of[:16].hex(), set()).add(of[16:].hex())
    return found


# --- in a text ---------------------------------------------------------------------------------------------


class Seeker:
    """Finds a clause in texts, and remembers what it saw of each word: most stand in a text many times."""

    def __init__(self, clause: Clause) -> None:
        self._elements: list[tuple[Element, dict[tuple[str, ...], bool]]] = [(element, {}) for element in clause]

    def spans(self, words: Sequence[Word]) -> list[tuple[int, int]]:
        """Where it stands in a text of which these are the words: from which letter to which."""
        (first, known), *others = self._elements
        found = []
        for at, (terms, start, _end) in enumerate(words[: max(0, len(words) - len(others))]):
            begins = known[terms] if terms in known else _means(first, known, terms)
            if begins and all(_means(*other, words[at + 1 + n].terms) for n, other in enumerate(others)):
                found.append((start, words[at + len(others)].end))
        return found


def _means(element: Element, known: dict[tuple[str, ...], bool], terms: tuple[str, ...]) -> bool:
    found = known.get(terms)
    if found is None:
        found = known[terms] = any(map(element.means, terms))
    return found
