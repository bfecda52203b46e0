"""The description of the API for companies (OpenAPI 3.1): made of its verbs and of the questions of their steps."""

from typing import Any

from flask import current_app

from grievance.forms.fields import Field, Kind
from grievance.models.case import State
from grievance.reports.queue_asked import FOR_COMPANIES
from grievance.views.api.company_verbs import STEPS, VERBS, Verb
from grievance.views.api.described import (
    DAY,
    MOMENT,
    OR_NONE,
    PROBLEM,
    SAYS,
    TEXT,
    ZONE,
    answer,
    content,
    list_of,
    object_of,
    operation,
    ref,
    schema,
)

BASE = "/api/v1/company"
TAGS = [{"name": "cases", "description": "What was referred to the company."},
        {"name": "steps", "description": "What the company does in a case."},
        {"name": "told", "description": "What the company's own system is sent."}]  # fmt: skip
BYTES = {"type": "string", "format": "binary"}
BOOLEAN = {"type": "boolean"}
_DUE = {"title": TEXT, "owed_by": TEXT, "due_on": DAY, "zone": ZONE, "paused": BOOLEAN, "overdue": BOOLEAN}
_STATE = {**TEXT, "enum": [state.value for state in State]}
_FILE = answer({"id": TEXT, "name": TEXT, "size": {"type": "integer", "description": "In bytes."}})
_POSSIBLE = {**list_of({**TEXT, "enum": sorted(STEPS.values())}), "description": "Operations that can be done now."}

_KEPT = {
    "own_reference": {**OR_NONE, "description": "What the company itself calls this case."},
    "in_charge": {**OR_NONE, "description": "Who of the company looks after it; null: nobody."},
}


def _or_none(name: str) -> dict[str, Any]:
    return {"oneOf": [ref(name), {"type": "null"}]}


ANSWERS = {
    "Cases": answer({
        "cases": list_of(ref("Line")),
        "after": {**OR_NONE, "description": "Where the next page begins: to be sent back as `after`."},
    }),
    "Line": answer({"reference": TEXT, **_KEPT, "state": _STATE, "next": _or_none("Due")}),
    "Due": answer(_DUE),
    "Case": answer({
        "reference": TEXT, **_KEPT, "state": _STATE, "suspended": BOOLEAN, "next": list_of(ref("Due")),
        "unfit": {**OR_NONE, "description": "Why nothing can be done here now."}, "possible": _POSSIBLE,
        "packet": _or_none("Writing"), "messages": list_of(ref("Writing")), "remedies": list_of(ref("Remedy")),
        "complainant": list_of(ref("Told")), "timeline": list_of(ref("Event")),
    }),
    "Writing": answer({
        "step": TEXT, "on": DAY, "by": TEXT, "read_by": TEXT,
        "frozen": {**OR_NONE, "description": "SHA-256 of the packet's text, where the record holds it."},
        "says": SAYS, "files": list_of(ref("File")),
    }),
    "File": _FILE,
    "Remedy": answer({"number": {"type": "integer"}, "kind": TEXT, "status": TEXT, "due_on": DAY, "zone": ZONE,
                      "paused": BOOLEAN, "says": SAYS}),
    "Told": answer({"whose": TEXT, "kind": TEXT, "text": TEXT, "superseded": BOOLEAN}),
    "Event": answer({"on": DAY, "event": TEXT, "what": TEXT, "by": TEXT, "says": SAYS}),
    "SomethingWaits": answer({
        "type": {**TEXT, "enum": ["something.waits", "test"]}, "timestamp": MOMENT,
        "data": answer({"reference": {**TEXT, "description": "Of the case; a test has none."}}, "reference"),
    }),
    "Problem": PROBLEM,
}  # fmt: skip


def _member(field: Field) -> dict[str, Any]:
    if field.kind == Kind.FILES:
        return {"description": str(field.label), **list_of(BYTES)}
    return schema(field)


def _sent(verb: Verb) -> dict[str, Any]:
    required = tuple(one.name for one in verb.asks if one.required and one.name not in verb.given)
    return object_of({one.name: _member(one) for one in verb.asks}, required)


def _of(verb: Verb) -> dict[str, Any]:
    way = operation(verb.name, verb.summary, 201, "Case", _sent(verb), tag="steps")
    if verb.with_files:
        way["requestBody"]["content"] = {"multipart/form-data": way["requestBody"]["content"]["application/json"]}
    return way


def _lists() -> dict[str, Any]:
    show = {"name": "show", "in": "query", "schema": {**TEXT, "enum": list(FOR_COMPANIES), "default": "open"}}
    after = {"name": "after", "in": "query", "schema": TEXT}
    return {**operation("listCases", "List cases", 200, "Cases", tag="cases"), "parameters": [show, after]}


def _file() -> dict[str, Any]:
    way = operation("getFile", "Get a file", 200, "Case", tag="cases")
    way["responses"]["200"] = {
        "description": "The file", "content": {"application/octet-stream": {"schema": BYTES}},
    }  # fmt: skip
    way["responses"]["410"] = content("It is damaged or missing", "Problem", "application/problem+json")
    return way


def _webhook() -> dict[str, Any]:
    """What a company's own system is sent, where its people gave an address for it."""
    heads = [{"name": name, "in": "header", "required": True, "schema": TEXT, "description": said}
             for name, said in WEBHOOK_HEADS]  # fmt: skip
    body = {"required": True, "content": {"application/json": {"schema": ref("SomethingWaits")}}}
    answers = {"2XX": {"description": "Taken"}, "410": {"description": "Nothing is sent there any more"},
               "default": {"description": "Sent again with growing pauses, for three days"}}  # fmt: skip
    says = {"operationId": "somethingWaits", "summary": "Something waits in a case", "description": WEBHOOK}
    return {"post": {**says, "tags": ["told"], "security": [], "parameters": heads, "requestBody": body,
                     "responses": answers}}  # fmt: skip


WEBHOOK = (
    "Signed as Standard Webhooks describes: check it with a library of theirs and the secret (whsec_…). Refuse a"
    " message whose time is more than five minutes off, and drop one whose identifier you have: either may have been"
    " replayed. Answer within ten seconds, then read the case. Redirects are not followed. Your people get mail about"
    " the same, at the same hour: a message that is lost loses nothing."
)
WEBHOOK_HEADS = (
    ("webhook-id", "Of one message, the same each time it is sent"),
    ("webhook-timestamp", "When it was sent this time, in seconds since 1970"),
    ("webhook-signature", "One or more signatures (v1,…), with spaces between: for a day two, after a new secret"),
)


def document() -> dict[str, Any]:
    """With the site's own address: programs that are made from it know where to ask."""
    reference, number, file_id = (
        {"name": name, "in": "path", "required": True, "schema": kind}
        for name, kind in (("reference", TEXT), ("number", {"type": "integer", "minimum": 1}), ("file_id", TEXT))
    )
    one = f"{BASE}/cases/{{reference}}"
    paths: dict[str, Any] = {
        f"{BASE}/cases": {"get": _lists()},
        one: {"parameters": [reference], "get": operation("getCase", "Read a case", 200, "Case", tag="cases")},
        f"{one}/packet": {
            "parameters": [reference],
            "get": operation("getPacket", "Read what was referred", 200, "Writing", tag="cases"),
        },
        f"{one}/files/{{file_id}}": {"parameters": [reference, file_id], "get": _file()},
    }
    for verb in VERBS:
        which = [reference, number] if verb.of_a_remedy else [reference]
        paths[f"{one}/{verb.path}"] = {"parameters": which, "post": _of(verb)}
    token = {"type": "http", "scheme": "bearer", "description": "A token that somebody of the company made."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Complaints that were referred to a company", "version": "1"},
        "servers": [{"url": current_app.config["SITE_URL"]}],
        "tags": TAGS,
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {"somethingWaits": _webhook()},
        "components": {"schemas": ANSWERS, "securitySchemes": {"token": token}},
    }
