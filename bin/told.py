"""`make docs`: docs/told.md, who learns of each event and how, from the rows themselves; a test keeps it so."""

from collections import Counter
from pathlib import Path

from grievance.workflow.row import Row
from grievance.workflow.told import ROLES, How, Noted, Told, addressed, every, told

PAGE = Path(__file__).parents[1] / "docs" / "told.md"
HEAD = """# Who is told what

Made from the rows of `grievance/workflow/table.py` and `grievance/workflow/events.py` by `make docs`; do not edit it by
hand. For each kind of event, and each role other than who did it:

- **letter**: a letter or mail is owed, and the case is marked as new for its reader as well;
- **new**: the case is marked as new until its reader looks: in the officer's, approver's, custodian's and company's
  queue, and at the head of the complainant's and the representative's page; *if for them*: where its writer chose
  them as its readers;
- **–**: it is not shown to them;
- **no** with a number: they could know of it, and are not told; the reasons stand below the table.

*Officer* is the case's own, and where it has none yet whichever of them takes it. Nobody with a conflict of interest
finds anything new in a case, nor does a company before something was handed over to it. *Urgent* stands before all
else, in the office alone. *Waits*: from then on the complainant waits for a word from the office; *a word*: ends it.
What the complainant gave of her own name and contact is not shown to the representative.
"""


def page() -> str:
    rows = list(every())
    cells = [[told(one, role) for role in ROLES] for _name, one in rows]
    reasons = list(dict.fromkeys(cell.why for row in cells for cell in row if cell.how == How.SILENT))
    lines = [_line(name, one, row, reasons) for (name, one), row in zip(rows, cells, strict=True)]
    found = Counter(cell.how for row in cells for cell in row)
    sums = (
        f"{sum(found.values())} cells: {found[How.LETTER]} told by letter, {found[How.MARKED]} marked as new, "
        f"{found[How.NOT_SHOWN]} not shown, {found[How.SILENT]} declared silent, for {len(reasons)} reasons:"
    )
    table = ["| event | " + " | ".join(ROLES) + " | besides |", "|---" * (len(ROLES) + 2) + "|", *lines]
    return "\n".join([HEAD, *table, "", sums, "", *(f"{n}. {why}" for n, why in enumerate(reasons, 1)), ""])


def _line(name: str, one: Row | Noted, cells: list[Told], reasons: list[str]) -> str:
    chosen = " if for them" if addressed(one) else ""
    said = {How.LETTER: "letter", How.NOT_SHOWN: "–"}
    texts = [
        f"no ({reasons.index(cell.why) + 1})" if cell.how == How.SILENT else said.get(cell.how, f"new{chosen}")
        for cell in cells[1:]
    ]
    officer = f"no ({reasons.index(cells[0].why) + 1})" if cells[0].how == How.SILENT else said.get(cells[0].how, "new")
    return f"| {' | '.join((name, officer, *texts, _besides(one)))} |"


def _besides(one: Row | Noted) -> str:
    facts = {"urgent": one.urgent, "waits": getattr(one, "waits", False), "a word": getattr(one, "answers", False)}
    return ", ".join(word for word, true in facts.items() if true)


if __name__ == "__main__":
    PAGE.write_text(page())
