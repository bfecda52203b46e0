"""What is noted of a request: a line in the log for the desks, and numbers for those who watch the service.

**Visits to the public pages leave no line.** Who watches the network sees that a phone spoke with this site at 14:02;
a log in which a complaint arrives at 14:02 would tell them why, and rounding does not help, because journals and
collectors put their own time beside each line. Only a fault is said, with its place in the code. In the figures all
public pages are one.
"""

import logging
import secrets
import time
from http import HTTPMethod

from flask import Flask, Response, current_app, g, request

from grievance.views import faces

log = logging.getLogger(__name__)
METHODS = {*HTTPMethod}


def init_app(app: Flask) -> None:
    """Before all other hooks, so that theirs are timed as well."""
    app.before_request(_begin)
    app.after_request(_end)
    if app.config["METRICS_PORT"]:
        from grievance.metrics import pages

        app.extensions["figures"] = pages


def _begin() -> None:
    g.request_id, g.began = secrets.token_hex(8), time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    face = faces.here()
    noted = face is not None and face.noted
    rule, method = (str(request.url_rule), _method()) if noted else ("public", "any")
    if noted:
        named = {"method": method, "rule": rule, "endpoint": request.endpoint}
        facts = {**named, "status": response.status_code, "ms": round(seconds * 1000)}
        log.info("request", extra={"facts": facts})
    if figures := current_app.extensions.get("figures"):
        figures.note(rule, method, response.status_code, seconds)
    return response


def _method() -> str:
    """A client may send any word as the method."""
    return request.method if request.method in METHODS else "other"
