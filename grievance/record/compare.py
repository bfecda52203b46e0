"""Whether the rows of a case, and of the office, are what its chain says that they are (docs/confidentiality.md).

Replayed, a chain's events name each row that they changed, with a digest of what it was from then on. A row that is
another one, that is gone, or of which no event speaks was changed by somebody who can write to the database and does
not use this program. Rows that no event has spoken of since the record began to vouch for rows are "from before".
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, Table, TextClause, select, text
from sqlalchemy.orm.attributes import instance_dict

from grievance.extensions import Base, db
from grievance.models.case import Case, CaseLink
from grievance.models.event import OFFICE_CHAIN, Checkpoint, Event
from grievance.models.keys import IdentityEntry
from grievance.models.writing import Writing
from grievance.record import as_told, declared
from grievance.record.declared import LETTERS, OF_CASES, OF_MODEL, OF_THE_OFFICE
from grievance.record.vouched import name_of_letter

BATCH = 200
"""Cases that are compared at once: a million need no more memory than these."""
IN_CASES = tuple(one for one in (*OF_CASES, LETTERS) if one.vouched)
MAY_VANISH = {one.title for one in declared.TABLES if one.vanishes}
WITH_WORDS: tuple[type[Base], ...] = (Writing, IdentityEntry)


class How(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    UNSIGNED = "unsigned"


SAYS = {
    How.CHANGED: "is not what the record says of it",
    How.MISSING: "is gone, and the record does not say so",
    How.ADDED: "is here, and the record does not know it",
    How.UNSIGNED: "is not signed by whoever acted",
}


@dataclass(frozen=True)
class Misfit:
    """One row that does not fit. `whose`: the reference of its case, or "office". `name`: its table, and which row."""

    whose: str
    name: str
    how: How

    def __str__(self) -> str:
        return f"{self.whose}: {self.name} {SAYS[self.how]}."


@dataclass
class Said:
    """What a chain says of its rows. `sealed`: the SHA-256 of all that was sealed with its events. `whole`: it vouched
    for rows from its first event on, so that it knows each of them. `seqs`: its events by their numbers."""

    chain: str
    rows: dict[str, str | None] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    whole: bool = True
    seqs: dict[int, int] = field(default_factory=dict)

    def hear(self, number: int, seq: int, form: int, rows: str, sealed: str) -> None:
        """One event more."""
        self.seqs[number] = seq
        self.whole = self.whole and form > 1
        try:
            self.rows.update(json.loads(rows) if rows else {})
            self.sealed.update(json.loads(sealed))
        except (ValueError, TypeError):  # nothing that the program wrote: its hash does not fit either
            self.rows[f"events:{seq}"] = ""

    def against(self, name: str, digest: Callable[[], str]) -> How | None:
        """What does not fit of a row that is here; None where it fits, or is from before."""
        known = self.rows.get(name)
        if known is None:
            return How.ADDED if self.is_new(name) else None
        return None if known == digest() else How.CHANGED

    def is_known(self, name: str) -> bool:
        return self.rows.get(name) is not None

    def is_new(self, name: str) -> bool:
        """Whether nobody may have put a row of this name there."""
        return not self.is_known(name) and (self.whole or name in self.rows)

    def missing(self, here: Set[str]) -> set[str]:
        """Which rows must be there and are not."""
        must = {name for name, digest in self.rows.items() if digest is not None}
        return {name for name in must - here if name.partition(":")[0] not in MAY_VANISH}


def _plain_table(one: declared.Table) -> Table:
    return cast(Table, one.model.__table__)


def _name(one: declared.Table, said: Said, value: Callable[[str], Any]) -> str:
    """A letter is named by its event's place in the chain: its number is not known when the event is hashed."""
    if one is LETTERS:
        event = {"seq": said.seqs.get(value("event_id"), 0)}
        return name_of_letter(event, {part: value(part) for part in ("recipient", "template")})
    return one.named(value)


def _words_fit(one: declared.Table, said: Said, value: Callable[[str], Any], received: Any) -> bool:
    """What was sealed before the record vouched for rows stands in its event all the same: each writing, and what was
    said of somebody in the form itself."""
    if one.model not in WITH_WORDS or not (sealed := value("sealed")):
        return True
    if one.model is IdentityEntry and value("created_at") != received:
        return True
    return hashlib.sha256(sealed).hexdigest() in said.sealed


# --- all of it, for those who run the server ----------------------------------------------------------------


@dataclass
class Count:
    """How many rows are from before, and whose do not fit: references, or "office"."""

    before: int = 0
    unfit: set[str] = field(default_factory=set)


def everything(count: Count | None = None) -> Iterator[Misfit]:
    """Every row of every case and of the office that does not fit."""
    count = count or Count()
    for one in _everything(count):
        count.unfit.add(one.whose)
        yield one


def _everything(count: Count) -> Iterator[Misfit]:
    yield from of_the_office(count)
    for cases in _batches():
        yield from of_cases(cases, count)
    yield from links()


def _batches() -> Iterator[list[Any]]:
    last, query = "", select(Case.id, Case.reference, Case.received_at).order_by(Case.id).limit(BATCH)
    while rows := list(db.session.execute(query.where(Case.id > last)).all()):
        yield rows
        last = rows[-1].id


_SAID = select(Event.chain, Event.id, Event.seq, Event.format, Event.rows, Event.sealed)


def of_cases(
    cases: Sequence[Any], count: Count | None = None, tables: Sequence[declared.Table] = IN_CASES
) -> Iterator[Misfit]:
    """The misfits of these cases: rows with `id`, `reference` and `received_at`. `tables`: that are looked at."""
    count, ids = count or Count(), [case.id for case in cases]
    about = {case.id: case for case in cases}
    said = {case_id: Said(case_id) for case_id in ids}
    for row in db.session.execute(_SAID.where(Event.chain.in_(ids)).order_by(Event.chain, Event.seq)):
        said[row.chain].hear(*row[1:])
    seen: dict[str, set[str]] = {case_id: set() for case_id in ids}
    for one in tables:
        yield from _compared(one, said, seen, about, count, ids)
    unread = {one.title for one in IN_CASES if one not in tables}
    for case_id in ids:
        yield from _missing(about[case_id].reference, said[case_id], seen[case_id], unread)


def of_the_office(count: Count | None = None) -> Iterator[Misfit]:
    count, said = count or Count(), Said(OFFICE_CHAIN)
    events = _SAID.where(Event.chain == OFFICE_CHAIN).order_by(Event.seq).execution_options(yield_per=1000)
    for row in db.session.execute(events):
        said.hear(*row[1:])
    seen: dict[str, set[str]] = {OFFICE_CHAIN: set()}
    for one in OF_THE_OFFICE:
        if one.vouched:
            yield from _compared(one, {OFFICE_CHAIN: said}, seen, {}, count)
    yield from _missing(OFFICE_CHAIN, said, seen[OFFICE_CHAIN])


def _compared(
    one: declared.Table, said: Mapping[str, Said], seen: dict[str, set[str]], about: Mapping[str, Any], count: Count,
    ids: list[str] | None = None,
) -> Iterator[Misfit]:  # fmt: skip
    """The rows of one table that are here."""
    for row in db.session.execute(_rows(one, ids)).mappings():
        chain = row[one.case] if one.case else OFFICE_CHAIN
        case = about.get(chain)
        name = _name(one, said[chain], row.__getitem__)
        seen[chain].add(name)
        how = said[chain].against(name, lambda row=row: one.digest_of(row.__getitem__))  # type: ignore[misc]
        if how is None and not said[chain].is_known(name):
            count.before += 1
            fits = _words_fit(one, said[chain], row.__getitem__, case.received_at if case else None)
            how = None if fits else How.CHANGED
        if how:
            yield Misfit(case.reference if case else OFFICE_CHAIN, name, how)


def _rows(one: declared.Table, ids: list[str] | None) -> Select[Any]:
    table = _plain_table(one)
    names = dict.fromkeys([*([one.case] if one.case else ()), *one.name, *one.vouched, *one.later])
    query = select(*(table.c[name] for name in names))
    return query.where(table.c[one.case].in_(ids)) if ids is not None else query.execution_options(yield_per=1000)


def _missing(whose: str, said: Said, seen: set[str], unread: Set[str] = frozenset()) -> Iterator[Misfit]:
    """`unread`: the tables that nobody looked at."""
    for name in sorted(said.missing(seen)):
        if name.partition(":")[0] not in unread:
            yield Misfit(whose, name, How.MISSING)


# --- derived -----------------------------------------------------------------------------------------------


def links() -> Iterator[Misfit]:
    """Which cases are linked follows from the steps that linked and parted them, in the records of both."""
    steps = select(Event.chain, Event.kind, Event.facts).where(Event.kind.in_(("link", "unlink")))
    steps = steps.order_by(Event.chain, Event.seq)
    told = [(row.chain, row.kind, json.loads(row.facts).get("other", "")) for row in db.session.execute(steps)]
    pairs = {(one.case_id, one.other_id) for one in db.session.execute(select(CaseLink.case_id, CaseLink.other_id))}
    references = _references({other for _chain, _kind, other in told}, {one for pair in pairs for one in pair})
    numbers = {reference: case_id for case_id, reference in references.items()}
    linked: dict[tuple[str, ...], bool] = {}
    for chain, kind, other in told:
        if other in numbers:
            linked[tuple(sorted((chain, numbers[other])))] = kind == "link"
    for pair in sorted(pairs | {pair for pair, held in linked.items() if held}):
        if (pair in pairs) != linked.get(pair, False):
            how = How.ADDED if pair in pairs else How.MISSING
            yield Misfit(references.get(pair[0], pair[0]), f"case_links:{references.get(pair[1], pair[1])}", how)


def _references(names: set[str], ids: set[str]) -> dict[str, str]:
    query = select(Case.id, Case.reference)
    found: dict[str, str] = {}
    for column, wanted in ((Case.reference, sorted(names)), (Case.id, sorted(ids))):
        for first in range(0, len(wanted), BATCH):
            rows = db.session.execute(query.where(column.in_(wanted[first : first + BATCH])))
            found |= {row.id: row.reference for row in rows}
    return found


def checkpoints() -> Iterator[str]:
    """Beside its signed body a checkpoint says when it was taken, and its hash: both follow from the body."""
    query = select(Checkpoint.id, Checkpoint.taken_at, Checkpoint.body, Checkpoint.hash)
    for one in db.session.execute(query.order_by(Checkpoint.id).execution_options(yield_per=10)):
        fits = json.loads(one.body).get("taken_at") == one.taken_at.isoformat()
        if not fits or hashlib.sha256(one.body.encode()).hexdigest() != one.hash:
            yield f"checkpoint {one.id}: when it was taken, or its hash, is not what its signed body says"


# --- one case, for whoever opens it --------------------------------------------------------------------------


@dataclass
class Looked:
    """One case, compared while it is shown or acted on. `here`: the names of all its rows, whether loaded or not."""

    case: Case
    said: Said
    here: set[str]
    judged: dict[Base, How | None] = field(default_factory=dict)
    otherwise: frozenset[str] = frozenset()
    """The rows that a company reads as they were: they are compared where they are read as they are, and before a
    step is taken."""

    def against(self, row: Base) -> How | None:
        """What does not fit of a row that was loaded."""
        if row not in self.judged:
            self.judged[row] = self._against(row)
        return self.judged[row]

    def _against(self, row: Base) -> How | None:
        one = OF_MODEL[type(row)]
        value = one.value_of(row)
        name = _name(one, self.said, value)
        if name in self.otherwise:
            return None
        how = self.said.against(name, lambda: one.digest_of(value))
        if how is None and not self.said.is_known(name):
            fits = _words_fit(one, self.said, value, self.case.received_at)
            how = None if fits else How.CHANGED
        return how

    def misfits(self) -> list[Misfit]:
        """Of all rows whether they are there, and of those that were loaded what they are."""
        found = dict.fromkeys(self.said.missing(self.here), How.MISSING)
        found |= {name: How.ADDED for name in self.here if self.said.is_new(name)}
        for row in _loaded(self.case.id):
            if how := self.against(row):
                found[_name(OF_MODEL[type(row)], self.said, OF_MODEL[type(row)].value_of(row))] = how
        return [Misfit(self.case.reference, name, how) for name, how in sorted(found.items())]


def look(case: Case, said: Said) -> Looked:
    """Which rows of the case are there, beside what its chain says: one statement."""
    with as_told.as_it_is():
        here = set(db.session.connection().scalars(_of_one_case(), {"case_id": case.id}))
    return Looked(case, said, here, otherwise=as_told.shown_otherwise(case.id))


def _loaded(case_id: str) -> Iterator[Base]:
    """The rows of a case that the session has in full, as the database had them."""
    for row in cast(list[Base], list(db.session.identity_map.values())):
        one = OF_MODEL.get(type(row))
        if one is None or not one.case:
            continue
        if one.is_whole(row) and instance_dict(row)[one.case] == case_id:
            yield row


@cache
def _of_one_case() -> TextClause:
    """The name of each row of a case: as text, because to put such a statement together takes longer than to answer
    it."""
    return text(" UNION ALL ".join([*(_names_of(one) for one in OF_CASES if one.vouched), _LETTERS]))


def _names_of(one: declared.Table) -> str:
    """Of declared names alone: nothing in it was typed by anybody."""
    named = " || '/' || ".join(f"CAST({name} AS VARCHAR)" for name in one.name)
    name = f"'{one.title}:'" + (f" || {named}" if named else "")
    return f"SELECT {name} FROM {one.title} WHERE {one.case} = :case_id"  # noqa: S608


_LETTERS = (
    "SELECT 'letters:' || CAST(e.seq AS VARCHAR) || '/' || l.recipient || '/' || l.template"
    " FROM letters l JOIN events e ON e.id = l.event_id WHERE l.case_id = :case_id"
)
