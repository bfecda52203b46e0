"""The calendars of holidays as the office reads them."""

from sqlalchemy import select

from grievance.deadlines.countries import EVERYWHERE, country_name
from grievance.extensions import db
from grievance.models.people import Company
from grievance.models.writing import Holiday


def calendars() -> list[tuple[str, str]]:
    """The Secretariat's first, then each country that has a company or a holiday: (code, name) pairs."""
    found = set(db.session.scalars(select(Company.country))) | set(db.session.scalars(select(Holiday.country)))
    countries = sorted(((code, country_name(code)) for code in found - {EVERYWHERE}), key=lambda one: one[1])
    return [(EVERYWHERE, country_name(EVERYWHERE)), *countries]


def years(country: str) -> dict[int, list[Holiday]]:
    """The holidays of one calendar by year, the latest year first, the days in their order."""
    found: dict[int, list[Holiday]] = {}
    for holiday in db.session.scalars(select(Holiday).where(Holiday.country == country).order_by(Holiday.on)):
        found.setdefault(holiday.on.year, []).append(holiday)
    return dict(sorted(found.items(), reverse=True))


def holiday(holiday_id: int) -> Holiday | None:
    return db.session.get(Holiday, holiday_id)
