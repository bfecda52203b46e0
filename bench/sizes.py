"""`python -m bench.sizes [CASES]`: what a case takes on disk, and what a filing, a page and a due case cost the
processor, on both databases; kept in bench/sizes.json, from which `python -m bench.scale` counts."""

import json
import resource
import sys
import tempfile
from contextvars import Context
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bench.ground import ground
from bench.prepare import Data, Run, application, prepare
from bench.results import machine
from bench.statements import page, signed_in
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance.sweep import sweep
from grievance.models.event import Event
from grievance.models.limit import Limit

KEPT = Path(__file__).parent / "sizes.json"
FILINGS, PAGES = 40, 20
GROWING = ("events", "signatures", "writings", "limits", "letters", "cases")


def measure(kind: str, cases: int) -> dict[str, Any]:
    """Sizes in bytes a case, times in milliseconds of processor, the database's own included."""
    with tempfile.TemporaryDirectory() as folder, ground(kind, folder) as made:
        run = prepare(made, [cases], 2, cases // 4)
        before = _whole(run, "base")
        with application(run.largest.env) as app:
            found = _sizes(kind, run, before) | _rows(cases)
            found |= _filing(kind) | _pages(app, run.largest) | _due(kind, run.largest)
        return found


def _whole(run: Run, name: str) -> int:
    if run.kind == "sqlite":
        return Path(run.ground.folder, f"{name}.sqlite").stat().st_size
    with application({**run.largest.env, "DATABASE_URL": run.ground.url(name)}):
        return int(db.session.scalar(text("SELECT pg_database_size(current_database())")))


def _sizes(kind: str, run: Run, before: int) -> dict[str, Any]:
    each = (_whole_here(kind, run) - before) / run.largest.cases
    if kind == "sqlite":
        return {"bytes": round(each)}
    query = (
        "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relname = ANY(:names)"
    )
    rows = db.session.execute(text(query), {"names": list(db.metadata.tables)}).all()
    indexes = sum(row[2] for row in rows) / run.largest.cases
    by_table = {row[0]: round((row[1] + row[2]) / run.largest.cases) for row in rows if row[0] in GROWING}
    return {"bytes": round(each), "bytes of indexes": round(indexes), "bytes by table": by_table}


def _whole_here(kind: str, run: Run) -> int:
    if kind == "postgresql":
        return int(db.session.scalar(text("SELECT pg_database_size(current_database())")))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return _whole(run, f"cases_{run.largest.cases}")


def _rows(cases: int) -> dict[str, float]:
    counted = {"events": Event, "limits": Limit}
    return {f"{name} a case": round((db.session.scalar(select(func.count()).select_from(one)) or 0) / cases, 1)
            for name, one in counted.items()}  # fmt: skip


def _filing(kind: str) -> dict[str, float]:
    raw = {
        "account": demonstration.ACCOUNT,
        "company": demonstration.larkfield(),
        "could_harm": "no",
        "share_account": "yes",
    }
    log = _log(kind)

    def once() -> None:
        filing.file_complaint(raw, filing.new_secret(), "en", now=clock.now())

    spent = _spent(kind, once, FILINGS)
    return {"filing, ms": spent, "bytes of log a filing": round((_log(kind) - log) / FILINGS)}


def _pages(app: Any, data: Data) -> dict[str, float]:
    """Each request in a context of its own, as in a server."""
    client, found = Context().run(signed_in, app, "Noor"), {}
    for name, path in {"queue, ms": "/desk", "case page, ms": f"/desk/cases/{data.messages}"}.items():
        ask = page(client, path)
        found[name] = _spent(db.engine.dialect.name, lambda ask=ask: Context().run(ask), PAGES)  # type: ignore[misc]
    return found


def _due(kind: str, data: Data) -> dict[str, float]:
    log, number = (
        _log(kind),
        db.session.scalar(select(func.count()).select_from(Limit).where(Limit.wake_at <= data.due_at)) or 1,
    )
    begun = _processor(kind)
    sweep(data.due_at)
    return {"due case, ms": round((_processor(kind) - begun) * 1000 / number, 3), "due cases": number,
            "bytes of log a due case": round((_log(kind) - log) / number)}  # fmt: skip


def _log(kind: str) -> int:
    """Bytes of the write-ahead log so far; SQLite begins its file anew again and again, and is not asked."""
    db.session.rollback()
    if kind == "sqlite":
        return 0
    where = int(db.session.scalar(text("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")))
    db.session.rollback()
    return where


def _spent(kind: str, work: Any, times: int) -> float:
    work()  # what is made once
    begun = _processor(kind)
    for _ in range(times):
        work()
    return round((_processor(kind) - begun) * 1000 / times, 2)


def _processor(kind: str) -> float:
    """Seconds of this process, and of the connections to PostgreSQL that are open."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    own = usage.ru_utime + usage.ru_stime
    if kind == "sqlite":
        return own
    db.session.rollback()
    pids = db.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")).all()
    db.session.rollback()
    return own + sum(_of(pid) for pid in pids)


def _of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found = {kind: measure(kind, cases) for kind in ("sqlite", "postgresql")}
    KEPT.write_text(json.dumps({"machine": machine(), "cases": cases, **found}, indent=1) + "\n")
    print(KEPT.read_text())


if __name__ == "__main__":
    main()
