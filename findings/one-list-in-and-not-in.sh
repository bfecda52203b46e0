#!/usr/bin/env bash
# SQLAlchemy (2.0.58 and 2.1.9 alike) for PostgreSQL: one list parameter, asked for what is in it and for what is not.
#
# One would guess: a statement with "in the list" in one part and "not in the list" in the other finds each row in one of
# the two, also when the list is empty: then all rows are "not in".
# What happens: with an empty list the second part decides how both are written. After "not in", then "in", no row is in
# either part; the other way round each row is in both. With one value and more it is as expected, and two parameters with
# the same value are as well. An empty list is not bound: it is written as a condition that is always true or always
# false, and which of the two is noted on the parameter itself, by whatever operator it was given to last.
# Why it matters here: the queue of a company was put together of the complaints that it reads otherwise for now, and of
# all others. For most companies at most times the first list is empty, and then its whole queue was.
# On SQLite nothing of it is seen, because an empty list is written as a query there.
# Source: seen below, in the text that PostgreSQL gets and in what it finds; `expand_op` of BindParameter in
# sqlalchemy/sql/elements.py is the note.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
cat > "$folder/see.py" <<'PY'
import re
import sqlite3

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

CASES = sa.table("cases", sa.column("id", sa.Integer))


def parts(first, second):
    """What is asked in the two parts, as PostgreSQL gets it, and how many of three rows each part finds."""
    number = sa.select(sa.func.count()).select_from(CASES)
    both = sa.select(number.where(first).scalar_subquery(), number.where(second).scalar_subquery())
    made = both.compile(dialect=postgresql.dialect(), compile_kwargs={"render_postcompile": True})
    text = (str(made) % made.params).replace("::INTEGER", "")
    database = sqlite3.connect(":memory:")  # to which these few words say the same
    database.executescript("CREATE TABLE cases (id INTEGER); INSERT INTO cases VALUES (1), (2), (3)")
    return re.findall(r"WHERE (.*?)\) AS", text), database.execute(text).fetchone()


def seen(title, values):
    def held(name):
        return sa.bindparam(name, values, expanding=True, type_=sa.Integer())

    found, one = {}, held("held")
    found["not in, then in, one parameter"] = parts(CASES.c.id.not_in(one), CASES.c.id.in_(one))
    one = held("held")
    found["in, then not in, one parameter"] = parts(CASES.c.id.in_(one), CASES.c.id.not_in(one))
    found["not in, then in, two parameters"] = parts(CASES.c.id.not_in(held("but")), CASES.c.id.in_(held("held")))
    for name, (conditions, rows) in found.items():
        print(f"{title}: {name}: {rows} of 3 rows, by {conditions}")
    return [rows for _conditions, rows in found.values()]


print("sqlalchemy", sa.__version__)
assert seen("an empty list", []) == [(0, 0), (3, 3), (3, 0)]
assert seen("a list of one", [2]) == [(2, 1), (1, 2), (2, 1)]
PY
for version in 2.0.58 2.1.9; do
  "$folder/v/bin/pip" install -q --disable-pip-version-check "sqlalchemy==$version"
  "$folder/v/bin/python" "$folder/see.py"
done
