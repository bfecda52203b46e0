"""What the office asks about a company, and how the answers become its columns and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grievance.deadlines.countries import COMPANY_COUNTRIES, ZONES
from grievance.deadlines.dates import MOST_WEEKEND
from grievance.deadlines.lengths import length, length_of
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES, MEMBERSHIPS, WEEKDAYS
from grievance.forms.fields import SHORT, BadInput, Field, Kind
from grievance.models.people import Company

MOST_NAMES = 100
ONE_A_LINE = _l("One a line.")
COMPANY: tuple[Field, ...] = (
    Field("name", _l("Name"), Kind.LINE),
    Field("trade_names", _l("Trade names"), Kind.TEXT, False,
          help=_l("One a line. Complainants find the company by these names too.")),
    Field("country", _l("Country"), Kind.CHOICE, choices=COMPANY_COUNTRIES,
          help=_l("Its holidays count. What is owed now keeps the calendar that it was made with.")),
    Field("zone", _l("Time zone"), Kind.CHOICE, choices=ZONES, help=_l("A day ends at midnight there.")),
    Field("weekend", _l("Weekend"), Kind.CHOICES, False, choices=WEEKDAYS,
          help=_l("At most %(time)s.", time=length_of(MOST_WEEKEND))),
    Field("language", _l("Language for letters"), Kind.CHOICE, choices=LANGUAGES),
    Field("other_languages", _l("Other languages that they read"), Kind.CHOICES, False, choices=LANGUAGES),
    Field("member_of", _l("Works as a subcontractor for"), Kind.COMPANY, False),
    Field("subcontractors", _l("Its own subcontractors"), Kind.TEXT, False, help=ONE_A_LINE),
    Field("certification", _l("Certified by which standard"), Kind.LINE, False,
          help=_l("The standard's name alone, without the number of the certificate.")),
    Field("certified_until", _l("The certificate is good until"), Kind.DATE, False),
)  # fmt: skip
MEMBERSHIP: tuple[Field, ...] = (
    Field("membership", _l("What the company is to the association"), Kind.CHOICE, choices=MEMBERSHIPS),
    Field("since", _l("Since when"), Kind.DATE),
)


def described(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a company from checked answers. Raises `BadInput`."""
    weekend = [int(day) for day in values.get("weekend", [])]
    if len(weekend) > MOST_WEEKEND.days:
        raise BadInput({"weekend": _("A weekend has at most %(time)s.", time=length(MOST_WEEKEND))})
    until = values.get("certified_until")
    return {
        "name": values["name"],
        "trade_names": _names("trade_names", values),
        "country": values["country"],
        "zone": values["zone"],
        "weekend": weekend,
        "language": values["language"],
        "other_languages": [one for one in values.get("other_languages", []) if one != values["language"]],
        "member_of_id": _number(values.get("member_of")),
        "subcontractors": _names("subcontractors", values),
        "certification": values.get("certification", ""),
        "certified_until": date.fromisoformat(until) if until else None,
    }


def typed(company: Company) -> dict[str, Any]:
    """A company as the form shows it."""
    return {
        "name": company.name,
        "trade_names": "\n".join(company.trade_names),
        "country": company.country,
        "zone": company.zone,
        "weekend": [str(day) for day in company.weekend],
        "language": company.language,
        "other_languages": company.other_languages,
        "member_of": str(company.member_of_id or ""),
        "subcontractors": "\n".join(company.subcontractors),
        "certification": company.certification,
        "certified_until": company.certified_until.isoformat() if company.certified_until else "",
    }


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
