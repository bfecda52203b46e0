"""The procedure as a document, from the table itself: docs/procedure.md is what this gives, and a test keeps it so."""

from collections.abc import Iterable

from grievance.accounts.receipts import CHECKED_FOR
from grievance.deadlines.kinds import DUTIES, STANDING, Deadline, LimitKind, Timetable
from grievance.deadlines.warnings import LAST
from grievance.models.case import State
from grievance.models.people import Role
from grievance.workflow.procedure import CHECKED, SECOND_PERSON, TABLE
from grievance.workflow.row import Row

_WHO = {Role.OFFICER: "officer", Role.APPROVER: "approver", Role.CUSTODIAN: "custodian", Role.COMPANY: "company",
        Role.COMPLAINANT: "complainant", Role.CLOCK: "clock"}  # fmt: skip


def handbook(timetable: Timetable) -> str:
    """Markdown: the picture, each step, each time limit with its source."""
    return "\n".join(
        [
            "# The procedure",
            "",
            "Made from `grievance/workflow/table.py` and `procedure.toml` by `make docs`; do not edit it by hand.",
            "",
            "```mermaid",
            *picture(),
            "```",
            "",
            "\\* two people: an officer proposes, an approver approves. † sometimes two people.",
            "",
            "## Steps",
            "",
            "| step | from | to | who | asks for | meets · opens · stops | shown besides to | letters |",
            "|---|---|---|---|---|---|---|---|",
            *(_step(row) for row in TABLE),
            "",
            (
                "An officer may record each step of the complainant's that came by phone, letter or in person; "
                f"{_named(SECOND_PERSON)} then need an approver. For {CHECKED_FOR.days} days after its holder "
                "replaced a receipt, and with one that a one-use code made until *confirm_receipt*, one also checks "
                f"{_named(CHECKED)} by it."
            ),
            "",
            "## Time limits",
            "",
            (
                "`c` calendar days, rolled forward off days off; `b` business days; `h` hours; each by the calendar of "
                f"whoever owes it. They are warned of it at half its time, or at its reminder, and {LAST} before "
                f"its end; of {_named(duty.key for duty in DUTIES if duty.unwarned)} nobody is."
            ),
            "",
            "| limit | owed by | what | time | source | shown besides to | when missed |",
            "|---|---|---|---|---|---|---|",
            *_limits(timetable),
            "",
            (
                f"The Secretariat sees all. {_named(STANDING)} run beside the steps and are no next step by "
                f"themselves. Where nothing else is owed, {Deadline.NEXT_MOVE} opens."
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
    stops = row.stops if row.stops_all_but is None else ("all",)
    clocks = " · ".join(_named(keys) or "–" for keys in (row.meets, row.opens, stops))
    target = row.target.value if row.target else ""
    told = ", ".join(f"{letter.recipient}: {letter.text.template}" for letter in row.letters) or f"none: {row.silent}"
    cells = (row.step + _mark(row), source, target, who, asks, clocks, _sides(row.event.shown_to), told)
    return f"| {' | '.join(cells)} |"


def _sides(shown_to: frozenset[str]) -> str:
    return ", ".join(sorted(shown_to)) or "nobody"


def _limits(timetable: Timetable) -> Iterable[str]:
    for kind in timetable.kinds.values():
        longest = f", at most {kind.most}" if kind.most else ""
        reminder = f", reminder {kind.remind}" if kind.remind else ""
        time = f"{kind.rule}{longest}{reminder}"
        cells = (kind.key, kind.owed_by, kind.words, time, kind.source, _sides(kind.shown_to), _when_missed(kind))
        yield f"| {' | '.join(str(cell) for cell in cells)} |"


def _when_missed(kind: LimitKind) -> str:
    """Its facts in a few words, the order of which is the order in which the clock does them."""
    says = [
        (kind.lapses, "the right lapses"),
        (kind.escalates, "referred: the case is escalated"),
        (kind.repeats, "opens again"),
        (kind.holds, f"{' or '.join(kind.holds)} goes on"),
        (kind.then, f"{kind.then} opens"),
        (kind.next_move, f"{Deadline.NEXT_MOVE} opens"),
        (not kind.lapses, "the approver is told"),
    ]
    return "; ".join(words for true, words in says if true)


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted(names) if isinstance(names, frozenset) else names)
