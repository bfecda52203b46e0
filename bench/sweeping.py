"""What the clock does: per due case, with nothing due, and two processes at once on PostgreSQL.

The sweep is asked by its one verb, `sweep(now)`. All cases of the figure fall due at one moment; those of later rounds
are kept asleep until it is their turn.
"""

import gc
import time
from collections.abc import Iterator
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import select, text

from bench.ground import Env
from bench.prepare import Data, Run, application
from bench.results import Figure, Target
from bench.yardsticks import rounds, timed
from grievance import clock
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.event import Event
from grievance.record.transaction import unit_of_work

NEVER = "2999-01-01 00:00:00"
FLOOR = (
    f"""UPDATE limits SET wake_at = CASE WHEN met_at IS NULL AND stopped_at IS NULL THEN '{NEVER}' ELSE wake_at END
    WHERE id IN (SELECT missed_limit_id FROM events WHERE id > :event)""",
    f"""UPDATE cases SET version = version + 1, state = state, queue_at = '{NEVER}'
    WHERE id IN (SELECT case_id FROM events WHERE id > :event)""",
    """INSERT INTO limits ({limits}) SELECT {limits} FROM limits WHERE id > :limit AND id <= :last_limit""",
    """INSERT INTO events (chain, seq, missed_limit_id, {events}) SELECT chain, seq + 1000, NULL, {events} FROM events
    WHERE id > :event AND id <= :last_event""",
    """INSERT INTO letters (template, {letters}) SELECT template || ' again', {letters} FROM letters
    WHERE id > :letter AND id <= :last_letter""",
)
"""F: the same rows that the sweep just wrote, once more by statements over all of them at once. The limits that it
opened are closed in the copy, and the events hang on no limit, so that no later round finds them."""


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "sweep", "sweep idle" and "two sweeps". It changes the data: the last of all."""
    for one in run.data:
        with application(one.env):
            gc.collect()
            gc.freeze()  # as the worker does when it begins
            asleep = put_to_sleep(one.due_at)
            parts = one.turns
            turns = [asleep[i::parts] for i in range(parts)]
            if "sweep idle" in names:
                yield _idle(run, one)
            if "sweep" in names:
                yield _sweep(run, one, turns[: run.rounds])
        if "two sweeps" in names and run.kind == "postgresql" and one is run.largest:
            yield _two(run, one, turns[run.rounds :])


def put_to_sleep(due_at: datetime) -> list[int]:
    """The limits that fall due at this moment, put to sleep with whatever wakes before; their numbers, in no order of
    their cases' ids."""
    with unit_of_work() as session:
        due = {"at": _sql(due_at)}
        found = list(
            session.scalars(text("SELECT id FROM limits WHERE wake_at IS NOT NULL AND due_at = :at ORDER BY id"), due)
        )
        session.execute(text("UPDATE limits SET wake_at = NULL WHERE wake_at <= :at"), due)
    return found


def wake(turn: list[int]) -> None:
    with unit_of_work() as session:
        for begin in range(0, len(turn), 500):
            some = ", ".join(str(limit) for limit in turn[begin : begin + 500])
            session.execute(text(f"UPDATE limits SET wake_at = due_at WHERE id IN ({some})"))


def _sql(at: datetime) -> Any:
    """A moment as the database keeps it."""
    return at if db.engine.dialect.name == "postgresql" else at.replace(tzinfo=None).isoformat(" ", "microseconds")


def _sweep(run: Run, one: Data, turns: list[list[int]]) -> Figure:
    values, yard = [], []
    for turn in turns:
        wake(turn)
        before = _lasts()
        begin = time.perf_counter()
        counts = sweep(one.due_at)
        values.append(len(turn) / (time.perf_counter() - begin))
        if (counts.cases, counts.escalated, counts.failed) != (len(turn), len(turn), 0):
            raise RuntimeError(f"of {len(turn)} cases the sweep did {counts.as_dict()}")
        yard.append(len(turn) / _floor(before))
    note = f"{len(turns[0]):,} cases each time, each escalated: state, event, limits, letters"
    return Figure("sweep", "sweep, due cases", run.kind, one.cases, "a second", values, "F", yard,
                  Target("value", "least", 1000), note)  # fmt: skip


def _lasts() -> dict[str, int]:
    return {name: db.session.scalar(text(f"SELECT max(id) FROM {name}s")) or 0 for name in ("event", "limit", "letter")}


def _floor(before: dict[str, int]) -> float:
    """Seconds that the bare SQL of the same change takes."""
    after = _lasts()
    values = {**before, **{f"last_{name}": number for name, number in after.items()}}
    lists = {
        "limits": _columns("limits", "id"),
        "events": _columns("events", "id", "chain", "seq", "missed_limit_id"),
        "letters": _columns("letters", "id", "template"),
    }
    begin = time.perf_counter()
    with unit_of_work() as session:
        for sql in FLOOR:
            session.execute(text(sql.format(**lists)), values)
    took = time.perf_counter() - begin
    with unit_of_work() as session:  # the copies must wake nobody
        session.execute(text(f"UPDATE limits SET wake_at = '{NEVER}' WHERE id > :last_limit AND wake_at IS NOT NULL"),
                        values)  # fmt: skip
    return took


def _columns(table: str, *but: str) -> str:
    return ", ".join(f'"{column.name}"' for column in db.metadata.tables[table].columns if column.name not in but)


def _idle(run: Run, one: Data) -> Figure:
    query, due = text("SELECT id FROM limits WHERE wake_at <= :at LIMIT 1"), {"at": _sql(clock.now())}

    def asked() -> None:
        db.session.scalar(query, due)
        db.session.rollback()

    def best(job: Any) -> float:
        return sorted(timed(job, 20))[10]

    sweep(clock.now())
    found = rounds(run.rounds, {"F": lambda: best(asked), "sweep": lambda: best(lambda: sweep(clock.now()))})
    return Figure("sweep idle", "sweep, nothing due among all open cases", run.kind, one.cases, "ms", found["sweep"],
                  "F", found["F"], Target("value", "most", 5), "F: the one indexed query")  # fmt: skip


# --- two at once -------------------------------------------------------------------------------------------


def _two(run: Run, one: Data, turns: list[list[int]]) -> Figure:
    values, yard = [], []
    for turn in turns:
        for workers, into, half in ((1, yard, turn[::2]), (2, values, turn[1::2])):
            with application(one.env):
                wake(half)
                before = _lasts()["event"]
            into.append(len(half) / _at_once(one.env, one.due_at, workers))
            with application(one.env):
                _each_once(half, before)
    note = "each a process of its own; every case was escalated, by one event"
    return Figure("two sweeps", "sweep, due cases, two workers", run.kind, one.cases, "a second", values, "one worker",
                  yard, Target("ratio", "least", 1), note)  # fmt: skip


def _each_once(turn: list[int], before: int) -> None:
    """Raises RuntimeError where a limit was not missed, or a case has more than its one event of it."""
    since = select(Event.case_id, Event.missed_limit_id).where(Event.id > before, Event.kind == "escalate")
    found = db.session.execute(since).all()
    if sorted(limit for _case, limit in found) != sorted(turn) or len({case for case, _limit in found}) != len(turn):
        raise RuntimeError(f"{len(turn)} cases were due, and {len(found)} were escalated")


def _at_once(env: Env, at: datetime, workers: int) -> float:
    """Seconds until so many processes together have nothing more to do."""
    context = get_context("spawn")
    ready, done = context.Barrier(workers + 1), context.Queue()
    processes = [context.Process(target=_worker, args=(env, at, ready, done)) for _ in range(workers)]
    for process in processes:
        process.start()
    ready.wait(120)
    begin = time.perf_counter()
    failed = sum(done.get(timeout=600) for _ in processes)
    took = time.perf_counter() - begin
    for process in processes:
        process.join()
    if failed:
        raise RuntimeError(f"{failed} cases failed")
    return took


def _worker(env: Env, at: datetime, ready: Any, done: Any) -> None:
    with application(env):
        db.session.scalar(text("SELECT 1"))
        db.session.rollback()
        gc.collect()
        gc.freeze()
        ready.wait(120)
        done.put(sweep(at).failed)
