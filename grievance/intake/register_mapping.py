"""The mapping file of an old register, and the rows that it makes readable; nothing is guessed."""

import csv
import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEEDED = ("received_on", "company", "state")
KNOWN = (*NEEDED, "id", "sent_on", "answered_on", "closed_on", "account", "country", "timely")
MAPPED_STATES = ("received", "referred", "closed")
LISTS = ("also", "dates", "late", "on_time")


@dataclass(frozen=True)
class Plan:
    """A mapping file: `columns` by our names, date formats, and what the values of two columns mean."""

    source: str
    encoding: str
    delimiter: str
    columns: dict[str, str]
    also: list[str]
    dates: list[str]
    states: dict[str, str]
    late: list[str]
    on_time: list[str]
    language: str


@dataclass(frozen=True)
class Line:
    """One row: the line of the file that it begins on, and which of several equal rows it is (0, 1, …)."""

    number: int
    cells: dict[str, str] | None
    fault: str = ""
    nth: int = 0


def load_mapping(path: Path) -> Plan:
    """Read a mapping. Raises ValueError with a sentence."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise ValueError(f"The mapping cannot be read: {reason}") from None
    _check_columns(data)
    _check_values(data)
    return Plan(
        source=str(data.get("source", path.stem)),
        encoding=str(data.get("encoding", "utf-8-sig")),
        delimiter=data.get("delimiter", ","),
        columns=data["columns"],
        also=data.get("also", []),
        dates=data.get("dates", ["%Y-%m-%d"]),
        states=data["states"],
        late=data.get("late", []),
        on_time=data.get("on_time", []),
        language=data.get("language", "en"),
    )


def _check_columns(data: dict[str, Any]) -> None:
    columns = data.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise ValueError("The mapping needs [columns] with the names of the register's columns.")
    if unknown := set(columns) - set(KNOWN):
        raise ValueError(f"The mapping names unknown things: {', '.join(sorted(unknown))}.")
    if missing := set(NEEDED) - set(columns):
        raise ValueError(f"The mapping needs a column for: {', '.join(sorted(missing))}.")


def _check_values(data: dict[str, Any]) -> None:
    delimiter, states = data.get("delimiter", ","), data.get("states")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise ValueError("The mapping's delimiter must be one character.")
    for name in LISTS:
        if not isinstance(data.get(name, []), list) or not all(isinstance(item, str) for item in data.get(name, [])):
            raise ValueError(f"The mapping's {name} must be a list of texts.")
    if not re.fullmatch("[a-z]{2,3}", str(data.get("language", "en"))):
        raise ValueError("The mapping's language must be a code such as en.")
    if not isinstance(states, dict) or not states or not set(map(str, states.values())) <= set(MAPPED_STATES):
        raise ValueError(f"The mapping's [states] must lead to: {', '.join(MAPPED_STATES)}.")


def read_rows(path: Path, plan: Plan) -> list[Line]:
    """Every row with the line that it begins on. Raises ValueError where the mapping's columns are not there."""
    csv.field_size_limit(2**31 - 1)  # a field that is too long is the fault of its row, not of the file
    try:
        text = path.read_bytes().decode(plan.encoding, errors="surrogateescape")
    except LookupError:
        raise ValueError(f"The mapping names an unknown encoding: {plan.encoding}.") from None
    reader = csv.reader(io.StringIO(text.replace("\0", "\ufffd"), newline=""), delimiter=plan.delimiter)
    names = next(reader, [])
    if missing := {*plan.columns.values(), *plan.also} - set(names):
        raise ValueError(f"The register has no column: {', '.join(sorted(missing))}.")
    seen: Counter[tuple[str, ...]] = Counter()
    lines = []
    for number, cells in _rows(reader):
        lines.append(_line(number, names, cells, seen))
    return lines


def _rows(reader: Any) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row, or why it cannot be read, with its first line; empty lines are no rows."""
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as reason:
            yield first, reason
            continue
        if cells:
            yield first, cells


def _line(number: int, names: list[str], cells: list[str] | csv.Error, seen: Counter[tuple[str, ...]]) -> Line:
    if isinstance(cells, csv.Error):
        return Line(number, None, f"cannot be read ({cells})")
    if len(cells) != len(names):
        return Line(number, None, "does not have the same number of columns as the first line")
    if any("\udc80" <= char <= "\udcff" for value in cells for char in value):
        return Line(number, None, "has characters that are not in the register's encoding")
    nth = seen[tuple(cells)]
    seen[tuple(cells)] += 1
    return Line(number, dict(zip(names, cells, strict=True)), nth=nth)
