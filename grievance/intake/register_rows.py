"""From the lines of one case in an old register to what is taken over of it (docs/decisions/0006, 0067)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grievance.crypto.hashes import sha256
from grievance.forms.fields import LONG, SHORT, clean_text
from grievance.intake import register_days
from grievance.intake.register_files import Line
from grievance.intake.register_mapping import DAYS, IDENTITY, Plan
from grievance.intake.register_names import folded

NO_COMPANY = frozenset({"", "-", "–", "?", "n/a", "na", "n.a.", "none", "nil", "null", "unknown", "not known",
                        "no name", "not applicable", "#n/a", "tbd"})  # fmt: skip
"""What people write into a column of companies where there is none, in lower case."""
STATES = ("referred", "received", "closed")
"""Of several lines of one case the first of these that one of them has: it is closed once all of them are."""
LONGEST_NUMBER = 120


class BadRow(ValueError):
    """Why the lines of a case are left out."""


@dataclass
class Read:
    """One case of the register. `facts` go on the record; `says` is sealed, in the register's own words; `identity`
    goes to its own compartment. `notes`: (line, what of it was left out, and why). `said`: a hash of everything but
    whose it is."""

    key: str
    number: str
    lines: list[int]
    facts: dict[str, Any]
    country: str | None
    topics: list[str]
    outcome: str | None
    companies: list[str]
    says: dict[str, str]
    identity: dict[str, str]
    said: str
    notes: list[tuple[int, str]] = field(default_factory=list)


def key_of(plan: Plan, line: Line, nth: int) -> str:
    """What makes lines the same case, or two exports the same: the register's own number, or else everything that the
    line says and which of several equal lines it is. Not of whom: a name can be guessed, and a hash would say that the
    guess is right."""
    cells = line.cells or {}
    number = cells[plan.columns["id"]].strip() if "id" in plan.columns else ""
    who = {plan.columns[name] for name in IDENTITY if name in plan.columns}
    own = number or "\x1f".join(f"{k}={v}" for k, v in sorted(cells.items()) if k not in who)
    again = f"\x1f{nth}" if nth and not number else ""
    return hashlib.sha256(f"{plan.source}\x1f{own}{again}".encode()).hexdigest()


def read(key: str, lines: Sequence[Line], plan: Plan, now: datetime) -> Read:
    """What the register says of one case, on one line or several. Raises `BadRow`."""
    notes: list[tuple[int, str]] = []
    rows = [_row(line, plan) for line in lines]
    number = rows[0].get("id", "")
    if len(number) > LONGEST_NUMBER:
        raise BadRow(f"its number is longer than {LONGEST_NUMBER} characters")
    days, odd = _days(lines, rows, plan, now, notes)
    companies = _companies(rows, plan)
    facts = {"state": _state(rows, plan, days), "late": any(_late(row, plan) for row in rows), **days}
    if facts["state"] == "referred" and not companies:
        facts["state"] = "received"
        notes.append((lines[0].number, "it names no company: taken over as received, and not as sent to one"))
    country, strange = _country(lines, rows, plan, notes)
    return Read(
        key=key,
        number=number,
        lines=[line.number for line in lines],
        facts=facts,
        country=country,
        topics=_topics(lines, rows, plan, notes),
        outcome=next((plan.outcomes[o] for row in rows if (o := row.get("outcome", "")) in plan.outcomes), None),
        companies=companies,
        says=_says(lines, rows, plan) | odd | strange,
        identity=_identity(rows),
        said=_hash_of(rows),
        notes=notes,
    )


def _hash_of(rows: Sequence[dict[str, str]]) -> str:
    texts = ("\x1f".join(f"{k}={v}" for k, v in sorted(row.items()) if k not in IDENTITY) for row in rows)
    return sha256("\x1e".join(texts))


def _row(line: Line, plan: Plan) -> dict[str, str]:
    cells = line.cells or {}
    return {**plan.constants, **{ours: cells[theirs].strip() for ours, theirs in plan.columns.items()}}


# --- state and days ----------------------------------------------------------------------------------------


def _state(rows: Sequence[dict[str, str]], plan: Plan, days: dict[str, Any]) -> str:
    said = {_state_of(row, plan) for row in rows}
    if "" in said:  # by the days alone
        said = {"closed" if "closed_on" in days else "referred" if "sent_on" in days else "received"}
    return next(state for state in STATES if state in said)


def _state_of(row: dict[str, str], plan: Plan) -> str:
    if plan.closed_when_filled and row.get("closed_on"):
        return "closed"
    if "state" not in row:
        return ""
    if row["state"] not in plan.states:
        raise BadRow(f"the mapping does not say what the state {row['state'][:40]!r} means")
    return plan.states[row["state"]]


def _late(row: dict[str, str], plan: Plan) -> bool:
    if "timely" in row and row["timely"] not in plan.late + plan.on_time:
        raise BadRow(f"the mapping does not say whether {row['timely'][:40]!r} is late or on time")
    return row.get("timely") in plan.late


def _days(
    lines: Sequence[Line], rows: Sequence[dict[str, str]], plan: Plan, now: datetime, notes: list[tuple[int, str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The days as facts, and what was left out of them as texts: an odd day costs the day, and not the case."""
    known: dict[str, Any] = {}
    odd: dict[str, str] = {}
    for line, row in zip(lines, rows, strict=True):
        for name in DAYS:
            if text := row.get(name, ""):
                try:
                    day = register_days.read(text, plan, now).isoformat()
                except register_days.NoDay as reason:
                    _leave_out(name, str(reason), text, line, plan, notes, odd)
                    continue
                earlier = min if name in ("received_on", "sent_on") else max
                known[name] = earlier(known[name], day) if name in known else day
    for name, why in _out_of_order(known):
        _leave_out(name, why, known.pop(name), lines[0], plan, notes, odd)
    if not known and not plan.no_received_days:
        raise BadRow("the date on which it was received is missing, and every other one")
    if "received_on" not in known:
        known["received_on_known"] = False
        if not plan.no_received_days and plan.columns.get("received_on", "received_on") not in odd:
            notes.append((lines[0].number, "received_on is missing: the first day that it names stands in"))
    return known, odd


def _leave_out(
    name: str, why: str, text: str, line: Line, plan: Plan, notes: list[tuple[int, str]], odd: dict[str, str]
) -> None:
    notes.append((line.number, f"{name} {why}: the day is left out, and the case is taken over"))
    odd[plan.columns.get(name, name)] = text[:SHORT]


def _out_of_order(known: dict[str, str]) -> list[tuple[str, str]]:
    """The days that do not come in order, with a reason each. The day of receipt is the odd one where two others, in
    order, come before it; else a day is odd that comes before one above it."""
    others = [known[name] for name in DAYS[1:] if name in known]
    received = known.get("received_on", "")
    if len(others) > 1 and others == sorted(others) and others[-1] < received:
        return [("received_on", f"{received} comes after every other day")]
    found, last = [], ""
    for name in DAYS:
        if name in known and known[name] < last:
            found.append((name, f"{known[name]} is not in order: received, sent, answered, closed"))
        else:
            last = known.get(name, last)
    return found


# --- what it is about --------------------------------------------------------------------------------------


def _companies(rows: Sequence[dict[str, str]], plan: Plan) -> list[str]:
    """Each company once, as it is written first."""
    none, found = NO_COMPANY.union(map(folded, plan.no_company)), dict[str, str]()
    for row in rows:
        parts = [row["company"]]
        for between in filter(None, plan.companies_between):
            parts = [one for part in parts for one in part.split(between)]
        for name in (" ".join(clean_text(part).split()) for part in parts):
            if len(name) > SHORT:
                raise BadRow("the name of its company is too long")
            if folded(name) not in none:
                found.setdefault(folded(name), name)
    return list(found.values())


def _country(
    lines: Sequence[Line], rows: Sequence[dict[str, str]], plan: Plan, notes: list[tuple[int, str]]
) -> tuple[str | None, dict[str, str]]:
    strange, found = dict[str, str](), None
    for line, row in zip(lines, rows, strict=True):
        text = row.get("country", "")
        code = plan.countries.get(text.casefold(), "" if not text or text.casefold() in NO_COMPANY else None)
        if code is None:
            notes.append((line.number, f"the country {text[:20]!r} is not known: it is left out, and the case is not"))
            strange[plan.columns.get("country", "country")] = text[:SHORT]
        found = found or code or None
    return found, strange


def _topics(
    lines: Sequence[Line], rows: Sequence[dict[str, str]], plan: Plan, notes: list[tuple[int, str]]
) -> list[str]:
    """What the mapping has for a cell, or for its parts between semicolons."""
    found: dict[str, None] = {}
    for line, row in zip(lines, rows, strict=True):
        cell = row.get("topics", "")
        parts = [cell] if cell in plan.topics else [part.strip() for part in cell.split(";")]
        found |= {plan.topics[part]: None for part in parts if part in plan.topics}
        if strange := [part for part in parts if part and part not in plan.topics]:
            notes.append((line.number, f"the mapping does not say which topic {strange[0][:40]!r} is"))
    return list(found)


# --- words -------------------------------------------------------------------------------------------------

WORDS = ("company", "state", "outcome", "topics")
"""Columns that are kept in the register's own words, too, beside what they are taken for."""


def _says(lines: Sequence[Line], rows: Sequence[dict[str, str]], plan: Plan) -> dict[str, str]:
    """The accounts, each once, and the other columns; where several lines are one case, with the number of the
    allegation behind each column's name."""
    accounts = dict.fromkeys(text for row in rows if (text := _text("account", row.get("account", ""))))
    says = {"account": "\n\n".join(accounts)}
    if len(says["account"]) > LONG:
        raise BadRow(f"account is longer than {LONG} characters")
    kept = list(dict.fromkeys((*plan.also, *(plan.columns[name] for name in WORDS if name in plan.columns))))
    for place, line in enumerate(lines, 1):
        for name in kept:
            if text := _text(name, (line.cells or {})[name]):
                says[name if len(lines) == 1 else f"{name} ({place})"] = text
    return says


def _text(name: str, text: str) -> str:
    if len(text) > LONG:
        raise BadRow(f"{name} is longer than {LONG} characters")
    return clean_text(text)


def _identity(rows: Sequence[dict[str, str]]) -> dict[str, str]:
    """Of each kind everything that the lines say, each once."""
    found = {}
    for kind in IDENTITY:
        texts = dict.fromkeys(text for row in rows if (text := clean_text(row.get(kind, ""))))
        if any(len(text) > SHORT for text in texts):
            raise BadRow(f"{kind} is longer than {SHORT} characters")
        if texts:
            found[kind] = "; ".join(texts)
    return found
