"""What the calendars lack, said at the desk: no days of the next year, and feasts of which nobody knows the date yet.

A gazette fixes a feast one or two days ahead. Who does not look then finds out by a breach that was none.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, SelectBase, String, cast, exists, literal, null, select

from grievance import clock
from grievance.deadlines.countries import EVERYWHERE, country_name
from grievance.deadlines.days import full_date
from grievance.extensions import UtcDateTime
from grievance.models.case import Case
from grievance.models.people import Company
from grievance.models.writing import Holiday
from grievance.reports.setup import NEXT_YEAR_FROM

WARNED, FORGOTTEN = timedelta(days=1), timedelta(days=30)
"""From the day before a feast is expected on; until it is long past."""

Said = tuple[str, tuple[str, ...]]
"""A sentence, and a line for each day that it is about."""


def asked(today: date) -> Iterator[SelectBase]:
    """Parts of the one question about what stands in the way: (kind, name, value, since)."""
    never = cast(null(), UtcDateTime).label("since")
    feasts = select(literal("expected"), Holiday.country + literal(" ") + Holiday.name, cast(Holiday.on, String), never)
    yield feasts.where(Holiday.expected, Holiday.on.between(today - FORGOTTEN, today + WARNED))
    if today.month >= NEXT_YEAR_FROM:
        yield _without_days(today.year + 1, never)
        yield _office_without(today.year + 1, never)


def _without_days(year: int, never: Any) -> SelectBase:
    """The countries by whose days somebody owes something, or may soon: a company of theirs has an open case."""
    one = select(literal(1)).where(Case.company_id == Company.id, Case.closed_at.is_(None)).limit(1)
    in_use = one.scalar_subquery() == 1  # of an `EXISTS` PostgreSQL makes a join, and reads all open cases
    has_days = exists().where(Holiday.country == Company.country, _of(year))
    countries = select(literal("no_days"), Company.country, literal(str(year)), never)
    return countries.where(in_use, ~has_days).distinct()


def _office_without(year: int, never: Any) -> SelectBase:
    """The office's own calendar: by it run the complainants' times too, and those of companies of no known country."""
    in_use = exists().where(Case.closed_at.is_(None))
    own = select(literal("no_days"), literal(EVERYWHERE), literal(str(year)), never)
    return own.where(in_use, ~exists().where(Holiday.country == EVERYWHERE, _of(year)))


def _of(year: int) -> ColumnElement[bool]:
    return Holiday.on.between(date(year, 1, 1), date(year, 12, 31))


def said(rows: Sequence[Row[Any]], now: datetime) -> Iterator[Said]:
    yield from _of_feasts([row for row in rows if row.kind == "expected"], clock.office_day(now))
    if without := [row for row in rows if row.kind == "no_days"]:
        named = "; ".join(sorted({_named(row.name) for row in without}))
        sentence = _(
            "There are no days off of %(year)s yet for: %(countries)s. What is owed there is counted as if there were"
            " no holiday. Add them under Holidays.",
            year=without[0].value, countries=named,
        )  # fmt: skip
        yield sentence, ()


def _named(calendar: str) -> str:
    return str(_("the Secretariat itself")) if calendar == EVERYWHERE else country_name(calendar)


def _of_feasts(rows: Sequence[Row[Any]], today: date) -> Iterator[Said]:
    if rows:
        lines = tuple(sorted(_line(row, today) for row in rows))
        yield _("Feasts whose date is not sure. Look whether they were gazetted, and say so under Holidays:"), lines


def _line(row: Row[Any], today: date) -> str:
    country, _space, name = row.name.partition(" ")
    on = date.fromisoformat(row.value)
    told = {"country": country_name(country), "name": name, "date": full_date(on)}
    if on == today + timedelta(days=1):
        return str(_("%(country)s: %(name)s, expected tomorrow, %(date)s", **told))
    if on == today:
        return str(_("%(country)s: %(name)s, expected today, %(date)s", **told))
    return str(_("%(country)s: %(name)s, was expected on %(date)s", **told))
