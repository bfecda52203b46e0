"""`python -m bench.stations`: which files of grievance/ five trips pass through, and what share each package has.

A hop is a call from one file into another. It climbs where the file that is called lies in a higher layer than the one
that calls; the layers are those of pyproject.toml. What a higher layer handed in, to a function below or to a library,
is called back from there: such calls are counted beside.
"""

import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from flask import Flask
from sqlalchemy import update
from werkzeug.test import Client

from bench.ground import ROOT, let_go, make_app
from bench.served import sign_in_form
from bench.stories import SENT
from grievance import clock, demonstration
from grievance.access import Person
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.limit import Limit

HOUSE = ROOT / "grievance"
LINE = 118
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


# --- layers ------------------------------------------------------------------------------------------------


def layers() -> dict[str, int]:
    """Each module that a layer names, without `grievance.`, and how high it lies: 0 is the lowest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rows = next(one["layers"] for one in contracts if one["name"] == "Imports go down only")
    return {
        name.strip(" ()").removeprefix("grievance."): height
        for height, row in enumerate(reversed(rows))
        for name in row.replace("|", ":").split(":")
    }


def height(path: str, known: dict[str, int]) -> int | None:
    """How high a file lies; None for the factory, which is in no layer."""
    parts = path.removesuffix(".py").split("/")
    names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((known[name] for name in names if name in known), None)


def shares() -> Counter[str]:
    """Lines of each package, with its sub-folders; a module of its own is one."""
    lines: Counter[str] = Counter()
    for file in HOUSE.rglob("*.py"):
        first = file.relative_to(HOUSE).parts[0].removesuffix(".py")
        lines[first] += len(file.read_text("utf-8").splitlines())
    return lines


# --- trips -------------------------------------------------------------------------------------------------


@dataclass
class Trip:
    """The files that were entered, in order, and from which file each; `climbs` and `handed_in`: those upwards."""

    name: str
    known: dict[str, int]
    entered: list[str] = field(default_factory=list)
    climbs: Counter[tuple[str, str]] = field(default_factory=Counter)
    handed_in: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """For `sys.setprofile`."""
        path = inside(frame.f_code) if event == "call" and begins(frame) else None
        before = next(on_the_way(frame), None) if path else None
        if path is None or path == before:
            return
        self.entered.append(path)
        here, there = height(path, self.known), height(before, self.known) if before else None
        if before and here is not None and there is not None and here > there:
            handed = path in on_the_way(frame) or not inside(frame.f_back.f_code)
            (self.handed_in if handed else self.climbs)[before, path] += 1

    def lines(self) -> Iterator[str]:
        yield f"{self.name}: {len(self.entered)} hops, {len(set(self.entered))} files,"
        yield f"  {self.climbs.total()} hops climb a layer, {self.handed_in.total()} back to what was handed in"
        yield from (f"  climbs {number} times: {before} -> {path}" for (before, path), number in self.climbs.items())
        yield from (f"  handed in, {number}: {before} -> {path}" for (before, path), number in self.handed_in.items())
        yield from folded(briefly(self.entered))


def inside(code: CodeType) -> str | None:
    """The file of grievance/ that a piece of code stands in; None for anybody else's."""
    path = Path(code.co_filename)
    return path.relative_to(HOUSE).as_posix() if path.is_relative_to(HOUSE) else None


def begins(frame: FrameType) -> bool:
    """Whether a function is entered; a generator that goes on is entered no second time, a module never."""
    code = frame.f_code
    goes_on = frame.f_lasti > 0 and code.co_code[frame.f_lasti + 1] & 3 != 0  # RESUME says where it comes from
    return code.co_name != "<module>" and not goes_on


def on_the_way(frame: FrameType) -> Iterator[str]:
    """The files of grievance/ through which a call came, through whatever libraries, the nearest first."""
    back = frame.f_back
    while back is not None:
        if path := inside(back.f_code):
            yield path
        back = back.f_back


def briefly(entered: list[str]) -> list[str]:
    """The stations in order; a run of the same one or two files is said once, with its length."""
    said: list[tuple[tuple[str, ...], int]] = []
    at = 0
    while at < len(entered):
        best, times = 1, 1
        for size in (1, 2, 3):
            run = 1
            while entered[at + run * size : at + (run + 1) * size] == entered[at : at + size]:
                run += 1
            if run > 1 and run * size > best * times:
                best, times = size, run
        said.append((tuple(entered[at : at + best]), times))
        at += best * times
    short = [", ".join(path.removesuffix(".py") for path in paths) for paths, _times in said]
    return [f"({one}) x {times}" if times > 1 else one for one, (_paths, times) in zip(short, said, strict=True)]


def folded(stations: list[str]) -> Iterator[str]:
    line = " "
    for station in stations:
        if len(line) + len(station) > LINE:
            yield line
            line = " "
        line += f" {station};"
    yield line


@contextmanager
def watched(name: str, known: dict[str, int]) -> Iterator[Trip]:
    trip = Trip(name, known)
    sys.setprofile(trip.note)
    try:
        yield trip
    finally:
        sys.setprofile(None)


# --- the five ----------------------------------------------------------------------------------------------


def trips(app: Flask, cast: dict[str, Person]) -> Iterator[Trip]:
    """One real request of each kind, on a database with the cast; each is made once before, so that nothing of the
    first time is counted."""
    known = layers()
    with app.app_context():
        reference = _referred(cast, 20)
        other = _referred(cast, 20)
        company = demonstration.larkfield()
        let_go()
    visitor, victor, noor = app.test_client(), _signed_in(app, "Victor"), _signed_in(app, "Noor")
    yield _second(known, "POST /complain", lambda: _complain(visitor, company))
    yield _second(known, "The sweep, one case", lambda: _sweep(app, cast))
    yield _second(known, "The company's page", lambda: _page(victor, f"/company/cases/{reference}"))
    references = [reference, other]
    yield _second(known, "Respond", lambda: _respond(app, victor, cast["Victor"], references.pop()))
    yield _second(known, "The officer's case page", lambda: _page(noor, f"/desk/cases/{reference}"))


Ready = Callable[[], Callable[[], None]]
"""Makes ready what is not counted, and gives what is."""


def _second(known: dict[str, int], name: str, ready: Ready) -> Trip:
    ready()()
    work = ready()
    with watched(name, known) as trip:
        work()
    return trip


def _referred(cast: dict[str, Person], days: int) -> str:
    """A case that its company owes an answer for so many days."""
    start = clock.now() - timedelta(days=days)
    reference, amina, _code = demonstration.file_one(start)
    people = {**cast, "Amina": amina}
    for step, who, day in SENT:
        demonstration.do(step, people[who], reference, start + timedelta(days=day), cast["Tomas"])
    return reference


def _signed_in(app: Flask, name: str) -> Client:
    client = app.test_client()
    form = sign_in_form(client.get("/account/sign-in").text, name)
    _answered(client.post("/account/sign-in", data=form), 303)
    return client


def _complain(visitor: Client, company: str) -> Callable[[], None]:
    hidden = _hidden(visitor.get("/complain?step=all").text)
    sent = {**hidden, "account": demonstration.ACCOUNT, "company": company, "could_harm": "no", "share_account": "yes"}
    return lambda: _answered(visitor.post("/complain", data=sent), 303)


def _page(client: Client, path: str) -> Callable[[], None]:
    return lambda: _answered(client.get(path), 200)


def _respond(app: Flask, victor: Client, person: Person, reference: str) -> Callable[[], None]:
    path = f"/company/cases/{reference}/steps/respond"
    hidden = _hidden(victor.get(path).text)
    with app.app_context():
        given = demonstration.answers_for("respond", person, _case(reference))
        let_go()
    sent = {**hidden, **{name: value for name, value in given.items() if isinstance(value, str)}}
    looked_at = victor.post(path, data=sent)  # what is sent to others is looked at before
    return lambda: _answered(victor.post(path, data=_hidden(looked_at.text)), 303)


def _sweep(app: Flask, cast: dict[str, Person]) -> Callable[[], None]:
    """One case is due: what others owe is put off."""
    with app.app_context():
        db.session.execute(update(Limit).where(Limit.wake_at.is_not(None)).values(wake_at=NEVER))
        db.session.commit()
        _referred(cast, 60)
        let_go()

    def work() -> None:
        with app.app_context():
            if sweep(clock.now()).cases != 1:
                raise AssertionError("one case was due")

    return work


def _hidden(page: str) -> dict[str, str]:
    """What a form carries besides its questions."""
    tags = re.findall(r'<input type="hidden"[^>]*>', page)
    pairs = [re.search(r'name="([^"]+)" value="([^"]*)"', tag) for tag in tags]
    return {pair[1]: pair[2] for pair in pairs if pair}


def _case(reference: str) -> Case:
    return db.session.query(Case).filter_by(reference=reference).one()


def _answered(answer: Any, expected: int) -> None:
    if answer.status_code != expected:
        raise AssertionError(f"{answer.request.path} answered {answer.status_code}")


def main() -> None:
    lines = shares()
    for name, number in lines.most_common():
        print(f"{name:16}{number:7}{number / lines.total():8.1%}")
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{folder}/stations.sqlite", folder)
        app.config["FORM_SECONDS"] = 0
        with app.app_context():
            cast = demonstration.make_cast()
            let_go()
        for trip in trips(app, cast):
            print("", *trip.lines(), sep="\n")


if __name__ == "__main__":
    main()
