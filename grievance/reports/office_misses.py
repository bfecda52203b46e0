"""What the office itself missed, as observers and auditors read it: counts, of closed months, and nothing of a case.

All limits of the office together stand by month as they are, 0 included: like the totals of the public figures they
count as known to everybody. By limit they stand only over twelve months together, and by the rules of small numbers
(decision 0083): what is under `FEW` is not shown, and neither is the least of the others where one alone would be
hidden, because it would be a subtraction. Every limit of the office stands in that table, and no zero. A miss that two
people found to be none counts nowhere.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from grievance import clock
from grievance.access import OF_SOMEBODY
from grievance.deadlines.kinds import LAPSING
from grievance.deadlines.rows import timetable
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.sides import OF_THE_OFFICE

MONTHS = 12
FEW = 5


@dataclass(frozen=True)
class Misses:
    """`by_month`: the first day of each closed month and how many misses, the newest first. `by_limit`: what each limit
    is called and how many, the most first; None: not shown. `number`: of all together."""

    by_month: list[tuple[date, int]]
    by_limit: list[tuple[Label, int | None]]
    number: int


def misses(today: date) -> Misses:
    """Of the twelve months before the one of `today`, by the office's days."""
    months = _months(today)
    query = select(Limit.key, Limit.missed_at).join(Case, Case.id == Limit.case_id).where(
        Limit.owed_by.in_(OF_THE_OFFICE), Limit.missed_at >= clock.office_began(months[-1]),
        Limit.corrected_at.is_(None), Limit.key.not_in(LAPSING), OF_SOMEBODY,
    )  # fmt: skip
    found = [(key, clock.office_day(at).replace(day=1)) for key, at in db.session.execute(query) if at]
    kept = [(key, month) for key, month in found if month in months]
    per_month = Counter(month for _key, month in kept)
    kinds = {key: kind for key, kind in timetable().kinds.items() if kind.owed_by in OF_THE_OFFICE and not kind.lapses}
    per_limit = Counter(key for key, _month in kept)
    lines = shown({key: per_limit[key] for key in kinds}).items()
    named = [(kinds[key].words, number) for key, number in sorted(lines, key=lambda one: -(one[1] or 0))]
    return Misses([(month, per_month[month]) for month in months], named, len(kept))


def shown(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """Each number, or None where it is not shown."""
    hidden = {key for key, number in numbers.items() if number < FEW}
    if len(hidden) == 1 and (others := [key for key in numbers if key not in hidden]):
        hidden.add(min(others, key=lambda key: (numbers[key], key)))
    return {key: None if key in hidden else number for key, number in numbers.items()}


def _months(today: date) -> list[date]:
    """First days of the closed months, the newest first."""
    year, month, found = today.year, today.month, []
    for _one in range(MONTHS):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(date(year, month, 1))
    return found
