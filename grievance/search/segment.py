"""A segment of the index: sorted words, where each stands, and whose writings these are, cut into sealed blocks of one
size. Bytes alone: it knows no database and no case.

A block of words holds entries: how many bytes the word shares with the one before it (1), how many more it has (1),
these, the length of its postings (2), and those. A posting is a writing's number in the segment, less that of the one
before it, and the places of the word in it: one byte where it stands once and below place 192. Then come empty blocks,
then whose writings these are, 32 bytes each: how many blocks there are follows from the padded volume of the writings
and their number, never from how many words they share.

Each block is sealed under the segment's own fresh key with its number as nonce: **no block is ever written twice under
one key**. Whatever changes, or was broken off, begins with a new one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from grievance.crypto.sealing import CannotOpen

SEALED = 4040
"""Bytes of a block as it is stored: two rows of them fill a page of PostgreSQL."""
ROOM = SEALED - 16
WHOSE = 32
"""Bytes that say whose a writing is: the case and the writing, 16 each."""
PER_BLOCK = ROOM // WHOSE
FIRST = 16
"""Bytes of a block's first word that the index keeps: enough to find the block, or the one before it."""
KEY = 32
_INDEX = 2**32
"""The nonce of the index: no block has this number."""
_ONCE, _MOST = 192, 62
SHARES = ((6400, 0.30), (800, 0.40), (100, 0.65), (0, 1.5))
"""From how many writings on a segment takes which part of their padded volume."""
DENSE = 200
"""Different words to a KiB of padded volume, above which a writing is no text, and gets a segment of its own."""

Posting = tuple[int, list[int]]
"""The number of a writing in its segment, and the places of the word in it."""
Entry = tuple[bytes, Sequence[Posting]]


@dataclass(frozen=True)
class Document:
    """One writing: whose it is (`WHOSE` bytes), how many bytes it takes sealed, and its words with their places.
    `sealed`: the SHA-256 of what was read, so that nothing is kept of a text that lost a part meanwhile."""

    whose: bytes
    volume: int
    words: dict[str, list[int]] = field(repr=False)
    sealed: bytes = b""

    @property
    def is_dense(self) -> bool:
        return len(self.words) * 1024 > DENSE * self.volume


@dataclass(frozen=True)
class Built:
    """`blocks`: sealed, in the order of their numbers. `index`: sealed. `words`: how many blocks are for words."""

    blocks: list[bytes]
    index: bytes
    words: int


def room_for(volume: int, documents: int, dense: bool = False) -> int:
    """How many blocks the words of so many writings are given, of so much padded volume."""
    part = SHARES[-1][1] if dense else next(part for least, part in SHARES if documents >= least)
    return max(1, -(-int(volume * part) // ROOM))


# --- making ------------------------------------------------------------------------------------------------


def entries_of(documents: Sequence[Document]) -> Iterator[Entry]:
    """The words of these writings, sorted, with their postings."""
    postings: dict[str, list[Posting]] = {}
    for number, document in enumerate(documents):
        for word, places in document.words.items():
            if word in postings:
                postings[word].append((number, places))
            else:
                postings[word] = [(number, places)]
    yield from sorted((word.encode(), some) for word, some in postings.items())


class Writer:
    """Seals one segment, block by block, each once. `key`: fresh, never used before. `room`: for how many blocks of
    words there is room."""

    def __init__(self, key: bytes, room: int) -> None:
        self._cipher, self._firsts, self.words = AESGCM(key), list[bytes](), room

    def blocks(self, entries: Iterable[Entry], whose: Sequence[bytes]) -> Iterator[bytes]:
        """The sealed blocks in the order of their numbers. `entries`: sorted, a word once."""
        for number, plain in enumerate(self._plain(entries, whose)):
            yield self._cipher.encrypt(_nonce(number), plain.ljust(ROOM, b"\0"), None)

    def _plain(self, entries: Iterable[Entry], whose: Sequence[bytes]) -> Iterator[bytes]:
        for first, body in _Blocks().of(entries):
            self._firsts.append(first[:FIRST].ljust(FIRST, b"\0"))
            yield body
        while self.words < len(self._firsts):  # rarer words than such a volume has: that is told, and no word of them
            self.words = self.words * 3 // 2 + 1
        yield from [b""] * (self.words - len(self._firsts))
        yield from (b"".join(whose[at : at + PER_BLOCK]) for at in range(0, len(whose), PER_BLOCK))

    def contents(self) -> bytes:
        """The first words of the blocks, sealed, once all blocks are made."""
        index = len(self._firsts).to_bytes(4, "big") + b"".join(self._firsts).ljust(self.words * FIRST, b"\0")
        return self._cipher.encrypt(_nonce(_INDEX), index, None)


def build(key: bytes, entries: Iterable[Entry], whose: Sequence[bytes], room: int) -> Built:
    """A whole segment at once."""
    writer = Writer(key, room)
    blocks = list(writer.blocks(entries, whose))
    return Built(blocks, writer.contents(), writer.words)


class _Blocks:
    """Fills one block after the other."""

    def __init__(self) -> None:
        self.body, self.first, self.last = bytearray(), b"", b""

    def of(self, entries: Iterable[Entry]) -> Iterator[tuple[bytes, bytes]]:
        """(first word, plain bytes) of each block."""
        for word, postings in entries:
            if self._add_whole(word, _payload(postings)):
                continue
            records = list(_records(postings))
            at = 0
            while at < len(records):
                if (fits := self._add(word, records, at)) == at:
                    yield self._end()
                at = fits
        if self.body:
            yield self._end()

    def _end(self) -> tuple[bytes, bytes]:
        done = self.first, bytes(self.body)
        self.body, self.first, self.last = bytearray(), b"", b""
        return done

    def _add_whole(self, word: bytes, payload: bytes) -> bool:
        """Put in a word with all its postings, if there is room for them."""
        head = self._head(word)
        fits = len(payload) <= self._left(head)
        if fits:
            self._put(word, head, payload)
        return fits

    def _head(self, word: bytes) -> bytes:
        shared = _shared(self.last, word)
        return bytes((shared, len(word) - shared)) + word[shared:]

    def _left(self, head: bytes) -> int:
        return ROOM - len(self.body) - len(head) - 3  # a zero must be left behind the last entry, or nothing at all

    def _put(self, word: bytes, head: bytes, payload: bytes) -> None:
        self.first = self.first or word
        self.last = word
        self.body += head + len(payload).to_bytes(2, "big") + payload

    def _add(self, word: bytes, records: list[tuple[int, bytes]], begin: int) -> int:
        """Put in as many postings as there is room for; returns the number of the next one."""
        head = self._head(word)
        left = self._left(head)
        payload, before, at = bytearray(), 0, begin
        while at < len(records):
            number, places = records[at]
            record = _varint(number - before) + places
            if len(payload) + len(record) > left:
                break
            payload += record
            before, at = number, at + 1
        if at > begin:
            self._put(word, head, bytes(payload))
        return at


def _shared(before: bytes, word: bytes) -> int:
    at = 0
    for one, other in zip(before, word, strict=False):
        if one != other:
            break
        at += 1
    return at


def _payload(postings: Iterable[Posting]) -> bytes:
    """All postings of a word, as `_records` has them one by one."""
    out, before = bytearray(), 0
    for number, places in postings:
        step, before = number - before, number
        if step < 0x80:
            out.append(step)
        else:
            out += _varint(step)
        if len(places) == 1 and places[0] < _ONCE:
            out.append(places[0])
        else:
            out += b"\0".join(_several(places))  # each but the first is of the same writing
    return bytes(out)


def _records(postings: Iterable[Posting]) -> Iterator[tuple[int, bytes]]:
    """Each writing's places; more than `_MOST` of them as several records of the same writing."""
    for number, places in postings:
        if len(places) == 1 and places[0] < _ONCE:
            yield number, bytes((places[0],))
            continue
        yield from ((number, some) for some in _several(places))


def _several(places: Sequence[int]) -> Iterator[bytes]:
    """The places of a word in a writing, at most `_MOST` in each."""
    for at in range(0, len(places), _MOST):
        some, before = places[at : at + _MOST], 0
        out = bytearray((_ONCE + len(some) - 1,))
        for place in some:
            step, before = place - before, place
            if step < 0x80:
                out.append(step)
            else:
                out += _varint(step)
        yield bytes(out)


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


# --- reading -----------------------------------------------------------------------------------------------


class Reader:
    """A segment of which somebody has the key. It asks for no block: it says which ones to fetch, and opens them."""

    def __init__(self, key: bytes, index: bytes, words: int) -> None:
        """`words`: how many blocks are for words. Raises `CannotOpen`."""
        self._cipher, self._words = AESGCM(key), words
        body = self._open(_INDEX, index)
        number = int.from_bytes(body[:4], "big")
        self._firsts = [body[4 + FIRST * at : 4 + FIRST * (at + 1)].rstrip(b"\0") for at in range(number)]

    def open(self, number: int, sealed: bytes) -> bytes:
        """The plain bytes of a block. Raises `CannotOpen` for one that is not this segment's, or stood elsewhere."""
        return self._open(number, sealed)

    def _open(self, number: int, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number), sealed, None)
        except InvalidTag:
            raise CannotOpen from None

    def blocks_of(self, text: str, whole: bool) -> range:
        """The numbers of the blocks in which this word, or the words that begin so, may stand."""
        low = text.encode()
        first = bisect_left(self._firsts, low[:FIRST]) - 1
        end = low if whole else low + b"\xff"
        return range(max(first, 0), bisect_right(self._firsts, end[:FIRST]))

    @cached_property
    def word_blocks(self) -> range:
        """All blocks that have words in them."""
        return range(len(self._firsts))

    def block_of_whose(self, number: int) -> int:
        """In which block it stands whose writing `number` is."""
        return self._words + number // PER_BLOCK


def whose_in(body: bytes, number: int) -> bytes:
    """Whose writing `number` is, from the opened block that `block_of_whose` names."""
    at = number % PER_BLOCK * WHOSE
    return body[at : at + WHOSE]


def entries_in(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(word, its postings as bytes) of an opened block."""
    at, word = 0, b""
    while at + 2 < len(body) and (body[at] or body[at + 1]):
        begins = at + 2
        word = word[: body[at]] + body[begins : begins + body[at + 1]]
        begins += body[at + 1]
        length = int.from_bytes(body[begins : begins + 2], "big")
        at = begins + 2 + length
        yield word, body[begins + 2 : at]


def numbers_in(payload: bytes) -> list[int]:
    """The writings of one entry, without the places. One with many places comes several times."""
    found, at, number, end = list[int](), 0, 0, len(payload)
    while at < end:
        step = payload[at]
        if step < 0x80:
            at += 1
        else:
            step, at = _read(payload, at)
        number += step
        found.append(number)
        head, at = payload[at], at + 1
        if head >= _ONCE:
            at = _behind(payload, at, head - _ONCE + 1)
    return found


def _behind(payload: bytes, at: int, places: int) -> int:
    """Where it goes on behind so many places."""
    for _one in range(places):
        while payload[at] & 0x80:
            at += 1
        at += 1
    return at


def postings_in(payload: bytes, among: Container[int] | None = None) -> Iterator[Posting]:
    """The postings of one entry. A writing with many places comes several times. `among`: the others are left out."""
    at, number = 0, 0
    while at < len(payload):
        step = payload[at]
        if step < 0x80:
            at += 1
        else:
            step, at = _read(payload, at)
        number += step
        head, at = payload[at], at + 1
        if among is not None and number not in among:
            at = at if head < _ONCE else _behind(payload, at, head - _ONCE + 1)
            continue
        if head < _ONCE:
            yield number, [head]
            continue
        places, place = [], 0
        for _one in range(head - _ONCE + 1):
            step = payload[at]
            if step < 0x80:
                at += 1
            else:
                step, at = _read(payload, at)
            place += step
            places.append(place)
        yield number, places


def _read(payload: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while payload[at] & 0x80:
        number |= (payload[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return number | payload[at] << shift, at + 1
