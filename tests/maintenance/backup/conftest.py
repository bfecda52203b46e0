"""An office with something in every table, on both databases; and empty places beside it."""

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance.backup import sealed
from grievance.maintenance.backup.write import take
from grievance.models.case import Case
from grievance.models.keys import Draft
from grievance.models.people import Company
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.conftest import make_app


def fill(cast) -> str:
    """Cases in several states, with files, sessions, a draft and a signed checkpoint. Returns one receipt."""
    now = clock.now()
    demonstration.walk_story(cast, "remedy", now - timedelta(days=40))
    files = [demonstration.upload("gate.txt", b"The gate at night.")]
    code = demonstration.file_one(now - timedelta(days=2), files=files, name="Amina", phone="+254 700 000 000")[2]
    with unit_of_work() as session:
        session.add(Draft(secret_hash="d" * 64, sealed=b"draft", started_at=now, expires_at=now + timedelta(days=1)))
        first, second = session.scalars(select(Company).order_by(Company.id))
        first.member_of_id = second.id  # refers to a row that comes after it
        chain.take_checkpoint(now)
    return code


@pytest.fixture
def office(both, ready, tmp_path) -> SimpleNamespace:
    """`.app`, `.cast`, `.kind` of `both`, and `.receipt`."""
    both.receipt = ready.made_on(both, "an office", tmp_path, lambda: fill(both.cast))
    return both


@pytest.fixture
def small(app, cast, ready, tmp_path) -> SimpleNamespace:
    """The same on SQLite alone, and a backup of it: `.path`, `.receipt`."""

    def taken() -> str:
        code = fill(cast)
        take(tmp_path / "a.backup", clock.now())
        return code

    code = ready.made("an office and its backup", tmp_path, taken)
    return SimpleNamespace(app=app, cast=cast, receipt=code, path=tmp_path / "a.backup")


@pytest.fixture
def empty_place(tmp_path, request):
    """A function that gives the application of a new, empty place on a database of this kind."""
    made = []

    def make(kind: str = "sqlite") -> Flask:
        folder: Path = tmp_path / f"place{len(made)}"
        folder.mkdir()
        url = f"sqlite:///{folder}/restored.sqlite"
        if kind == "postgresql":
            server = request.getfixturevalue("postgres")
            name = f"r{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}_{len(made)}"
            server.execute(f"CREATE DATABASE {name}")
            request.addfinalizer(lambda: server.execute(f"DROP DATABASE {name} WITH (FORCE)"))
            url = server.url(name)
        made.append(make_app(url, folder / "files"))
        made[-1].config["PINS_FILE"] = tmp_path / "pins.json"  # the same machine
        return made[-1]

    yield make
    for place in made:
        with place.app_context():
            db.session.remove()
            db.engine.dispose()


def tar_of(path: Path) -> bytes:
    """What is in a sealed backup; by itself, a backup as they were before."""
    outside = sealed.look(path, lambda _bytes: None)
    with path.open("rb") as file:
        return sealed.content(outside, file, sealed.content_key(outside, None)).read()


def sealed_again(path: Path, tar: bytes) -> bytes:
    """A backup of this office with another content, as whoever has its server keys could make it."""
    with path.open("w+b") as file:
        sealing = sealed.Sealing(file, [sealed.Holder(sealed.DRILL, sealed.drill_public())], "2026-11-25")
        sealing.write(tar)
        sealing.finish()
    return path.read_bytes()


def closed_case(cast) -> str:
    """A case with a file, closed so long ago that it may be erased today; its reference."""
    start = clock.now() - timedelta(days=1400)
    files = [demonstration.upload("gate.txt", b"The gate at night.")]
    reference, amina, _code = demonstration.file_one(start, files=files)
    people = {**cast, "Amina": amina}
    for step, who, day in demonstration.STORY:
        demonstration.do(step, people[who], reference, start + timedelta(days=day), cast["Tomas"])
    return reference


def erase(cast, reference: str) -> None:
    demonstration.do("erase", cast["Noor"], reference, clock.now(), cast["Tomas"], reason="Its time is over.")


def rows(table: str) -> list[tuple]:
    """All rows of a table in the application that is current, in an order of their own."""
    found = db.session.execute(select(db.metadata.tables[table])).all()
    db.session.rollback()
    return sorted((tuple(row) for row in found), key=repr)


def opens(code: str) -> bool:
    """Whether a receipt opens its case here."""
    return receipts.person_with(code) is not None


def new_case() -> str:
    """A complaint that is filed here and now; its receipt."""
    raw = {"account": "At the gate.", "company": demonstration.larkfield(), "could_harm": "no"}
    return filing.file_complaint(raw, filing.new_secret(), "en").code


def cases() -> int:
    return len(rows(Case.__tablename__))
