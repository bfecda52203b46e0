"""Every answer of an API that any test sees is compared with its description: nothing undescribed comes out."""

import re
from functools import cache
from typing import Any

import schemathesis
from werkzeug.test import Client, TestResponse

DESCRIBED_AT = {"/api/v1/company": "/api/v1/company/openapi.json", "/api": "/api/v1/openapi.json"}
"""By what an address begins with, the longest first."""
_documents: dict[str, dict[str, Any]] = {}


def strict(part: Any) -> Any:
    """The same schema, which lets no member through that it does not name."""
    if isinstance(part, list):
        return [strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: strict(one) for name, one in part.items()}
    return {**inner, "additionalProperties": False} if part.get("type") == "object" else inner


@cache
def _schema(description: str) -> Any:
    document = _documents[description]
    document["components"]["schemas"] = strict(document["components"]["schemas"])
    return schemathesis.openapi.from_dict(document)


def _of(path: str, schema: Any) -> str | None:
    """The described address that this path is one of."""
    return next((one for one in schema if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)), None)


def check(client: Client, answer: TestResponse) -> None:
    """Raises a `Failure` of schemathesis for an answer with a status, a member or a head that is not described."""
    path, method = answer.request.path, answer.request.method.lower()
    description = next((at for begins, at in DESCRIBED_AT.items() if path.startswith(f"{begins}/")), path)
    if path == description:
        return
    if description not in _documents:
        found = client.get(description)
        if found.status_code != 200:  # a process without this API
            return
        _documents[description] = found.json
    schema = _schema(description)
    way = _of(path, schema)
    if way and method in list(schema[way]):
        schema[way][method].validate_response(answer)
