"""The numbers of new rows, asked for before they are written: what names them is written with them."""

from functools import cache
from typing import cast

from sqlalchemy import Executable, Integer, Table, bindparam, func, literal_column, select, union_all

from grievance.extensions import Base, db
from grievance.models.event import Event
from grievance.models.limit import Limit

AHEAD, GIVEN = "ahead", "given"
"""Where a unit of work keeps the numbers that it was given and has not used, and on SQLite the last of each table."""


def of_event(limits: int = 0) -> int:
    """The number of an event that this unit of work will add, for what names it and is written before it. `limits`: how
    many it will open at least, whose numbers come with the same question."""
    if not db.session.info[AHEAD]:
        db.session.info[AHEAD] = _ask({Event: 1, Limit: limits} if limits else {Event: 1})
    (number,) = of(Event, 1)
    return number


def of(model: type[Base], count: int) -> list[int]:
    """So many numbers for new rows; those that came with an earlier question first."""
    had: list[int] = db.session.info[AHEAD].get(model, [])
    found, had[:] = had[:count], had[count:]
    return found + _ask({model: count - len(found)})[model] if len(found) < count else found


def _ask(wanted: dict[type[Base], int]) -> dict[type[Base], list[int]]:
    """As the database itself would give them: PostgreSQL gives each once, and on SQLite nobody else writes while we do;
    what was given there and is not written yet is remembered."""
    connection = db.session.connection()  # the session would write the rows first
    counts = {f"count_{model.__tablename__}": count for model, count in wanted.items()}
    found = connection.execute(_next(tuple(wanted), connection.dialect.name), counts).all()
    if connection.dialect.name == "postgresql":
        return {model: [number for of_, number in found if of_ == at] for at, model in enumerate(wanted)}
    given: dict[type[Base], int] = db.session.info[GIVEN]
    first = {model: max(last or 0, given.get(model, 0)) + 1 for model, last in zip(wanted, found[0], strict=True)}
    given |= {model: first[model] + count - 1 for model, count in wanted.items()}
    return {model: list(range(first[model], first[model] + count)) for model, count in wanted.items()}


@cache
def _next(models: tuple[type[Base], ...], dialect: str) -> Executable:
    """On PostgreSQL a row for each number; elsewhere one row with the last number of each table."""
    columns = [cast(Table, model.__table__).c.id for model in models]
    if dialect != "postgresql":
        return select(*(select(func.max(column)).scalar_subquery() for column in columns))
    parts = [
        select(literal_column(str(at)), func.nextval(func.pg_get_serial_sequence(column.table.name, column.name)))
        .select_from(func.generate_series(1, bindparam(f"count_{column.table.name}", type_=Integer)))
        for at, column in enumerate(columns)
    ]  # fmt: skip
    return union_all(*parts)
