"""The procedure as a document, from the table itself: docs/procedure.md is what this gives, and a test keeps it so."""

from collections.abc import Iterable

from grievance.models.case import State
from grievance.models.people import Role
from grievance.workflow.procedure import CHECKED, SECOND_PERSON, TABLE
from grievance.workflow.receipt import CHECKED_FOR
from grievance.workflow.row import Row
from grievance.workflow.timetable import HIDDEN_FROM_COMPANY, STANDING, Timetable

_WHO = {Role.OFFICER: "officer", Role.APPROVER: "approver", Role.CUSTODIAN: "custodian", Role.COMPANY: "company",
        Role.COMPLAINANT: "complainant", Role.CLOCK: "clock"}  # fmt: skip


def handbook(timetable: Timetable) -> str:
    """Markdown: the picture, each step, each time limit with its source."""
    return "\n".join(
        [
            "# The procedure",
            "",
            "Made from `grievance/workflow/procedure.py` and `procedure.toml` by `make docs`; do not edit it by hand.",
            "",
            "```mermaid",
            *picture(),
            "```",
            "",
            "\\* two people: an officer proposes, an approver approves. † sometimes two people.",
            "",
            "## Steps",
            "",
            "| step | from | to | who | asks for | meets · opens · stops |",
            "|---|---|---|---|---|---|",
            *(_step(row) for row in TABLE),
            "",
            (
                "An officer may record each step of the complainant's that came by phone, letter or in person; "
                f"{_named(SECOND_PERSON)} then need an approver. For {CHECKED_FOR.days} days after a receipt was "
                f"replaced, one also checks {_named(CHECKED)} by it."
            ),
            "",
            "## Time limits",
            "",
            (
                "`c` calendar days, rolled forward off days off; `b` business days; `h` hours; each by the calendar of "
                "whoever owes it."
            ),
            "",
            "| limit | owed by | what | time | source |",
            "|---|---|---|---|---|",
            *_limits(timetable),
            "",
            (
                f"The company is never shown {_named(HIDDEN_FROM_COMPANY)}. {_named(STANDING)} run beside the steps "
                "and are no next step by themselves. Where nothing else is owed, L17 opens."
            ),
            "",
        ]
    )


def picture() -> list[str]:
    """The states and the steps between them, as Mermaid."""
    ways: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        for source in State:
            if row.target and source in row.source and row.target != source:
                names = ways.setdefault((source.value, row.target.value), [])
                if (name := row.step + _mark(row)) not in names:
                    names.append(name)
    lines = [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in ways.items()]
    return ["stateDiagram-v2", "    [*] --> received: file", *lines]


def _mark(row: Row) -> str:
    return "\\*" if row.approved else "†" if row.approved_when else ""


def _step(row: Row) -> str:
    source = "any" if row.source == frozenset(State) else ", ".join(s.value for s in State if s in row.source)
    who = ", ".join(name for role, name in _WHO.items() if role in row.who)
    asks = "; ".join(str(f.label) for f in row.asks if f.label) or "–"
    stops = [row.stops] if isinstance(row.stops, str) else row.stops
    clocks = " · ".join(_named(keys) or "–" for keys in (row.meets, row.opens, [s for s in stops if s]))
    target = row.target.value if row.target else ""
    return f"| {row.step}{_mark(row)} | {source} | {target} | {who} | {asks} | {clocks} |"


def _limits(timetable: Timetable) -> Iterable[str]:
    for kind in timetable.kinds.values():
        longest = f", at most {kind.most}" if kind.most else ""
        reminder = f", reminder {kind.remind}" if kind.remind else ""
        yield f"| {kind.key} | {kind.owed_by} | {kind.title} | {kind.rule}{longest}{reminder} | {kind.source} |"


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted(names) if isinstance(names, frozenset) else names)
