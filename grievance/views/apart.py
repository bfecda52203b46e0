"""The form and the page of a case, served by two processes: each answers its own addresses alone.

Both make every link, because one host name stands in front of both. Each has a database role that can do what its own
addresses need (`maintenance.database_roles`): who takes over the form cannot write what a case's page writes.
"""

from flask import Flask, abort, current_app, request

from grievance.views import faces

FORM, FOLLOW, BOTH = "form", "follow", "public"


def init_app(app: Flask) -> None:
    if alone(app):
        app.before_request(_answer_own_addresses)


def alone(app: Flask) -> str:
    """Which of the two this process serves without the other; empty where it serves both or neither."""
    settings = set(app.config["FACES"])
    ours = settings & {FORM, FOLLOW}
    return ours.pop() if len(ours) == 1 and BOTH not in settings else ""


def _answer_own_addresses() -> None:
    if faces.here() in (faces.PUBLIC, faces.FOLLOW) and _belongs_to() != alone(current_app):
        abort(404)


def _belongs_to() -> str:
    return FOLLOW if f"{request.path}/".startswith("/follow/") else FORM
