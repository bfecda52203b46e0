"""What a JSON complaint may say, and its OpenAPI description: both made from the questions of the form."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance.forms.fields import BadInput
from grievance.intake.filing import QUESTIONS, UNKNOWN_COMPANY, companies_meant
from grievance.models.people import Company, Role
from grievance.views.api import hotline_described
from grievance.views.api.described import (
    DAY,
    FILES,
    MOMENT,
    OR_NONE,
    PROBLEM,
    SAYS,
    TEXT,
    WORDS,
    ZONE,
    answer,
    content,
    list_of,
    object_of,
    operation,
    ref,
    schema,
)
from grievance.workflow import safety
from grievance.workflow.custody import ASKED
from grievance.workflow.procedure import ROWS
from grievance.workflow.questions import CONSENTS
from grievance.workflow.remedy_questions import I_CAN_READ_IT

FIELDS = {field.name: field for field in QUESTIONS}
PLAIN = {"account": "account", "where": "where", "occurred_on": "when", "wanted": "wanted", "could_harm": "could_harm",
         "harm_when": "harm_when", "topics": "topics", "track": "track", "child": "child",
         "officer_sex": "officer_sex", "company_road": "company_road"}  # fmt: skip
"""Members of the JSON object, and the questions that they answer."""
TAGS = [{"name": "filing", "description": "A complaint is received, and its receipt given."},
        {"name": "following", "description": "The case of a receipt: read, answered, withdrawn."},
        hotline_described.TAG]  # fmt: skip
VERBS = ("accept", "decline", "waive", "verify", "dispute")
"""What a complainant may say to a remedy."""
MAY_READ = "company_may_read"
"""Said by whoever enters words of hers that a company reads: that she was asked about exactly these."""
OTHERS = {"company", "language", "country", "external_id", "consents", "identity", "representative"}


def answers(body: dict[str, Any], language: str) -> tuple[dict[str, Any], str | None]:
    """The form's answers and the country that a JSON complaint gives. Raises `BadInput`; the rules of the single
    questions are checked by the same verb that checks the form."""
    errors = {name: _("There is no such member.") for name in body if name not in OTHERS and name not in PLAIN}
    raw: dict[str, Any] = {ours: body[theirs] for theirs, ours in PLAIN.items() if body.get(theirs) is not None}
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
        ("consents", {field.name for field in CONSENTS}), ("identity", set(ASKED)),
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


_NAMED = (
    "Name or number; unknown names are kept. A name that can mean several companies is refused (422): the error's"
    " candidates have their numbers."
)
_MUST_ASK = (
    "Needed where the company reads the words: to true, when whoever wrote them was asked whether their name, number,"
    " village or place of work is in them. Without it 422."
)
_OWN = (
    "Of whoever complains; with a representative, the representative's own and not that of the person they speak for."
)


def _complaint() -> dict[str, Any]:
    return object_of(
        {
            **{theirs: schema(FIELDS[ours]) for theirs, ours in PLAIN.items()},
            "company": {"type": "string", "maxLength": 200, "description": _NAMED},
            "language": {"type": "string", "enum": list(current_app.config["LANGUAGES"])},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "external_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,100}$",
                            "description": "Random. Sent again, it gives the same case."},
            "consents": object_of({field.name: schema(field) for field in CONSENTS}),
            "identity": {**object_of({name: schema(FIELDS[name]) for name in ASKED}), "description": _OWN},
            "representative": object_of({"authority": schema(FIELDS["authority"])}, ("authority",)),
        },
        ("account", "could_harm"),
    )  # fmt: skip


ANSWERS = {
    "Filed": answer(
        {"reference": TEXT, "receipt": {**OR_NONE, "description": "Shown for an hour, to be written down."},
         "state": TEXT, "next": list_of(ref("Next"))}, "state", "next",
    ),
    "Case": answer({
        "reference": TEXT, "unfit": OR_NONE, "state": TEXT, "company": OR_NONE, "topics": list_of(TEXT), "agreed": SAYS,
        "next": list_of(ref("Next")), "timeline": list_of(ref("Event")),
        "messages": list_of(ref("Message")), "remedies": list_of(ref("Remedy")),
        "identity_ledger": list_of(ref("LedgerLine")),
    }),
    "Next": answer({"limit": TEXT, "title": TEXT, "owed_by": TEXT, "due_on": DAY, "zone": ZONE,
                     "paused": {"type": "boolean"}}),
    "Event": answer({"at": MOMENT, "event": TEXT, "by": TEXT, "says": SAYS}),
    "Message": answer({"at": MOMENT, "step": TEXT, "by": TEXT, "read_by": TEXT, "says": SAYS, "files": FILES}),
    "Remedy": answer({"number": {"type": "integer"}, "kind": TEXT, "status": TEXT, "due_on": DAY, "zone": ZONE,
                       "paused": {"type": "boolean"}, "says": SAYS}),
    "LedgerLine": answer({"at": MOMENT, "event": TEXT, "by": TEXT, "reason": OR_NONE}),
}  # fmt: skip
"""What comes back."""


def _way(name: str, summary: str, good: int, schema: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    way = operation(name, summary, good, schema, body, tag="following")
    return {**way, "security": [{"receipt": []}, {"bearer": []}]}


def _filing() -> dict[str, Any]:
    way = operation("fileComplaint", "File a complaint", 201, "Filed", _complaint(), tag="filing")
    del way["responses"]["401"]
    way["responses"]["200"] = content("Sent before: the same case", "Filed")
    return {**way, "security": []}


def _of_step(step: str) -> dict[str, Any]:
    """The questions of a step of hers, as its row asks them; that it is meant, the request itself says."""
    row = next(one for one in ROWS if one.step == step and Role.COMPLAINANT in one.who)
    asks = [field for field in row.asks if field.name != "sure"]
    required = tuple(field.name for field in asks if field.required)
    return object_of({field.name: schema(field) for field in asks}, required)


def document() -> dict[str, Any]:
    """OpenAPI 3.1, with the site's own address: programs that are made from it know where to ask."""
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    verb = {"name": "verb", "in": "path", "required": True, "schema": {"type": "string", "enum": list(VERBS)}}
    tick = {safety.TICK.name: schema(safety.TICK)}
    read = {MAY_READ: {"type": "boolean", "description": _MUST_ASK}}
    extent = {**TEXT, "enum": ["partly", "wholly"]}
    can_read = {I_CAN_READ_IT.name: schema(I_CAN_READ_IT)}
    words = object_of({"why": WORDS, "words": WORDS, "missing": WORDS, "extent": extent, **can_read, **tick, **read})
    audience = {**TEXT, "enum": ["secretariat", "all"], "default": "secretariat"}
    message = object_of({"message": WORDS, "audience": audience, **tick, **read}, ("message",))
    comment = object_of({"comment": WORDS, **tick}, ("comment",))
    withdrawal = object_of({safety.FORCED.name: schema(safety.FORCED), "why": WORDS, **tick}, (safety.FORCED.name,))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Intake of complaints", "version": "1"},
        "servers": [{"url": current_app.config["SITE_URL"]}],
        "tags": TAGS,
        "paths": {
            "/api/v1/complaints": {"post": _filing()},
            **hotline_described.paths(_complaint()),
            "/api/v1/case": {"get": _way("followCase", "Follow a complaint", 200, "Case")},
            "/api/v1/case/messages": {"post": _way("writeMessage", "Write a message", 201, "Case", message)},
            "/api/v1/case/comments": {"post": _way("comment", "Comment on the answer", 201, "Case", comment)},
            "/api/v1/case/withdrawal": {"post": _way("withdraw", "Withdraw", 201, "Case", withdrawal)},
            "/api/v1/case/deletion": {
                "post": _way("askForDeletion", "Ask that everything is deleted", 201, "Case", _of_step("ask_deletion")),
            },
            "/api/v1/case/remedies/{number}/{verb}": {
                "parameters": [number, verb],
                "post": _way("answerRemedy", "Answer a remedy", 201, "Case", words),
            },
        },
        "components": {
            "schemas": {**ANSWERS, **hotline_described.ANSWERS, "Problem": PROBLEM},
            "securitySchemes": {
                "receipt": {"type": "apiKey", "in": "header", "name": "Authorization",
                            "description": "Receipt 1234 5678 …"},
                "bearer": {"type": "http", "scheme": "bearer", "description": "The receipt, as most programs send it."},
                "hotline": {"type": "http", "scheme": "bearer", "description": "A token that two people of the"
                            " Secretariat made for a hotline."},
            },
        },
    }  # fmt: skip
