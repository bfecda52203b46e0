"""The reconstruction test sees each of six faults that a publisher of figures makes."""

from collections import Counter
from functools import cache

import pytest

from grievance.editions import issue as issuing
from grievance.editions.register import SMALL, Cell, Register
from tests.editions.attack import Knowledge, of_the_public, told, unknowns
from tests.editions.registers import FIRST, editions, registers, until
from tests.editions.test_reconstruction import given_away, small_and_known

LAST = FIRST + 2


@cache
def _block(size: int, seed: int):
    register, domain = registers(size, seed)
    return until(register, LAST), domain, tuple(editions(register, domain, LAST))


def _numbers(edition) -> dict[Cell, int]:
    return {cell: int(edition.truth[list(edition.net.cells[cell])].sum()) for cell in (*edition.shown, *edition.hidden)}


def _with(edition, shown: dict[Cell, int]):
    hidden = frozenset(cell for cell in _numbers(edition) if cell not in shown)
    return issuing.Edition(edition.year, edition.tables, shown, hidden, edition.net, edition.truth, ())


def test_as_they_are_the_editions_give_nothing_away():
    register, domain, all_of = _block(60, 1)
    assert given_away(register, domain, all_of) == []


def test_hiding_cell_by_cell_alone_is_caught():
    register, domain, all_of = _block(60, 1)
    careless = _with(all_of[-1], {cell: n for cell, n in _numbers(all_of[-1]).items() if n >= SMALL})
    assert given_away(register, domain, [*all_of[:-1], careless])


def test_a_mark_of_its_own_for_fewer_than_five_is_caught():
    register, domain, all_of = _block(60, 1)
    shown = {cell: n for one in all_of for cell, n in one.shown.items()}
    tabled = [cell for one in all_of for cell in (*one.shown, *one.hidden)]
    knowledge = of_the_public(register, shown, {FIRST: domain})
    for cell, number in _numbers(all_of[-1]).items():
        if cell in all_of[-1].hidden:
            least, most = (0, SMALL - 1) if number < SMALL else (SMALL, 1e6)
            knowledge.add(unknowns(knowledge, cell), least, most)
    assert small_and_known(all_of[-1], tabled, shown, knowledge, [])


def _over(register: Register, parts: dict[str, range]) -> list[int]:
    """Topics published for the whole block and for a part of its time, each cell by cell and each sum hidden: what of
    the rest is given away."""
    topics = sorted({row.topic for row in register.rows})
    number = Counter((name, row.topic) for row in register.rows for name, years in parts.items() if row.year in years)
    kinds = [(name, topic) for name in parts for topic in topics]
    knowledge = Knowledge(kinds)
    first = next(iter(parts))
    for topic in topics:
        whole = sum(number[name, topic] for name in parts)
        if whole >= SMALL:
            knowledge.add(knowledge.of(lambda kind, topic=topic: kind[1] == topic), whole)
        if number[first, topic] >= SMALL:
            knowledge.add(knowledge.of(lambda kind, topic=topic: kind == (first, topic)), number[first, topic])
    knowledge.add(list(range(len(kinds))), len(register.rows))
    small = [kind for kind in kinds if 0 < number[kind] < SMALL]
    bounds = knowledge.bounds([(knowledge.of(lambda kind, one=one: kind == one), number[one]) for one in small])
    return told(bounds, [number[one] for one in small], [len(register.rows)] * len(small))


def test_breakdowns_that_overlap_quarter_after_quarter_are_caught():
    register, _domain = registers(300, 1)
    rows = tuple(row for row in register.rows if row.year == FIRST)
    quarters = [type(rows[0])(n * 4 // len(rows), *_but_the_year(row)) for n, row in enumerate(rows)]
    told_of = _over(Register(tuple(quarters), {}, {}), {"until the third": range(3), "the last": range(3, 4)})
    assert told_of


def _but_the_year(row):
    return row.topic, row.outcome, row.company, row.country, row.days


def test_a_year_beside_three_years_is_caught():
    register, _domain, _all_of = _block(60, 1)
    assert _over(register, {"two years": range(FIRST, LAST), "the third": range(LAST, LAST + 1)})


@pytest.mark.parametrize(("size", "seed"), [(60, 1)])
def test_a_company_whose_own_cases_are_not_held_fixed_is_caught(monkeypatch, size, seed):
    monkeypatch.setattr(issuing, "companies_of", lambda register, net: [])
    register, domain = registers(size, seed)
    all_of = list(editions(register, domain, LAST))
    found = given_away(until(register, LAST), domain, all_of)
    assert any(one.startswith("company") for one in found)


def test_a_percentage_with_its_base_hidden_is_caught():
    register, domain, all_of = _block(60, 1)
    shown = dict(all_of[-1].shown)
    numbers = _numbers(all_of[-1])
    base = Cell("counted", FIRST)
    topics = [cell for cell in numbers if cell.table == "topic"]
    percent = {cell: round(100 * numbers[cell] / numbers[base], 1) for cell in topics}
    shown.pop(base, None)
    one = next(cell for cell in topics if cell in shown)
    computed = round(100 * shown[one] / percent[one])
    shown |= {cell: round(percent[cell] * computed / 100) for cell in topics}
    assert given_away(register, domain, [*all_of[:-1], _with(all_of[-1], shown)])
