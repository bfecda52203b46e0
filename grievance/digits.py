"""One kind of digits on a page: those that the readers of its language write, as the receipt has them."""

from collections.abc import Mapping
from typing import Any

_DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}


def written(text: str, language: str) -> str:
    """A number, a day or a length in the digits of this language. Not for what people typed, nor for a code with
    letters, which is copied sign by sign."""
    return text.translate(_DIGITS[language]) if language in _DIGITS else text


def filled(message: str, values: Mapping[str, Any], language: str) -> str:
    """A text with its values, the numbers among them in the digits of this language."""
    if language not in _DIGITS or not any(_is_number(value) for value in values.values()):
        return message % values
    told = {name: written(str(value), language) if _is_number(value) else value for name, value in values.items()}
    return message.replace(")d", ")s") % told


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
