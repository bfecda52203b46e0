"""Fill a database with cases, a million if asked to: copies of real ones (`bench.models`), in bulk.

Sealing runs in as many processes as there are cores; one process inserts, 5,000 cases at a time, by COPY on
PostgreSQL. Argon2id is not run a million times: random bytes stand for what it gives, so that no receipt opens a copy.
What is generated passes `doctor` and `record verify` like anything else.
"""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import click
from flask import current_app
from sqlalchemy import func, select, text

from bench.models import NUMBERED, TABLES, Copy, Model, Office, office_of, read_model
from bench.stories import IDENTITY, Told
from grievance.access import Person
from grievance.extensions import Base, db
from grievance.intake.filing import new_reference
from grievance.models.case import Case
from grievance.record import chain
from grievance.record.transaction import unit_of_work

BATCH = 5_000
ALONE = 2_000
"""So many cases are sealed sooner in this process than others would have started."""
DISK_KB = {"sqlite": 16, "postgresql": 19}
"""What a case takes on disk, with its indexes and, while it is filled, the log."""
Columns = dict[str, list[str]]
Rows = dict[str, list[tuple[Any, ...]]]
_random = secrets.SystemRandom()


@dataclass(frozen=True)
class Seeds:
    """What copies are made from. The first model is the one that falls due at `due_at`."""

    models: list[Model]
    office: Office
    due_at: datetime


def seeds(cast: Mapping[str, Person], told: list[Told], due_at: datetime) -> Seeds:
    models = [read_model(cast["Noor"], one.case_id, one.weight, IDENTITY) for one in told]
    return Seeds(models, office_of(current_app.config["PEPPERS"].current[1], cast.values()), due_at)


def need(kind: str, cases: int, folder: str) -> str:
    """One sentence about the disk. Raises `click.ClickException` where there is not enough."""
    wanted, free = cases * DISK_KB[kind] * 1024, shutil.disk_usage(folder).free
    sentence = f"{cases:,} cases on {kind} take about {wanted / 1e9:.1f} GB; {free / 1e9:.0f} GB are free."
    if wanted > free:
        raise click.ClickException(sentence)
    return sentence


def fill(seeds: Seeds, total: int, due: int) -> None:
    """Bring the number of cases to `total`; `due` of the new ones fall due at `seeds.due_at`, the others later."""
    first = min(event.recorded_at for model in seeds.models for event in model.events)
    with unit_of_work():  # the first one names its key by an event, and what follows has its numbers already
        chain.take_checkpoint(first)
    here = db.session.scalar(select(func.count()).select_from(Case)) or 0
    orders, columns = list(_orders(seeds, total - here, due)), _columns()
    bar = click.progressbar(length=total - here, label=f"{total:>9,} cases", file=sys.stderr)
    with _loading() as driver, bar:
        for rows in _made(seeds, orders, columns):
            _put(driver, columns, rows)
            with (
                unit_of_work()
            ):  # as if each batch had come in an hour of its own, before what copies say of their time
                chain.take_checkpoint(first)
            bar.update(len(rows["cases"]))
    _afterwards()


def _columns() -> Columns:
    return {name: [column.name for column in Base.metadata.tables[name].columns] for name in TABLES}


# --- sealing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """Which models to copy, the copies' references, and the numbers that their rows begin with."""

    chosen: list[int]
    references: list[str]
    first: dict[str, int]


def _orders(seeds: Seeds, number: int, due: int) -> Iterator[Order]:
    """`number` copies in batches: those that fall due spread evenly among the others."""
    weights = [model.weight for model in seeds.models]
    chosen = [0] * due + _random.choices(range(len(weights)), weights, k=max(0, number - due))
    _random.shuffle(chosen)
    first = {name: _last(name) + 1 for name in NUMBERED}
    references = _references(len(chosen))
    for begin in range(0, len(chosen), BATCH):
        batch = chosen[begin : begin + BATCH]
        yield Order(batch, references[begin : begin + BATCH], dict(first))
        for name in NUMBERED:
            first[name] += sum(len(seeds.models[i].rows[name]) for i in batch)


def _references(number: int) -> list[str]:
    """So many new ones: of a million drawn at random, two are the same every other time."""
    known = set(db.session.scalars(select(Case.reference)))
    new = set[str]()
    while len(new) < number:
        new |= {new_reference() for _ in range(number - len(new))} - known
    return list(new)


def _last(name: str) -> int:
    return db.session.scalar(text(f"SELECT max(id) FROM {name}")) or 0


def _made(seeds: Seeds, orders: list[Order], columns: Columns) -> Iterator[Rows]:
    if sum(len(order.chosen) for order in orders) <= ALONE:
        yield from (_seal(seeds, order, columns) for order in orders)
        return
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, get_context("spawn"), _begin, (seeds, columns)) as pool:
        waiting: list[Future[Rows]] = []
        for order in orders:
            waiting.append(pool.submit(_seal_here, order))
            if len(waiting) > cores + 1:  # sealed batches must not pile up in memory
                yield waiting.pop(0).result()
        yield from (future.result() for future in waiting)


_here: dict[str, Any] = {}


def _begin(seeds: Seeds, columns: Columns) -> None:
    _here.update(seeds=seeds, columns=columns)


def _seal_here(order: Order) -> Rows:
    return _seal(_here["seeds"], order, _here["columns"])


def _seal(seeds: Seeds, order: Order, columns: Columns) -> Rows:
    made: Rows = {name: [] for name in TABLES}
    first = dict(order.first)
    for i, reference in zip(order.chosen, order.references, strict=True):
        for name, rows in Copy(seeds.models[i], seeds.office, first, reference).rows().items():
            made[name] += [tuple(row[column] for column in columns[name]) for row in rows]
            if name in first:
                first[name] += len(rows)
    return made


# --- inserting ---------------------------------------------------------------------------------------------


@contextmanager
def _loading() -> Iterator[Any]:
    """A driver's connection for the load alone: if the machine stops meanwhile, the whole is begun again, so nothing
    waits for the disk. Foreign keys hold because those of the first cases do; on PostgreSQL the database checks."""
    connection = db.engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        if db.engine.dialect.name == "postgresql":
            driver.execute("SET synchronous_commit = off")
            driver.commit()
        else:
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-2000000", "wal_autocheckpoint=100000"):
                driver.execute(f"PRAGMA {pragma}")
        yield driver
    finally:
        connection.invalidate()  # these settings must not go back to the pool


def _put(driver: Any, columns: Columns, rows: Rows) -> None:
    for name in TABLES:
        names = ", ".join(f'"{column}"' for column in columns[name])
        if db.engine.dialect.name == "postgresql":
            with driver.cursor().copy(f"COPY {name} ({names}) FROM STDIN") as copy:
                for row in rows[name]:
                    copy.write_row(row)
        else:
            if not driver.in_transaction:
                driver.execute("BEGIN IMMEDIATE")
            marks = ", ".join("?" for _ in columns[name])
            driver.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows[name])
    driver.commit()


def _afterwards() -> None:
    """Running numbers go on after those that were given, and the planner learns what is there."""
    if db.engine.dialect.name == "sqlite":
        with unit_of_work() as session:
            session.execute(text("ANALYZE"))
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in NUMBERED:
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
