"""What each attacker reads, by opening everything that they have: the left half of the table of attackers."""

import pytest

from tests.attacks.attackers import ATTACKERS, COMPARTMENTS, Can
from tests.attacks.loot import LOOT
from tests.attacks.opener import NOTHING_SEALED, TO_A_KEY, UNDER_A_KEY, Loot, binary_columns, words_read

CELLS = [pytest.param(one, what, id=f"{one.name}-{what}") for one in ATTACKERS for what in COMPARTMENTS]


@pytest.fixture(scope="session")
def remembered():
    """By database and attacker: to try every key on every row takes a second."""
    return {}


def reading(remembered, office, name):
    if (office.kind, name) not in remembered:
        remembered[office.kind, name] = words_read(everything(office) if name == "all" else LOOT[name](office))
    return remembered[office.kind, name]


def everything(office):
    """What all of them together have."""
    all_of_it = [make(office) for make in LOOT.values()]
    return Loot(
        [office.past.copies["old"], office.past.copies["now"]],
        passwords=[one for loot in all_of_it for one in loot.passwords],
        peppers=office.secrets.peppers,
        staff_peppers=office.secrets.staff_peppers,
        receipts=[one for loot in all_of_it for one in loot.receipts],
    )


def of(words, attacker, what):
    return {word for word in words if word[0] == what and word[2] in attacker.cases}


@pytest.mark.parametrize(("attacker", "what"), CELLS)
def test_they_read_what_the_table_says_and_nothing_else(office, remembered, attacker, what):
    there = of(reading(remembered, office, "all"), attacker, what)
    read = of(reading(remembered, office, attacker.name), attacker, what)
    expected = {
        Can.NO: set(),
        Can.TYPED: set(),
        Can.OPEN: there,
        Can.YES: there,
        Can.OLD: {word for word in there if word[1] == "old"},
    }
    assert read == expected[attacker.reads[what]]


def test_there_is_something_of_each_kind_to_read_before_and_after(office, remembered):
    there = reading(remembered, office, "all")
    assert {(what, when) for what, when, _case in there} == {(w, t) for w in COMPARTMENTS for t in ("old", "new")}
    for attacker in ATTACKERS:
        for what, can in attacker.reads.items():
            assert of(there, attacker, what) or (can == Can.NO and attacker.cases != "abfkrwl"), (attacker.name, what)


def test_every_attacker_of_the_table_has_something_in_hand():
    assert set(LOOT) == {one.name for one in ATTACKERS} and len(ATTACKERS) >= 16


def test_every_column_that_could_be_sealed_is_tried_or_said_to_be_open(standing):
    """Whoever adds one says under which key it lies, or the attackers here would not know of it."""
    known = {*TO_A_KEY, *UNDER_A_KEY, *NOTHING_SEALED}
    assert binary_columns(standing.engine) == known
