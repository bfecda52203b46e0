"""What was measured: each figure with its yardstick, round by round, and what is asked of it; kept as JSON."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from grievance import clock

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results.json"
HEAD = ("figure", "database", "cases", "yardstick", "measured", "ratio", "target", "")


@dataclass(frozen=True)
class Target:
    """At most or at least so much: of the `value` itself, or of its `ratio` to the yardstick."""

    of: str
    way: str
    amount: float

    def met(self, found: float) -> bool:
        return found <= self.amount if self.way == "most" else found >= self.amount

    def words(self, unit: str, yardstick: str) -> str:
        sign = "≤" if self.way == "most" else "≥"
        return f"{sign} {self.amount:g} " + (f"× {yardstick}" if self.of == "ratio" else unit)


@dataclass(frozen=True)
class Figure:
    """`values` and `yard`: one number for each round, the yardstick's taken right before or after. `note`: what a
    reader must know to judge it."""

    name: str
    title: str
    database: str
    cases: int
    unit: str
    values: list[float]
    yardstick: str = ""
    yard: list[float] = field(default_factory=list)
    target: Target | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        """The median of each round's own ratio, so that what slowed a whole round slows neither alone."""
        if not self.yard:
            return None
        return statistics.median(one / other for one, other in zip(self.values, self.yard, strict=True))

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        found = self.ratio if self.target.of == "ratio" else self.median
        return found is not None and self.target.met(found)

    def cells(self) -> tuple[str, ...]:
        """One line of the table, as texts in the order of `HEAD`."""
        yard = f"{self.yardstick}: {spread(self.yard)} {self.unit}" if self.yard else "–"
        return (
            self.title,
            self.database,
            f"{self.cases:,}" if self.cases else "–",
            yard,
            f"{spread(self.values)} {self.unit}",
            "–" if self.ratio is None else f"{self.ratio:.2f}",
            self.target.words(self.unit, self.yardstick) if self.target else "–",
            {True: "met", False: "missed", None: "–"}[self.met],
        )


def spread(values: list[float]) -> str:
    """The median, and the lowest and highest: "3.1 (2.9–4.0)"."""
    if len(values) == 1:
        return number(values[0])
    return f"{number(statistics.median(values))} ({number(min(values))}–{number(max(values))})"


def number(value: float) -> str:
    """Three figures that say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(figures: Iterable[Figure]) -> str:
    """For the screen."""
    lines = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)  # fmt: skip


def line(figure: Figure) -> str:
    """As soon as it is measured."""
    return "  ".join(cell for cell in figure.cells() if cell != "–")


def machine() -> dict[str, str]:
    """What it was measured on."""
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.processor())  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "measured": clock.now().isoformat(timespec="seconds"),
        "commit": commit.stdout.strip() or "unknown",
        "processor": cpu,
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def outdated(facts: dict[str, str]) -> str:
    """A sentence where the figures that are kept are not of the program that is here; else nothing."""
    measured = facts["commit"]
    paths = ("grievance", "templates", "static", "migrations", "procedure.toml", "config.py", "gunicorn.conf.py",
             "requirements.txt")  # fmt: skip
    changed = subprocess.run(["git", "diff", "--quiet", measured, "--", *paths], cwd=ROOT, capture_output=True)
    if changed.returncode == 0:
        return ""
    return (f"The figures in bench/results.json and docs/performance.md are of commit {measured}, not of the program as"
            " it is here: quote none of them for it.")  # fmt: skip


def save(figures: list[Figure], facts: dict[str, str], path: Path = RESULTS) -> None:
    found = {"machine": facts, "figures": [asdict(figure) for figure in figures]}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def load(path: Path = RESULTS) -> tuple[list[Figure], dict[str, str]]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    figures = [Figure(**{**one, "target": Target(**one["target"]) if one["target"] else None})
               for one in found["figures"]]  # fmt: skip
    return figures, found["machine"]
