"""What a JSON complaint may say, and its OpenAPI description: both made from the questions of the form."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance.models.people import Company
from grievance.workflow.fields import BadInput, Field
from grievance.workflow.identity import IDENTITY
from grievance.workflow.intake import QUESTIONS, UNKNOWN_COMPANY, companies_meant
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
    meant = companies_meant(body.get("company"))
    if len(meant) > 1:
        errors["company"] = _which(meant)
    raw |= _company(body.get("company"), meant)
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
        raise BadInput(errors, {"company": _candidates(meant)} if len(meant) > 1 else None)
    return raw, country


def _candidates(meant: list[Company]) -> list[dict[str, str]]:
    return [{"company": str(one.id), "name": one.name, "country": one.country} for one in meant]


def _which(meant: list[Company]) -> str:
    names = "; ".join(f"{one.id} = {one.name}, {one.country}" for one in meant)
    sentence = _("More than one company can be meant. Send the number of the right one: %(names)s.", names=names)
    return str(sentence)


def _company(named: object, meant: list[Company]) -> dict[str, Any]:
    """The company that is meant; a name that we do not know is kept as it was said."""
    if meant:
        return {"company": str(meant[0].id)}
    return {"company": UNKNOWN_COMPANY} if named is None else {"company": UNKNOWN_COMPANY, "company_named": named}


# --- the description ---------------------------------------------------------------------------------------


def _schema(field: Field) -> dict[str, Any]:
    return {"description": str(field.label), **field.schema}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


_NAMED = (
    "Name or number; unknown names are kept. A name that can mean several companies is refused (422): the error's"
    " candidates have their numbers."
)
_OWN = (
    "Of whoever complains; with a representative, the representative's own and not that of the person they speak for."
)


def _complaint() -> dict[str, Any]:
    return _object(
        {
            **{theirs: _schema(FIELDS[ours]) for theirs, ours in PLAIN.items()},
            "company": {"type": "string", "maxLength": 200, "description": _NAMED},
            "language": {"type": "string", "enum": list(current_app.config["LANGUAGES"])},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "external_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,100}$",
                            "description": "Random. Sent again, it gives the same case."},
            "consents": _object({field.name: _schema(field) for field in CONSENTS}),
            "identity": {**_object({name: _schema(FIELDS[name]) for name in IDENTITY}), "description": _OWN},
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
        "servers": [{"url": current_app.config["SITE_URL"]}],
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
