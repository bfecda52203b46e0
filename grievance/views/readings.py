"""Whoever opens a page or a file of a case at their desk is counted, once for each."""

from flask import Response, request
from flask_login import current_user

from grievance import clock
from grievance.record import counted

PARTS = frozenset({"listen"})
"""What a page shows by itself, and a player asks for in pieces: it was counted with its page."""


def count(response: Response) -> Response:
    """After a request that was answered: a page that was refused was not read. For blueprints whose addresses name the
    case as `reference`."""
    reference = (request.view_args or {}).get("reference")
    part = (request.endpoint or "").rpartition(".")[2]
    if request.method == "GET" and response.status_code == 200 and reference and part not in PARTS:
        counted.reading(reference, current_user.person.account_id, clock.now())
    return response
