"""`kill -9` in the middle of the migrations."""

import time
from typing import Any

from sqlalchemy import func, inspect, select, text

from faults.kills import chance, progress
from faults.office import Office
from faults.sweeps import fill
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Writing

OLD = "0005"
"""The migration that everything is taken back to; those after it make tables anew on SQLite."""


def migration_kills(office: Office, number: int = 10, cases: int = 3000) -> dict[str, Any]:
    """`flask db upgrade` of an office with thousands of cases is killed at random moments and started again, until it
    ends; each time from the old state. A killed migration must have happened wholly or not at all."""
    with office.inside():
        fill(cases)
        demonstration.file_one(clock.now())
        before = _rows()
    faults, halfway, kills = list[str](), set[str](), 0
    whole = _duration(office)
    for turn in range(number):
        office.flask("db", "downgrade", OLD)
        begun = office.begin("migration", "flask", "db", "upgrade")
        time.sleep(chance.uniform(0.6, 1.0) * whole)
        if begun.poll() is None:
            kills += 1
            office.end(begun)
        halfway.add(_revision(office))
        done = office.flask("db", "upgrade", check=False)
        if done.returncode:
            faults.append(f"after a kill the migrations do not go on: {done.stderr[-300:]}")
        with office.inside():
            if _rows() != before:
                faults.append(f"rows before {before} and after {_rows()}")
        progress("kills of a migration", turn + 1, number)
    for words in (("doctor",), ("record", "verify"), ("db", "check")):
        done = office.flask(*words, check=False)
        if done.returncode:
            faults.append(f"flask {' '.join(words)}: {done.stdout[-400:]}{done.stderr[-400:]}")
    return {"turns": number, "kills": kills, "cases": cases + 1, "seconds of a migration": round(whole, 1),
            "state after a kill": sorted(halfway), "faults": faults, "good": not faults and kills > 0}  # fmt: skip


def _duration(office: Office) -> float:
    office.flask("db", "downgrade", OLD)
    began = time.monotonic()
    office.flask("db", "upgrade")
    return time.monotonic() - began


def _rows() -> dict[str, int]:
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Case, Event, Writing)
    }


def _revision(office: Office) -> str:
    """The revision that a killed migration left, and the tables that it forgot (SQLite makes some anew)."""
    with office.inside():
        version = str(db.session.scalar(text("SELECT version_num FROM alembic_version")))
        forgotten = [one for one in inspect(db.engine).get_table_names() if one.startswith("_alembic_tmp")]
    return " ".join([version, *forgotten])
