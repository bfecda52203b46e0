"""Where a form comes from, as its browser says."""

from flask import abort, request


def is_ours() -> bool:
    """Whether no other site sent it. Browsers too old to say are let through: their people need us most."""
    return request.method != "POST" or request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def only_ours() -> None:
    """Before a form that no token protects. Another site must not start a complaint here whose secret it knows, nor
    have somebody follow, and write into, a case of its own."""
    if not is_ours():
        abort(400)
