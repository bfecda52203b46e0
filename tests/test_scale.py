"""docs/scale.md says what the kept figures and its assumptions give."""

import json
from dataclasses import fields

from bench import results, scale, sizes


def cost():
    figures, _facts = results.load()
    return scale.costs(figures, json.loads(sizes.KEPT.read_text()))


def test_the_page_is_as_the_figures_and_the_assumptions_give_it():
    figures, facts = results.load()
    made = scale.page(figures, facts, json.loads(sizes.KEPT.read_text()))
    assert scale.PAGE.read_text() == made, "run `python -m bench.scale`"


def test_twice_as_many_cases_need_twice_of_all_but_the_processes():
    one, two = scale.need(1_000_000, cost()), scale.need(2_000_000, cost())
    for field in fields(one):
        if field.name != "processes":
            assert abs(getattr(two, field.name) / getattr(one, field.name) - 2) < 1e-9, field.name
    assert two.processes >= one.processes >= 2


def test_cores_are_what_complaints_and_pages_cost_over_how_busy_a_core_may_be():
    found, spent = scale.need(31_536_000, cost()), cost()  # one a second
    assert abs(found.filings - scale.BY["peak"]) < 1e-9
    busy = (found.filings * spent.filing + found.visits * spent.public) / 1000
    assert abs(found.form_cores * scale.BY["used"] - busy) < 1e-9


def test_the_page_says_of_which_commit_on_which_day_and_on_what_machine_its_figures_are():
    _figures, facts = results.load()
    for one in (facts, json.loads(sizes.KEPT.read_text())["machine"]):
        told = f"{one['commit']}; {one['measured'][:10]}, {one['processor']}, {one['cores']} cores, {one['memory']}"
        assert told in scale.PAGE.read_text()
