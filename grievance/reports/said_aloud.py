"""A receipt as it is read out: a line at a time, digit by digit, in words of the language that is spoken."""

from functools import reduce

from flask_babel import gettext as _

from grievance.crypto import receipt_codes
from grievance.digits import written
from grievance.extensions import lazy_gettext as _l
from grievance.extensions import speaking

DIGITS = (
    _l("zero"), _l("one"), _l("two"), _l("three"), _l("four"), _l("five"), _l("six"), _l("seven"), _l("eight"),
    _l("nine"),
)  # fmt: skip


def receipt(code: str, language: str) -> list[str]:
    """The lines of a receipt (20 digits): "Line 1: four, two, zero, seven"."""
    with speaking(language):
        lines = receipt_codes.lines(receipt_codes.typed_digits(code))
        return [
            str(_("Line %(number)s: %(digits)s", number=written(str(number), language), digits=_said(line)))
            for number, line in enumerate(lines, 1)
        ]


def _said(line: str) -> str:
    words = [str(DIGITS[int(digit)]) for digit in line]
    return reduce(lambda said, word: str(_("%(one)s, %(another)s", one=said, another=word)), words)
