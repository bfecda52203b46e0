"""Small segments become one, so that a search looks into few; and a segment is copied without what was erased.

A merge computes outside any transaction, rests a little after each slice, writes at most `AT_ONCE` blocks in one and is
asked only once a last one has put it in the place of the others. One that was broken off is taken away, and the next
begins with a new key. What was erased meanwhile ends it: its blocks are gone.
"""

import heapq
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

from sqlalchemy import delete, func, select, update

from grievance.access import Person
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment
from grievance.models.writing import Writing
from grievance.record.transaction import unit_of_work
from grievance.search.segment import (
    KEY,
    PER_BLOCK,
    WHOSE,
    Built,
    Entry,
    Posting,
    Writer,
    build,
    entries_in,
    postings_in,
)
from grievance.search.store import (
    AT_ONCE,
    Facts,
    Segment,
    drop,
    fetch,
    insert_blocks,
    insert_segment,
    open_segments,
)

TOGETHER = 8
"""So many of one size become one of the next."""
SIZES = (100, 800, 6400)
"""Writings at which the next size begins; segments above the last stay as they are."""
SLICE, REST = 0.05, 0.02
"""Seconds of work, and of rest behind it."""
_BLOCKS = 64
"""Blocks of a segment that are held opened at once."""


@dataclass(frozen=True)
class _Part:
    """A segment with the new number of each of its writings; None for one that is left out."""

    segment: Segment
    numbers: list[int | None]


def due(person: Person) -> list[Segment]:
    """Segments of one size that are to become one; none where there are few."""
    rows = db.session.execute(
        select(SearchSegment.number, SearchSegment.documents, SearchSegment.dense)
        .where(SearchSegment.ready, SearchSegment.documents < SIZES[-1])
        .order_by(SearchSegment.documents, SearchSegment.number)
    )
    alike: dict[tuple[bool, int], list[int]] = {}
    for number, documents, dense in rows:
        alike.setdefault((dense, sum(documents >= size for size in SIZES)), []).append(number)
    some = next((numbers for numbers in alike.values() if len(numbers) >= TOGETHER), [])
    return open_segments(person, SearchSegment.number.in_(some)) if some else []


def merge(segments: Sequence[Segment], rest: Callable[[float], None] = time.sleep) -> bool:
    """Put one in the place of these. False where something changed meanwhile. Raises `CannotOpen`, `Refused`."""
    _clear_away()
    facts = Facts(
        sum(one.facts.documents for one in segments), sum(one.facts.volume for one in segments), segments[0].facts.dense
    )
    key = os.urandom(KEY)
    writer = Writer(key, facts.room)
    parts, kept = numbered(segments)
    with unit_of_work(effect=False):
        number = insert_segment(key, Built([], b"", 0), facts, ready=False)
    blocks = writer.blocks(_paced(entries(parts), rest), kept)
    first = 0
    while some := list(islice(blocks, AT_ONCE)):
        with unit_of_work(effect=False):
            if not _locked([number], ready=False):
                return False
            insert_blocks(number, first, some)
        first += len(some)
    return _swap([one.number for one in segments], (number, first), writer)


def _swap(old: Sequence[int], new: tuple[int, int], writer: Writer) -> bool:
    """From here on the new one is asked, and the others are not; their blocks go afterwards. `new`: its number, and how
    many blocks were written: where another merge took some of them away, nothing is put in place."""
    number, written = new
    with unit_of_work(effect=False) as session:
        if not _locked([number], ready=False) or not _locked(old, ready=True) or _blocks_of(number) != written:
            return False
        moved = update(SearchedWriting).where(SearchedWriting.segment.in_(old)).values(segment=number)
        session.execute(moved)
        session.execute(update(SearchSegment).where(SearchSegment.number.in_(old)).values(ready=False))
        made = {"ready": True, "words": writer.words, "contents": writer.contents()}
        session.execute(update(SearchSegment).where(SearchSegment.number == number).values(**made))
    _clear_away()
    return True


def _locked(numbers: Sequence[int], ready: bool) -> bool:
    """Whether all of these are there still, until the unit of work ends."""
    query = select(SearchSegment.number).where(SearchSegment.number.in_(numbers), SearchSegment.ready.is_(ready))
    return len(db.session.scalars(query.with_for_update()).all()) == len(numbers)


def _blocks_of(number: int) -> int:
    return db.session.scalar(select(func.count()).where(SearchBlock.segment == number)) or 0


def _clear_away() -> None:
    """What a merge left, some blocks at a time."""
    unfinished = select(SearchSegment.number).where(SearchSegment.ready.is_(False))
    while True:
        query = select(SearchBlock.segment, SearchBlock.number).where(SearchBlock.segment.in_(unfinished))
        some = db.session.execute(query.order_by(SearchBlock.segment, SearchBlock.number).limit(AT_ONCE)).all()
        with unit_of_work(effect=False) as session:
            if not some:
                drop(SearchSegment.ready.is_(False))
                return
            for number, blocks in groupby(some, itemgetter(0)):
                of = delete(SearchBlock).where(SearchBlock.segment == number)
                session.execute(of.where(SearchBlock.number.in_([block for _number, block in blocks])))


def leave_out(person: Person, case_id: str) -> None:
    """Copy each segment that has words of this case, without them and under a new key, in an erasure's own unit of
    work: before it is confirmed. What does not open is left to `store.forget`. Raises `Refused`."""
    here = SearchedWriting.case_id == case_id
    sizes = {
        row.segment: row.volume
        for row in db.session.execute(
            select(SearchedWriting.segment, func.sum(func.length(Writing.sealed)).label("volume"))
            .join(Writing, Writing.id == SearchedWriting.writing_id)
            .where(here)
            .group_by(SearchedWriting.segment)
        )
    }
    for number, volume in sizes.items():
        with suppress(CannotOpen, KeyError):
            for segment in open_segments(person, SearchSegment.number == number):
                _copy(segment, case_id, volume)


def _copy(segment: Segment, case_id: str, volume: int) -> None:
    parts, kept = numbered([segment], bytes.fromhex(case_id))
    if not kept:
        return
    facts, key = Facts(len(kept), segment.facts.volume - volume, segment.facts.dense), os.urandom(KEY)
    built = build(key, entries(parts), kept, facts.room)
    number = insert_segment(key, built, facts)
    insert_blocks(number, 0, built.blocks)
    others = (SearchedWriting.segment == segment.number, SearchedWriting.case_id != case_id)
    db.session.execute(update(SearchedWriting).where(*others).values(segment=number))
    drop(SearchSegment.number == segment.number)


# --- what is in them ---------------------------------------------------------------------------------------


def numbered(segments: Sequence[Segment], without: bytes = b"") -> tuple[list[_Part], list[bytes]]:
    """Each segment with the new numbers, and whose the writings are in their order. `without`: a case, 16 bytes."""
    parts: list[_Part] = []
    kept: list[bytes] = []
    for one in segments:
        numbers: list[int | None] = []
        for whose in _whose(one):
            left = whose[:16] != without
            numbers.append(len(kept) if left else None)
            kept += [whose] * left
        parts.append(_Part(one, numbers))
    return parts, kept


def _whose(segment: Segment) -> Iterator[bytes]:
    first = segment.reader.block_of_whose(0)
    blocks = range(first, first + -(-segment.facts.documents // PER_BLOCK))
    left = segment.facts.documents
    for body in _opened(segment, blocks):
        yield from (body[at * WHOSE : (at + 1) * WHOSE] for at in range(min(left, PER_BLOCK)))
        left -= PER_BLOCK


def _opened(segment: Segment, numbers: range) -> Iterator[bytes]:
    """These blocks in their order, some of them at a time."""
    for at in range(numbers.start, numbers.stop, _BLOCKS):
        some = range(at, min(at + _BLOCKS, numbers.stop))
        fetch({segment.number: (segment, set(some))})
        if "later" not in db.session.info:
            db.session.rollback()  # no snapshot is held while others write
        yield from (segment.blocks.pop(number) for number in some)


def _words(part: _Part) -> Iterator[tuple[bytes, list[Posting]]]:
    for body in _opened(part.segment, part.segment.reader.word_blocks):
        for word, postings in entries_in(body):
            kept = [(new, places) for old, places in postings_in(postings) if (new := part.numbers[old]) is not None]
            if kept:
                yield word, kept


def entries(parts: Sequence[_Part]) -> Iterator[Entry]:
    """The words of all, sorted, each once: of one word the writings of the first segment come first."""
    words = heapq.merge(*map(_words, parts), key=itemgetter(0))
    for word, some in groupby(words, itemgetter(0)):
        yield word, [posting for _word, postings in some for posting in postings]


def _paced(entries: Iterator[Entry], rest: Callable[[float], None]) -> Iterator[Entry]:
    until = time.monotonic() + SLICE
    for entry in entries:
        yield entry
        if time.monotonic() > until:
            rest(REST)
            until = time.monotonic() + SLICE
