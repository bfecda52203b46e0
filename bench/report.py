"""docs/performance.md: what was measured on what, how to run it again, the table, and the profile of what missed."""

import textwrap

from bench.plot import picture
from bench.profiles import kept
from bench.results import HEAD, ROOT, Figure

PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
INTRODUCTION = """\
# Performance

*Made by `make bench` from `bench/results.json`; not edited by hand.*

Absolute times differ from machine to machine, so each figure stands beside a yardstick that the same program measured
in the same minutes. Both take turns, round by round; a ratio is the median of each round's own. A cell gives the
median, and in brackets the lowest and highest round.

- **H**: a Flask page that says hello, served by gunicorn with the same `gunicorn.conf.py`, asked by the same client.
- **K**: the derivation and sealing that a filing needs, alone: Argon2id of the receipt, HPKE, AES-256-GCM.
- **commit**: one row of 2 kB, on disk when it returns, in the same kind of database on the same disk.
- **F**: the bare SQL floor: the rows that the sweep wrote, once more, by a statement for each table.

## How to run it again

    make bench                                     # 1,000 and 10,000 cases, both databases
    make bench BENCH="--cases 1000,1000000"        # takes half an hour or more, and 16 GB of disk; --folder says where
    make bench BENCH="--database sqlite --only queue,case --rounds 9"
    make bench BENCH="--profile queue"             # where the time of one figure goes

The databases are made for the run and thrown away. Their cases are copies of real ones, taken along the procedure by
the product's own verbs, each sealed anew under keys of its own (`bench/generator.py`); some carry an identity. The
program is served as it is for people: two gunicorn processes with four threads each, and each request has a connection
of its own. PostgreSQL runs on the same machine with its default settings, over a local socket. Clients, program and
database share the cores.
"""


def page(figures: list[Figure], machine: dict[str, str]) -> str:
    """The whole document."""
    facts = "\n".join(f"- {name}: {value}" for name, value in machine.items())
    return "\n".join([
        INTRODUCTION, "## On what", "", facts, "", "## The figures", "", *_table(figures), "",
        *(line for figure in figures if figure.note for line in (f"- {_where(figure)}: {figure.note}.",)), "",
        "![Growth of each cost with the number of cases](performance.svg)", "", *_missed(figures),
    ])  # fmt: skip


def _where(figure: Figure) -> str:
    return ", ".join([figure.title, *([figure.database] if figure.database != "–" else []),
                      *([f"{figure.cases:,} cases"] if figure.cases else [])])  # fmt: skip


def _table(figures: list[Figure]) -> list[str]:
    lines = [HEAD, tuple("---" for _ in HEAD), *(figure.cells() for figure in figures)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _missed(figures: list[Figure]) -> list[str]:
    """Each missed target once for each database, with the profile that was kept of it."""
    missed = {(figure.name, figure.database): figure for figure in figures if figure.met is False}
    if not missed:
        return ["Every target was met.", ""]
    tried = "What was tried, what was kept and where it was stopped: decisions/0010 (the sweep) and 0011 (the pages)."
    lines = ["## What missed its target, and where its time goes", "", tried, ""]
    for (name, kind), figure in missed.items():
        profile = kept(name, kind)
        lines += [f"### {figure.title}, {kind}", ""]
        lines += [textwrap.indent(profile, "    "), ""] if profile else [f'Not profiled yet: `--profile "{name}"`.', ""]
    return lines


def write(figures: list[Figure], machine: dict[str, str]) -> None:
    PAGE.write_text(page(figures, machine), "utf-8")
    PICTURE.write_text(picture(figures), "utf-8")
