"""`make docs`: docs/vouched.md, a word on every column of every table, from their declarations."""

from collections import Counter
from pathlib import Path

from grievance.record.declared import TABLES, Table

PAGE = Path(__file__).parents[1] / "docs" / "vouched.md"
HEAD = """# What vouches for each column

Made from `grievance/record/declared.py` by `make docs`; do not edit it by hand. For whoever can write to the database
and holds no key: what they change of a column, and where it is noticed.

- **vouched**: by the row's digest, which stands in the event by which the row changed, in its case's chain or the
  office's: pages, `flask doctor` and `flask record verify` compare them ([how](confidentiality.md)); or by what else is
  said. Rows that are gone or were put there are noticed in the same way.
- **derived**: made again from what it follows from, and compared, by what is named.
- **harmless**: nobody gains by changing it, because …

A rotation seals some ciphertexts again, without an event for each: those are noticed when somebody opens them. The
words of a column that is vouched for by its row's digest may leave something out of it: of `limits.frozen` the days of
the calendar that were added or taken out since, of `limits.waits_until` the moment (both are derived: `doctor` makes
each date again).
"""


def page() -> str:
    found: Counter[str] = Counter()
    parts = []
    for table in TABLES:
        lines = [_line(table, column.name, found) for column in table.model.__table__.columns]
        chain = "its case's chain" if table.case else "the office's chain"
        rows = f"Its rows: {chain}" if table.vouched else "Its rows have no digests"
        gone = f"; one may go without an event: {table.vanishes}" if table.vanishes else ""
        parts += [
            f"## {table.title}",
            "",
            f"{rows}{gone}.",
            "",
            "| column | | by what, or why |",
            "|---|---|---|",
            *lines,
            "",
        ]
    sums = f"{sum(found.values())} columns of {len(TABLES)} tables: " + ", ".join(
        f"{found[word]} {word}" for word in ("vouched", "derived", "harmless")
    )
    return "\n".join([HEAD, f"{sums}.", "", *parts]).rstrip() + "\n"


def _line(table: Table, column: str, found: Counter[str]) -> str:
    word, why = table.word_on(column)
    found[word] += 1
    return f"| {column} | {word} | {why} |"


if __name__ == "__main__":
    PAGE.write_text(page())
