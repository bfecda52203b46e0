"""The index of sealed words: segments, their sealed blocks, which writings are in which, and which are in none."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId


class SearchSegment(Base):
    """The words of some writings (`search.segment`). `sealed`: its key, sealed to the Secretariat's.

    `number`: random, by which its blocks name it. `contents`: the first word of each block, sealed. `words`: how many
    blocks are for words; behind them stands whose the writings are. `documents`, `volume`: how many writings, and how
    many bytes they take sealed; `dense`: each has too many different words for a text. `made_on`: the office's day.
    `ready`: false while a merge still writes its blocks, and once another is in its place; such a one is asked nothing.
    """

    __tablename__ = "search_segments"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contents: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[int]
    documents: Mapped[int]
    volume: Mapped[int]
    dense: Mapped[bool]
    made_on: Mapped[date]
    ready: Mapped[bool]


class SearchBlock(Base):
    """One sealed block of a segment, of one size, written once."""

    __tablename__ = "search_blocks"

    segment: Mapped[int] = mapped_column(ForeignKey("search_segments.number"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SearchedWriting(Base):
    """A writing whose words are in a segment."""

    __tablename__ = "searched_writings"

    writing_id: Mapped[RowId] = mapped_column(ForeignKey("writings.id"), primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    segment: Mapped[int] = mapped_column(ForeignKey("search_segments.number"), index=True)


class UnsearchedWriting(Base):
    """A writing whose words are in no segment: it waits. The database itself puts each new writing here (a trigger), so
    that there is a row whoever wrote it; `search.store` takes it away with the segment that has its words, and puts it
    back with one that is taken away. Of a case whose keys are destroyed none stays for good."""

    __tablename__ = "unsearched_writings"

    writing_id: Mapped[RowId] = mapped_column(ForeignKey("writings.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
