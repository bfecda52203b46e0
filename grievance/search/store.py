"""Where segments are kept: made in a member's session, their keys sealed to the Secretariat's, their blocks read by
number; and what is forgotten when a case is erased."""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from grievance import clock
from grievance.access import Person, envelope_place, openers
from grievance.accounts.keys.party_keys import party_key
from grievance.crypto.envelopes import Opener, seal_to
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import SecretariatEnvelope
from grievance.models.people import PartyKind
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment, UnsearchedWriting
from grievance.models.writing import Writing
from grievance.record.transaction import unit_of_work
from grievance.search.segment import KEY, PER_BLOCK, Built, Document, Reader, build, entries_of, room_for, whose_in

AT_ONCE = 500
"""Blocks that are written or asked for in one statement."""
_NUMBERS = 2**31 - 1
_KEYLESS = ~select(SecretariatEnvelope.case_id).where(SecretariatEnvelope.case_id == UnsearchedWriting.case_id).exists()
"""Of the writings that wait: nobody can read them any more."""


def whose(case_id: str, writing_id: str) -> bytes:
    """`WHOSE` bytes that say whose a writing is."""
    return bytes.fromhex(case_id + writing_id)


# --- making ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What a segment's number of blocks follows from: how many writings, how many bytes they take sealed, and whether
    they are no texts."""

    documents: int
    volume: int
    dense: bool = False

    @property
    def room(self) -> int:
        """Blocks for words."""
        return room_for(self.volume, self.documents, self.dense)


def add(documents: Sequence[Document]) -> bool:
    """Index these writings: one segment of them, and one for each that is no text. Their order is drawn, so that it
    says nothing. False where something changed meanwhile: another member was sooner, a case was erased, or a part
    was taken out. Raises `Refused` where nothing can be sealed to the Secretariat."""
    drawn = list(documents)
    secrets.SystemRandom().shuffle(drawn)
    texts = [one for one in drawn if not one.is_dense]
    parts = [[one] for one in drawn if one.is_dense] + ([texts] if texts else [])
    made = [(part, key := os.urandom(KEY), _built(key, part)) for part in parts]
    try:
        with unit_of_work(effect=False):
            if not _still_there(drawn):
                return False
            for part, key, built in made:
                number = insert_segment(key, built, _facts(part))
                insert_blocks(number, 0, built.blocks)
                db.session.execute(insert(SearchedWriting), [_row(one.whose, number) for one in part])
            _wait_no_more(_ids(drawn))
    except IntegrityError:  # somebody was sooner
        with unit_of_work(effect=False):
            _wait_no_more(select(SearchedWriting.writing_id).where(SearchedWriting.writing_id.in_(_ids(drawn))))
        return False
    return True


def _ids(documents: Sequence[Document]) -> list[str]:
    return [one.whose[16:].hex() for one in documents]


def _wait_no_more(writing_ids: Sequence[str] | Select[str]) -> None:
    """These are in a segment, and what is left of cases whose keys are destroyed goes with them."""
    for which in (UnsearchedWriting.writing_id.in_(writing_ids), _KEYLESS):
        db.session.execute(delete(UnsearchedWriting).where(which))


def _built(key: bytes, part: Sequence[Document]) -> Built:
    return build(key, entries_of(part), [one.whose for one in part], _facts(part).room)


def _facts(documents: Sequence[Document]) -> Facts:
    return Facts(len(documents), sum(one.volume for one in documents), documents[0].is_dense)


def _row(of: bytes, number: int) -> dict[str, object]:
    return {"case_id": of[:16].hex(), "writing_id": of[16:].hex(), "segment": number}


def _still_there(documents: Sequence[Document]) -> bool:
    """Whether every case has its keys, and every writing says what was read, under locks that an erasure and the
    removal of a part wait for."""
    ids = sorted({one.whose[:16].hex() for one in documents})
    held = db.session.scalars(select(Case.id).where(Case.id.in_(ids)).order_by(Case.id).with_for_update(read=True))
    there = db.session.scalars(select(SecretariatEnvelope.case_id).where(SecretariatEnvelope.case_id.in_(ids)))
    return len(held.all()) == len(there.all()) == len(ids) and _as_read(documents)


def _as_read(documents: Sequence[Document]) -> bool:
    read = {one.whose[16:].hex(): one.sealed for one in documents}
    rows = db.session.execute(select(Writing.id, Writing.sealed).where(Writing.id.in_(read)))
    return {of: sha256(sealed).digest() for of, sealed in rows} == read


def insert_segment(key: bytes, built: Built, facts: Facts, ready: bool = True) -> int:
    """The row of a segment without its blocks; returns its number. Part of the caller's unit of work."""
    to, segment_id = party_key(PartyKind.SECRETARIAT), secrets.token_hex(16)
    sealed = seal_to(to.public_key, key, envelope_place("search", segment_id))
    row = SearchSegment(
        id=segment_id, number=1 + secrets.randbelow(_NUMBERS), key_id=to.key_id, contents=built.index, sealed=sealed,
        words=built.words, documents=facts.documents, volume=facts.volume, dense=facts.dense,
        made_on=clock.office_day(clock.now()), ready=ready,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.number


def insert_blocks(number: int, first: int, blocks: Sequence[bytes]) -> None:
    """Blocks of a segment, from the number `first` on. Part of the caller's unit of work."""
    for at in range(0, len(blocks), AT_ONCE):
        rows = [
            {"segment": number, "number": first + at + n, "sealed": block}
            for n, block in enumerate(blocks[at : at + AT_ONCE])
        ]
        db.session.execute(insert(SearchBlock), rows)


# --- forgetting --------------------------------------------------------------------------------------------


def forget(case_id: str) -> None:
    """Take away every segment that has words of this case, and what a merge has not finished: it may have some, too.
    The other writings of these segments wait to be indexed again, and those of the case itself while it has its keys.
    Part of the caller's unit of work."""
    mine = select(SearchedWriting.segment).where(SearchedWriting.case_id == case_id)
    drop(or_(SearchSegment.number.in_(mine), SearchSegment.ready.is_(False)))
    db.session.execute(delete(UnsearchedWriting).where(UnsearchedWriting.case_id == case_id, _KEYLESS))


def drop(which: ColumnElement[bool]) -> list[int]:
    """Take these segments away, with their blocks; returns their numbers. Part of the caller's unit of work."""
    numbers = list(db.session.scalars(select(SearchSegment.number).where(which).with_for_update()))
    if not numbers:
        return []
    _wait(select(SearchedWriting.writing_id, SearchedWriting.case_id).where(SearchedWriting.segment.in_(numbers)))
    for table in (SearchedWriting, SearchBlock):
        db.session.execute(delete(table).where(table.segment.in_(numbers)))
    db.session.execute(delete(SearchSegment).where(SearchSegment.number.in_(numbers)))
    return numbers


def find_left() -> None:
    """Writings that stand neither in a segment nor among those that wait, because somebody changed the database, wait
    from here on. It looks at all writings. Part of the caller's unit of work."""
    searched = select(SearchedWriting.writing_id).where(SearchedWriting.writing_id == Writing.id)
    with_keys = select(Writing.id, Writing.case_id).join(
        SecretariatEnvelope, SecretariatEnvelope.case_id == Writing.case_id
    )
    _wait(with_keys.where(~searched.exists()))


def _wait(which: Select[str, str]) -> None:
    """`which`: writings, with their cases. Those that wait already go on."""
    there = select(UnsearchedWriting.writing_id).where(UnsearchedWriting.writing_id == which.selected_columns[0])
    new = which.where(~there.exists())
    db.session.execute(insert(UnsearchedWriting).from_select(["writing_id", "case_id"], new))


# --- reading -----------------------------------------------------------------------------------------------


@dataclass
class Segment:
    """A segment that this person's keys open, and the blocks of it that were fetched."""

    number: int
    facts: Facts
    reader: Reader = field(repr=False)
    blocks: dict[int, bytes] = field(default_factory=dict, repr=False)

    def whose(self, document: int) -> bytes:
        """Whose a writing is, once its block was fetched."""
        return whose_in(self.blocks[self.reader.block_of_whose(document)], document)


def open_segments(person: Person, which: ColumnElement[bool] | None = None) -> list[Segment]:
    """The segments that are ready. Raises `CannotOpen` for one that is not what it should be: `drop` it, and its
    writings are indexed again."""
    query, opener = select(SearchSegment).where(SearchSegment.ready).order_by(SearchSegment.number), openers(person)
    return [opened_segment(opener, row) for row in db.session.scalars(query if which is None else query.where(which))]


def opened_segment(opener: Callable[[str], Opener], row: SearchSegment) -> Segment:
    """Raises `CannotOpen`."""
    key = opener(row.key_id).open(row.sealed, envelope_place("search", row.id))
    return Segment(row.number, Facts(row.documents, row.volume, row.dense), Reader(key, row.contents, row.words))


def fetch(wanted: Mapping[int, tuple[Segment, set[int]]]) -> None:
    """Open these blocks of these segments, by the segment's number: one statement for all of them. Raises `CannotOpen`;
    a block that is not there is a KeyError where it is looked for."""
    pieces = []
    for number, (segment, blocks) in wanted.items():
        for first, last in _runs(blocks - segment.blocks.keys()):
            pieces.append((SearchBlock.segment == number) & SearchBlock.number.between(first, last))
    for at in range(0, len(pieces), AT_ONCE):
        query = select(SearchBlock.segment, SearchBlock.number, SearchBlock.sealed).where(
            or_(*pieces[at : at + AT_ONCE])
        )
        for number, block, sealed in db.session.execute(query):
            segment = wanted[number][0]
            segment.blocks[block] = segment.reader.open(block, sealed)


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow each other."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def unfit(person: Person) -> list[int]:
    """The numbers of the segments that do not open, to the last block: what `drop` takes away."""
    found, opener = list[int](), openers(person)
    for row in db.session.scalars(select(SearchSegment).where(SearchSegment.ready)):
        try:
            segment = opened_segment(opener, row)
            every = set(range(row.words + -(-row.documents // PER_BLOCK)))
            fetch({row.number: (segment, every)})
        except CannotOpen:
            found.append(row.number)
        else:
            found += [row.number] * (segment.blocks.keys() != every)
    return found
