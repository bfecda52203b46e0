"""Which tables an edition has: of the year alone how long handling took, of a closed block all else.

No number of a year's table is in a block's table, but for how many were counted: the witnesses see to that one.
"""

from grievance.editions.register import BLOCK, FEW, HANDLED, HANDLING, Register, block_of, ends_a_block

COUNTED, COUNTED_YEAR, WAITING = "counted", "counted_year", "waiting"
"""How many complaints a block's and a year's tables are about; and how many were not counted yet, which is published
nowhere and can be had by subtraction."""
ALWAYS = ("topic", "outcome")
"""Tables of a block with few complaints, too."""
OF_COMPANIES = ("company_outcome", *(f"company_{what}" for what in HANDLED))
ENOUGH = (*ALWAYS, "company", "country", "topic_outcome", *OF_COMPANIES)
CROSS = frozenset({"topic_outcome", *OF_COMPANIES})


def tables_of_year(register: Register, year: int) -> tuple[str, ...]:
    """Empty where there are too few complaints in that year."""
    return HANDLING if register.received(year, year) >= FEW else ()


def tables_of_block(register: Register, year: int) -> tuple[str, ...]:
    """What an edition of this year shows of its block: nothing before the block is closed."""
    if not ends_a_block(year, register.first):
        return ()
    return ENOUGH if register.received(block_of(year, register.first), year) >= FEW else ALWAYS


def years_of(block: int) -> range:
    return range(block, block + BLOCK)
