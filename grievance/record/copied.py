"""What became of one case, written for all that are alike: each with its own chain, hashes, signature and digests, and
all of them by one statement for each kind of row."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.writing import Letter
from grievance.record import events, marks, numbers, vouched
from grievance.record.declared import LETTERS, OF_MODEL, digest_of_text
from grievance.record.declared import Table as Declared
from grievance.record.events import canonical
from grievance.record.many import insert_alike, update_alike
from grievance.record.outcome import Changed, Outcome
from grievance.record.plain import CASE_AT, CASES, JSONS, LIMIT_AT, LIMITS, Plain
from grievance.record.transaction import SIGNATURES, company_reads, later

EVENT_ROWS, LETTER_ROWS = cast(Table, Event.__table__), cast(Table, Letter.__table__)
OWN_OF_EVENT = ("id", "chain", "case_id", "seq", "missed_limit_id", "previous_hash", "hash", "rows")
OWN_OF_LETTER = ("case_id", "event_id")
OWN_OF_CASE = ("id", "head_seq", "head_hash")
_ID, _SEQ, _HEAD = (CASE_AT[name] for name in OWN_OF_CASE)
_NUMBER = LIMIT_AT["id"]
Digest = Callable[[Sequence[Any]], str]


@dataclass(frozen=True)
class Loose:
    """The columns of a case, and of its limits, in which cases that are alike may differ."""

    case: frozenset[str]
    limit: frozenset[str]


def follow(found: Sequence[tuple[Outcome, Sequence[Plain]]], loose: Loose) -> None:
    """Give each of these cases the outcome that stands beside it. The caller holds their locks."""
    written, patterns = _Written(), list[tuple[Pattern, Sequence[Plain]]]()
    for outcome, cases in found:
        patterns.append((Pattern(outcome, cases[0], loose, written), cases))
    limits = iter(numbers.of(Limit, sum(len(one.outcome.opened) * len(cases) for one, cases in patterns)))
    happened = iter(numbers.of(Event, sum(len(one.outcome.events) * len(cases) for one, cases in patterns)))
    told = {str(case.case[_ID]) for one, cases in patterns for case in cases if one.writes_to_company}
    reading = company_reads(told)
    for pattern, cases in patterns:
        for case in cases:
            pattern.follow(case, limits, happened, reading)
    written.write()


@dataclass
class _Written:
    """Rows that are alike, gathered for one statement: by what they have in common."""

    changes: dict[Any, tuple[Table, Mapping[str, Any], tuple[str, ...], list[Any]]] = field(default_factory=dict)
    inserts: dict[Any, tuple[Table, Mapping[str, Any], tuple[str, ...], list[Any]]] = field(default_factory=dict)
    new: list[tuple[marks.Mark, list[Any]]] = field(default_factory=list)

    def change(self, table: Table, same: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
        return self.changes.setdefault(_key(table, same), (table, same, names, []))[3]

    def insert(self, table: Table, same: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
        return self.inserts.setdefault(_key(table, same), (table, same, names, []))[3]

    def mark(self, mark: marks.Mark) -> list[Any]:
        rows: list[Any] = []
        self.new.append((mark, rows))
        return rows

    def write(self) -> None:
        """Each table before those whose rows refer to its own."""
        for table, same, names, rows in self.changes.values():
            if rows:
                update_alike(table, same, names, rows, ("version",) if table is CASES else ())
        for after in (LIMITS, EVENT_ROWS, LETTER_ROWS):
            for table, same, names, rows in self.inserts.values():
                if table is after and rows:
                    insert_alike(table, same, names, rows)
        for mark, rows in self.new:
            marks.write_alike(mark, rows)


def _key(table: Table, same: Mapping[str, Any]) -> tuple[str, str]:
    return table.name, json.dumps(same, sort_keys=True, default=repr)


class Pattern:
    """An outcome, made ready once for all cases that get it."""

    def __init__(self, outcome: Outcome, first: Plain, loose: Loose, written: _Written) -> None:
        self.outcome, self.count = outcome, len(outcome.events)
        case = {**outcome.case.to, "version": outcome.grown}
        self.case_rows = written.change(CASES, case, OWN_OF_CASE) if self.count or outcome.case.to else None
        self.case = _digest_of(Case, outcome.case, CASE_AT, first.case, loose.case)
        self.changed = [
            (
                place,
                written.change(LIMITS, one.to, ("id",)),
                _digest_of(Limit, one, LIMIT_AT, first.limits[place], loose.limit),
            )
            for place, one in outcome.limits.items()
        ]
        self.opened = [
            (_insert(written, LIMITS, one, ("id", "case_id")), OF_MODEL[Limit].digest_of(one.__getitem__))
            for one in outcome.opened
        ]
        self.events = [_insert(written, EVENT_ROWS, one, OWN_OF_EVENT, but=("by",)) for one in outcome.events]
        self.letters = [
            (
                at,
                letter,
                LETTERS.digest_of(letter.__getitem__),
                _insert(written, LETTER_ROWS, _whole(letter), OWN_OF_LETTER, but=("event",)),
            )
            for at, letter in outcome.letters
        ]
        self.marks = [(at, written.mark(mark)) for at, mark in outcome.marks]
        self.writes_to_company = any(letter["recipient"] == "company" for _at, letter in outcome.letters)

    def follow(self, plain: Plain, limits: Iterator[int], happened: Iterator[int], reading: set[str]) -> None:
        case_id, seq = plain.case[_ID], plain.case[_SEQ]
        said = {f"{OF_MODEL[Case].title}:": self.case(plain.case)} if self.case else {}
        said |= self._limits(plain, case_id, limits)
        ids = [next(happened) for _ in self.events]
        for at, letter, digest, rows in self.letters:
            if letter["recipient"] != "company" or case_id in reading:
                rows.append((case_id, ids[at]))
                said[vouched.name_of_letter({"seq": seq + 1 + at}, letter)] = digest
        head = self._chain(plain, ids, canonical(said) if said else "")
        if self.case_rows is not None:
            self.case_rows.append((case_id, seq + self.count, head))
        for at, rows in self.marks:
            rows.append((case_id, seq + 1 + at))

    def _limits(self, plain: Plain, case_id: str, new: Iterator[int]) -> dict[str, str]:
        said = {}
        for place, rows, digest_of in self.changed:
            limit = plain.limits[place]
            rows.append((limit[_NUMBER],))
            if digest_of:
                said[f"{LIMITS.name}:{limit[_NUMBER]}"] = digest_of(limit)
        for rows, digest in self.opened:
            rows.append((number := next(new), case_id))
            said[f"{LIMITS.name}:{number}"] = digest
        return said

    def _chain(self, plain: Plain, ids: list[int], said: str) -> str:
        """Where the chain ends then: the last event says what each row is."""
        case_id, seq, head = plain.case[_ID], plain.case[_SEQ], str(plain.case[_HEAD])
        for i, (event, missed) in enumerate(zip(self.outcome.events, self.outcome.missed, strict=True)):
            limit = None if missed is None else plain.limits[missed][_NUMBER]
            rows = said if i == self.count - 1 else ""
            own = (ids[i], case_id, case_id, seq + 1 + i, limit, head)
            head = events.hash_of({**event, **dict(zip(OWN_OF_EVENT, own, strict=False)), "rows": rows})
            self.events[i].append((*own, head, rows))
            for signature in events.signatures(head, event["by"]):
                later(SIGNATURES, signature)
        return head


def _insert(
    written: _Written, table: Table, row: Mapping[str, Any], own: tuple[str, ...], but: tuple[str, ...] = ()
) -> list[Any]:
    same = {name: value for name, value in row.items() if name not in own and name not in but}
    return written.insert(table, same, own)


def _whole(letter: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: default(None) for name, default in vouched.defaults(Letter)}, **letter}


def _digest_of(
    model: type[Any], changed: Changed, at: Mapping[str, int], first: Sequence[Any], loose: frozenset[str]
) -> Digest | None:
    """What the record says of such a row from now on; None where nothing that is vouched for changed. All but the
    `loose` columns is put into words once."""
    table: Declared = OF_MODEL[model]
    if not changed.vouched:
        return None
    parts, own = [table.text_of_title()], list[tuple[int, int, _Texts]]()
    for name in (*table.vouched, *table.later):
        if name in loose and name not in changed.to:
            own.append((len(parts), at[name], _Texts(table, name)))
            parts += ["", ""]
        else:
            parts[-1] += _text(table, name, changed.to.get(name, _meant(name, first[at[name]])))

    def digest(row: Sequence[Any]) -> str:
        for place, column, texts in own:
            parts[place] = texts[row[column]]
        return digest_of_text("".join(parts))

    return digest


class _Texts(dict[Any, str]):
    """What stands in a digest's text for each value of a column, made once for each."""

    def __init__(self, table: Declared, name: str) -> None:
        self.table, self.name = table, name

    def __missing__(self, value: Any) -> str:
        text = self[value] = _text(self.table, self.name, _meant(self.name, value))
        return text


def _text(table: Declared, name: str, value: Any) -> str:
    return f",{text}" if (text := table.text_of(name, value)) else ""


def _meant(name: str, value: Any) -> Any:
    return json.loads(value) if name in JSONS and value is not None else value
