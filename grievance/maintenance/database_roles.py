"""Database roles: what each process may do with each table. PostgreSQL refuses the rest to whoever took a process over.

`grievance_owner` owns tables and triggers and runs migrations; no process that serves anybody connects as it. What the
others may do is said table by table in `grants.py`; `make docs` writes it to the end of deploy/roles.sql, which is run
after each migration. What is not said is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from sqlalchemy import Table

from grievance.extensions import db

OWNER = "grievance_owner"


class Process(StrEnum):
    """Who connects to the database, by the name of its role."""

    FORM = "grievance_form"
    """Receives complaints: FACES=form."""
    FOLLOW = "grievance_follow"
    """Shows a complainant their case: FACES=follow."""
    STAFF = "grievance_staff"
    """Desk, companies, API: FACES=desk,company,api."""
    WORKER = "grievance_worker"
    """The clock and the mail."""
    BACKUP = "grievance_backup"
    """Backups, `doctor` and `record verify`: reads everything, and writes when the last backup was made."""


@dataclass(frozen=True)
class Columns:
    """Some columns of a table: those that are named, or all but those."""

    named: frozenset[str] = frozenset()
    others: bool = False

    def of(self, table: Table) -> tuple[str, ...]:
        return tuple(column.name for column in table.columns if (column.name in self.named) is not self.others)


NONE, ALL = Columns(), Columns(others=True)


def only(*names: str) -> Columns:
    return Columns(frozenset(names))


def but(*names: str) -> Columns:
    return Columns(frozenset(names), others=True)


@dataclass(frozen=True)
class May:
    """What a role may do with one table. Who may update no column cannot lock a row either."""

    select: Columns = NONE
    insert: Columns = NONE
    update: Columns = NONE
    delete: bool = False

    def granted(self, table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each verb with its columns; without columns: of the whole table."""
        for verb in ("select", "insert", "update"):
            columns: tuple[str, ...] = getattr(self, verb).of(table)
            if columns:
                yield verb.upper(), () if len(columns) == len(table.columns) else columns
        if self.delete:
            yield "DELETE", ()


NOTHING = May()
Grants = Mapping[Process, May]


def may(
    *, form: May = NOTHING, follow: May = NOTHING, staff: May = NOTHING, worker: May = NOTHING, backup: Columns = NONE
) -> Grants:
    """One table. `backup`: what a backup writes, which reads every table anyway."""
    return {
        Process.FORM: form,
        Process.FOLLOW: follow,
        Process.STAFF: staff,
        Process.WORKER: worker,
        Process.BACKUP: May(select=ALL, insert=backup, update=backup),
    }


def tables() -> Mapping[str, Table]:
    return db.metadata.tables


def unsaid(grants: Mapping[str, Grants]) -> Iterator[str]:
    """What the declaration and the tables do not agree on, as a sentence each."""
    for name in sorted(tables().keys() - grants.keys()):
        yield f"{name}: say in maintenance/grants.py which process may do what with it"
    for name in sorted(grants.keys() - tables().keys()):
        yield f"{name}: there is no such table any more"
    for name in sorted(tables().keys() & grants.keys()):
        known = {column.name for column in tables()[name].columns}
        named = {one for granted in grants[name].values() for one in _named(granted)}
        yield from (f"{name}.{column}: there is no such column" for column in sorted(named - known))


def _named(granted: May) -> Iterator[str]:
    for field in fields(granted):
        value = getattr(granted, field.name)
        yield from value.named if isinstance(value, Columns) else ()


# --- as SQL ------------------------------------------------------------------------------------------------

MADE = "-- Made by `make docs` from grievance/maintenance/grants.py: what each role may do with each table."
"""The line of deploy/roles.sql below which nothing is written by hand."""


def as_sql(grants: Mapping[str, Grants]) -> str:
    """deploy/roles.sql from that line on."""
    lines = [MADE]
    for process in Process:
        lines += ["", *_of(process, grants)]
    return "\n".join(lines) + "\n"


def _of(process: Process, grants: Mapping[str, Grants]) -> Iterator[str]:
    for name in sorted(grants):
        table = tables()[name]
        granted = list(grants[name][process].granted(table))
        if granted:
            yield f"GRANT {', '.join(_verb(*one) for one in granted)} ON {name} TO {process};"
        if numbers(table) and "INSERT" in dict(granted):
            yield f"GRANT USAGE ON SEQUENCE {numbers(table)} TO {process};"


def _verb(verb: str, columns: Iterable[str]) -> str:
    named = ", ".join(f'"{name}"' for name in columns)
    return f"{verb} ({named})" if named else verb


def numbers(table: Table) -> str:
    """The sequence that gives this table's rows their numbers; empty where they have names."""
    column = table.autoincrement_column
    return f"{table.name}_{column.name}_seq" if column is not None else ""
