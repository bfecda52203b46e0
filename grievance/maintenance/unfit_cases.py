"""Which cases do not fit their record, looked for by itself: whoever writes to the database tells nobody of it, and who
opens the case by chance may come too late.

The worker looks at some cases each minute, round and round, at what its role reads; `flask doctor` and `flask record
verify` look at everything, once a night. What they find is said at the desk until it fits again.
"""

import logging
import secrets
from collections.abc import Iterator, Sequence, Set
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select

from grievance import logs
from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from grievance.maintenance.grants import GRANTS
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN
from grievance.models.keys import Setting
from grievance.record import compare, declared
from grievance.record.transaction import unit_of_work
from grievance.workflow import unsigned

log = logging.getLogger(__name__)
SLICE = 100
"""Cases that one round looks at: 144,000 in a day."""
KEPT = 21
"""References that are kept of those that do not fit: one more than the desk shows at once."""
BY_WORKER, IN_FULL = "unfit", "unfit_in_full"
"""Settings: what the worker found, and what the commands did, each for itself: who reads less clears nothing."""
AT = "unfit_at"
"""Where the application keeps at which case a round ended: in the database somebody could hold it still."""
_CASES = select(Case.id, Case.reference, Case.received_at).order_by(Case.id)


def look_on() -> None:
    """One round, of which nothing stops the clock. What did not fit is looked at again each time."""
    try:
        _look_on()
    except Exception as fault:
        db.session.rollback()
        log.error("cases could not be compared: %s", type(fault).__name__, extra=logs.fault(fault))


def _look_on() -> None:
    known = noted(db.session.get(Setting, BY_WORKER))
    again = list(db.session.execute(_CASES.where(Case.reference.in_(known)))) if known else []
    cases = {row.id: row for row in (*again, *_next())}
    suspected = _unfit(list(cases.values()))
    found = _still_so([row for row in cases.values() if row.reference in suspected]) if suspected else set()
    if found != known:
        note(BY_WORKER, found)


def _next() -> list[Any]:
    """The cases after those of the last round, and from the beginning again."""
    at = current_app.extensions.get(AT) or secrets.token_hex(16)
    rows = list(_some(Case.id > at, SLICE))
    rows += _some(Case.id <= at, SLICE - len(rows))
    current_app.extensions[AT] = rows[-1].id if rows else at
    return rows


def _some(which: ColumnElement[bool], most: int) -> Sequence[Any]:
    return db.session.execute(_CASES.where(which).limit(most)).all() if most else ()


def _still_so(cases: list[Any]) -> set[str]:
    """Looked at once more with the cases locked: what a step was just changing fits when it is done."""
    with unit_of_work(effect=False):
        ids = [row.id for row in cases]
        db.session.execute(select(Case.id).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()).all()
        return _unfit(cases)


def _unfit(cases: Sequence[Any]) -> set[str]:
    """The references of those that do not fit. What cannot even be read was written by nobody here: halved, until it is
    known of which case it is."""
    try:
        rows = {one.whose for one in compare.of_cases(cases, tables=_read_by_worker())}
        return rows | unsigned.of_cases(cases)
    except (ValueError, LookupError, TypeError):
        half = len(cases) // 2
        return _unfit(cases[:half]) | _unfit(cases[half:]) if half else {row.reference for row in cases}


@cache
def _read_by_worker() -> tuple[declared.Table, ...]:
    """The tables of cases of which the worker's role reads all that is vouched for: no sealed words, and no receipts.
    The commands look at those."""
    return tuple(one for one in compare.IN_CASES if one.needed <= set(_columns(one)))


def _columns(one: declared.Table) -> Iterator[str]:
    yield from GRANTS[one.title][Process.WORKER].select.of(one.model.__table__)  # type: ignore[arg-type]


# --- what is noted -----------------------------------------------------------------------------------------


def note(name: str, references: Set[str]) -> None:
    """Whose rows do not fit, "office" too, in the place of what was noted before."""
    value = " ".join(sorted(references)[:KEPT])
    with unit_of_work(effect=False) as session:
        if setting := session.get(Setting, name):
            setting.value = value
        elif value:
            session.add(Setting(name=name, value=value))


def noted(setting: Setting | None) -> set[str]:
    return set(setting.value.split()) if setting else set()


def note_in_full(found: compare.Count) -> None:
    """After a command has looked at everything. One that may not write looks all the same."""
    try:
        note(IN_FULL, found.unfit)
    except Exception as fault:
        db.session.rollback()
        log.warning("what does not fit could not be noted for the desk: %s", type(fault).__name__)


def told_apart(values: Sequence[str]) -> tuple[list[str], bool]:
    """From what is noted: the references, and whether something of the office itself does not fit."""
    found = {one for value in values for one in value.split()}
    return sorted(found - {OFFICE_CHAIN}), OFFICE_CHAIN in found
