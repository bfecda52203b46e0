"""The databases of a run: one base with the cast and its stories, then a copy of it filled up for each number of
cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from bench import generator, stories
from bench.ground import Env, Postgresql, Sqlite, app_of, environment, let_go
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.limit import Limit


@dataclass(frozen=True)
class Data:
    """A database with so many cases. `messages`: the reference of the case with many; `followed`: one that its
    company has. `due`: how many fall due at `due_at`, when nothing else does; they are for so many `turns` of the
    sweep."""

    cases: int
    env: Env
    messages: str
    followed: stories.Followed
    due: int
    due_at: datetime
    turns: int


@dataclass(frozen=True)
class Run:
    """What every figure gets: the databases, the smallest first, and how many rounds to measure."""

    ground: Sqlite | Postgresql
    data: list[Data]
    rounds: int

    @property
    def kind(self) -> str:
        return self.ground.kind

    @property
    def largest(self) -> Data:
        return self.data[-1]


@contextmanager
def application(env: Env) -> Iterator[Flask]:
    """The program on a database, in this process, for as long as the block lasts."""
    app = app_of(env)
    app.config["FORM_SECONDS"] = 0
    with app.app_context():
        yield app
        let_go()


def prepare(ground: Sqlite | Postgresql, sizes: list[int], rounds: int, due: int | None = None) -> Run:
    """`due`: how many cases each round of the sweep has to do, 2,000 unless said otherwise; all rounds together have at
    most half of those that are there."""
    click.echo(generator.need(ground.kind, sum(sizes), ground.folder), err=True)
    env = environment(ground.url("base"), ground.folder)
    ground.create("base")
    with application(env):
        upgrade(directory="migrations")
        cast, now = demonstration.make_cast(), clock.now()
        told, due_at = stories.tell(cast, now)
        messages, followed = stories.with_messages(cast, now), stories.with_company(cast, now)
        seeds = generator.seeds(cast, told, due_at)
    data = []
    for size in sizes:
        ground.copy("base", f"cases_{size}")
        here = {**env, "DATABASE_URL": ground.url(f"cases_{size}")}
        turns = 2 * rounds if ground.kind == "postgresql" and size == sizes[-1] else rounds  # also for two workers
        with application(here):
            generator.fill(seeds, size, turns * min(due or 2_000, size // (2 * turns)))
            sweep(clock.now())
            found = db.session.scalar(select(func.count()).where(Limit.wake_at <= due_at)) or 0
        data.append(Data(size, here, messages, followed, found, due_at, turns))
    return Run(ground, data, rounds)
