"""What procedure.toml may say of a time limit: whatever a later use could not work with is refused on start."""

from collections.abc import Iterator
from typing import Any

from grievance.workflow.limits import MOST_WEEKEND, Rule

AGREED = frozenset({"L11", "L16"})
"""They end on a date that people choose for them."""
EXTENDED = frozenset({"L5"})
"""More time may be asked for, and `most` says how much."""
IN_HOURS = frozenset({"L14", "L14h", "L14r"})
"""Hours run on through a suspension and through days off, so only a look at the safety may be given in hours."""
READ_BY = frozenset({"company", "complainant", "approver"})
"""Whose reminders somebody gets."""
_KEYS = {"rule": True, "source": True, "remind": False, "most": False}


def read(row: Any) -> dict[str, str]:
    """A row of the file, all of it texts. Raises ValueError."""
    if not isinstance(row, dict):
        raise ValueError('it must look like { rule = "30c", source = "why so long" }')
    if unknown := sorted(set(row) - set(_KEYS)):
        raise ValueError(f"nothing reads {', '.join(unknown)}")
    for name in (name for name, needed in _KEYS.items() if needed or name in row):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise ValueError(f"{name} is missing: it is a text between quotation marks")
    return row


def parse(row: dict[str, str], name: str) -> Rule:
    """The rule of that name. Raises ValueError."""
    try:
        return Rule.parse(row[name])
    except ValueError as reason:
        raise ValueError(f"{name}: {reason}, not {row[name]!r}") from None


def faults(key: str, owed_by: str, rule: Rule, remind: Rule | None, most: Rule | None) -> Iterator[str]:
    """A sentence for each thing that would fail later."""
    yield from _of_units(key, rule, remind, most)
    yield from _of_most(key, rule, most)
    yield from _of_reminder(key, owed_by, rule, remind)


def _of_units(key: str, rule: Rule, remind: Rule | None, most: Rule | None) -> Iterator[str]:
    if key not in IN_HOURS and "h" in {one.unit for one in (rule, remind, most) if one}:
        yield "it must be in days: hours would run on while a suspension or a question holds it"
    if key == "L16" and rule.unit != "c":
        yield "rule: it must be in calendar days, because it says how far away a chosen day may be"


def _of_most(key: str, rule: Rule, most: Rule | None) -> Iterator[str]:
    if key in EXTENDED and most is None:
        yield "most is missing: the company may ask for more time, and this says how much at most"
    if key not in EXTENDED and most is not None:
        yield "most: nobody can ask for more time here"
    if most and not _in_time(rule, most, equal=True):
        yield f"most: {most} can end before {rule} does"


def _of_reminder(key: str, owed_by: str, rule: Rule, remind: Rule | None) -> Iterator[str]:
    if remind is None:
        return
    if key in AGREED:
        yield "remind: it ends on a date that is chosen for it, and no reminder is sent before that"
    if owed_by not in READ_BY:
        yield f"remind: nobody would get it, because no letters go to the {owed_by}"
    if not _in_time(remind, rule):
        yield f"remind: the reminder must come before the limit, and {remind} can end after {rule} does"


def _in_time(first: Rule, second: Rule, equal: bool = False) -> bool:
    """Whether the first ends before the second (or with it) in every week that there can be, both counted from one
    moment. Calendar days that roll stop at the next business day, so they are never beyond as many of those."""
    longest = _with_weekends(first.count) if (first.unit, second.unit) == ("b", "c") else first.count
    return longest < second.count + equal


def _with_weekends(business_days: int) -> int:
    """Days at most, holidays left out: they begin before a weekend, in a week of few business days."""
    off = MOST_WEEKEND.days
    return business_days + off * -(-business_days // (7 - off))
