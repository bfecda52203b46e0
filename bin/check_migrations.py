"""Whether a migration lets people go on working while it runs: `python -m bin.check_migrations [FOLDER]`. Part of
`make check`.

Of each migration after 0085 the SQL is written down that PostgreSQL would get, and squawk (squawkhq.com) says what in
it would lock a table that is in use, or break the version before. One that contracts may take things away; one that
expands may not (docs/operations.md, "Upgrades").
"""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from grievance.maintenance.schema import VERSIONS

LAST_WITHOUT_A_KIND = "0085"
POSTGRESQL = "15"
"""The oldest that the program runs on."""
LATER = "postgresql_not_valid=True, validated in a later migration"
LOCKS = {
    "require-concurrent-index-creation": "nobody can write while it is made: schema.beside(op, op.create_index, …)",
    "require-concurrent-index-deletion": "nobody can read until others have ended: schema.beside(op, op.drop_index, …)",
    "ban-concurrent-index-creation-in-transaction": "it cannot be made within a transaction: use schema.beside",
    "adding-field-with-default": "a default that is not the same for all rows writes the table anew: add it without",
    "adding-not-nullable-field": "the whole table is read under a lock: add a check, not valid at first, instead",
    "constraint-missing-not-valid": f"the whole table is read under a lock: {LATER}",
    "adding-foreign-key-constraint": f"both tables are locked: {LATER}",
    "adding-serial-primary-key-field": "the table is locked while its index is made: make a unique index beside",
    "disallowed-unique-constraint": "nobody can write while its index is made: make a unique index beside",
    "changing-column-type": "the table is written anew under a lock: add another column",
    "adding-required-field": "neither old rows nor the version before fill it: nullable, or with a server default",
    "syntax-error": "this cannot be read",
}
BREAKS = {
    "ban-drop-column": "the version before still uses it: take it away in one that contracts",
    "ban-drop-table": "the version before still uses it: take it away in one that contracts",
    "renaming-column": "the version before does not know its new name: add another, and take the old one away later",
    "renaming-table": "the version before does not know its new name: add another, and take the old one away later",
}
KINDS = {"expand": {**LOCKS, **BREAKS}, "contract": LOCKS}
SMALL = (
    "account_changes", "account_waits", "accounts", "alembic_version", "companies", "deputies", "doors",
    "escrow_halves", "holidays", "mailboxes", "memberships", "parties", "party_shares", "settings",
)  # fmt: skip
"""Tables with a row for a person, a company or a day: they are read and written anew in a moment. All others grow."""
FOR_ALL = ("adding-required-field", "syntax-error")
ON = re.compile(r"\b(?:ALTER TABLE|ON) \"?(\w+)")
WRITES = re.compile(r"\s*(?:WITH\b.*?\b)?(?:UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE | re.DOTALL)
MADE = re.compile(r"^CREATE TABLE \"?(\w+)", re.MULTILINE)
IN_BATCHES = "rows of a table that grows are changed at once: let the program change them, some at a time"


def faults_in(folder: Path) -> list[str]:
    """One line for each fault: the migration, and what to do instead."""
    paths = [path for path in sorted(folder.glob("[0-9]*.py")) if path.name[:4] > LAST_WITHOUT_A_KIND]
    return [f"{path.name}: {sentence}" for path in paths for sentence in dict.fromkeys(_of(path))]


def _of(path: Path) -> Iterator[str]:
    module = _loaded(path)
    kind = getattr(module, "kind", None)
    if kind not in KINDS or f'\nkind = "{kind}"\n' not in path.read_text():
        yield 'it says by a line of its own which it is: kind = "expand" or kind = "contract"'
        return
    try:
        sql = sql_of(module)
    except (AttributeError, TypeError, SQLAlchemyError) as fault:
        yield f"its SQL cannot be written down without a database ({fault}): use no rows that it would have to read"
        return
    yield from _locks(sql, KINDS[kind])
    yield from _rows(sql)


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"migration_{path.stem}", path)
    module = importlib.util.module_from_spec(cast(ModuleSpec, spec))
    cast(Loader, module.__loader__).exec_module(module)
    return module


def sql_of(module: ModuleType) -> str:
    """What PostgreSQL would get, as Alembic writes it down without one, in its transaction."""
    said = StringIO()
    options: dict[str, Any] = {"as_sql": True, "literal_binds": True, "output_buffer": said}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with context.begin_transaction(), Operations.context(context):
        module.upgrade()
    return said.getvalue()


def _locks(sql: str, rules: dict[str, str]) -> Iterator[str]:
    words = [str(Path(sys.executable).parent / "squawk"), "--reporter", "json", "--pg-version", POSTGRESQL]
    done = subprocess.run(words, input=sql, capture_output=True, text=True, check=False)  # 1 where it found something
    for one in json.loads(done.stdout):
        rule, statement = one["rule_name"], _statement(sql, one["line"])
        of = ON.search(statement)
        if rule in rules and (rule in (*BREAKS, *FOR_ALL) or not of or of[1] not in SMALL):
            yield f"{statement[:70]}: {rules[rule]}"


def _statement(sql: str, line: int) -> str:
    """The one that this line (from 0) belongs to."""
    lines = sql.split("\n")
    before, after = "\n".join(lines[:line]), "\n".join(lines[line:])
    return " ".join((before.rpartition(";")[2] + "\n" + after.partition(";")[0]).split())


def _rows(sql: str) -> Iterator[str]:
    """squawk has no word on it. A table that is made here is empty."""
    for statement in sql.split(";"):
        written = WRITES.match(statement)
        if written and written[1] not in (*SMALL, *MADE.findall(sql)):
            yield f"{' '.join(statement.split())[:70]}: {IN_BATCHES}"


if __name__ == "__main__":
    faults = faults_in(Path(sys.argv[1]) if len(sys.argv) > 1 else VERSIONS)
    print("\n".join(faults) or "Migrations: people can go on working while they run.")
    sys.exit(bool(faults))
