"""The calendars of holidays as the office reads them."""

from sqlalchemy import select

from grievance.deadlines.countries import EVERYWHERE, country_name, own_key
from grievance.extensions import db
from grievance.models.people import Company
from grievance.models.writing import Holiday


def calendars(asked: str = EVERYWHERE) -> list[tuple[str, str]]:
    """The Secretariat's first, then each country or region that has a company or a holiday, then those of single
    companies that have a day; and the one that is asked for, where there is one. As (key, name) pairs."""
    companies = list(db.session.execute(select(Company.id, Company.name, Company.country, Company.region)))
    named = {own_key(number): name for number, name, _country, _region in companies}
    found = {key for _id, _name, country, region in companies for key in (country, region) if key}
    found |= set(db.session.scalars(select(Holiday.country))) | ({asked} & set(named))
    by_name = sorted(((key, named.get(key) or country_name(key)) for key in found - {EVERYWHERE}),
                     key=lambda one: (one[0] in named, one[1]))  # fmt: skip
    return [(EVERYWHERE, country_name(EVERYWHERE)), *by_name]


def years(country: str) -> dict[int, list[Holiday]]:
    """The holidays of one calendar by year, the latest year first, the days in their order."""
    found: dict[int, list[Holiday]] = {}
    for holiday in db.session.scalars(select(Holiday).where(Holiday.country == country).order_by(Holiday.on)):
        found.setdefault(holiday.on.year, []).append(holiday)
    return dict(sorted(found.items(), reverse=True))


def holiday(holiday_id: int) -> Holiday | None:
    return db.session.get(Holiday, holiday_id)
