"""Addresses of steps. A phone keeps them in its history, where whoever holds it reads them: hers tell nothing.

A company may file a complaint of its own to learn what the addresses mean, so they differ from case to case.
"""

import hashlib
import hmac

from flask import current_app, g

from grievance.workflow.procedure import ROWS
from grievance.workflow.row import COMPLAINANT

LENGTH = 12
HERS = tuple(dict.fromkeys(row.step for row in ROWS if row.who & COMPLAINANT))


def of_her_case(case_id: str) -> None:
    """The pages of this request are hers, or those to which she comes back."""
    g.her_case = case_id


def at(back: str, step: str) -> str:
    """The address of a step's page: `back` is the case's."""
    case_id = g.get("her_case")
    return f"{back}/steps/{_sign(current_app.config['SECRET_KEY'], case_id, step) if case_id else step}"


def named(said: str) -> str:
    """The step that an address of hers means, also one that was made under an earlier key; what it says itself, where
    that is no sign: the addresses of before were the steps' names."""
    keys = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    known = {_sign(key, g.her_case, step): step for key in keys for step in HERS} if len(said) == LENGTH else {}
    return known.get(said, said)


def is_of(case_id: str, said: str) -> bool:
    """Whether this is the address of a step of hers in this case."""
    if len(said) != LENGTH:
        return False
    keys = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    return any(_sign(key, case_id, step) == said for key in keys for step in HERS)


def _sign(key: str | bytes, case_id: str, step: str) -> str:
    secret = key.encode() if isinstance(key, str) else key
    return hmac.new(secret, f"step address:{case_id}:{step}".encode(), hashlib.sha256).hexdigest()[:LENGTH]
