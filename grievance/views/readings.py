"""Whoever opens a page or a file of a case at their desk is counted, once for each; of a file, too, which it was."""

from flask import Response, g, request
from flask_login import current_user

from grievance import clock
from grievance.record import counted
from grievance.reports.casefile import OpenedFile

PARTS = frozenset({"listen"})
"""What a page shows by itself, and a player asks for in pieces: it was counted with its page."""


def opened_file(one: OpenedFile) -> None:
    """This request gives out a file: `count` notes it where somebody sits at a desk."""
    g.opened_file = (one.file.id, one.other_id)


def count(response: Response) -> Response:
    """After a request that was answered: a page that was refused was not read. For blueprints whose addresses name the
    case as `reference`."""
    reference = (request.view_args or {}).get("reference")
    part = (request.endpoint or "").rpartition(".")[2]
    if request.method != "GET" or response.status_code not in (200, 206) or not reference:
        return response
    if "opened_file" in g:
        file_id, other_id = g.opened_file
        counted.file_opened(reference, file_id, other_id, current_user.person.account_id, clock.now())
    if response.status_code == 200 and part not in PARTS:
        counted.reading(reference, current_user.person.account_id, clock.now())
    return response
