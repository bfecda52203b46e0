"""Refusals of the API as problem documents (RFC 9457), in the language of whoever asks."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify


def problem(
    status: int, detail: str, errors: Mapping[str, str] | None = None, candidates: Mapping[str, Any] | None = None
) -> tuple[Response, int]:
    """`errors`: a sentence for each field's name. `candidates`: by the field's name, what may be meant by it."""
    body: dict[str, object] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail),
    }  # fmt: skip
    if errors:
        body["errors"] = [_error(name, sentence, (candidates or {}).get(name)) for name, sentence in errors.items()]
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response, status


def _error(name: str, sentence: str, candidates: Any) -> dict[str, Any]:
    error = {"field": name, "sentence": str(sentence)}
    return {**error, "candidates": candidates} if candidates else error
