"""Refusals of the API as problem documents (RFC 9457), in the language of whoever asks."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, jsonify


def problem(status: int, detail: str, errors: Mapping[str, str] | None = None) -> tuple[Response, int]:
    """`errors`: a sentence for each field's name."""
    body: dict[str, object] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail),
    }  # fmt: skip
    if errors:
        body["errors"] = [{"field": name, "sentence": str(sentence)} for name, sentence in errors.items()]
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response, status
