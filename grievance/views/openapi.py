"""What a JSON complaint may say, and its OpenAPI description: both made from the questions of the form."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance.workflow.fields import BadInput, Field
from grievance.workflow.identity import IDENTITY
from grievance.workflow.intake import QUESTIONS, UNKNOWN_COMPANY, filing_options
from grievance.workflow.questions import CONSENTS

FIELDS = {field.name: field for field in QUESTIONS}
PLAIN = {"account": "account", "where": "where", "occurred_on": "when", "wanted": "wanted", "could_harm": "could_harm",
         "topics": "topics", "track": "track"}  # fmt: skip
"""Members of the JSON object, and the questions that they answer."""
OTHERS = {"company", "language", "country", "external_id", "consents", "identity", "representative"}


def answers(body: dict[str, Any], language: str) -> tuple[dict[str, Any], str | None]:
    """The form's answers and the country that a JSON complaint gives. Raises `BadInput`; the rules of the single
    questions are checked by the same verb that checks the form."""
    errors = {name: _("There is no such member.") for name in body if name not in OTHERS and name not in PLAIN}
    raw: dict[str, Any] = {ours: body[theirs] for theirs, ours in PLAIN.items() if body.get(theirs) is not None}
    raw.setdefault("could_harm", "unsure")
    country = body.get("country")
    if country is not None and not (isinstance(country, str) and re.fullmatch("[A-Z]{2}", country)):
        errors["country"] = _("Write the country as two capital letters, for example KE.")
    if body.get("language") is not None and body["language"] not in current_app.config["LANGUAGES"]:
        errors["language"] = _("Choose one of the answers in the list.")
    raw |= _company(body.get("company"))
    for name, allowed in (
        ("consents", {field.name for field in CONSENTS}), ("identity", set(IDENTITY)),
        ("representative", {"authority"}),
    ):  # fmt: skip
        inner = body.get(name)
        if inner is not None and not (isinstance(inner, dict) and set(inner) <= allowed):
            errors[name] = _("Send an object with these members only: %(names)s.", names=", ".join(sorted(allowed)))
        elif inner:
            raw |= inner
    if body.get("representative") is not None:
        raw["represents"] = "yes"
    if errors:
        raise BadInput(errors)
    return raw, country


def _company(named: object) -> dict[str, Any]:
    """A company by its name or number; a name that we do not know is kept as it was said."""
    if named is None:
        return {"company": UNKNOWN_COMPANY}
    known = filing_options()
    if str(named) in dict(known):
        return {"company": str(named)}
    by_name = {name.partition(" (")[0].casefold(): key for key, name in known}  # a trade name is followed by the name
    if isinstance(named, str) and named.strip().casefold() in by_name:
        return {"company": by_name[named.strip().casefold()]}
    return {"company": UNKNOWN_COMPANY, "company_named": named}


# --- the description ---------------------------------------------------------------------------------------


def _schema(field: Field) -> dict[str, Any]:
    return {"description": str(field.label), **field.schema}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


def _complaint() -> dict[str, Any]:
    return _object(
        {
            **{theirs: _schema(FIELDS[ours]) for theirs, ours in PLAIN.items()},
            "company": {"type": "string", "maxLength": 200, "description": "Name or number; unknown names are kept."},
            "language": {"type": "string", "enum": list(current_app.config["LANGUAGES"])},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "external_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,100}$",
                            "description": "Random. Sent again, it gives the same case."},
            "consents": _object({field.name: _schema(field) for field in CONSENTS}),
            "identity": _object({name: _schema(FIELDS[name]) for name in IDENTITY}),
            "representative": _object({"authority": _schema(FIELDS["authority"])}, ("authority",)),
        },
        ("account",),
    )  # fmt: skip


def _way(summary: str, good: int, body: dict[str, Any] | None = None, receipt: bool = True) -> dict[str, Any]:
    refusal = {"description": "A problem document (RFC 9457)", "content": {"application/problem+json": {}}}
    codes = [*([401] if receipt else []), 400, 404, 409, 413, 422, 429]
    way: dict[str, Any] = {"summary": summary, "responses": {str(good): {"description": "Done"}}}
    way["responses"] |= {str(code): refusal for code in codes}
    if not receipt:
        way["responses"]["200"] = {"description": "Sent before"}
    if body is not None:
        way["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if receipt:
        way["security"] = [{"receipt": []}]
    return way


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    text = {"type": "string", "maxLength": 20_000}
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    verbs = ["accept", "decline", "waive", "verify", "dispute"]
    verb = {"name": "verb", "in": "path", "required": True, "schema": {"type": "string", "enum": verbs}}
    words = _object({"why": text, "words": text, "missing": text, "extent": {"enum": ["partly", "wholly"]}})
    audience = {"enum": ["secretariat", "all"], "default": "secretariat"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Intake of complaints", "version": "1"},
        "paths": {
            "/api/v1/complaints": {"post": _way("File a complaint", 201, _complaint(), receipt=False)},
            "/api/v1/case": {"get": _way("Follow a complaint", 200)},
            "/api/v1/case/messages": {
                "post": _way("Write a message", 201, _object({"message": text, "audience": audience}, ("message",)))
            },
            "/api/v1/case/comments": {
                "post": _way("Comment on the answer", 201, _object({"comment": text}, ("comment",)))
            },
            "/api/v1/case/withdrawal": {"post": _way("Withdraw", 201, _object({}))},
            "/api/v1/case/remedies/{number}/{verb}": {
                "parameters": [number, verb], "post": _way("Answer a remedy", 201, words),
            },
        },
        "components": {"securitySchemes": {"receipt": {
            "type": "apiKey", "in": "header", "name": "Authorization", "description": "Receipt 1234 5678 …",
        }}},
    }  # fmt: skip
