"""Holidays as they are typed: one by one, or many pasted at once."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.deadlines.countries import COUNTRIES, EVERYWHERE, own_key
from grievance.deadlines.dates import MOST_DAYS
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms import typed_dates
from grievance.forms.fields import BadInput, Field, Kind, clean
from grievance.models.people import Company

FIRST, NAME, NAMED = date(2000, 1, 1), 120, 5
KINDS = (("off", _l("No business day")), ("works", _l("A day of the weekend that is worked")),
         ("half", _l("A half day: it counts as a business day, and the explanation names it")))  # fmt: skip
WHAT = Field("kind", _l("What kind of day"), Kind.CHOICE, False, choices=KINDS,
             help=_l("Without an answer it is no business day. One that is worked counts for what opens later.")
             )  # fmt: skip
DAYS: tuple[Field, ...] = (
    Field("on", _l("Date"), Kind.DATE, False),
    Field("name", _l("What the day is called"), Kind.LINE, False),
    Field("lines", _l("Many at once"), Kind.TEXT, False,
          help=_l("One day a line: the date, a space, the name. For example: 2027-01-01 New Year")),
    Field("not_sure", _l("The date is not sure yet: it hangs on the moon, or on a gazette"), Kind.YES, False,
          help=_l("The desk asks a day before whether it came so.")),
    Field("unsure", _l("Which of them are not sure"), Kind.HIDDEN, False),
)  # fmt: skip


def asked() -> tuple[Field, ...]:
    """What is asked, with the calendars that there are: those of regions and of single companies too."""
    companies = db.session.execute(select(Company.id, Company.name, Company.region).order_by(Company.name)).all()
    regions = [(region, region) for region in sorted({region for _id, _name, region in companies if region})]
    own = [(own_key(number), _("%(company)s alone", company=name)) for number, name, _region in companies]
    choices = ((EVERYWHERE, _l("The Secretariat")), *regions, *own, *COUNTRIES)
    return (Field("country", _l("Whose calendar"), Kind.CHOICE, choices=choices), WHAT, *DAYS)


def kind_of(raw: Mapping[str, Any]) -> str:
    """Raises `BadInput`."""
    return str(clean((WHAT,), raw).get("kind", KINDS[0][0]))


def read(raw: Mapping[str, Any]) -> tuple[str, dict[date, str]]:
    """The calendar's country and its new days. A bad line is named by its number, and then no line is taken.

    Raises `BadInput`.
    """
    values = clean(asked(), raw)
    days: dict[date, str] = {}
    if "on" in values or "name" in values:
        days |= _single(values)
    days |= _pasted(values.get("lines", ""), days)
    if not days:
        raise BadInput({"on": _("Write a date and its name, or paste several lines below.")})
    return values["country"], days


def not_sure(raw: Mapping[str, Any], days: Collection[date]) -> frozenset[date]:
    """Which of the days that are entered somebody looks at again before they come."""
    if raw.get("not_sure"):
        return frozenset(days)
    unsure = set(str(raw.get("unsure") or "").split())
    return frozenset(day for day in days if day.isoformat() in unsure)


def _single(values: Mapping[str, Any]) -> dict[date, str]:
    if "on" not in values:
        raise BadInput({"on": _("Write the date of this day too.")})
    if "name" not in values:
        raise BadInput({"name": _("Write what the day is called too.")})
    try:
        return dict([_day(values["on"], values["name"])])
    except ValueError as sentence:
        raise BadInput({"on": str(sentence)}) from None


def _pasted(text: str, before: Mapping[date, str]) -> dict[date, str]:
    days: dict[date, str] = {}
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            day, name = _line(line)
            if day in days or day in before:
                raise ValueError(_("this date is there twice."))
        except ValueError as sentence:
            faults.append(_("Line %(number)s: %(sentence)s", number=number, sentence=sentence))
            continue
        days[day] = name
    if faults:
        more = [_("And %(number)s more.", number=len(faults) - NAMED)] if len(faults) > NAMED else []
        raise BadInput({"lines": " ".join(faults[:NAMED] + more)})
    return days


def _line(line: str) -> tuple[date, str]:
    first, _space, name = line.strip().replace("\t", " ").partition(" ")
    if not first[:1].isdecimal():
        raise ValueError(_("begin with the date as year-month-day, for example 2027-01-01."))
    try:
        return _day(typed_dates.read(first), name.strip())
    except typed_dates.NoSuchDate:
        raise ValueError(_("there is no such date.")) from None


def _day(on: str, name: str) -> tuple[date, str]:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise ValueError(_("there is no such date.")) from None
    if not FIRST <= day <= clock.office_today() + timedelta(days=MOST_DAYS):
        raise ValueError(_("this date is too far away: check the year."))
    if not 1 <= len(name) <= NAME:
        raise ValueError(_("write a name of 1 to %(number)s characters after the date.", number=NAME))
    return day, name
