"""What somebody with the disk finds: the raw bytes of everything that a database keeps on it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import LargeBinary, func, select, text

from grievance.extensions import db
from grievance.models.case import Case

PIECE, PIECES = 16, 4
WHERE = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"


def sealed_bytes(case: Case, tables: Iterable[type]) -> dict[str, list[bytes]]:
    """Everything sealed that this case has in these tables now: table and column to values."""
    found: dict[str, list[bytes]] = {}
    for table in (each.__table__ for each in tables):
        for column in table.columns:
            if isinstance(column.type, LargeBinary) and "case_id" in table.c:
                held = select(column).where(table.c.case_id == case.id, func.length(column) >= PIECE)
                found[f"{table.name}.{column.name}"] = list(db.session.scalars(held))
    db.session.rollback()
    return {name: values for name, values in found.items() if values}


def pieces(value: bytes) -> Iterator[bytes]:
    """From its whole length: a database cuts what is long into parts of its own."""
    last = len(value) - PIECE
    yield from {value[last * n // (PIECES - 1) :][:PIECE] for n in range(PIECES)}


def files_of(kind: str, url: str) -> list[Path]:
    """SQLite: the file and its log. PostgreSQL: this database's folder, and the server's log of writes."""
    if kind == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        return list(path.parent.glob(f"{path.name}*"))
    folder, number = db.session.execute(text(WHERE)).one()
    db.session.rollback()
    parts = (Path(folder, "base", str(number)), Path(folder, "pg_wal"))
    return [path for part in parts for path in part.rglob("*") if path.is_file()]


def carved(values: dict[str, list[bytes]], files: Iterable[Path]) -> set[tuple[str, str]]:
    """What of these values stands in which file."""
    found = set()
    for path in files:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:  # the server took it away meanwhile
            continue
        found |= {(name, path.name) for name, held in values.items() if any(p in raw for v in held for p in pieces(v))}
    return found
