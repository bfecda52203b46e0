"""procedure.toml, read and checked: whatever a later use could not work with is refused on start."""

import re
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from grievance.deadlines.dates import MOST_WEEKEND, Rule
from grievance.deadlines.kinds import DUTIES, Duty, LimitKind, Timetable

_KEYS = {"rule": True, "source": True, "remind": False, "most": False}


def load(path: Path) -> Timetable:
    """Read procedure.toml. Raises ValueError with a sentence that names the limit and what is wrong with it."""
    data, duties = _tables(path), {duty.key.value: duty for duty in DUTIES}
    if missing := sorted(set(data["limits"]) ^ set(duties)):
        raise ValueError(f"procedure.toml: missing or unknown limits: {missing}")
    kinds = {key: _kind(duties[key], row) for key, row in data["limits"].items()}
    more = _kept(data["counts"]), *_group(data["group"]), _passed_over(data["passkeys"])
    others = *_measures(data["measures"]), _days_of("doors", data), _days_of("questions", data)
    return Timetable(
        kinds, _years(data["retention"]), _release(data["company"]), *more, *others, forms_kept=_days_of("forms", data)
    )


OF_BEFORE: dict[str, dict[str, Any]] = {
    "counts": {"days": 90},
    "group": {"people": 100, "slips": "60c"},
    "passkeys": {"days": 14},
    "measures": {"answer": "30c", "appeal": "30c"},
    "doors": {"days": 180},
    "questions": {"days": 180},
    "forms": {"days": 90},
}
"""What an office's own file of before this was asked for goes by."""


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except ValueError as reason:
        raise ValueError(f"procedure.toml: {reason}") from None
    for name, values in OF_BEFORE.items():
        data.setdefault(name, values)
    names = {"limits", "retention", "company", *OF_BEFORE}
    if set(data) != names or not all(isinstance(table, dict) for table in data.values()):
        raise ValueError(
            "procedure.toml: it has [limits], [retention], [company], [counts], [doors], [questions], [forms],"
            " [passkeys], [group] and [measures], and nothing else"
        )
    return data


def _years(retention: dict[str, Any]) -> int:
    years = retention.get("years")
    if set(retention) != {"years"} or type(years) is not int or not 1 <= years <= 30:
        raise ValueError("procedure.toml: retention: it has years and nothing else, and they must be 1 to 30")
    return years


def _kept(counts: dict[str, Any]) -> int:
    days = counts.get("days")
    if set(counts) != {"days"} or type(days) is not int or not 1 <= days <= 3650:
        raise ValueError("procedure.toml: counts: it has days and nothing else, and they must be 1 to 3650")
    return days


def _days_of(name: str, data: dict[str, dict[str, Any]]) -> int:
    days = data[name].get("days")
    if set(data[name]) != {"days"} or type(days) is not int or not 1 <= days <= 1000:
        raise ValueError(f"procedure.toml: {name}: it has days and nothing else, and they must be 1 to 1000")
    return days


def _passed_over(passkeys: dict[str, Any]) -> timedelta:
    days = passkeys.get("days")
    if set(passkeys) != {"days"} or type(days) is not int or not 0 <= days <= 90:
        raise ValueError("procedure.toml: passkeys: it has days and nothing else, and they must be 0 to 90")
    return timedelta(days=days)


def _release(company: dict[str, Any]) -> time:
    """An hour that no place's changed clock passes over: they change between midnight and four."""
    said = company.get("release")
    fits = isinstance(said, str) and re.fullmatch(r"(0[4-9]|1\d|2[0-3]):[0-5]\d", said, re.ASCII)
    if set(company) != {"release"} or not fits:
        raise ValueError('procedure.toml: company: it has release and nothing else, a time like "06:00", from 04:00 on')
    return time.fromisoformat(str(said))


def _group(group: dict[str, Any]) -> tuple[int, timedelta]:
    """For how many people one may speak, and how long a slip is good: days by the calendar, whole ones of 24 hours."""
    people, slips = group.get("people"), group.get("slips")
    days = re.fullmatch(r"([1-9][0-9]{0,2})c", slips, re.ASCII) if isinstance(slips, str) else None
    if set(group) != {"people", "slips"} or type(people) is not int or not 1 <= people <= 1000 or days is None:
        raise ValueError(
            'procedure.toml: group: it has people, 1 to 1000, and slips, days like "60c", and nothing else'
        )
    return people, timedelta(days=int(days[1]))


def _measures(measures: dict[str, Any]) -> tuple[Rule, Rule]:
    """How long a company has to answer the grounds of a measure, and to appeal."""
    if set(measures) != {"answer", "appeal"}:
        raise ValueError("procedure.toml: measures: it has answer and appeal, and nothing else")
    try:
        answer, appeal = (parse({name: str(measures[name])}, name) for name in ("answer", "appeal"))
    except ValueError as reason:
        raise ValueError(f"procedure.toml: measures: {reason}") from None
    if "h" in (answer.unit, appeal.unit):
        raise ValueError("procedure.toml: measures: both must be in days")
    return answer, appeal


def _kind(duty: Duty, row: Any) -> LimitKind:
    try:
        said = read(row)
        rule = parse(said, "rule")
        remind, most = (parse(said, name) if name in said else None for name in ("remind", "most"))
    except ValueError as reason:
        raise ValueError(f"procedure.toml: {duty.key}: {reason}") from None
    kind = LimitKind(**vars(duty), rule=rule, source=said["source"], remind=remind, most=most)
    for fault in faults(kind):
        raise ValueError(f"procedure.toml: {duty.key}: {fault}")
    return kind


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


def faults(kind: LimitKind) -> Iterator[str]:
    """A sentence for each thing that would fail later."""
    yield from _of_units(kind, kind.rule, kind.remind, kind.most)
    yield from _of_most(kind, kind.rule, kind.most)
    yield from _of_reminder(kind, kind.rule, kind.remind)


def _of_units(duty: Duty, rule: Rule, remind: Rule | None, most: Rule | None) -> Iterator[str]:
    if not duty.in_hours and "h" in {one.unit for one in (rule, remind, most) if one}:
        yield "it must be in days: hours would run on while a suspension or a question holds it"
    if duty.chosen and rule.unit != "c":
        yield "rule: it must be in calendar days, because it says how far away a chosen day may be"


def _of_most(duty: Duty, rule: Rule, most: Rule | None) -> Iterator[str]:
    if duty.extended and most is None:
        yield "most is missing: the company may ask for more time, and this says how much at most"
    if not duty.extended and most is not None:
        yield "most: nobody can ask for more time here"
    if most and not _in_time(rule, most, equal=True):
        yield f"most: {most} can end before {rule} does"


def _of_reminder(duty: Duty, rule: Rule, remind: Rule | None) -> Iterator[str]:
    if remind is None:
        return
    if duty.agreed or duty.chosen:
        yield "remind: it ends on a date that is chosen for it, and half of its time is known then alone"
    if duty.unwarned:
        yield f"remind: nobody is warned of it, because {duty.unwarned}"
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
