"""Generated registers of six years, and their yearly editions."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from grievance.editions.hiding import CannotBeIssued
from grievance.editions.issue import Edition, issue
from grievance.editions.register import CLASSES, HANDLED, HANDLING, Counted, Domain, Register

FIRST, YEARS = 2020, 6
TOPICS = tuple(f"topic {n}" for n in range(13))
OUTCOMES = tuple(f"outcome {n}" for n in range(8))
COMPANIES = {20: 8, 60: 12, 300: 25, 5000: 60}
TIMELY, LATE = 0.8, 0.85
"""How many are counted in their year; up to the second number in the next one; the others never."""


def registers(size: int, seed: int) -> tuple[Register, Domain]:
    """So many complaints in three years, twice; few companies and topics have most of them."""
    chance = random.Random(f"{size}-{seed}")
    domain = _domain(size, chance)
    rows: list[Counted] = []
    waiting: dict[int, dict[str, int]] = {}
    totals: dict[int, int] = {}
    late: list[Counted] = []
    handling = random.Random(f"{size}-{seed}-handling")
    for year in range(FIRST, FIRST + YEARS):
        number = size // 3 + ((year - FIRST) % 3 < size % 3)
        totals[year] = sum(totals.values() and [max(totals.values())]) + number
        new = [(_row(year, domain, chance, handling), chance.random()) for _ in range(number)]
        rows += [replace(one, year=year) for one in late]
        rows += [one for one, when in new if when < TIMELY]
        late = [one for one, when in new if TIMELY <= when < LATE]
        waiting[year] = dict(Counter(one.company for one in late))
    return Register(tuple(rows), totals, waiting), domain


def _domain(size: int, chance: random.Random) -> Domain:
    companies = COMPANIES[size]
    countries = [f"country {n}" for n in range(min(40, companies + 5))]
    works_in = {
        f"company {n}": frozenset(chance.sample(countries, chance.choice((1, 1, 2, 3)))) for n in range(companies)
    }
    return Domain(TOPICS, OUTCOMES, works_in)


def _row(year: int, domain: Domain, chance: random.Random, handling: random.Random) -> Counted:
    def one_of(names: tuple[str, ...], falls: float = 1.0) -> str:
        return chance.choices(names, [(n + 1) ** -falls for n in range(len(names))])[0]

    company = one_of(tuple(domain.works_in))
    country = chance.choice(sorted(domain.works_in[company]))
    days = tuple(chance.choices(CLASSES, (5, 4, 3, 3, 1, 2))[0] for _ in HANDLING)
    handled = tuple(handling.choices(classes, (5, 2, 3))[0] for classes in HANDLED.values())
    return Counted(year, one_of(TOPICS, 0.8), one_of(OUTCOMES), company, country, days, handled)


def until(register: Register, year: int) -> Register:
    """What is known when the edition of this year is made."""
    return Register(
        tuple(row for row in register.rows if row.year <= year),
        {one: number for one, number in register.totals.items() if one <= year},
        {one: names for one, names in register.waiting.items() if one <= year},
    )


def editions(register: Register, domain: Domain, last: int = FIRST + YEARS - 1) -> Iterator[Edition]:
    """One a year, each with all that was shown before."""
    before: list[Edition] = []
    for year in range(FIRST, last + 1):
        blocks = dict.fromkeys(range(FIRST, year - 1, 3), domain)
        try:
            before.append(issue(until(register, year), year, blocks, before))
        except CannotBeIssued:
            continue  # where there are no witnesses, nothing is issued
        yield before[-1]
