"""The parts that an API's description is made of (OpenAPI 3.1): what goes in, what comes out, what is refused."""

from typing import Any

from grievance.forms.fields import LONG, Field
from grievance.views.api import idempotency

REFUSED = (400, 401, 404, 405, 409, 413, 422, 429, 500, 503)
"""Statuses that any operation may answer with, each with a problem document."""


def schema(field: Field) -> dict[str, Any]:
    """What answers a question of a form."""
    return {"description": str(field.label), **field.schema}


def object_of(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object that is sent to us: another member is refused."""
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


def answer(properties: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """An object of ours: everything is there but what may be left out. Members may be added to it later."""
    required = [name for name in properties if name not in left_out]
    return {"type": "object", "properties": properties, "required": required}


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT = {"type": "string"}
WORDS = {"type": "string", "maxLength": LONG}
OR_NONE = {"type": ["string", "null"]}
ZONE = {**TEXT, "description": "The time zone whose day it is, for example Africa/Nairobi."}
DAY, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
CANDIDATES = list_of(answer({"company": TEXT, "name": TEXT, "country": TEXT}))
SAYS = list_of({**list_of(TEXT), "minItems": 2, "maxItems": 2, "description": "A question and its answer."})
FILES = list_of(answer({"name": TEXT, "size": {"type": "integer", "description": "In bytes."}}))
PROBLEM = answer(
    {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT,
     "errors": list_of(answer({"field": TEXT, "sentence": TEXT, "candidates": CANDIDATES}, "candidates"))},
    "errors",
)  # fmt: skip
"""A problem document (RFC 9457) with a sentence for each member that is not right."""

_KEY = {"name": idempotency.HEADER, "in": "header", "schema": {"type": "string", "pattern": f"^{idempotency.PATTERN}$"},
        "description": "Random. For 24 hours the same request with the same key is done once."}  # fmt: skip
_WAIT = {"description": "Seconds until the request may be sent again", "schema": {"type": "integer"}}
_WAYS = {"description": "The methods that this address knows", "schema": TEXT}
_HEADERS = {405: {"Allow": {**_WAYS, "required": True}}, 429: {"Retry-After": {**_WAIT, "required": True}},
            503: {"Retry-After": _WAIT}}  # fmt: skip


def content(description: str, name: str, mimetype: str = "application/json") -> dict[str, Any]:
    """An answer with the schema of this name."""
    return {"description": description, "content": {mimetype: {"schema": ref(name)}}}


def _refused(status: int) -> dict[str, Any]:
    said = content("Refused, with a sentence", "Problem", "application/problem+json")
    return {**said, "headers": _HEADERS[status]} if status in _HEADERS else said


def operation(
    name: str, summary: str, good: int, answers: str, body: dict[str, Any] | None = None, *, tag: str
) -> dict[str, Any]:
    """`name`: what programs that are made from the description call it. `answers`: the schema of what comes back with
    the status `good`. `body`: the schema of what is sent."""
    way: dict[str, Any] = {"operationId": name, "summary": summary, "tags": [tag]}
    way["responses"] = {str(good): content("Done", answers), **{str(one): _refused(one) for one in REFUSED}}
    if body is not None:
        way["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        way["parameters"] = [_KEY]
    return way
