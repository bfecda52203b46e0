"""Whether whoever acted in a case signed that, asked before somebody acts on it.

Who can write to the database writes an event as easily as a row that fits it: only a signature is beyond them. What
nobody's own keys sign, as the clock's work, is not judged here: which processes sign that, the worker names in its own
time, and `flask doctor` looks (`record.words_signed`).
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Dialect, String, Table, bindparam, func, select, type_coerce
from sqlalchemy import cast as as_type
from sqlalchemy.types import NullType

from grievance.accounts.keys import log
from grievance.extensions import UtcDateTime, db
from grievance.models.case import Case, Respondent
from grievance.models.event import Event
from grievance.models.vouching import Signature
from grievance.record import as_told, compare
from grievance.record.compare import How, Looked, Misfit
from grievance.record.events import EventRow
from grievance.record.words_signed import SIGNED, Judged, judged, with_signatures

_EVENTS, _BY = cast(Table, Event.__table__), cast(Table, Signature.__table__).c
_TIMES = [column.name for column in _EVENTS.columns if isinstance(column.type, UtcDateTime)]
_COMPANIES = select(func.aggregate_strings(as_type(Respondent.company_id, String), " ")).where(
    Respondent.case_id == bindparam("case_id")
)
"""Beside the events it costs no statement."""
_COMPANIES_OF = select(Respondent.case_id, Respondent.company_id).where(
    Respondent.case_id.in_(bindparam("ids", expanding=True))
)
_SIGNED = (
    select(*(type_coerce(column, NullType()).label(column.name) for column in _EVENTS.columns))
    .add_columns(_BY.signer, _BY.signer_id, _BY.signature)
    .add_columns(log.HEAD.scalar_subquery().label("head"), _COMPANIES.scalar_subquery().label("companies"))
    .outerjoin(_BY.event_hash.table, _BY.event_hash == _EVENTS.c.hash)
    .where(_EVENTS.c.chain == bindparam("case_id"))
    .order_by(_EVENTS.c.seq, _BY.id)
)
"""Times as the database gives them: only what is judged needs to know when it was."""
MANY = 100
"""So many cases are remembered at once: 1 MB."""


def look(case: Case) -> tuple[Looked, list[Misfit]]:
    """The case beside its record, and the events that their people did not sign: two statements. What was judged once,
    to the last byte and by the same key log, is not judged again by this process."""
    with as_told.as_it_is():
        answer = db.session.connection().execute(_SIGNED, {"case_id": case.id})
        names, rows = tuple(answer.keys()), [tuple(row) for row in answer]
    known, content = log.with_head(rows[0][-2] if rows else ""), repr((case.id, rows)).encode()
    key = hashlib.sha256(content).digest()
    found = known.judged.get(key)
    if found is None:
        if len(known.judged) >= MANY:
            known.judged.clear()
        found = known.judged[key] = _judged(case.id, [_typed(names, row) for row in rows], known)
    said, unsigned = found
    return compare.look(case, said), [Misfit(case.reference, f"events:{seq}", How.UNSIGNED) for seq in unsigned]


def _typed(names: Iterable[str], row: Iterable[Any]) -> EventRow:
    typed = dict(zip(names, row, strict=True))
    return typed | {name: _time(db.engine.dialect)(typed[name]) for name in _TIMES}


@cache
def _time(dialect: Dialect) -> Callable[[Any], datetime]:
    return UtcDateTime().dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[return-value]


def _judged(case_id: str, rows: list[EventRow], known: log.Known) -> tuple[compare.Said, tuple[int, ...]]:
    said, (events, signatures) = compare.Said(case_id), with_signatures(rows)
    for event in events:
        said.hear(event["id"], event["seq"], event["format"], event["rows"], event["sealed"])
    companies = {int(number) for row in rows[:1] for number in (row["companies"] or "").split()}
    told = judged(events, signatures, known.signs_in_case(events, lambda: companies))
    return said, tuple(event["seq"] for event, _facts, wrong in told if wrong)


def of_cases(cases: Sequence[Any]) -> set[str]:
    """The references of those of these cases with an event that its people did not sign: rows with `id` and
    `reference`."""
    about = {case.id: case.reference for case in cases}
    query = select(_EVENTS, *SIGNED).outerjoin(Signature, Signature.event_hash == _EVENTS.c.hash)
    query = query.where(_EVENTS.c.chain.in_(list(about))).order_by(_EVENTS.c.chain, _EVENTS.c.seq, Signature.id)
    known, companies = log.known(), defaultdict[str, set[int]](set)
    for case_id, company_id in db.session.execute(_COMPANIES_OF, {"ids": list(about)}):
        companies[case_id].add(company_id)

    def told(chain: str, of_one: Iterable[Any]) -> list[Judged]:
        events, signatures = with_signatures(of_one)
        return list(judged(events, signatures, known.signs_in_case(events, lambda: companies[chain])))

    chains = groupby(db.session.execute(query).mappings(), itemgetter("chain"))
    return {about[chain] for chain, of_one in chains if any(said for _event, _facts, said in told(chain, of_one))}
