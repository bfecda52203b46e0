"""The mapping file of an old register: what its columns and values mean (docs/registers.md); nothing is guessed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import UnknownLocaleError

from grievance.deadlines.countries import COUNTRIES
from grievance.forms.choices import CLOSINGS, DISMISSALS, GROUPS, TOPICS
from grievance.intake.register_months import month_names
from grievance.languages import locale_of

DAYS = ("received_on", "sent_on", "answered_on", "closed_on")
"""The days that a register may know, in the order in which they come."""
IDENTITY = ("name", "phone", "email", "address")
"""What goes to the identity compartment, and nowhere else."""
KNOWN = (*DAYS, *IDENTITY, "id", "company", "state", "account", "country", "timely", "topics", "outcome")
MAPPED_STATES = ("received", "referred", "closed")
FORMATS = ("csv", "xlsx", "json")
EXCEL, EXCEL_1904 = "excel", "excel-1904"
"""In `dates`: the number of a day, as a spreadsheet keeps it."""
LISTS = ("also", "dates", "late", "on_time", "no_company", "companies_between")
SWITCHES = ("no_header", "loose_names", "days_are_sure", "no_received_days", "closed_when_filled")
TABLES = ("columns", "constants", "states", "countries", "topics", "outcomes", "months")
TEXTS = ("source", "encoding", "delimiter", "language", "format", "sheet", "records")
ALIASES = {"uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
           "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "uae": "AE", "drc": "CD",
           "dr congo": "CD", "democratic republic of the congo": "CD", "ivory coast": "CI", "burma": "MM",
           "turkey": "TR", "russian federation": "RU", "viet nam": "VN", "cote d'ivoire": "CI"}  # fmt: skip
"""How people write countries besides the names of CLDR, by their letters in lower case."""


@dataclass(frozen=True)
class Plan:
    """A mapping file. `columns` and `constants`: by our names. `dates`: formats of `strptime`, or `excel`. `states`,
    `countries`, `topics`, `outcomes`, `months`: what the register's words mean. Each field stands in
    docs/registers.md."""

    source: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    format: str = ""
    sheet: str = ""
    records: str = ""
    skip_lines: int = 0
    no_header: bool = False
    loose_names: bool = False
    also: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=lambda: ["%Y-%m-%d"])
    days_are_sure: bool = False
    no_received_days: bool = False
    closed_when_filled: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    on_time: list[str] = field(default_factory=list)
    language: str = "en"
    countries: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=lambda: month_names("en", {}))
    no_company: list[str] = field(default_factory=list)
    companies_between: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> list[str]:
        """The columns that the register must have."""
        return list(dict.fromkeys((*self.columns.values(), *self.also)))


def load_mapping(path: Path) -> Plan:
    """Read a mapping. Raises ValueError with a sentence."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise ValueError(f"The mapping cannot be read: {reason}") from None
    _check_kinds(data)
    _check_columns(data)
    _check_words(data)
    _check_formats(data)
    data["countries"] = _countries(data)
    data["months"] = month_names(data.get("language", "en"), data.get("months", {}))
    return Plan(**{"source": path.stem, "constants": {}} | data)


def _check_kinds(data: dict[str, Any]) -> None:
    known = {*TEXTS, *LISTS, *SWITCHES, *TABLES, "skip_lines"}
    if unknown := set(data) - known:
        raise ValueError(f"The mapping names unknown things: {', '.join(sorted(unknown))}.")
    for name in TEXTS:
        if not isinstance(data.get(name, ""), str):
            raise ValueError(f"The mapping's {name} must be a text.")
    for name in LISTS:
        if not isinstance(data.get(name, []), list) or not all(isinstance(one, str) for one in data.get(name, [])):
            raise ValueError(f"The mapping's {name} must be a list of texts.")
    for name in SWITCHES:
        if not isinstance(data.get(name, False), bool):
            raise ValueError(f"The mapping's {name} must be true or false.")
    for name in TABLES[1:]:
        values = data.get(name, {})
        if name != "states" and not (isinstance(values, dict) and all(isinstance(v, str) for v in values.values())):
            raise ValueError(f"The mapping's [{name}] must have texts.")
    if type(data.get("skip_lines", 0)) is not int or not 0 <= data.get("skip_lines", 0) <= 1000:
        raise ValueError("The mapping's skip_lines must be a number from 0 to 1000.")


def _check_columns(data: dict[str, Any]) -> None:
    columns, constants = data.get("columns"), data.get("constants", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise ValueError("The mapping needs [columns] with the names of the register's columns.")
    if unknown := {*columns, *constants} - set(KNOWN):
        raise ValueError(f"The mapping names unknown things: {', '.join(sorted(unknown))}.")
    if both := set(columns) & set(constants):
        raise ValueError(f"The mapping has both a column and a constant for: {', '.join(sorted(both))}.")
    if {"id", *IDENTITY} & set(constants):
        raise ValueError("A number, a name and the like are of one case: they cannot be constants.")
    needed = {"company"}
    needed |= set() if data.get("no_received_days") else {"received_on"}
    needed |= {"closed_on"} if data.get("closed_when_filled") else {"state"}
    if missing := needed - {*columns, *constants}:
        raise ValueError(f"The mapping needs a column for: {', '.join(sorted(missing))}.")
    if repeated := set(data.get("also", [])) & {columns[one] for one in IDENTITY if one in columns}:
        raise ValueError(f"A column of names or addresses cannot stand under also: {', '.join(sorted(repeated))}.")


def _check_words(data: dict[str, Any]) -> None:
    states = data.get("states", {})
    bad = not isinstance(states, dict) or not set(map(str, states.values())) <= set(MAPPED_STATES)
    if bad or not (states or data.get("closed_when_filled")):
        raise ValueError(f"The mapping's [states] must lead to: {', '.join(MAPPED_STATES)}.")
    lists = {"topics": [*GROUPS, *TOPICS], "outcomes": [*CLOSINGS, *DISMISSALS]}
    for name, choices in lists.items():
        keys = [key for key, _label in choices]
        if strange := set(data.get(name, {}).values()) - set(keys):
            raise ValueError(f"The mapping's [{name}] must lead to: {', '.join(keys)}; not {sorted(strange)[0]}.")
    if not re.fullmatch("[a-z]{2,3}", str(data.get("language", "en"))):
        raise ValueError("The mapping's language must be a code such as en.")


def _check_formats(data: dict[str, Any]) -> None:
    if len(data.get("delimiter", ",")) != 1:
        raise ValueError("The mapping's delimiter must be one character.")
    if data.get("format", "csv") not in FORMATS:
        raise ValueError(f"The mapping's format must be one of: {', '.join(FORMATS)}.")
    if not 1 <= len(data.get("source", "x")) <= 80:
        raise ValueError("The mapping's source must be a name of at most 80 characters.")
    orders = {order for one in data.get("dates", []) if (order := order_of(one))}
    if len(orders) > 1:
        raise ValueError("The mapping's dates have the day first and the month first: one register has one order.")


def order_of(shape: str) -> str:
    """ "dm" or "md" where a format has both as numbers, so that one can be taken for the other; else empty. One that
    begins with the year is not taken for another."""
    found = "".join(re.findall("%-?([dmYy])", shape))
    return found[:2] if found[:2] in ("dm", "md") else ""


def _countries(data: dict[str, Any]) -> dict[str, str]:
    """Codes by what a register may call a country, in lower case: the code, the names in English and in the register's
    language, and what the mapping says."""
    codes = {code for code, _name in COUNTRIES if code != "UK"}
    found = {code.casefold(): code for code in codes} | ALIASES
    for language in ("en", data.get("language", "en")):
        try:
            names = locale_of(language).territories
        except UnknownLocaleError:
            continue
        found |= {str(name).casefold(): code for code, name in names.items() if code in codes}
    said = {name.strip().casefold(): code for name, code in data.get("countries", {}).items()}
    if strange := {code for code in said.values() if code and code not in codes}:
        raise ValueError(f"The mapping's [countries] must lead to codes of two letters; not {sorted(strange)[0]}.")
    return found | ALIASES | said
