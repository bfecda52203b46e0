"""docs/performance.md: what was measured on what, how to run it again, the table, and the profile of what missed."""

import textwrap

from bench import walk
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
        "![Growth of each cost with the number of cases](performance.svg)", "", *_walked(), *_missed(figures),
    ])  # fmt: skip


WALKED = f"""\
A person with an old phone goes from the home page until the complaint is sent, in Chromium, 360 pixels wide, scripts
off, over its emulation of a slow network: {walk.BITS:,} bits a second, and each answer {walk.LATE} ms late. Pages and
sheet come compressed, as a proxy sends them; the bytes are those on the wire, with heads. *Waited* is from the press
until the page stands there whole. *Words* are all that can be seen without opening anything; *read* are those of them
that stand before the button that she presses, each text on the first page that has it. {walk.WORDS} words are read and
{walk.KEYS} keys pressed a minute; what is chosen from what stands there is no key. The account has
{len(walk.ACCOUNT.split())} words, {len(walk.ACCOUNT)} keys. Not in it: the opening of a secure connection (two round
trips more, once), and the writing of twenty digits on paper.
"""


def _walked() -> list[str]:
    """Page by page, with the day and the commit of its own run."""
    facts, ways = walk.load()
    if not ways:
        return []
    run = f"Measured {facts['measured'][:10]} at commit {facts['commit']}, on {facts['cores']} cores."
    lines = ["## The first complaint on an old connection", "", WALKED, run, ""]
    for name, steps in ways.items():
        lines += [f"### With {name}", "", *_pages(steps), "", *_said(steps), ""]
    return lines


def _pages(steps: list[walk.Step]) -> list[str]:
    head = ("page", "requests", "kB", "waited", "words", "read", "keys", "minutes")
    rows = [(walk.TITLES[one.page], str(one.requests), f"{one.bytes / 1000:.1f}", f"{one.waited:.1f} s", str(one.seen),
             str(one.read), str(one.keys), f"{one.seconds / 60:.2f}") for one in steps]  # fmt: skip
    whole = ("**all**", str(sum(one.requests for one in steps)), f"{sum(one.bytes for one in steps) / 1000:.1f}",
             f"{sum(one.waited for one in steps):.1f} s", str(sum(one.seen for one in steps)),
             str(sum(one.read for one in steps)), str(sum(one.keys for one in steps)),
             f"**{sum(one.seconds for one in steps) / 60:.2f}**")  # fmt: skip
    return ["| " + " | ".join(line) + " |" for line in (head, tuple("---" for _ in head), *rows, whole)]


def _said(steps: list[walk.Step]) -> list[str]:
    """Whether it was met, and what each part of it takes, so that it can be counted anew for another account."""
    took, keys = sum(one.seconds for one in steps) / 60, sum(one.keys for one in steps)
    rest, again = took - keys / walk.KEYS, sum(one.seen - one.read for one in steps) / walk.WORDS
    room = max(0, int((walk.AT_MOST - rest) * walk.KEYS))
    met = f"Target: at most {walk.AT_MOST} minutes, {'met' if took <= walk.AT_MOST else 'missed'}."
    parts = f"The keys take {keys / walk.KEYS:.2f} minutes, all else {rest:.2f}: {room} keys would be in time."
    return [met, parts, f"To read each word of each page, also after the button and again, takes {again:.2f} more."]


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
    tried = (
        "What was tried, what was kept, where it was stopped: decisions/0010 (the sweep), 0011 and 0105 (the pages)."
    )
    lines = ["## What missed its target, and where its time goes", "", tried, ""]
    for (name, kind), figure in missed.items():
        profile = kept(name, kind)
        lines += [f"### {figure.title}, {kind}", ""]
        lines += [textwrap.indent(profile, "    "), ""] if profile else [f'Not profiled yet: `--profile "{name}"`.', ""]
    return lines


def write(figures: list[Figure], machine: dict[str, str]) -> None:
    PAGE.write_text(page(figures, machine), "utf-8")
    PICTURE.write_text(picture(figures), "utf-8")
