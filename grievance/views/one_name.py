"""A copy of the program on somebody's own machine has one name, `localhost`, whatever way a browser came by.

Whoever types 127.0.0.1 or [::1] would have another cookie there, and what a browser keeps for a name it keeps for no
number.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request
from werkzeug.wrappers import Response

NUMBERS = ("127.0.0.1", "[::1]")
NAME = "localhost"


def init_app(app: Flask) -> None:
    """Before whatever else looks at a request. Nothing of it where the site has another name."""
    if urlsplit(app.config["SITE_URL"]).hostname == NAME:
        app.before_request(_to_the_name)


def _to_the_name() -> Response | None:
    """Only where a page is asked for: what somebody sends is taken where it came, and never sent a second time."""
    if request.method != "GET" or request.host.rpartition(":")[0] not in NUMBERS:
        return None
    return redirect(current_app.config["SITE_URL"] + request.full_path.removesuffix("?"))
