"""A row as one line of JSON, the same for both databases; and many lines as one compressed part."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, Text, cast, select
from sqlalchemy.types import JSON, Date, LargeBinary

from grievance.extensions import UtcDateTime
from grievance.maintenance.backup import BackupError

PART = 4 * 1024 * 1024
"""Bytes of lines in one part: what a backup and a restore hold in memory at a time."""
MOST = 16 * PART
"""Bytes that a part may become: what was written here is one part, and at most one long row more."""
AT_ONCE = 500


def _text_to_json(text: str) -> Any:
    """JSON's own null is not the database's."""
    return JSON.NULL if text == "null" else json.loads(text)


# JSON is read as text: the row's `null` and the document's would look the same otherwise.
FORMS: tuple[tuple[type, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (UtcDateTime, datetime.isoformat, datetime.fromisoformat),
    (Date, date.isoformat, date.fromisoformat),
    (LargeBinary, lambda raw: base64.b64encode(raw).decode(), base64.b64decode),
    (JSON, str, _text_to_json),
)


def _changed(columns: Sequence[Column[Any]], reading: bool) -> list[tuple[int, Callable[[Any], Any]]]:
    """The columns that JSON has no word for: (number, function)."""
    return [
        (number, back if reading else there)
        for number, column in enumerate(columns)
        for kind, there, back in FORMS
        if isinstance(column.type, kind)
    ]


def _query(table: Table) -> Select[Any]:
    def read(column: Column[Any]) -> Any:
        return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column

    return select(*(read(column) for column in table.columns)).execution_options(yield_per=AT_ONCE)


def parts(connection: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    """All rows of a table as compressed parts, each with its number of rows; one part is in memory at a time."""
    changed, lines, size = _changed(list(table.columns), reading=False), list[bytes](), 0
    for found in connection.execute(_query(table)):
        row = list(found)
        for number, form in changed:
            if row[number] is not None:
                row[number] = form(row[number])
        lines.append(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode())
        size += len(lines[-1])
        if size >= PART:
            yield gzip.compress(b"\n".join(lines), 1, mtime=0), len(lines)
            lines, size = [], 0
    if lines:
        yield gzip.compress(b"\n".join(lines), 1, mtime=0), len(lines)


def unpacked(part: bytes) -> bytes:
    """The lines of a part. Raises `BackupError`: a few bytes that somebody made must not become all of the memory."""
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    lines = unpacking.decompress(part, MOST)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise BackupError("The file is damaged: one of its parts is larger than any that is written, or is cut.")
    return lines


def batches(part: bytes, columns: Sequence[Column[Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows of a part again, as a database wants them. `columns`: in the order of the backup, which need not be
    that of the table here: a migration may make a table anew on one database and not on the other."""
    changed, names = _changed(columns, reading=True), [column.name for column in columns]
    lines = unpacked(part).split(b"\n")
    for begin in range(0, len(lines), AT_ONCE):
        yield [_row(line, changed, names) for line in lines[begin : begin + AT_ONCE]]


def _row(line: bytes, changed: list[tuple[int, Callable[[Any], Any]]], names: list[str]) -> dict[str, Any]:
    row = json.loads(line)
    for number, form in changed:
        if row[number] is not None:
            row[number] = form(row[number])
    return dict(zip(names, row, strict=True))
