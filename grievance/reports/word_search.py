"""Cases found by their words: which of those that somebody may see, the newest first, each with the sentence around the
hit, from which writing and of which day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from grievance.access import OF_SOMEBODY, Person, visible
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.case import Case, Severity, State
from grievance.models.people import SECRETARIAT_ROLES, Company
from grievance.models.writing import Writing
from grievance.reports import searchable
from grievance.search import store
from grievance.search.asking import Found, Seeker, ask
from grievance.search.query import Clause, parsed
from grievance.search.words import words_of

PAGE = 20
WAITS = 20
"""So many writings that are in no segment are read as they are; they wait until there are more."""
AT_ONCE = 5000
"""Cases in one question."""
READ = 3
"""Writings of a case that are opened for its sentences: those with a hit, the newest."""
AROUND = 100
"""Letters on each side of a hit, to the next word."""
ENDS = ".!?…।؟\n"


@dataclass(frozen=True)
class Among:
    """The filters beside the words. What is not understood is left out."""

    company: int | None = None
    officer: int | None = None
    state: str = ""
    severity: str = ""
    page: int = 1


@dataclass(frozen=True)
class Sentence:
    """`parts`: (text, whether it is what was sought). `step`, `role`, `at`: of which writing."""

    parts: list[tuple[str, bool]] = field(repr=False)
    step: str
    role: str
    at: datetime


@dataclass(frozen=True)
class Hit:
    """A case, and the sentences around what was sought; none where the words do not open any more."""

    case: Row[Any]
    sentences: list[Sentence] = field(repr=False)


@dataclass(frozen=True)
class Hits:
    """`total`: of the cases that this person may see. `unread`: how many cases have words that are in no segment and
    were not read; `read`: how many have some that are."""

    total: int
    hits: list[Hit]
    page: int
    pages: int
    unread: int = 0
    read: int = 0


def find_words(person: Person, typed: str, among: Among) -> Hits:
    """Raises `BadQuery`; `CannotOpen` where a segment is not what it should be."""
    if person.role not in SECRETARIAT_ROLES or person.party_seed is None:
        return Hits(0, [], 1, 1)
    clauses = parsed(typed)
    wait = searchable.waiting(WAITS + 1)
    few = searchable.readable(person, wait) if len(wait) <= WAITS else []
    try:
        found = ask(clauses, store.open_segments(person), [one.document() for one in few])
    except KeyError:  # a block is missing
        raise CannotOpen from None
    cases = _seen(person, set(found[0]).intersection(*found[1:]), among)
    pages = max(1, -(-len(cases) // PAGE))
    page = min(max(among.page, 1), pages)
    shown = cases[(page - 1) * PAGE : page * PAGE]
    hits = Hits(len(cases), _hits(person, clauses, found, [row.id for row in shown]), page, pages)
    if len(wait) <= WAITS:
        return hits
    return replace(hits, unread=searchable.cases_waiting(), read=searchable.cases_read())


def _seen(person: Person, ids: Iterable[str], among: Among) -> list[Row[Any]]:
    """Of these cases those that this person may see and asked for, the newest first: (id, received_at)."""
    every, rows = sorted(ids), list[Row[Any]]()
    query = _narrowed(visible(person).where(OF_SOMEBODY), among).with_only_columns(Case.id, Case.received_at)
    for at in range(0, len(every), AT_ONCE):
        rows += db.session.execute(query.where(Case.id.in_(every[at : at + AT_ONCE])))
    return sorted(rows, key=lambda row: (row.received_at, row.id), reverse=True)


def _narrowed(cases: Any, among: Among) -> Any:
    for column, value in ((Case.company_id, among.company), (Case.officer_id, among.officer)):
        if value is not None:
            cases = cases.where(column == value)
    if among.state in set(State):
        cases = cases.where(Case.state == State(among.state))
    if among.severity in set(Severity):
        cases = cases.where(Case.severity == Severity(among.severity))
    return cases


# --- sentences ---------------------------------------------------------------------------------------------


def _hits(person: Person, clauses: Sequence[Clause], found: Sequence[Found], ids: Sequence[str]) -> list[Hit]:
    columns = (Case.id, Case.reference, Case.state, Case.received_at, Case.language, Company.name.label("company"))
    query = select(*columns).outerjoin(Company, Case.company_id == Company.id).where(Case.id.in_(ids))
    rows: dict[str, Any] = {row.id: row for row in db.session.execute(query)}
    opened: dict[str, list[searchable.Readable]] = {}
    for one in searchable.readable(person, _newest(found, ids)):
        opened.setdefault(one.case_id, []).append(one)
    seekers = {clause: Seeker(clause) for clause in clauses}
    return [Hit(rows[one], _sentences(seekers, opened.get(one, []))) for one in ids]


def _newest(found: Sequence[Found], ids: Sequence[str]) -> list[str]:
    """The newest writings of each case in which each clause stands."""
    wanted = {which for each in found for one in ids for which in each[one]}
    rows = db.session.execute(select(Writing.id, Writing.written_at).where(Writing.id.in_(wanted)))
    at: dict[str, datetime] = {row.id: row.written_at for row in rows}
    chosen = set[str]()
    for each in found:
        for one in ids:
            there = [which for which in each[one] if which in at]
            chosen.update(sorted(there, key=lambda which: (at[which], which), reverse=True)[:READ])
    return sorted(chosen)


def _sentences(seekers: Mapping[Clause, Seeker], writings: list[searchable.Readable]) -> list[Sentence]:
    """One around the newest hit, and for each clause that it does not have one more."""
    found: list[Sentence] = []
    left = list(seekers)
    for one in sorted(writings, key=lambda one: one.written_at, reverse=True):
        for _name, text in one.texts:
            if not left:
                return found
            words = words_of(text)
            there = {clause: seeker.spans(words) for clause, seeker in seekers.items()}
            while any(there[clause] for clause in left):
                parts, shown = _around(text, there, left)
                found.append(Sentence(parts, one.step, one.role, one.written_at))
                left = [clause for clause in left if clause not in shown]
    return found


def _around(
    text: str, there: dict[Clause, list[tuple[int, int]]], left: Sequence[Clause]
) -> tuple[list[tuple[str, bool]], set[Clause]]:
    """The sentence around the first hit that is left, and which clauses it has."""
    start, end = min(there[clause][0] for clause in left if there[clause])
    first, last = _begin(text, start), _end(text, end)
    inside = {clause: [span for span in there[clause] if first <= span[0] and span[1] <= last] for clause in there}
    parts = [("… ", False)] if text[:first].strip() else []
    at = first
    for begins, ends in _joined(span for one in inside.values() for span in one):
        parts += [(text[at:begins], False), (text[begins:ends], True)]
        at = ends
    parts.append((text[at:last], False))
    parts += [(" …", False)] if text[last:].strip() else []
    return [part for part in parts if part[0]], {clause for clause in inside if inside[clause]}


def _joined(some: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In their order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(some):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _begin(text: str, start: int) -> int:
    """Where the sentence begins, or a word so many letters before."""
    floor = max(0, start - AROUND)
    ended = max((at + 1 for at in range(floor, start) if text[at] in ENDS), default=0)
    if ended or not floor:
        return ended + len(text[ended:start]) - len(text[ended:start].lstrip())
    space = text.find(" ", floor, start)
    return space + 1 if space >= 0 else floor


def _end(text: str, end: int) -> int:
    ceiling = min(len(text), end + AROUND)
    ended = next((at + 1 for at in range(end, ceiling) if text[at] in ENDS), 0)
    if ended or ceiling == len(text):
        return ended or ceiling
    space = text.rfind(" ", end, ceiling)
    return space if space >= 0 else ceiling
