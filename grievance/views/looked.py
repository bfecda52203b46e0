"""Words that could show who somebody is are looked at once more before they go on: exactly these, or again."""

from collections.abc import Mapping
from typing import Any

from flask import request

from grievance.crypto.hashes import sha256
from grievance.forms.fields import Field


def digest(asks: tuple[Field, ...], raw: Mapping[str, Any]) -> str:
    """Of what was typed: it stands in the form that asks again."""
    return sha256("\n".join(str(raw.get(one.name, "")) for one in asks))


def already(asks: tuple[Field, ...], raw: Mapping[str, Any]) -> bool:
    """Whether whoever sends these words was warned of exactly these, and sends them all the same."""
    return request.form.get("looked") == digest(asks, raw)
