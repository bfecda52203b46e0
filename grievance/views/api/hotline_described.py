"""The description of what a hotline's token can do: a part of the intake API's."""

from typing import Any

from flask import current_app

from grievance.views.api.described import OR_NONE, TEXT, answer, content, list_of, object_of, operation

TAG = {"name": "telephone", "description": "With the token of a hotline: a call is filed, and hears where it stands."}
OWN = ("card", "read_back")
"""Members of a complaint that only a hotline sends."""
_CARD = "The 20 digits of a printed card. One that is unknown or was used is not spoken of: the complaint is taken."
_BACK = "Needed with words that were written down: true, when they were read back and the complainant said yes."
ANSWERS = {
    "FiledByTelephone": answer({
        "reference": TEXT, "receipt": OR_NONE,
        "spoken": {**list_of(TEXT), "description": "The receipt to read out, a line at a time."},
        "says": list_of(TEXT),
    }),
    "Standing": answer({"state": TEXT, "language": TEXT,
                        "says": {**list_of(TEXT), "description": "Sentences to read out."}}),
}  # fmt: skip


def paths(complaint: dict[str, Any]) -> dict[str, Any]:
    """`complaint`: the schema of what anybody files."""
    security: list[dict[str, list[str]]] = [{"hotline": []}]
    own = {"card": {"type": "string", "description": _CARD}, "read_back": {"type": "boolean", "description": _BACK}}
    body = {**complaint, "properties": {**complaint["properties"], **own}, "required": ["could_harm"]}
    with_sound = object_of({"complaint": {"type": "string", "description": "The complaint, as JSON"},
                            "recording": {"type": "string", "format": "binary"}}, ("complaint",))  # fmt: skip
    filing = operation("fileByTelephone", "File a call", 201, "FiledByTelephone", body, tag=TAG["name"])
    filing["requestBody"]["content"]["multipart/form-data"] = {"schema": with_sound}
    filing["responses"]["200"] = content("Sent before: the same case", "FiledByTelephone")
    asks = object_of({"receipt": TEXT, "language": {"type": "string", "enum": list(current_app.config["LANGUAGES"])}},
                     ("receipt",))  # fmt: skip
    state = operation("hearState", "Hear where a complaint stands", 200, "Standing", asks, tag=TAG["name"])
    del state["parameters"]  # it changes nothing: no key is needed
    return {
        "/api/v1/hotline/complaints": {"post": {**filing, "security": security}},
        "/api/v1/hotline/state": {"post": {**state, "security": security}},
    }
