"""Asking an index: in which writings each clause of a query stands, over all segments at once, and beside them writings
that are in none yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grievance.search.query import Clause, Element
from grievance.search.segment import Document, Posting, entries_in, entries_of, postings_in
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

    def needs(self, element: Element) -> set[int]:
        """Which blocks to fetch."""
        if self.segment is None:
            return set()
        return {block for text, whole in element.beginnings for block in self.segment.reader.blocks_of(text, whole)}

    def places(self, element: Element) -> Places:
        """Where a word stands, its forms with it."""
        found: Places = {}
        for word, postings in self._entries(element):
            if element.means(word.decode()):
                for number, places in postings:
                    found.setdefault(number, []).extend(places)
        return found

    def _entries(self, element: Element) -> Iterable[tuple[bytes, Iterable[Posting]]]:
        if self.segment is None:
            yield from entries_of(self.clear)
            return
        begins = tuple(text.encode() for text, _whole in element.beginnings)
        for block in sorted(self.needs(element)):
            if block not in self._parsed:
                self._parsed[block] = list(entries_in(self.segment.blocks[block]))
            yield from ((word, postings_in(body)) for word, body in self._parsed[block] if word.startswith(begins))

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
    rows = [source.places(element) for element in clause]
    together = set(rows[0]).intersection(*rows[1:])
    return together if len(rows) == 1 else {number for number in together if _follow([row[number] for row in rows])}


def _follow(rows: Sequence[Sequence[int]]) -> bool:
    """Whether there is a place of the first word behind which those of the others follow one by one."""
    others = [set(row) for row in rows[1:]]
    return any(all(place + 1 + at in row for at, row in enumerate(others)) for place in rows[0])


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
