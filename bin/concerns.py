"""`make docs`: docs/concerns.md, each step of a concern, from the rows themselves."""

from collections.abc import Iterator
from pathlib import Path

from grievance.concerns.row import Row
from grievance.concerns.table import TABLE
from grievance.models.concern import Stands, Thing

PAGE = Path(__file__).parent.parent / "docs" / "concerns.md"
HEAD = """# Concerns: the table

Made by `make docs` from [the rows](../grievance/concerns/table.py); [why it is so](decisions/0086-concerns.md). What no
row lists is refused for everybody, and changes nothing. *Approved*: an officer proposes, an approver who is another
person decides. Each step is one event of the office's record.
"""
COLUMNS = (
    "| step | from | to | who | asks | only if | time limits | a mail tells |\n|---|---|---|---|---|---|---|---|\n"
)
TITLES = {
    Thing.CONCERN: "The concern",
    Thing.ACTION: "A corrective action",
    Thing.MEASURE: "A measure",
}


def page() -> str:
    parts = [HEAD]
    for thing, title in TITLES.items():
        parts.append(f"\n## {title}\n\n{COLUMNS}")
        parts += [_line(row) for row in TABLE if row.of == thing]
    return "".join(parts)


def _line(row: Row) -> str:
    cells = (
        f"{row.step}<br>{row.title}", ", ".join(sorted(row.source)) or "–", _target(row),
        ", ".join(sorted(row.who)) + (", approved" if row.approved else ""),
        ", ".join(one.name for one in row.asks) or "–",
        ", ".join(one.__name__ for one in row.only_if) or "–", "; ".join(_limits(row)) or "–",
        ", ".join(sorted(row.tells)) or "–",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _target(row: Row) -> str:
    if row.target is None:
        return "stays"
    return str(row.target) if isinstance(row.target, Stands) else "as was decided"


def _limits(row: Row) -> Iterator[str]:
    if row.opens:
        yield f"opens {row.opens}"
    if row.meets:
        yield f"meets {row.meets}"
    if row.stops:
        yield "stops all"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
