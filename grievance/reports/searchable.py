"""What of a case can be found by its words: accounts, messages, answers, notes, and the names of files, as the members
of the Secretariat read them. Identity entries and codes never; what does not fit the record is nobody's words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select

from grievance.access import (
    SECRETARIAT,
    LaterKeys,
    Person,
    WrongKey,
    envelope_place,
    fitting,
    openers,
)
from grievance.crypto.compartments import CaseKeys, NoKey
from grievance.crypto.envelopes import Opener
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.keys import SecretariatEnvelope
from grievance.models.search import SearchedWriting, UnsearchedWriting
from grievance.models.vouching import EpochEnvelope
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.reports.answer_view import is_prose
from grievance.reports.as_recorded import is_as_recorded
from grievance.reports.casefile import NOT_SHOWN
from grievance.search.segment import Document
from grievance.search.store import whose
from grievance.search.words import terms_of
from grievance.workflow.custody import IDENTITY, REACH

NEVER = frozenset({*NOT_SHOWN, "handover_code", "printed_card"})
"""Steps whose writings are no text, or open something."""
OF_IDENTITY = frozenset({*IDENTITY, REACH})
"""Answers that are sealed as identity entries; were one ever in a writing, it would not be indexed either."""
FILES = "files"
APART = 8
"""Places between two answers, so that no phrase goes from one into the other."""
_WRITINGS = (
    select(Writing, SecretariatEnvelope, Event.sealed, func.length(Writing.sealed))
    .join(SecretariatEnvelope, SecretariatEnvelope.case_id == Writing.case_id)
    .outerjoin(Event, Event.id == Writing.event_id)
)
_WAITING = select(UnsearchedWriting.writing_id).join(
    SecretariatEnvelope, SecretariatEnvelope.case_id == UnsearchedWriting.case_id
)


@dataclass(frozen=True)
class Readable:
    """A writing in clear: (name of the answer, its text) pairs. Empty where it does not open or is nobody's words.
    `sealed`: the SHA-256 of what these were opened from."""

    id: str
    case_id: str
    step: str
    role: str
    written_at: datetime
    volume: int
    texts: list[tuple[str, str]] = field(repr=False)
    sealed: bytes

    def document(self) -> Document:
        """Its words with their places, as the index has them."""
        words = places(text for _name, text in self.texts)
        return Document(whose(self.case_id, self.id), self.volume, words, self.sealed)


def places(texts: Iterable[str]) -> dict[str, list[int]]:
    """By word, where it stands among the words of these texts."""
    found: dict[str, list[int]] = {}
    place = 0
    for text in texts:
        for terms in terms_of(text):
            for term in terms:
                if term in found:
                    found[term].append(place)
                else:
                    found[term] = [place]
            place += 1
        place += APART
    return found


def waiting(most: int) -> list[str]:
    """Writings that are in no segment, at most so many, in no order: none but these are looked at."""
    return list(db.session.scalars(_WAITING.limit(most)))


def cases_waiting(most: int | None = None) -> int:
    """How many cases have such writings; counted up to so many."""
    cases = _WAITING.with_only_columns(UnsearchedWriting.case_id).distinct().limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(cases)) or 0


def cases_read() -> int:
    """How many cases have words in a segment."""
    return db.session.scalar(select(func.count(SearchedWriting.case_id.distinct()))) or 0


def newest_waiting(most: int) -> list[str]:
    """At most so many cases of which something waits, those with the newest words first."""
    of, newest = UnsearchedWriting.case_id, func.max(Writing.written_at).desc()
    dated = _WAITING.with_only_columns(of).join(Writing, Writing.id == UnsearchedWriting.writing_id)
    return list(db.session.scalars(dated.group_by(of).order_by(newest, of).limit(most)))


def of_waiting_cases(person: Person, case_ids: Sequence[str]) -> list[Readable]:
    """All that waits of these cases."""
    return readable(person, list(db.session.scalars(_WAITING.where(UnsearchedWriting.case_id.in_(case_ids)))))


def readable(person: Person, writing_ids: Sequence[str]) -> list[Readable]:
    """These writings as this person's keys open them. Cases that were erased have none."""
    found: list[Readable] = []
    keys: dict[str, CaseKeys] = {}
    opener = openers(person)
    for row in db.session.execute(_of(writing_ids)):
        writing, envelope, recorded, volume = row
        texts: list[tuple[str, str]] = []
        with suppress(CannotOpen, NoKey, WrongKey):
            if writing.case_id not in keys:
                keys[writing.case_id] = _keys(person, opener, envelope)
            texts = list(_texts(keys[writing.case_id], writing, recorded))
        found.append(
            Readable(
                writing.id, writing.case_id, writing.step, writing.role, writing.written_at, volume, texts,
                sha256(writing.sealed).digest(),
            )
        )  # fmt: skip
    return found


def _of(writing_ids: Sequence[str]) -> Select[Any]:
    return _WRITINGS.where(Writing.id.in_(writing_ids))


def _keys(person: Person, opener: Callable[[str], Opener], envelope: SecretariatEnvelope) -> CaseKeys:
    case_id = envelope.case_id
    sealed_to = envelope_place("secretariat", case_id)
    master = fitting(opener(envelope.key_id).open(envelope.sealed, sealed_to), envelope.commit)
    return CaseKeys.from_master(master, LaterKeys(case_id, EpochEnvelope.holder == SECRETARIAT, person.seed_for))


def _texts(keys: CaseKeys, writing: Writing, recorded: str | None) -> Iterator[tuple[str, str]]:
    """`recorded`: the hashes of what came with its event; None of one from before."""
    if writing.step in NEVER or not is_as_recorded(writing, recorded):
        return
    says = read_writing(keys, writing)
    for name, answer in says.items():
        if name == FILES:
            yield from ((FILES, str(file.get("name") or "")) for file in answer)
        elif isinstance(answer, str) and name not in OF_IDENTITY and is_prose(writing.step, name):
            yield name, answer
