"""An edition of the public figures, computed: exactly what would be public, and what is sealed with it."""

import calendar
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.desk import editions
from grievance.desk.editions import Made
from grievance.editions import tables
from grievance.editions.kept import Kept, as_json, public_table
from grievance.editions.register import CLASSES, HANDLING, Cell, Register, block_of
from grievance.editions.tables import COUNTED, COUNTED_YEAR, tables_of_block, tables_of_year
from grievance.forms.fields import Refused
from grievance.reports import monitoring_counts, public_counts
from grievance.reports.told_cases import Told

OF_COMPANIES = ("company", *tables.OF_COMPANIES)
CLOSED_FOR = public_counts.TOLD_FOR
"""A year is broken down when it has been over for so long: sooner, most of its last cases would not be counted yet."""
ENDS = {"1": 3, "2": 6, "3": 9, "4": 12}


def end_of(slug: str) -> date | None:
    """The last day of what a slug names: a year, or a year and a quarter. None where it names nothing."""
    year, _dash, quarter = slug.partition("-")
    if len(year) != 4 or not (year.isascii() and year.isdigit()) or quarter not in ("", *ENDS) or slug == f"{year}-":
        return None
    month = ENDS.get(quarter, 12)
    return date(int(year), month, calendar.monthrange(int(year), month)[1]) if int(year) >= 1990 else None


def make(person: Person, slug: str) -> Made:
    """Raises `Refused` where it cannot be issued, with why, or not within `EDITION_SECONDS`; `CannotOpen`."""
    going_on, instead_of = _until(current_app.config["EDITION_SECONDS"]), editions.waiting(slug)
    last, as_of = end_of(slug), clock.office_today()
    if last is None:
        raise Refused(_("Choose one of the periods."))
    if editions.is_public(slug):
        raise Refused(_("These figures are public already, and are never issued again."))
    if last >= as_of:
        raise Refused(_("This period is not over yet."))
    cases = public_counts.known_then(as_of)
    content: dict[str, Any] = {
        "slug": slug, "as_of": as_of.isoformat(), "last": last.isoformat(),
        "totals": public_counts.whole_totals(cases, last), "monitoring": monitoring_counts.totals(last),
        "tables": [], "names": {},
    }  # fmt: skip
    if not slug.isdigit():
        return Made(slug, as_of, content, {}, "", instead_of)
    if last + CLOSED_FOR > as_of:
        raise Refused(_("Only what has been over for %(number)s days is broken down.", number=CLOSED_FOR.days))
    after = editions.newest_year()
    sealed = _break_down(person, int(slug), cases, content, going_on)
    return Made(slug, as_of, content, sealed, after, instead_of)


def _until(seconds: int) -> Callable[[], None]:
    """Raises `Refused` when so many seconds are over."""
    ends = time.monotonic() + seconds

    def going_on() -> None:
        if time.monotonic() > ends:
            raise Refused(_(
                "It took longer than %(number)s seconds and was ended. Nothing was kept. Try it again when less is"
                " going on; an administrator can allow more time.", number=seconds,
            ))  # fmt: skip

    return going_on


def _break_down(
    person: Person, year: int, cases: Sequence[Told], content: dict[str, Any], going_on: Callable[[], None]
) -> dict[str, Any]:
    """Adds the tables of a year to what the public sees; returns what is sealed with it."""
    from grievance.editions.hiding import CannotBeIssued  # only where an edition is made: numpy and HiGHS come with it
    from grievance.editions.issue import issue

    earlier = editions.kept(person)
    if earlier and year <= earlier[-1].year:
        raise Refused(_("A later year is public already. What came late is counted in the next one."))
    rows = public_counts.counted(cases, year, date.fromisoformat(content["as_of"]), earlier)
    register = public_counts.register(cases, rows, year, earlier)
    blocks = public_counts.blocks(register, year, earlier)
    try:
        found = issue(register, year, blocks, earlier, going_on)
    except CannotBeIssued:
        raise Refused(_(
            "There are no witnesses: somebody could compute a small number, whatever of these tables is hidden."
            " They are not issued."
        )) from None  # fmt: skip
    kept = Kept(
        year, rows, register.totals, register.waiting, register.first, blocks, frozenset(found.shown), found.hidden
    )
    names = public_counts.company_names()
    tables = [
        *(_table(one, year, COUNTED_YEAR, found.shown) for one in tables_of_year(register, year)),
        *(_table(one, block_of(year, register.first), COUNTED, found.shown) for one in tables_of_block(register, year)),
    ]
    content |= {
        "tables": tables, "few": _few(register, year), "members": register.totals[year], "begins": register.first,
        "names": {key[0]: names[key[0]] for one in tables if one["key"] in OF_COMPANIES for key, _n in one["rows"]},
    }  # fmt: skip
    return {"kept": as_json(kept), "witnesses": _witnesses(found)}


def _few(register: Register, year: int) -> bool:
    """Whether companies have no table for want of complaints, though their block is closed."""
    tables = tables_of_block(register, year)
    return bool(tables) and "company" not in tables


def _table(table: str, period: int, counted: str, shown: Any) -> dict[str, Any]:
    lines = {"topic": public_counts.topics(), "outcome": public_counts.outcomes(), **dict.fromkeys(HANDLING, CLASSES)}
    return public_table(table, period, Cell(counted, period), shown, [(key,) for key in lines.get(table, ())])


def _witnesses(found: Any) -> dict[str, Any]:
    """Registers as what differs from the one that was counted, by the place of a piece."""

    def differs(register: Any) -> list[list[int]]:
        return [[int(n), int(register[n] - found.truth[n])] for n in (register - found.truth).nonzero()[0]]

    return {
        "pieces": [list(map(str, piece)) for piece in found.net.pieces],
        "counted": [int(number) for number in found.truth],
        "observers": [
            {"name": one.observer.name, "registers": [differs(register) for register in one.registers],
             "speak": [[list(target.cell), target.rest, target.goal, none, many] for target, none, many in one.speak]}
            for one in found.witnesses
        ],
    }  # fmt: skip
