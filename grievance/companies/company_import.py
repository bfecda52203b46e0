"""Many companies at once, from a table: a bad row is named by its line and left out, and a second run adds nothing."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance.access import CLOCK, Person, may_administer
from grievance.companies import companies
from grievance.companies.company_form import MEMBERSHIP, NEW, country_of
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Company
from grievance.record.transaction import savepoint, unit_of_work

NEEDED = ("name", "country", "zone", "membership", "since")
COLUMNS = tuple(asked.name for asked in (*NEW, *MEMBERSHIP))
ONE_A_LINE = ("trade_names", "subcontractors", "works_in", "uniforms", "grievance_at")
SEVERAL = ("weekend", "other_languages", "services", "grievance_languages")
BY_DEFAULT = {"language": "en"}
DAYS = {"monday": "0", "tuesday": "1", "wednesday": "2", "thursday": "3", "friday": "4", "saturday": "5", "sunday": "6"}
MOST = 2000


@dataclass
class Imported:
    """What a run did: names that were added, how many were there already, and a sentence for each bad row."""

    added: list[str] = field(default_factory=list)
    known: int = 0
    faults: list[str] = field(default_factory=list)


class _Try(Exception):
    """Ends a transaction of which nothing is to stay."""


def import_companies(text: str, by: Person | None, dry_run: bool = False) -> Imported:
    """Add each row's company, with what it is since when; one transaction. `by`: an approver; None for the command
    line. A company whose name is there stays as it is. Raises `Refused`, and ValueError about the table itself."""
    if by is not None and not may_administer(by):
        raise Refused(_("Only an approver may change what is known of a company."))
    done, seen = Imported(), dict[str, int]()
    rows = list(_rows(text))
    try:
        with unit_of_work():
            for line, cells in rows:
                _one(line, cells, by or CLOCK, done, seen)
            if dry_run:
                raise _Try
    except _Try:
        return done
    return done


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line. The separator is the one that the first line has more of."""
    text = text.lstrip("\ufeff").replace("\0", "")
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        _check_names(names)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False))
            if reader.line_num > MOST:
                raise ValueError(_("The table has more than %(number)s lines: send it in parts.", number=MOST))
    except csv.Error as reason:
        raise ValueError(
            _("Line %(number)s cannot be read: %(reason)s.", number=reader.line_num, reason=reason)
        ) from None


def _check_names(names: list[str]) -> None:
    if missing := [name for name in NEEDED if name not in names]:
        raise ValueError(_("The first line must name these columns: %(columns)s.", columns=", ".join(missing)))
    if unknown := [name for name in names if name not in COLUMNS]:
        known = ", ".join(COLUMNS)
        raise ValueError(_("The column %(name)s is not known. Known are: %(known)s.", name=unknown[0], known=known))


def _one(line: int, cells: dict[str, str], by: Person, done: Imported, seen: dict[str, int]) -> None:
    name = cells["name"].casefold()
    if name in seen and name:
        done.faults.append(_("Line %(number)s: this company is in line %(first)s too.", number=line, first=seen[name]))
        return
    seen[name] = line
    if name and db.session.scalar(select(Company.id).where(func.lower(Company.name) == cells["name"].lower())):
        done.known += 1
        return
    try:
        with savepoint():
            companies.enter(by, _raw(cells))
    except BadInput as bad:
        told = " ".join(f"{column}: {sentence}" for column, sentence in bad.errors.items())
        done.faults.append(_("Line %(number)s: %(sentence)s", number=line, sentence=told))
        return
    done.added.append(cells["name"])


def _raw(cells: Mapping[str, str]) -> dict[str, Any]:
    """As the form would send it: several in a cell stand between semicolons, or strokes."""
    raw: dict[str, Any] = {**BY_DEFAULT, **{name: cell for name, cell in cells.items() if cell}}
    raw["country"] = country_of(raw.get("country", ""))
    for name in (*ONE_A_LINE, *SEVERAL):
        several = [one.strip() for one in raw.get(name, "").replace("|", ";").split(";") if one.strip()]
        raw[name] = "\n".join(several) if name in ONE_A_LINE else several
    raw["weekend"] = [DAYS.get(day.casefold(), day) for day in raw["weekend"]]
    if "member_of" in raw:
        raw["member_of"] = _member(raw["member_of"])
    return raw


def _member(name: str) -> str:
    number = db.session.scalar(select(Company.id).where(func.lower(Company.name) == name.lower()))
    return str(number or "0")
