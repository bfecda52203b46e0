"""`make docs`: docs/times.md, a word on every moment that a row holds, from their declarations."""

from pathlib import Path

from grievance.record.times import TIMES, Says

PAGE = Path(__file__).parents[1] / "docs" / "times.md"
HEAD = """# What the database tells of when she acted

Made from `grievance/record/times.py` by `make docs`; do not edit it by hand. For whoever has a copy of the database and
no key, and a list of who was on the network when. *Hers* is what the complainant, or who speaks for them, did.

- **the day**: the moment that stands there is the last of these before they acted: midnight at the office, midnight at
  the company, the hour of the day's release of either, and what happened in that case before
  ([why](decisions/0064-the-day-she-acted.md)).
- **the moment**: it is kept, because …
- **nothing**: it is of somebody else's doing, or of no case.

The order of events over all cases, numbers of rows that count up, when the operating system last wrote a file, and a
database's own log tell more than these columns to who can watch them.
"""


def page() -> str:
    lines = [f"| {name} | {word.says.value} | {word.why} |" for name, word in sorted(TIMES.items())]
    counts = ", ".join(f"{sum(w.says is one for w in TIMES.values())} {one.value}" for one in Says)
    return "\n".join(
        [HEAD, f"{len(TIMES)} columns: {counts}.", "", "| column | of hers | |", "|---|---|---|", *lines, ""]
    )


if __name__ == "__main__":
    PAGE.write_text(page())
