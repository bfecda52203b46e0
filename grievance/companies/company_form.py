"""What the office asks about a company, and how the answers become its columns and back."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines.countries import COMPANY_COUNTRIES, COUNTRIES, EVERYWHERE, ZONES
from grievance.deadlines.country_calendars import weekend_of, zones_of
from grievance.deadlines.dates import MOST_WEEKEND
from grievance.deadlines.lengths import length, length_of
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import (
    LANGUAGES,
    LANGUAGES_EVERYWHERE,
    MEMBERSHIPS,
    NO_STANDARD,
    SERVICES,
    STANDARDS,
    TIERS_OF_MEMBERS,
    WEEKDAYS,
)
from grievance.forms.fields import SHORT, BadInput, Field, Kind
from grievance.models.people import CalendarProposal, Company

MOST_NAMES = 100
ONE_A_LINE = _l("One a line.")
NO_DAY = ("none", _l("No day"))
DAYS = ("certified_from", "certified_until", "certify_by")
"""Of its certificate, and of the path to one."""
COMPANY: tuple[Field, ...] = (
    Field("name", _l("Name"), Kind.LINE),
    Field("trade_names", _l("Trade names"), Kind.TEXT, False,
          help=_l("One a line. Complainants find the company by these names too.")),
    Field("works_in", _l("Other countries in which its people guard"), Kind.TEXT, False,
          help=_l("One a line: the name in English, or the code of two letters. Complainants find it there too.")),
    Field("uniforms", _l("What its people wear"), Kind.TEXT, False,
          help=_l("One a line, as somebody says it who does not know its name: dark blue jacket, yellow cap. In the"
                  " languages of the people there. Complainants find the company by these words.")),
    Field("language", _l("Language for letters"), Kind.CHOICE, choices=LANGUAGES_EVERYWHERE),
    Field("other_languages", _l("Other languages that they read"), Kind.CHOICES, False, choices=LANGUAGES),
    Field("member_of", _l("Works as a subcontractor for"), Kind.COMPANY, False),
    Field("subcontractors", _l("Its own subcontractors"), Kind.TEXT, False, help=ONE_A_LINE),
    Field("services", _l("What it offers"), Kind.CHOICES, False, choices=SERVICES,
          help=_l("Clients find it by these. Of one that is certified: the scope of its certificate.")),
    Field("standard", _l("Certified by which standard"), Kind.CHOICE, False, choices=STANDARDS),
    Field("certification", _l("The standard's name, where it is another one"), Kind.LINE, False,
          help=_l("The standard's name alone, without the number of the certificate.")),
    Field("certified_by", _l("Certified by whom"), Kind.LINE, False, help=_l("The accredited certification body.")),
    Field("certified_from", _l("The certificate is good from"), Kind.DATE, False),
    Field("certified_until", _l("The certificate is good until"), Kind.DATE, False),
    Field("certify_by", _l("On its path: to be certified by"), Kind.DATE, False,
          help=_l("Of a transitional member: the last day that the association gave it.")),
    Field("grievance_at", _l("Where people reach its own grievance mechanism"), Kind.TEXT, False,
          help=_l("One a line: a page, a number or an address that it tells everybody. It is published.")),
    Field("grievance_languages", _l("Languages of its own grievance mechanism"), Kind.CHOICES, False,
          choices=LANGUAGES),
)  # fmt: skip
CALENDAR: tuple[Field, ...] = (
    Field("country", _l("Country"), Kind.CHOICE, choices=COMPANY_COUNTRIES, help=_l("Its holidays count.")),
    Field("region", _l("Region"), Kind.LINE, False,
          help=_l("Only where a region has days off of its own: its code by ISO 3166-2, for example MY-02.")),
    Field("zone", _l("Time zone"), Kind.CHOICE, False, choices=ZONES,
          help=_l("A day ends at midnight there. Without an answer: that of the country, where it has one.")),
    Field("weekend", _l("Weekend"), Kind.CHOICES, False, choices=(*WEEKDAYS, NO_DAY),
          help=_l("At most %(time)s. Without an answer: that of the country.", time=length_of(MOST_WEEKEND))),
)  # fmt: skip
NEW: tuple[Field, ...] = (*COMPANY[:2], *CALENDAR, *COMPANY[2:])
"""All that is asked about a company that is added."""
MEMBERSHIP: tuple[Field, ...] = (
    Field("membership", _l("What the company is to the association"), Kind.CHOICE, choices=MEMBERSHIPS),
    Field(
        "tier",
        _l("How far it is"),
        Kind.CHOICE,
        False,
        choices=TIERS_OF_MEMBERS,
        help=_l("Of a member alone. An affiliate and a former member are just that."),
    ),
    Field("since", _l("Since when"), Kind.DATE),
)


def described(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a company from checked answers, those of its calendar left out. Raises `BadInput`."""
    days = {name: _day(values.get(name)) for name in DAYS}
    if (first := days["certified_from"]) and (last := days["certified_until"]) and last < first:
        raise BadInput({"certified_until": _("This day is before the one from which the certificate is good.")})
    return {
        "name": values["name"],
        "trade_names": _names("trade_names", values),
        "works_in": _countries(values),
        "uniforms": _names("uniforms", values),
        "language": values["language"],
        "other_languages": [one for one in values.get("other_languages", []) if one != values["language"]],
        "member_of_id": _number(values.get("member_of")),
        "subcontractors": _names("subcontractors", values),
        "services": values.get("services", []),
        "standard": "" if values.get("standard") in (None, NO_STANDARD) else values["standard"],
        "certification": values.get("certification", ""),
        "certified_by": values.get("certified_by", ""),
        **days,
        "grievance_at": _names("grievance_at", values),
        "grievance_languages": values.get("grievance_languages", []),
    }


def _day(typed: str | None) -> date | None:
    return date.fromisoformat(typed) if typed else None


def calendar(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of its calendar from checked answers; what was not answered, by its country. Raises `BadInput`."""
    country = values["country"]
    return {
        "country": country,
        "region": _region(country, values.get("region", "")),
        "zone": _zone(country, values.get("zone")),
        "weekend": _weekend(country, values.get("weekend", [])),
    }


def _region(country: str, code: str) -> str:
    if code and not re.fullmatch(rf"{re.escape(country)}-[A-Z0-9]{{1,3}}", code.upper()):
        raise BadInput({"region": _("A region's code begins with its country's, for example MY-02.")})
    return code.upper()


def _zone(country: str, chosen: str | None) -> str:
    there = zones_of(country) if country != EVERYWHERE else (clock.office_zone(),)
    if not chosen and len(there) != 1:
        raise BadInput({"zone": _("Choose one: this country has several time zones, or none that is known here.")})
    return chosen or there[0]


def _weekend(country: str, chosen: list[str]) -> list[int]:
    if chosen == [NO_DAY[0]]:
        return []
    if NO_DAY[0] in chosen:
        raise BadInput({"weekend": _("Choose days, or that it has none.")})
    if len(chosen) > MOST_WEEKEND.days:
        raise BadInput({"weekend": _("A weekend has at most %(time)s.", time=length(MOST_WEEKEND))})
    known = weekend_of(country)
    if not chosen and known is None:
        raise BadInput({"weekend": _("Choose its days: nothing is known here about this country.")})
    return [int(day) for day in chosen] or list(known.days if known else ())


def typed_calendar(of: Company | CalendarProposal) -> dict[str, Any]:
    """A calendar as the form shows it."""
    weekend = [str(day) for day in of.weekend] or [NO_DAY[0]]
    return {"country": of.country, "region": of.region, "zone": of.zone, "weekend": weekend}


def typed(company: Company) -> dict[str, Any]:
    """A company as the form shows it."""
    return {
        "name": company.name,
        "trade_names": "\n".join(company.trade_names),
        "works_in": "\n".join(company.works_in),
        "uniforms": "\n".join(company.uniforms),
        "language": company.language,
        "other_languages": company.other_languages,
        "member_of": str(company.member_of_id or ""),
        "subcontractors": "\n".join(company.subcontractors),
        "services": company.services,
        "standard": company.standard or NO_STANDARD,
        "certification": company.certification,
        "certified_by": company.certified_by,
        **{name: day.isoformat() if (day := getattr(company, name)) else "" for name in DAYS},
        "grievance_at": "\n".join(company.grievance_at),
        "grievance_languages": company.grievance_languages,
    }


def country_of(text: str) -> str:
    """The code of two letters, of a code or of a country's name in English; as it is where it is neither."""
    by_name = {str(name).casefold(): code for code, name in COUNTRIES}
    return str(by_name.get(text.casefold(), text.upper()))


def _countries(values: Mapping[str, Any]) -> list[str]:
    """Codes of countries, each once. Raises `BadInput`."""
    codes = list(dict.fromkeys(map(country_of, _names("works_in", values))))
    if unknown := [code for code in codes if code not in dict(COUNTRIES)]:
        raise BadInput({"works_in": _("This is no country that is known here: %(name)s.", name=unknown[0])})
    return codes


def _names(field: str, values: Mapping[str, Any]) -> list[str]:
    """One name a line, each once, in the order in which they were typed."""
    names = list(dict.fromkeys(" ".join(line.split()) for line in values.get(field, "").split("\n") if line.strip()))
    if len(names) > MOST_NAMES or any(len(name) > SHORT for name in names):
        sentence = _("Write at most %(names)s names, each of at most %(number)s characters.", names=MOST_NAMES,
                     number=SHORT)  # fmt: skip
        raise BadInput({field: sentence})
    return names


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput({"member_of": _("Choose another company from the list.")})
    return int(text)
