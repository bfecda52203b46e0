"""The program as a proxy sends it on: pages, sheet and scripts compressed, for a browser that takes gzip."""

import gzip
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.wrappers import Response

SMALLER = ("text/html", "text/css", "text/javascript")


def squeezed(whole: WSGIApplication) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = Response.from_app(whole, environ, buffered=True)
        if response.mimetype in SMALLER and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            response.data = gzip.compress(response.get_data(), 6)
            response.headers["Content-Encoding"] = "gzip"
        return response(environ, start_response)

    return answer


def app() -> Flask:
    """For `gunicorn "bench.squeezed:app()"`."""
    import wsgi

    wsgi.app.wsgi_app = squeezed(wsgi.app.wsgi_app)  # type: ignore[method-assign]
    return wsgi.app
