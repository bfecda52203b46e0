"""Countries and time zones that a form may choose from."""

from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from grievance import zones as zones  # before the list of zones is made
from grievance.extensions import lazy_gettext as _l

EVERYWHERE = "*"
"""The Secretariat's own calendar, which also counts for whoever has none."""
_OWN = "c"
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_ENGLISH = Locale("en").territories
COUNTRIES = tuple(
    sorted(((c, n) for c, n in _ENGLISH.items() if len(c) == 2 and c not in _NO_COUNTRIES), key=lambda one: one[1])
)
_REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
            "Pacific/")  # fmt: skip
ZONES = tuple((zone, zone) for zone in ("UTC", *sorted(z for z in available_timezones() if z.startswith(_REGIONS))))
COMPANY_COUNTRIES = ((EVERYWHERE, _l("Not known: the Secretariat's holidays count")), *COUNTRIES)


def country_name(code: str) -> str:
    """In the page's language, of a region with its code; the calendar of all who have none is the Secretariat's."""
    locale = get_locale() or Locale("en")
    if code == EVERYWHERE:
        return str(_("The Secretariat"))
    country, _dash, region = code.partition("-")
    known = locale.territories.get(country, country)
    return f"{known}, {code}" if region else known


def own_key(company_id: int) -> str:
    """The calendar of the days that one company alone has."""
    return f"{_OWN}{company_id}"


def of_company(key: str) -> int | None:
    """Whose own calendar this is; None for the Secretariat's, a country's or a region's."""
    return int(key[1:]) if key[:1] == _OWN else None
