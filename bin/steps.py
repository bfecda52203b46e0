"""`make docs`: docs/steps.md, where each step is taken by whom, and how it is put right, from the rows themselves."""

from pathlib import Path

from grievance.models.people import Role
from grievance.views import faces
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import Row

PAGE = Path(__file__).parents[1] / "docs" / "steps.md"
HEAD = """# Where each step is taken, and how it is put right

Made from the rows of `grievance/workflow/table.py` by `make docs`; do not edit it by hand. Each row by each role that
takes it: on which pages and under which heading it is offered, whether another person decides, and which step puts it
right where it was a mistake, or why none does. A browser takes each of these at its page, and a crawler presses every
link that any page offers them (`make test-long`: tests/browser/test_every_step.py and tests/views/test_crawl.py).
"""
OF_THE_CLOCK = "the clock takes it by itself: nobody is offered it"


def page() -> str:
    cells = [(row, role) for row in ROWS for role in sorted(row.who)]
    offered = [one for one in cells if one[1] != Role.CLOCK]
    stay = [row for row in ROWS if row.stays]
    sums = (
        f"{len(cells)} cells: {len(offered)} steps of people at their pages, {len(cells) - len(offered)} of the clock, "
        f"which is declared so. Of {len(ROWS)} rows {len(ROWS) - len(stay)} are put right by a step, and {len(stay)} "
        f"say why they stay."
    )
    table = ["| step | by | from | where | another person decides | put right by |", "|---|---|---|---|---|---|"]
    return "\n".join([HEAD, *table, *(_line(row, role) for row, role in cells), "", sums, ""])


def _line(row: Row, role: Role) -> str:
    right = ", ".join(row.put_right) or f"*stays: {row.stays}*"
    second = "yes" if row.approved else "in some cases" if row.approved_when else "no"
    step = f"{row.step} (recorded)" if row.recorded else row.step
    return f"| {step} | {role} | {', '.join(sorted(row.source))} | {_where(row, role)} | {second} | {right} |"


def _where(row: Row, role: Role) -> str:
    if role == Role.CLOCK or row.group is None:
        return OF_THE_CLOCK
    return f"{faces.of_role(role).prefix}: {row.group.title}"


if __name__ == "__main__":
    PAGE.write_text(page())
