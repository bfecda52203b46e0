"""Whether the figures that follow from the record are those of the cases that are here: how many there are of each
state, company, country, channel and language, and how many duties and remedies ended how. A difference is a sentence
with both numbers.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from grievance.access import OF_SOMEBODY
from grievance.deadlines.kinds import LAPSING
from grievance.extensions import db
from grievance.models.case import Case, Respondent
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY
from grievance.models.writing import Remedy
from grievance.record.figure_facts import COUNTED
from grievance.reports import told_cases
from grievance.reports.told_cases import Told

LISTS: dict[str, InstrumentedAttribute[Any]] = {
    "channel": Case.channel, "country": Case.country, "language": Case.language, "company": Case.company_id,
    "severity": Case.severity, "reason": Case.closing_reason, "known": Case.known_to_secretariat,
    "represented": Case.represented,
}  # fmt: skip
Numbers = Counter[Any]


def faults() -> Iterator[str]:
    """As of now. The case of the drills and what is left of imports that were taken back are in neither number."""
    db.session.rollback()  # events and rows of one moment, whoever files meanwhile
    found = list(_differences())
    db.session.rollback()
    yield from found


def _differences() -> Iterator[str]:
    by_record: dict[str, Numbers] = {name: Counter() for name in ("state", *LISTS, "duty", "remedy")}
    for one in told_cases.told(None):
        _add(by_record, one)
    by_rows = {"state": _rows(Case.state), **{name: _rows(column) for name, column in LISTS.items()}}
    by_rows |= {"duty": _duties(), "remedy": _remedies()}
    for name, counted in by_record.items():
        for key in sorted(counted.keys() | by_rows[name].keys(), key=str):
            if counted[key] != by_rows[name][key]:
                numbers = f"{counted[key]} by the record and {by_rows[name][key]} by the rows"
                yield f"The figures do not add up: {name} {_named(key)} is {numbers}."


def _add(counted: dict[str, Numbers], one: Told) -> None:
    counted["state"][one.state.value] += 1
    for name in LISTS:
        counted[name][one.says[name]] += 1
    for duty in one.duties if one.own else ():
        how = "corrected" if duty.corrected else "late" if duty.missed else "in time"
        counted["duty"][duty.owed_by, how] += 1
    counted["remedy"].update((kind, status.value) for kind, status in one.remedies.values())


def _named(key: Any) -> str:
    said = key if isinstance(key, tuple) else (key,)
    return ", ".join("none" if one is None else str(one) for one in said)


def _rows(column: InstrumentedAttribute[Any]) -> Numbers:
    query = select(column, func.count()).where(OF_SOMEBODY).group_by(column)
    return Counter({getattr(key, "value", key): number for key, number in db.session.execute(query)})


def _duties() -> Numbers:
    """What a company owed that is not the respondent any more counts nowhere; what the office owed stays the office's,
    such as a mediation with that company."""
    how: ColumnElement[str] = case(
        (Limit.corrected_at.is_not(None), "corrected"), (Limit.missed_at.is_not(None), "late"), else_="in time"
    )
    query = (
        select(Limit.owed_by, how, func.count())
        .join(Case, Case.id == Limit.case_id)
        .outerjoin(Respondent, Respondent.id == Limit.respondent_id)
        .where(Limit.met_at.is_not(None) | Limit.missed_at.is_not(None), Limit.owed_by.in_(COUNTED))
        .where(Limit.key.not_in(LAPSING), Case.channel != "register", OF_SOMEBODY)
        .where(_living() | (Limit.owed_by != COMPANY))
        .group_by(Limit.owed_by, how)
    )
    return Counter({(owed_by, said): number for owed_by, said, number in db.session.execute(query)})


def _remedies() -> Numbers:
    query = (
        select(Remedy.kind, Remedy.status, func.count())
        .join(Case, Case.id == Remedy.case_id)
        .outerjoin(Respondent, Respondent.id == Remedy.respondent_id)
        .where(OF_SOMEBODY, _living())
        .group_by(Remedy.kind, Remedy.status)
    )
    return Counter({(kind.value, status.value): number for kind, status, number in db.session.execute(query)})


def _living() -> ColumnElement[bool]:
    return Respondent.ended_at.is_(None)
