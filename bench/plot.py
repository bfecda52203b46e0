"""The growth of each cost with the number of cases, as a picture: a panel for each database, both axes logarithmic."""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from bench.results import Figure

PANEL, HEIGHT, LEFT, TOP, LABELS, GAP = 330, 400, 60, 64, 150, 50
LINES = {  # name of the figure: what the line says, and its colour (after Okabe and Ito, for colour-blind people too)
    "filing": ("filing a complaint", "#D55E00"),
    "queue": ("queue, 95th percentile", "#0072B2"),
    "case": ("case with 50 messages", "#9C4A7C"),
    "search": ("search by reference", "#009E73"),
    "sweep": ("sweep, one due case", "#000000"),
    "sweep idle": ("sweep, nothing due", "#8A6D00"),
}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Scale:
    """A logarithmic axis: `low` and `high` are powers of ten, at `begin` and `end` in pixels."""

    low: int
    high: int
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        return self.begin + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> Iterator[float]:
        yield from (10.0**power for power in range(self.low, self.high + 1))


def milliseconds(figure: Figure) -> list[float]:
    """What one of its kind costs, whatever it was counted in."""
    return [1000 / value for value in figure.values] if figure.unit == "a second" else figure.values


def picture(figures: list[Figure]) -> str:
    """An SVG document. Figures without a line of their own are left out."""
    drawn = [figure for figure in figures if figure.name in LINES and figure.cases]
    kinds = [kind for kind in NAMES if any(figure.database == kind for figure in drawn)]
    every = [value for figure in drawn for value in milliseconds(figure)] or [1.0]
    y = Scale(math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)) + 1e-9), TOP + HEIGHT, TOP)
    sizes = [figure.cases for figure in drawn] or [1000]
    low, high = math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes)))
    width = LEFT + len(kinds) * (PANEL + LABELS + GAP)
    body = []
    for i, kind in enumerate(kinds):
        begin = LEFT + i * (PANEL + LABELS + GAP)
        x = Scale(low, max(high, low + 1), begin, begin + PANEL)
        body += [*_axes(x, y, NAMES[kind]), *_lines([one for one in drawn if one.database == kind], x, y)]
    title = "What each thing costs in milliseconds, by the number of cases"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HEIGHT + 56}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" aria-labelledby="t">'
        f'<title id="t">{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="600">{title}</text>'
    )
    return "\n".join([head, *body, "</svg>", ""])


def _axes(x: Scale, y: Scale, name: str) -> Iterator[str]:
    yield f'<text x="{x.begin}" y="{TOP - 14}" font-weight="600">{name}</text>'
    for tick in y.ticks():
        yield f'<path d="M{x.begin} {y(tick):.1f}H{x.end}" stroke="#ddd"/>'
        yield f'<text x="{x.begin - 8}" y="{y(tick) + 4:.1f}" text-anchor="end" fill="#444">{tick:g}</text>'
    for tick in x.ticks():
        yield f'<path d="M{x(tick):.1f} {y.begin}V{y.end}" stroke="#eee"/>'
        yield f'<text x="{x(tick):.1f}" y="{y.begin + 20}" text-anchor="middle" fill="#444">{tick:,.0f}</text>'
    yield f'<text x="{(x.begin + x.end) / 2}" y="{y.begin + 42}" text-anchor="middle" fill="#444">cases</text>'
    yield f'<path d="M{x.begin} {y.end}V{y.begin}H{x.end}" stroke="#444" fill="none"/>'


def _lines(figures: list[Figure], x: Scale, y: Scale) -> Iterator[str]:
    """Each line with dots at the medians, bars from the lowest to the highest round, and its name at its end."""
    ends: dict[str, float] = {}
    for name, (_words, colour) in LINES.items():
        points = sorted((one.cases, milliseconds(one)) for one in figures if one.name == name)
        if not points:
            continue
        spots = [(x(cases), y(statistics.median(values))) for cases, values in points]
        yield f'<path d="M{" L".join(f"{a:.1f} {b:.1f}" for a, b in spots)}" stroke="{colour}" stroke-width="2" fill="none"/>'  # noqa: E501
        for (a, b), (_cases, values) in zip(spots, points, strict=True):
            yield f'<path d="M{a:.1f} {y(min(values)):.1f}V{y(max(values)):.1f}" stroke="{colour}"/>'
            yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>'
        ends[name] = spots[-1][1]
    for name, at in _apart(ends).items():
        words, colour = LINES[name]
        yield f'<text x="{x.end + 10}" y="{at + 4:.1f}" fill="{colour}">{escape(words)}</text>'


def _apart(ends: dict[str, float], least: float = 17) -> dict[str, float]:
    """The same heights, moved so that no two names cover each other."""
    placed: dict[str, float] = {}
    above = float("-inf")
    for name, at in sorted(ends.items(), key=lambda one: one[1]):
        above = placed[name] = max(at, above + least)
    return placed
