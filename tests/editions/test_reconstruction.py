"""What nobody can compute from everything that was ever published (issue 21, "Must show" 2)."""

import os
import random
import time
from collections import Counter
from collections.abc import Sequence

import pytest

from grievance.editions.issue import Edition
from grievance.editions.network import Network
from grievance.editions.register import SMALL, Cell, Counted, Register
from grievance.editions.witnesses import adds_up, speaks
from tests.editions import measured
from tests.editions.attack import Knowledge, of_the_public, told, unknowns, who_knows
from tests.editions.registers import FIRST, YEARS, editions, registers, until

ALL, SOME = {20: 10, 60: 10, 300: 10, 5000: 10}, {20: 3, 60: 2, 300: 2, 5000: 1}
SEEDS = ALL if os.environ.get("RECONSTRUCTION") == "all" else SOME
"""How many registers of each size, in complaints of three years: all of them are `make reconstruction`."""
LARGEST = 3
KNOWN_ONES = 3
"""Of how many complaints somebody is asked who knows that one."""


def _truth(net: Network, cell: Cell, edition: Edition) -> int:
    return int(edition.truth[list(net.cells[cell])].sum())


def witnesses_add_up(all_of: Sequence[Edition]) -> int:
    """Each witness of each edition, added up without a solver; how many there are."""
    shown: dict[Cell, int] = {}
    number = 0
    for edition in all_of:
        shown |= edition.shown
        ranges = {cell: (value, value) for cell, value in shown.items()}
        for one in edition.witnesses:
            for register in one.registers:
                assert adds_up(edition.net, ranges, one.observer, register)
            for target, none, many in one.speak:
                assert target.goal >= 1
                assert speaks(target, one.observer, one.registers[none], one.registers[many])
            number += len(one.registers)
    return number


def small_and_known(
    edition: Edition, tabled: Sequence[Cell], shown: dict[Cell, int], knowledge: Knowledge, rows: Sequence[Counted]
) -> list[str]:
    """The small numbers that this knowledge gives away: cells, and rests of a line without what of it is shown."""
    net = edition.net
    own = net.flow(rows, {})
    wanted = [(cell, [cell]) for cell in tabled]
    for cell, parts in net.lines:
        hidden = [part for part in parts if part not in shown]
        if 1 < len(hidden) < len(parts):
            wanted.append((cell, hidden))
    targets, numbers, names = [], [], []
    for name, parts in wanted:
        places = [n for part in parts for n in net.cells[part]]
        beside = int(edition.truth[places].sum() - own[places].sum())
        if beside > 0 and int(edition.truth[places].sum()) < SMALL:
            targets.append(([n for part in parts for n in unknowns(knowledge, part)], beside))
            numbers.append(beside)
            names.append(f"{name} {len(parts)}")
    allowed = [max(net.rules, key=lambda rule: rule[1])[1] - len(rows)] * len(numbers)
    return [names[n] for n in told(knowledge.bounds(targets), numbers, allowed)]


def given_away(register: Register, domain: object, all_of: Sequence[Edition], seed: int = 0) -> list[str]:
    """By all editions together: for the public, who knows one complaint, and the three largest companies."""
    last = all_of[-1]
    shown = {cell: number for one in all_of for cell, number in one.shown.items()}
    tabled = [cell for one in all_of for cell in (*one.shown, *one.hidden)]
    blocks = dict.fromkeys(range(FIRST, last.year - 1, 3), domain)
    public = of_the_public(register, shown, blocks)  # type: ignore[arg-type]
    chance = random.Random(seed)
    knowers: list[tuple[str, list[Counted], str]] = [("public", [], "")]
    knowers += [("one", [row], "") for row in chance.sample(register.rows, min(KNOWN_ONES, len(register.rows)))]
    for company, _number in Counter(row.company for row in register.rows).most_common(LARGEST):
        knowers.append((company, [row for row in register.rows if row.company == company], company))
    found = []
    for name, rows, company in knowers:
        knowledge = who_knows(public, rows, FIRST, company)
        found += [f"{name}: {one}" for one in small_and_known(last, tabled, shown, knowledge, rows)]
    return found


@pytest.mark.parametrize("size", [20, 60])
def test_three_small_editions_give_nothing_away_and_their_witnesses_add_up(size):
    register, domain = registers(size, 1)
    all_of = list(editions(register, domain, FIRST + 2))
    kept = Register(
        tuple(row for row in register.rows if row.year <= FIRST + 2),
        {year: number for year, number in register.totals.items() if year <= FIRST + 2}, {},
    )  # fmt: skip
    assert witnesses_add_up(all_of) > 0
    assert given_away(kept, domain, all_of) == []


@pytest.mark.long
@pytest.mark.parametrize(("size", "seed"), [(size, seed) for size, seeds in SEEDS.items() for seed in range(seeds)])
def test_six_editions_of_generated_registers_give_nothing_away(size, seed, record_property):
    register, domain = registers(size, seed)
    all_of, seconds = measured.timed(editions(register, domain))
    assert 3 <= len(all_of) <= YEARS
    cells = [cell for edition in all_of for cell in (*edition.shown, *edition.hidden)]
    assert len(cells) == len(set(cells)), "a number is issued once"
    assert witnesses_add_up(all_of) > 0
    began = time.perf_counter()
    assert given_away(until(register, all_of[-1].year), domain, all_of, seed) == []
    attacked = time.perf_counter() - began
    record_property(measured.PROPERTY, measured.line(size, all_of, seconds, attacked))
