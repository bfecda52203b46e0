"""How many SQL statements each hot path takes, and how many it may.

Time differs from machine to machine, and nobody saw it when the sweep began to ask one thing for each case. The number
of statements is the same everywhere: a test asserts the figures of `BUDGETS` on both databases, and `make bench` shows
what it counts beside them.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event, func, select
from werkzeug.test import TestResponse

from bench import generator, stories, sweeping
from bench.ground import Postgresql, Sqlite, environment
from bench.prepare import application
from bench.results import Figure, Target
from bench.served import form_of, sign_in_form
from grievance import clock, demonstration
from grievance.access import Person
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.maintenance.sweep import BATCH, sweep
from grievance.models.case import Case
from grievance.models.limit import Limit

BUDGETS = {
    # who it is and how often they tried; the session, the ended one, and the count
    "signing in": {"sqlite": 23, "postgresql": 18},
    # what it asks before its receipt is derived, the form that ends, the keys, the numbers, the days off, and its rows
    "filing a complaint": {"sqlite": 18, "postgresql": 6},
    # where nobody could act; what the office owes; incidents; the first words of its accounts
    # and how many tasks are due; where they were mentioned
    "the officer's queue": {"sqlite": 18, "postgresql": 17},
    # whether it is linked; who would read a file; which round runs; whether all its rows fit the record, and who signed
    # whether a summary waits for her, and who could read it
    # and which of her files wait for her word; of how many people of one incident it is one
    # and that it was read; when its company is told what it does not see yet; in which incidents it stands; its tasks
    # whether she was told of a part that is to be taken out; and whether an interview or a visit is planned in it
    # who could be mentioned, by name; whether something of it was to go to another door, or went
    "the officer's case page": {"sqlite": 40, "postgresql": 38},
    # what it is not told yet, in two transactions, on PostgreSQL each one snapshot; that it was read
    "the company's page": {"sqlite": 24, "postgresql": 21},  # one whether it may contest the referral
    # what it calls the case and who is in charge; its notes
    "the complainant's page": {
        "sqlite": 24,
        "postgresql": 23,
    },  # a number; whether a summary waits; other receipts' days; which of her files she can say yes to; her group
    # and whether something was to go to another door
    # its letters, whether the company may read one, which misses the day undoes; who signs, and the ends of the chains
    # and what it moves before it is saved, then some cases at a time
    "saving a holiday": {"sqlite": 32, "postgresql": 29},
    "a sweep of 500 due cases": {"sqlite": 34, "postgresql": 30},  # whether a holiday still moves some
    # one case is settled for all that are due alike, and each kind of row that it got is written for all
    "each further batch of a sweep": {"sqlite": 26, "postgresql": 25},  # the process signs what the clock did
}
"""For whom it is new takes one statement of each: filing and a holiday write marks once, a batch of the sweep officers'
and all others'; a queue begins with them, and a case page asks whether there is one to end."""
DUE = 500
OTHERS = tuple(replace(story, filed=story.filed[:1]) for story in stories.STORIES if story.name == "referred")
Job = Callable[[], object]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, by whichever connection. One for many rows is one."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        seen.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count(app: Flask, cast: dict[str, Person]) -> dict[str, int]:
    """Every path of `BUDGETS`, on a database that has the cast and no case. In a context of its own, so that each
    request has one too, as in a server."""
    return Context().run(lambda: {**_steps(app, cast), **_sweeps(app, cast)})


def measure(ground: Sqlite | Postgresql) -> Iterator[Figure]:
    """The same as figures, on a database that is made for it."""
    ground.create("statements")
    env = environment(ground.url("statements"), ground.folder)
    with application(env) as app:
        upgrade(directory="migrations")
        cast = demonstration.make_cast()
        found = count(app, cast)
    for name, number in found.items():
        most = Target("value", "most", BUDGETS[name][ground.kind])
        yield Figure("statements", f"{name}, SQL statements", ground.kind, 0, "", [number], target=most)


# --- what people do ----------------------------------------------------------------------------------------


def _steps(app: Flask, cast: dict[str, Person]) -> dict[str, int]:
    with app.app_context():
        reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))
    noor = signed_in(app, "Noor")  # once: signing in again ends the session of before
    jobs = {
        "signing in": signing_in(app, "Ines"),
        "filing a complaint": filing(app),
        "the officer's queue": page(noor, "/desk"),
        "the officer's case page": page(noor, f"/desk/cases/{reference}"),
        "the company's page": page(signed_in(app, "Victor"), f"/company/cases/{reference}"),
        "the complainant's page": page(following(app, code), "/follow/case"),
        "saving a holiday": _saving(app, cast["Tomas"], reference),
    }
    return {name: _second(app, job) for name, job in jobs.items()}


def _second(app: Flask, job: Job) -> int:
    """Of the second time: what a process asks once is no cost of each."""
    job()
    with app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        job()
    return len(sent)


def signed_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    form = client.get("/account/sign-in").get_data(as_text=True)
    client.post("/account/sign-in", data=sign_in_form(form, name))
    return client


def signing_in(app: Flask, name: str) -> Job:
    """With the page for it, which asks for nothing."""
    return lambda: signed_in(app, name)


def following(app: Flask, code: str) -> FlaskClient:
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def page(client: FlaskClient, path: str, expected: int = 200) -> Job:
    return lambda: _checked(client.get(path), expected)


def filing(app: Flask) -> Job:
    form = form_of(app.test_client().get("/complain?step=all").get_data(as_text=True))

    def file() -> None:
        sent = {**form, "secret": secrets.token_urlsafe(32)}
        headers = {"X-Forwarded-For": f"2001:db8:{secrets.token_hex(2)}::1"}
        kind = "multipart/form-data"
        _checked(app.test_client().post("/complain", data=sent, content_type=kind, headers=headers), 303)

    return file


def _checked(answer: TestResponse, expected: int) -> None:
    if answer.status_code != expected:
        raise RuntimeError(f"{answer.request.path} answered {answer.status_code}, not {expected}")


def _saving(app: Flask, approver: Person, reference: str) -> Job:
    """A day on which the company owes its answer, so that one limit of one case moves."""
    due = select(Limit.due_on).join(Case, Case.id == Limit.case_id)
    due = due.where(Case.reference == reference, Limit.key == "L5")

    def save() -> None:
        with app.app_context():
            effect = holidays.add(approver, "KE", {db.session.scalars(due).one(): "A day off"})
            if effect.limits != 1:
                raise RuntimeError(f"{effect.limits} limits moved, not one")

    return save


# --- the clock ---------------------------------------------------------------------------------------------


def _sweeps(app: Flask, cast: dict[str, Person]) -> dict[str, int]:
    """Of two sizes: a sweep that asks something for each case grows by more than its batches."""
    with app.app_context():
        told, due_at = stories.tell(cast, clock.now(), OTHERS)
        here = db.session.scalar(select(func.count()).select_from(Case)) or 0
        generator.fill(generator.seeds(cast, told, due_at), here + DUE + BATCH, DUE + BATCH)
        asleep = _asleep(due_at)
        sweep(due_at)  # tidies up and signs, which is owed once an hour
        many, few = (_sweep(turn, due_at) for turn in (asleep[:DUE], asleep[DUE : DUE + DUE - BATCH]))
    return {f"a sweep of {DUE} due cases": many, "each further batch of a sweep": many - few}


def _asleep(due_at: datetime) -> list[int]:
    """The answers that companies owe at that moment; nothing that is due by then wakes the clock."""
    sweeping.put_to_sleep(due_at)
    owed = select(Limit.id).where(Limit.key == "L5", Limit.due_at <= due_at, Limit.met_at.is_(None))
    return list(db.session.scalars(owed.where(Limit.stopped_at.is_(None), Limit.missed_at.is_(None))))


def _sweep(turn: list[int], due_at: datetime) -> int:
    sweeping.wake(turn)
    with counted(db.engine) as sent:
        found = sweep(due_at)
    if (found.escalated, found.failed) != (len(turn), 0):
        raise RuntimeError(f"of {len(turn)} cases the sweep did {found.as_dict()}")
    return len(sent)
