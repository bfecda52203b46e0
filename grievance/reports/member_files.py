"""The published members as files: JSON with a schema at a permanent address, and CSV. One shape for both, in English
keys and ISO codes; `FORMAT` changes when the shape does."""

import json
from collections.abc import Iterator
from typing import Any

from grievance import clock
from grievance.companies.published import NOT_TOLD, Facts
from grievance.concerns.in_public import SHOWN
from grievance.reports.exports import csv_row
from grievance.reports.member_addresses import SCHEMA, at_site, of_member
from grievance.reports.member_pages import Published, tier_now
from grievance.site import site_name

FORMAT = 1
_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_DAY = {"type": ["string", "null"], "format": "date"}
_TIER = {"enum": ["certified", "transitional", "affiliate", "former", None]}
_MEMBERSHIP = {"enum": ["member", "affiliate", "suspended", "former"]}
_LINE = {"since": {"type": "string", "format": "date"}, "membership": {"type": "string"}, "tier": _TIER}
_MEASURE = {"rung": {"enum": [rung.value for rung in SHOWN]}, "since": {"type": "string", "format": "date"}}
COMPANY: dict[str, dict[str, Any]] = {
    "address": {"type": "string", "format": "uri", "description": "its page"},
    "name": _TEXT,
    "trade_names": _TEXTS,
    "country": {"type": "string", "description": "ISO 3166-1 of its seat; * where it is not known"},
    "works_in": {**_TEXTS, "description": "other countries, ISO 3166-1"},
    "membership": _MEMBERSHIP,
    "tier": {**_TIER, "description": "as published; null where nobody said it"},
    "certified_now": {"type": "boolean", "description": "on the day of the file: the certificate has not lapsed"},
    "standard": {"type": "string", "description": "a key of the association's list, or empty"},
    "standard_named": {"type": "string", "description": "another standard, in words"},
    "certified_by": _TEXT,
    "services": {**_TEXTS, "description": "keys of the association's list"},
    "certified_from": _DAY,
    "certified_until": _DAY,
    "certify_by": {**_DAY, "description": "of a company on its way: the last day that it has"},
    "grievance_at": {**_TEXTS, "description": "where people reach its own grievance mechanism"},
    "grievance_languages": _TEXTS,
    "history": {"type": "array", "items": {"type": "object", "properties": _LINE, "required": [*_LINE]}},
    "measures": {
        "type": "array", "items": {"type": "object", "properties": _MEASURE, "required": [*_MEASURE]},
        "description": "of the Board, in force, once nobody can appeal any more",
    },
}  # fmt: skip
"""Each fact of a company, and what it holds."""


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    company = {"type": "object", "properties": COMPANY, "required": [*COMPANY], "additionalProperties": False}
    facts = {
        "$schema": {"type": "string"}, "format": {"const": FORMAT}, "published_by": _TEXT,
        "edition": {"type": "integer"}, "as_of": {"type": "string", "format": "date"},
        "published_on": {"type": "string", "format": "date"}, "members": {"type": "array", "items": company},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at_site(SCHEMA),
        "title": "Members of the association: every public fact",
        "type": "object",
        "properties": facts,
        "required": [*facts],
        "additionalProperties": False,
    }


def as_json(edition: Published) -> str:
    facts = {
        "$schema": at_site(SCHEMA), "format": FORMAT, "published_by": site_name(),
        "edition": edition.number, "as_of": edition.as_of.isoformat(), "published_on": edition.on.isoformat(),
        "members": [_public(one) for one in edition.facts],
    }  # fmt: skip
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def as_csv(edition: Published) -> Iterator[str]:
    """A line for each company. Several of something stand between strokes; a line of history is its day, what it was
    and its tier."""
    yield csv_row(COMPANY)
    for one in edition.facts:
        facts = _public(one)
        yield csv_row(_cell(facts[name]) for name in COMPANY)


def _public(one: Facts) -> dict[str, Any]:
    """The facts of one company, in the schema's order and without what is none."""
    more = {
        "address": of_member(one["slug"]),
        "certified_now": tier_now(one, clock.office_today()) == "certified",
    }
    known: dict[str, Any] = (
        {"measures": []} | {name: value for name, value in one.items() if name not in NOT_TOLD} | more
    )
    return {name: known[name] for name in COMPANY}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " | ".join(_cell(one) for one in value)
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
