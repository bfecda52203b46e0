"""A receipt as a picture to photograph: drawn by the page itself, from no file and no other address."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Picture:
    """`path`: the dark squares as SVG path data; `size`: modules on each side, with the quiet border."""

    path: str
    size: int


def picture_of(code: str) -> Picture:
    """The digits alone, never an address: who opens a photographed address leaves it in a history."""
    rows = list(segno.make(code, micro=False, error="m").matrix_iter(border=4))
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture("".join(squares), len(rows))


SIGNS = {
    "force": "M12 2l2 6 6-3-3 6 5 3-6 1 1 6-5-4-5 4 1-6-6-1 5-3-3-6 6 3z",
    "held": "M3 4h18v16H3zM8 4v16M12 4v16M16 4v16",
    "hurt": "M12 21C5 15 3 11 3 8a4.6 4.6 0 0 1 9-1 4.6 4.6 0 0 1 9 1c0 3-2 7-9 13zM12 7l-2 4 4 2-2 4",
    "sexual": "M6 13V7a1.5 1.5 0 0 1 3 0v4V4a1.5 1.5 0 0 1 3 0v7V5a1.5 1.5 0 0 1 3 0v7V8a1.5 1.5 0 0 1 3 0v7"
    "c0 4-3 7-6 7s-5-2-7-5l-3-4a1.5 1.5 0 0 1 2.5-1.5z",
    "forced": "M10 14l-3 3a3.5 3.5 0 0 1-5-5l3-3a3.5 3.5 0 0 1 5 0M14 10l3-3a3.5 3.5 0 0 1 5 5l-3 3a3.5"
    " 3.5 0 0 1-5 0M9 15l6-6",
    "unequal": "M12 3v18M7 21h10M4 10l16-5M1 16a3 3 0 0 0 6 0l-3-6zM17 11a3 3 0 0 0 6 0l-3-6z",
    "work": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM15 8c-1-1-5-2-5 .5 0 3 5 2 5 5 0 2.5-4 2-6 .5M12 5v14",
    "unheard": "M3 4h18v12H12l-5 5v-5H3zM7 7l10 6M17 7L7 13",
    "unsure": "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM9 9a3 3 0 1 1 4 3q-1 .5-1 2M12 17v.5",
}
"""A sign for each group of topics, as the path of a picture 24 wide and high: for who reads little."""
