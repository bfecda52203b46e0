"""The days of an old register: read by the mapping's formats, and looked at for day and month that changed places."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from grievance import clock
from grievance.intake.register_mapping import EXCEL, EXCEL_1904, Plan, order_of
from grievance.intake.register_months import by_short_names, plain

OLDEST = 1950
_FIRST = {EXCEL: date(1899, 12, 30), EXCEL_1904: date(1904, 1, 1)}
"""The day that a spreadsheet numbers 0: by the count of most, and by the one of old Macintosh files."""
EXCHANGED = str.maketrans("dm", "md")


class NoDay(ValueError):
    """Why a text is no day; the sentence stands behind the name of the column."""


def read(text: str, plan: Plan, now: datetime) -> date:
    """The day that the text is in the first format that fits. Raises `NoDay`."""
    for shape in plan.dates:
        day = _by(plain(text, plan.months), shape)
        if day is None:
            continue
        if day.year < OLDEST or day > clock.office_day(now):
            raise NoDay(f"{text[:20]!r} is not a date of the past")
        return day
    raise NoDay(f"{text[:20]!r} is not a date")


@lru_cache(maxsize=20_000)
def _by(text: str, shape: str) -> date | None:
    try:
        if shape in _FIRST:
            return _FIRST[shape] + timedelta(days=int(float(text)))
        return clock.read_day(text, by_short_names(shape))
    except (ValueError, OverflowError):
        return _of_a_cell(text) if shape not in _FIRST else None


def _of_a_cell(text: str) -> date | None:
    """A date cell of a spreadsheet comes as YYYY-MM-DD, whatever the texts beside it look like."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@dataclass
class Order:
    """Whether a register's dates show that day and month stand in the order that its mapping says."""

    plan: Plan
    proven: bool = False
    doubtful: int = 0
    example: str = ""
    against: list[str] = field(default_factory=list)

    def look(self, number: int, texts: Iterable[str]) -> None:
        """At the days of one line."""
        for text in (plain(one, self.plan.months) for one in texts):
            for shape in self.plan.dates if text else ():
                if order_of(shape):
                    self._one(number, text, shape)

    def _one(self, number: int, text: str, shape: str) -> None:
        day, other = _plain(text, shape), _plain(text, exchanged(shape))
        if day and not other:
            self.proven = True
        elif day and other != day:
            self.doubtful += 1
            self.example = self.example or f"line {number}: {text[:20]} is {day.isoformat()} or {other}"
        elif other and not any(_plain(text, one) for one in self.plan.dates) and len(self.against) < 3:
            self.against.append(f"line {number}: {text[:20]}")

    def check(self) -> None:
        """Raises ValueError with a sentence, before anything is kept."""
        shape = next((one for one in self.plan.dates if order_of(one)), "")
        if self.against:
            raise ValueError(
                f"Day and month stand the other way round than the mapping says: {'; '.join(self.against)} is no date"
                f" in {shape} and is one in {exchanged(shape)}. Nothing was kept."
            )
        if self.doubtful and not self.proven and not self.plan.days_are_sure:
            raise ValueError(
                f"Nothing in the register shows which is the day and which the month ({self.example}). Compare a few"
                f" with the paper; if {shape} is right, say days_are_sure = true. Nothing was kept."
            )


def exchanged(shape: str) -> str:
    """The format with day and month in each other's place."""
    pairs = zip(" " + shape, shape, strict=False)
    return "".join(char.translate(EXCHANGED) if before == "%" else char for before, char in pairs)


def _plain(text: str, shape: str) -> date | None:
    return _by(text, shape) if shape not in _FIRST and not _of_a_cell(text) else None
