"""Taking over an office's old register: a case for each of its cases, all of them or none (docs/decisions/0006, 0067).

Each case begins with one `imported` event, which sets the state and the known dates; nothing is invented. Every line is
taken over, known or left out with a reason; where the sum is wrong, nothing stays.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance.access import CLOCK, Person
from grievance.accounts.keys.party_keys import office_keys
from grievance.extensions import db
from grievance.intake import register_cases, register_later
from grievance.intake.register_cases import Run
from grievance.intake.register_companies import Names
from grievance.intake.register_days import Order
from grievance.intake.register_files import Line, Register
from grievance.intake.register_mapping import DAYS, Plan
from grievance.intake.register_rows import BadRow, Read, key_of, read
from grievance.models.case import Case
from grievance.models.register import RegisterRun
from grievance.record import chain, record_key
from grievance.record.events import Signer
from grievance.record.transaction import savepoint, unit_of_work, write_new

BATCH = 200
Progress = Callable[[int], None]
"""Told how many lines were done since it was told last."""


@dataclass
class Taken:
    """What an import did. `run`: its number, by which it is taken back; None where it kept nothing. `left_out`: lines
    with their reasons. `notes`: what of a line was left out, though its case was not."""

    counts: Counter[str] = field(default_factory=Counter)
    left_out: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)
    run: int | None = None

    def leave_out(self, lines: list[int], why: str) -> None:
        for number in lines:
            beside = [str(other) for other in lines if other != number][:3]
            self.left_out[number] = f"{why} (as line {', '.join(beside)}, of the same case)" if beside else why
        self.counts["left_out"] += len(lines)


class _DryRun(Exception):
    """Ends a transaction of which nothing is to stay."""


class WrongSum(RuntimeError):
    """A line of the register was neither taken over nor known nor left out: nothing was kept."""


@dataclass
class Seen:
    """What the first look at the file found: of each case, by its key, the line on which it ends; and how many lines.
    A key is kept as 16 bytes: a hundred thousand of them are a few megabytes."""

    ends: dict[bytes, int]
    lines: int


def take_over(
    register: Register,
    now: datetime,
    dry_run: bool = False,
    by: Person | None = None,
    progress: Progress = lambda _lines: None,
) -> Taken:
    """Import the register, or say what an import would do. A second run adds nothing; a later export brings what it
    says otherwise. `by`: who gave their password. Raises ValueError with a sentence: then nothing was kept."""
    taken, seen = Taken(), _look(register)
    try:
        with unit_of_work():
            _import(register, seen, now, by, taken, progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        taken.run = None
    return taken


# --- the first look ----------------------------------------------------------------------------------------


def _look(register: Register) -> Seen:
    """At every line, before anything is written. Raises ValueError where the dates are in doubt."""
    order, ends, count = Order(register.plan), dict[bytes, int](), 0
    columns = [register.plan.columns[name] for name in DAYS if name in register.plan.columns]
    for line, key in _with_keys(register):
        count += 1
        if line.cells is not None:
            order.look(line.number, (line.cells[name].strip() for name in columns))
            ends[_short(key)] = line.number
    order.check()
    return Seen(ends, count)


def _with_keys(register: Register) -> Iterator[tuple[Line, str]]:
    """Each line with the key of its case; empty for one that cannot be read."""
    seen, column = Counter[bytes](), register.plan.columns.get("id", "")
    for line in register.lines():
        if line.cells is None:
            yield line, ""
            continue
        key = key_of(register.plan, line, 0)
        if not (column and line.cells[column].strip()):
            seen[_short(key)] += 1
            key = key_of(register.plan, line, seen[_short(key)] - 1)
        yield line, key


def _short(key: str) -> bytes:
    return bytes.fromhex(key)[:16]


def _grouped(register: Register, seen: Seen) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each case, once its last one was read; lines of one case need not stand together."""
    waiting: dict[str, list[Line]] = {}
    for line, key in _with_keys(register):
        if line.cells is None:
            yield "", [line]
            continue
        waiting.setdefault(key, []).append(line)
        if seen.ends.get(_short(key)) == line.number:
            yield key, waiting.pop(key)
    if waiting:
        raise ValueError("The register was changed while it was read. Nothing was kept.")


# --- the import --------------------------------------------------------------------------------------------


def _import(register: Register, seen: Seen, now: datetime, by: Person | None, taken: Taken, progress: Progress) -> None:
    row = _begin(register, now, by)
    taken.run = row.id
    run, names = Run(row.id, register.plan, now, _told(register.plan, row.id, by), _signers(by)), Names()
    batch: list[tuple[str, list[Line]]] = []
    for group in _grouped(register, seen):
        batch.append(group)
        if len(batch) == BATCH:
            progress(_batch(batch, names, run, by, taken))
            batch = []
    progress(_batch(batch, names, run, by, taken))
    taken.counts["lines"] = seen.lines
    if seen.lines != sum(taken.counts[name] for name in ("taken_over", "known", "left_out")):
        raise WrongSum(f"{dict(taken.counts)}: a line was neither taken over nor known nor left out")
    _end(row, now, taken)


def _begin(register: Register, now: datetime, by: Person | None) -> RegisterRun:
    with register.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    row = RegisterRun(source=register.plan.source, file_name=register.path.name[:200], file_hash=digest,
                      by_id=by.account_id if by else None, taken_at=now, counts={})  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _end(row: RegisterRun, now: datetime, taken: Taken) -> None:
    row.counts = dict(taken.counts)
    facts = {"run": row.id, "register": row.source, **taken.counts}
    chain.append(None, "register_imported", CLOCK, now, now, facts | ({"by": row.by_id} if row.by_id else {}))


def _told(plan: Plan, number: int, by: Person | None) -> dict[str, Any]:
    """What each event says of where it comes from; without an account, somebody at the server's command line."""
    return {"register": plan.source, "run": number} | ({"by": by.account_id} if by else {})


def _signers(by: Person | None) -> tuple[Signer, ...]:
    """Who gave their password, beside this process, which signs whatever is done without one."""
    if by is None or by.own_seed is None:
        return ()
    return (Signer.account(by.account_id, by.own_seed, strongly=False), *record_key.process())


def _batch(groups: list[tuple[str, list[Line]]], names: Names, run: Run, by: Person | None, taken: Taken) -> int:
    """Read, look up and write the cases of some groups of lines. Returns how many lines that were."""
    reads = [one for key, lines in groups if (one := _read(key, lines, run, taken))]
    known = _known([one.key for one in reads])
    new = [one for one in reads if one.key not in known]
    companies = {one.key: names.numbers(one.companies) for one in reads}
    keys = office_keys()  # to ask the key log for each case takes half of the time
    with savepoint(), db.session.no_autoflush:
        for one in new:
            about = companies[one.key]
            counted = bool(about) and names.has_a_calendar(about[0])
            case = register_cases.enter(one, about, counted, run, keys)
            _count(taken, one, "taken_over", "cases", case.state.value, "late" if one.facts["late"] else "")
        write_new()
    for one in (one for one in reads if one.key in known):
        with savepoint():
            _again(one, known[one.key], companies[one.key], names, run, by, taken)
    return sum(len(lines) for _key, lines in groups)


def _read(key: str, lines: list[Line], run: Run, taken: Taken) -> Read | None:
    if lines[0].cells is None:
        taken.leave_out([lines[0].number], lines[0].fault)
        return None
    try:
        return read(key, lines, run.plan, run.now)
    except BadRow as reason:
        taken.leave_out([line.number for line in lines], str(reason))
        return None


def _known(keys: list[str]) -> dict[str, str]:
    """The cases that are there already, by the register's keys."""
    query = select(Case.register_key, Case.id).where(Case.register_key.in_(keys))
    return {key: case_id for key, case_id in db.session.execute(query) if key}


def _again(
    one: Read, case_id: str, companies: list[int], names: Names, run: Run, by: Person | None, taken: Taken
) -> None:
    """A case that is there: the same as before, a later state of it, or one that this office has gone on with."""
    try:
        changed = register_later.bring(one, case_id, companies, names.has_a_calendar, run, by)
    except BadRow as reason:
        taken.leave_out(one.lines, str(reason))
        return
    if changed:
        _count(taken, one, "taken_over", "changed")
    else:
        taken.counts["known"] += len(one.lines)


def _count(taken: Taken, one: Read, lines: str, *cases: str) -> None:
    taken.counts[lines] += len(one.lines)
    taken.notes += one.notes
    for name in filter(None, cases):
        taken.counts[name] += 1
