"""What is read by a camera, as a picture: drawn by the page itself, from no file and no other address."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Picture:
    """`path`: the dark squares as SVG path data; `size`: modules on each side, with the quiet border."""

    path: str
    size: int


def picture_of(code: str, error: str = "m") -> Picture:
    """A receipt's digits alone, never an address: who opens a photographed address leaves it in a history. `error`: how
    much of it may be unreadable, as QR codes name it; "l" where there is much to say."""
    rows = list(segno.make(code, micro=False, error=error).matrix_iter(border=4))
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture("".join(squares), len(rows))
