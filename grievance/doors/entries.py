"""What the office says of another door: the questions, and how the answers become its columns and back."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from grievance.deadlines.countries import COUNTRIES
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import GROUPS, LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind, clean
from grievance.models.door import Door

LONGEST = 800
"""Characters of what it does, and of what it does not: she reads both on a small telephone."""
ENGLISH = "en"
KINDS = (
    ("court", _l("Court")),
    ("labour", _l("Labour inspectorate")),
    ("contact_point", _l("National contact point for responsible business")),
    ("human_rights", _l("Human rights institution")),
    ("bank", _l("Complaints office of a development bank")),
    ("union", _l("Trade union")),
    ("medical", _l("Medical help")),
    ("legal", _l("Legal help")),
)
YES, NO, UNKNOWN = "yes", "no", "unknown"
COSTS = (
    (NO, _l("It costs nothing.")),
    (YES, _l("It can cost something. Ask first.")),
    (UNKNOWN, _l("We do not know what it costs. Ask first.")),
)
NEEDS_NAME = (
    (NO, _l("You need not say your name.")),
    (YES, _l("You must say your name there.")),
    (UNKNOWN, _l("We do not know whether you must say your name. Ask first.")),
)
"""As whoever looks for help reads them."""
REACHED = ("address", "telephone", "website")
ASKS: tuple[Field, ...] = (
    Field("name", _l("Name"), Kind.LINE, help=_l("As it is known there.")),
    Field("kind", _l("What it is"), Kind.CHOICE, choices=KINDS),
    Field("countries", _l("In which countries"), Kind.TEXT, False, help=_l(
        "One a line: the name in English, or the code of two letters. Leave it empty where it helps everywhere.")),
    Field("harms", _l("With which kinds of harm"), Kind.CHOICES, False, choices=GROUPS,
          help=_l("Tick none where it helps with any.")),
    Field("languages", _l("Languages that are spoken there"), Kind.CHOICES, False, choices=LANGUAGES),
    Field("does", _l("What it can do, in plain English words"), help=_l(
        "Whoever looks for help reads this. At most %(number)s characters.", number=LONGEST)),
    Field("does_not", _l("What it cannot do, in plain English words")),
    Field("address", _l("Address"), Kind.LINE, False),
    Field("telephone", _l("Telephone"), Kind.LINE, False),
    Field("website", _l("Website"), Kind.LINE, False, help=_l("For example https://www.example.org")),
    Field("costs", _l("Does it cost money?"), Kind.CHOICE, weighed=True, choices=COSTS),
    Field("needs_name", _l("Must people say their name?"), Kind.CHOICE, weighed=True, choices=NEEDS_NAME),
)  # fmt: skip
OTHERS = tuple((code, name) for code, name in LANGUAGES if code != ENGLISH)
TRANSLATED: tuple[Field, ...] = tuple(
    field
    for code, name in OTHERS
    for field in (
        Field(f"does_{code}", _l("What it can do (%(language)s)", language=name), required=False),
        Field(f"does_not_{code}", _l("What it cannot do (%(language)s)", language=name), required=False),
    )
)
"""Where both are empty in a language, people read the English words, and that they are English."""
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.,;-]{1,60}")
_WEBSITE = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]{1,5})?(/[A-Za-z0-9._~/%?=&#-]*)?")


def country_of(text: str) -> str:
    """The code of two letters, of a code or of a country's name in English; as it is where it is neither."""
    by_name = {str(name).casefold(): code for code, name in COUNTRIES}
    return str(by_name.get(text.casefold(), text.upper()))


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a door from answers as they were typed. Raises `BadInput` with a sentence for each doubtful one."""
    errors: dict[str, str] = {}
    values = clean((*ASKS, *TRANSLATED), raw)
    countries = _countries(values.get("countries", ""), errors)
    texts = _texts(values, errors)
    for name in ("does", "does_not"):
        _is_short(name, values[name], errors)
    _is_reached(values, errors)
    if errors:
        raise BadInput(errors)
    plain = {name: values[name] for name in ("name", "kind", "does", "does_not", "costs", "needs_name")}
    lists = {name: values.get(name, []) for name in ("harms", "languages")}
    reached = {name: values.get(name, "") for name in REACHED}
    return {**plain, **lists, **reached, "countries": countries, "texts": texts}


def _countries(text: str, errors: dict[str, str]) -> list[str]:
    codes = [country_of(" ".join(line.split())) for line in text.split("\n") if line.strip()]
    if unknown := [code for code in codes if code not in dict(COUNTRIES)]:
        errors["countries"] = _("This is no country that is known here: %(name)s.", name=unknown[0][:40])
    return sorted(set(codes))


def _texts(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, dict[str, str]]:
    """By language. What it cannot do is never left out where what it can do is said."""
    found = {}
    for code, _name in OTHERS:
        said = {name: values.get(f"{name}_{code}", "") for name in ("does", "does_not")}
        for name, text in said.items():
            _is_short(f"{name}_{code}", text, errors)
        if any(said.values()) and not all(said.values()):
            missing = next(name for name, text in said.items() if not text)
            errors[f"{missing}_{code}"] = _("Write both in this language, or none.")
        elif all(said.values()):
            found[code] = said
    return found


def _is_short(name: str, text: str, errors: dict[str, str]) -> None:
    if len(text) > LONGEST:
        errors[name] = _("This is too long: write at most %(number)s characters.", number=LONGEST)


def _is_reached(values: Mapping[str, Any], errors: dict[str, str]) -> None:
    if not any(values.get(name) for name in REACHED):
        errors["address"] = _("Write an address, a telephone number or a website.")
    telephone, website = values.get("telephone", ""), values.get("website", "")
    if telephone and not _TELEPHONE.fullmatch(telephone):
        errors["telephone"] = _("Write the number like this: +41 22 000 00 00")
    if website and not _WEBSITE.fullmatch(website):
        errors["website"] = _("Write the whole address of the website, like this: https://www.example.org")


def typed(door: Door) -> dict[str, Any]:
    """A door as the form shows it."""
    plain = {f.name: getattr(door, f.name) for f in ASKS if f.name != "countries"}
    said = {f"{name}_{code}": text for code, both in door.texts.items() for name, text in both.items()}
    return {**plain, **said, "countries": "\n".join(door.countries)}
