"""Taking over an office's old register: a mapping file says which column means what; nothing is invented.

Each row becomes a case whose one `imported` event sets the state and the known dates. A row that was sent and has
no answer gets L5 from the day it was sent; an answer that was recorded as late becomes a past breach.
"""

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from grievance.access import CLOCK
from grievance.crypto.compartments import CaseKeys, Compartment, new_master
from grievance.extensions import db
from grievance.models.case import Case, Channel, State
from grievance.models.people import Company, Membership, Party, PartyKind
from grievance.workflow import owed, record
from grievance.workflow.fields import LONG, SHORT, clean_text
from grievance.workflow.intake import new_reference, seal_master
from grievance.workflow.move import Move
from grievance.workflow.transaction import unit_of_work
from grievance.workflow.walk import net, seal_writing

BATCH = 200
NEEDED = ("received_on", "company", "state")
KNOWN = (*NEEDED, "id", "sent_on", "answered_on", "closed_on", "account", "country", "timely")
MAPPED_STATES = ("received", "referred", "closed")


@dataclass(frozen=True)
class Plan:
    """A mapping file: `columns` by our names, date formats, and what the values of two columns mean."""

    source: str
    encoding: str
    delimiter: str
    columns: dict[str, str]
    also: list[str]
    dates: list[str]
    states: dict[str, str]
    late: list[str]
    language: str


@dataclass(frozen=True)
class Line:
    number: int
    cells: dict[str, str] | None
    fault: str = ""


class BadRow(ValueError):
    """Why a row is left out."""


def load_mapping(path: Path) -> Plan:
    """Read a mapping. Raises ValueError with a sentence."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise ValueError(f"The mapping cannot be read: {reason}") from None
    columns, delimiter = data.get("columns"), data.get("delimiter", ",")
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise ValueError("The mapping needs [columns] with the names of the register's columns.")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise ValueError("The mapping's delimiter must be one character.")
    if not all(isinstance(data.get(name, []), list) for name in ("also", "dates", "late")):
        raise ValueError("The mapping's also, dates and late must be lists.")
    if unknown := set(columns) - set(KNOWN):
        raise ValueError(f"The mapping names unknown things: {', '.join(sorted(unknown))}.")
    if missing := set(NEEDED) - set(columns):
        raise ValueError(f"The mapping needs a column for: {', '.join(sorted(missing))}.")
    states = data.get("states", {})
    if not states or not all(value in MAPPED_STATES for value in states.values()):
        raise ValueError(f"The mapping's [states] must lead to: {', '.join(MAPPED_STATES)}.")
    return Plan(
        source=str(data.get("source", path.stem)),
        encoding=str(data.get("encoding", "utf-8-sig")),
        delimiter=delimiter,
        columns=columns,
        also=list(data.get("also", [])),
        dates=list(data.get("dates", ["%Y-%m-%d"])),
        states=states,
        late=[str(value) for value in data.get("late", [])],
        language=str(data.get("language", "en")),
    )


def read_rows(path: Path, plan: Plan) -> list[Line]:
    """Every row with its line in the file. Raises ValueError where the columns of the mapping are not there."""
    csv.field_size_limit(LONG * 10)
    try:
        text = path.read_bytes().decode(plan.encoding, errors="surrogateescape")
    except LookupError:
        raise ValueError(f"The mapping names an unknown encoding: {plan.encoding}.") from None
    reader = csv.DictReader(io.StringIO(text.replace("\0", "\ufffd"), newline=""), delimiter=plan.delimiter)
    names = set(reader.fieldnames or ())
    if missing := {*plan.columns.values(), *plan.also} - names:
        raise ValueError(f"The register has no column: {', '.join(sorted(missing))}.")
    lines = []
    try:
        for cells in reader:
            lines.append(_line(reader.line_num, cells))
    except csv.Error as reason:
        lines.append(Line(reader.line_num, None, f"cannot be read ({reason})"))
    return lines


def _line(number: int, cells: dict[Any, Any]) -> Line:
    if None in cells or None in cells.values():
        return Line(number, None, "does not have the same number of columns as the first line")
    if any("\udc80" <= char <= "\udcff" for value in cells.values() for char in value):
        return Line(number, None, "has characters that are not in the register's encoding")
    return Line(number, cells)


def take_over(
    lines: Iterable[Line], plan: Plan, name: str, now: datetime, dry_run: bool = False
) -> tuple[dict[str, int], list[str]]:
    """Import the rows: counts, and a sentence for each row that was left out. A second run adds nothing."""
    counts = {"imported": 0, "known": 0, "bad": 0, "received": 0, "referred": 0, "closed": 0, "late": 0}
    faults: list[str] = []
    batch: list[Line] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            _batch(batch, plan, name, now, dry_run, counts, faults)
            batch = []
    _batch(batch, plan, name, now, dry_run, counts, faults)
    return counts, faults


class _DryRun(Exception):
    """Ends a transaction of which nothing is to stay."""


def _batch(
    batch: list[Line], plan: Plan, name: str, now: datetime, dry_run: bool, counts: dict[str, int], faults: list[str]
) -> None:
    try:
        with unit_of_work() as session:
            for line in batch:
                try:
                    with session.begin_nested():
                        _one(line, plan, now, counts)
                except BadRow as reason:
                    counts["bad"] += 1
                    faults.append(f"{name}, line {line.number}: {reason}.")
            if dry_run:
                raise _DryRun
    except _DryRun:
        return


def _one(line: Line, plan: Plan, now: datetime, counts: dict[str, int]) -> None:
    if line.cells is None:
        raise BadRow(line.fault)
    row = {ours: line.cells[theirs].strip() for ours, theirs in plan.columns.items()}
    key = _key(plan, line.cells, row)
    if db.session.scalar(select(Case.id).where(Case.register_key == key)):
        counts["known"] += 1
        return
    facts = _facts(row, plan, now)
    case = _case(row, plan, facts, key)
    master = new_master()
    db.session.add(case)
    db.session.flush()
    seal_master(case, master)
    move = Move(case, CLOCK, {}, now, now, CaseKeys.from_master(master))
    says = {name: clean_text(line.cells[name]) for name in plan.also if line.cells[name].strip()}
    seal_writing(move, Compartment.CORRESPONDENCE, "imported", {"account": clean_text(row.get("account", "")), **says})
    record.append(case, "imported", CLOCK, case.received_at, now, facts, [w.sealed for w in move.writings])
    _limits(case, facts, move)
    counts["imported"] += 1
    counts[case.state.value] += 1
    counts["late"] += int(facts["late"])


def _key(plan: Plan, cells: dict[str, str], row: dict[str, str]) -> str:
    """What makes a row the same row: the register's own number, or else everything that it says."""
    own = row.get("id") or "\x1f".join(f"{k}={v}" for k, v in sorted(cells.items()))
    return hashlib.sha256(f"{plan.source}\x1f{own}".encode()).hexdigest()


def _facts(row: dict[str, str], plan: Plan, now: datetime) -> dict[str, Any]:
    if row["state"] not in plan.states:
        raise BadRow(f"the mapping does not say what the state {row['state'][:40]!r} means")
    if len(row.get("account", "")) > LONG:
        raise BadRow(f"the account is longer than {LONG} characters")
    if not row["company"] or len(row["company"]) > SHORT:
        raise BadRow("the company is missing or its name is too long")
    facts: dict[str, Any] = {"state": plan.states[row["state"]], "late": bool(row.get("timely") in plan.late)}
    for name in ("received_on", "sent_on", "answered_on", "closed_on"):
        if row.get(name):
            facts[name] = _date(name, row[name], plan, now)
    if "received_on" not in facts:
        raise BadRow("the date on which it was received is missing")
    if facts["state"] == "referred" and "sent_on" not in facts:
        raise BadRow("it was sent to the company, but the date is missing")
    facts["late"] = facts["late"] and facts["state"] == "closed" and "sent_on" in facts
    return facts


def _date(name: str, text: str, plan: Plan, now: datetime) -> str:
    for shape in plan.dates:
        try:
            day = datetime.strptime(text, shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if day.year < 1950 or day > now.date():
            raise BadRow(f"{name} {text[:20]!r} is not a date of the past")
        return day.isoformat()
    raise BadRow(f"{name} {text[:20]!r} is not a date")


def _noon(day: str) -> datetime:
    return datetime.combine(datetime.fromisoformat(day).date(), time(12), UTC)


def _case(row: dict[str, str], plan: Plan, facts: dict[str, Any], key: str) -> Case:
    state = State(facts["state"])
    received_at = _noon(facts["received_on"])
    closed_on = facts.get("closed_on") or facts.get("answered_on")
    facts["closed_on_known"] = bool(closed_on)
    country = row.get("country", "")
    return Case(
        id=record.new_id(),
        reference=new_reference(),
        state=state,
        channel=Channel.REGISTER,
        language=plan.language,
        country=country if len(country) == 2 else None,
        company=_company(row["company"]),
        topics=[],
        received_at=received_at,
        closed_at=(_noon(closed_on) if closed_on else received_at) if state == State.CLOSED else None,
        register_key=key,
    )


def _company(name: str) -> Company:
    found = db.session.scalars(select(Company).where(Company.name == name)).one_or_none()
    if found is None:
        found = Company(name=name, membership=Membership.UNCONFIRMED, country="*", zone="UTC", weekend=[5, 6])
        db.session.add(found)
        db.session.flush()
        db.session.add(Party(kind=PartyKind.COMPANY, company_id=found.id))
    return found


def _limits(case: Case, facts: dict[str, Any], move: Move) -> None:
    """Only what the register's own dates give: L5 from the day it was sent, and a breach where it says late."""
    if case.state == State.REFERRED or facts["late"]:
        limit = owed.open_limit(case, "L5", _noon(facts["sent_on"]))
        if facts["late"]:
            owed.miss(limit)
            limit.met_at = max(limit.due_at, case.closed_at or limit.due_at)
            told = {"limit": "L5", "due_on": limit.due_on.isoformat(), "owed_by": "company", "from_register": True}
            record.append(case, "limit_missed", CLOCK, limit.due_at, move.now, told, missed=limit)
    net(move)
