"""`make docs`: docs/beside.md, each step in each state beside the state, from the rows and `beside` themselves."""

from collections import Counter
from pathlib import Path

from grievance.models.people import Role
from grievance.workflow.beside import BY_ANSWER, EVERY, Beside, Does, How, what
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import Row

PAGE = Path(__file__).parents[1] / "docs" / "beside.md"
HEAD = """# Steps in the states beside the state

Made from the rows of `grievance/workflow/table.py` and from `grievance/workflow/beside.py` by `make docs`; do not edit
it by hand. A case is in one state, and beside it may be suspended, withdrawn, under an alert and so on. For each row,
by each role that takes it, and each of these:

- **yes**: it lets the step through (what else the step asks for stands in [procedure.md](procedure.md));
- **no** with a number: it refuses the step with that sentence below, on the page where the step would stand, for a form
  that was left open, for an approval, and in the API; *if* says for which answers;
- **held**: the clock does not do it, until the state ends;
- **–**: it does not come up: the case cannot be so in the states of the row, or nobody could take the step.

Each of these is taken by a test, and does what stands here (tests/workflow/test_beside.py).
"""
IF = {
    Does.HANDS_OVER: "with a packet", Does.WRITES_TO_IT: "to the company", Does.SAYS_TO_HER: "to her",
    Does.DESTROYS: "granted",
}  # fmt: skip


def page() -> str:
    said = list(dict.fromkeys(sentence for one in EVERY for sentence in sentences(one)))
    lines = [_line(row, role, said) for row in ROWS for role in sorted(row.who)]
    found = Counter(one.verdict(row, role) for row in ROWS for role in row.who for one in EVERY)
    sums = (
        f"{sum(found.values())} cells: {found[How.ALLOWED]} let through, {found[How.REFUSED]} refused, "
        f"{found[How.HELD]} held, {found[How.NEVER]} that do not come up. The sentences:"
    )
    table = [
        "| step | by | from | " + " | ".join(one.title for one in EVERY) + " |",
        "|---" * (len(EVERY) + 3) + "|",
        *lines,
    ]
    numbered = [f"{n}. {sentence}" for n, sentence in enumerate(said, 1)]
    return "\n".join([HEAD, *table, "", sums, "", *numbered, "", *_reasons(), ""])


def sentences(one: Beside) -> list[str]:
    """What this state may say, the general sentences first."""
    general = one.says if one.refuses else ()
    return [str(sentence) for sentence in (*general, *one.own.values())]


def _line(row: Row, role: Role, said: list[str]) -> str:
    step = f"{row.step} (recorded)" if row.recorded else row.step
    cells = (_cell(one, row, role, said) for one in EVERY)
    return f"| {' | '.join((step, role.value, ', '.join(sorted(row.source)), *cells))} |"


def _cell(one: Beside, row: Row, role: Role, said: list[str]) -> str:
    how = one.verdict(row, role)
    if how == How.ALLOWED:
        return "; ".join(["yes", *_if_answered(one, row, role, said)])
    if how == How.REFUSED:
        return f"no ({_numbers(one, row.step, said)})"
    return {How.HELD: "held", How.NEVER: "–"}[how]


def _numbers(one: Beside, step: str, said: list[str]) -> str:
    own = one.own.get(step)
    return ", ".join(str(said.index(str(sentence)) + 1) for sentence in ((own,) if own else one.says))


def _if_answered(one: Beside, row: Row, role: Role, said: list[str]) -> list[str]:
    if what(row, role) in (Does.HERS, Does.COMPANYS):
        return []
    then = (does for _name, _answers, does in BY_ANSWER.get(row.step, ()))
    return [f"no ({_numbers(one, row.step, said)}) if {IF[does]}" for does in then if one.sees_wrong(row.step, does)]


def _reasons() -> list[str]:
    return [f"- **{one.title}**: {one.why}" + (f" Held {one.until}." if one.until else "") for one in EVERY]


if __name__ == "__main__":
    PAGE.write_text(page())
