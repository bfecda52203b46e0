"""The rows of a register that is a spreadsheet (XLSX) or JSON, as texts. What such a file cannot hold exactly is said.

A spreadsheet keeps 15 digits of a number: a longer one was rounded before we saw it. A formula whose value was never
saved has none. A file that unpacks to much more than a register is not unpacked.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_UNPACKED, MOST_PARTS = 2**29, 5_000
MOST_TEXTS = 2**27
"""Bytes of a spreadsheet unpacked, and of the texts that its cells share, which are in memory all at once."""
EXACT = 10**15
"""From here on a spreadsheet rounds."""
DEEPEST = 20
NO_VALUE = "has a formula whose value is not in the file: open it in its program and save it again"
MANY_DIGITS = "has a number of more than 15 digits that the sheet keeps as a number, and rounds: make it a text"


@dataclass(frozen=True)
class Row:
    """`number`: its line, from 1; of JSON, the record's place. `padded`: empty cells at its end may be missing."""

    number: int
    cells: list[str]
    fault: str = ""
    padded: bool = False


def of_sheet(path: Path, sheet: str) -> Iterator[Row]:
    """The rows of a sheet that have something in them; dates as YYYY-MM-DD. Raises ValueError with a sentence."""
    _check_package(path)
    import openpyxl  # only where a spreadsheet is read: it takes a third of a second

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(path, read_only=True, keep_links=False) if _has_formulas(path) else None
    except Exception as reason:  # whatever is wrong with a file of another program's: nothing of it is used
        raise ValueError(f"The spreadsheet cannot be read ({type(reason).__name__}).") from None
    try:
        yield from _sheet_rows(_chosen(book, sheet), _chosen(formulas, sheet) if formulas else None)
    finally:
        book.close()
        if formulas:
            formulas.close()


def _check_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError):
        raise ValueError("This is no spreadsheet of the kind .xlsx, or it is damaged or has a password.") from None
    texts = sum(one.file_size for one in parts if one.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED or texts > MOST_TEXTS:
        raise ValueError("The spreadsheet unpacks to more than a register has: save it as CSV.")


def _has_formulas(path: Path) -> bool:
    """Whether a second look is needed, at what the cells compute."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/"):
                with package.open(name) as part:
                    before = b""
                    while block := part.read(2**16):
                        if b"<f>" in before + block or b"<f " in before + block:
                            return True
                        before = block[-2:]
    return False


def _chosen(book: Any, sheet: str) -> Any:
    if sheet:
        if sheet not in book.sheetnames:
            raise ValueError(f"The spreadsheet has no sheet {sheet!r}. It has: {', '.join(book.sheetnames)}.")
        return book[sheet]
    shown = [one for one in book.worksheets if one.sheet_state == "visible"]
    if len(shown) != 1:
        names = ", ".join(one.title for one in shown)
        raise ValueError(f"The spreadsheet has {len(shown)} sheets ({names}): the mapping says which, as sheet = …")
    return shown[0]


def _sheet_rows(sheet: Any, formulas: Any) -> Iterator[Row]:
    looked_at = [one for one in (sheet, formulas) if one is not None]
    for one in looked_at:
        one.reset_dimensions()  # what a file says of its own size is often wrong
    rows, number = zip(*(one.iter_rows(values_only=True) for one in looked_at), strict=True), 0
    while True:
        number += 1
        try:
            values = next(rows)
        except StopIteration:
            return
        except Exception as reason:  # as above: the file breaks off, or is none
            raise ValueError(
                f"The spreadsheet cannot be read from row {number} on ({type(reason).__name__})."
            ) from None
        cells = [_text(value) for value in values[0]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Row(number, cells, _fault_of(*values), padded=True)


def _fault_of(values: tuple[Any, ...], formulas: tuple[Any, ...] = ()) -> str:
    """What a row of the sheet cannot say exactly; empty where it can."""
    if any(type(value) in (int, float) and abs(value) >= EXACT for value in values):
        return MANY_DIGITS
    pairs = zip(values, formulas, strict=False)
    if any(value is None and isinstance(formula, str) and formula.startswith("=") for value, formula in pairs):
        return NO_VALUE
    return ""


def _text(value: Any) -> str:
    """A cell as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().partition("T")[0]
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case float() if value.is_integer() and abs(value) < EXACT:
            return str(int(value))
        case str():
            return value.replace("_x000D_", "\r")
    return str(value)


# --- JSON --------------------------------------------------------------------------------------------------


def of_json(path: Path, records: str) -> Iterator[Row]:
    """The names of the columns, then a row for each record. `records`: the names, with a dot between them, that lead to
    the list. Numbers keep every digit. Raises ValueError with a sentence."""
    try:
        data = json.loads(path.read_text("utf-8-sig"), parse_int=str, parse_float=str, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("The register's JSON is nested too deeply.") from None
    except UnicodeDecodeError:
        raise ValueError("The register's JSON is not written in UTF-8.") from None
    except json.JSONDecodeError as reason:
        raise ValueError(f"The register is no JSON: {reason}.") from None
    for name in filter(None, records.split(".")):
        data = data.get(name) if isinstance(data, dict) else None
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise ValueError("The register's JSON has no list of records there: the mapping says where, as records = …")
    flat = [dict(_flat(one)) for one in data]
    names = list(dict.fromkeys(name for one in flat for name in one))
    yield Row(0, names)
    for number, one in enumerate(flat, 1):
        yield Row(number, [one.get(name, "") for name in names])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"A record of the register says {twice!r} twice.")
    return dict(pairs)


def _flat(record: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """What is inside another record is named with a dot, and a list is one cell."""
    if depth > DEEPEST:
        raise ValueError("The register's JSON is nested too deeply.")
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.", depth + 1)
        elif isinstance(value, list):
            yield f"{before}{name}", "; ".join(one if isinstance(one, str) else json.dumps(one) for one in value)
        else:
            yield f"{before}{name}", "" if value is None else _text(value)
