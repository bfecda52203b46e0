"""How large an answer is tells little: a comment of random length stands behind each page that is not the same for all.

Whoever sees a line, or reads a proxy's log, sees no word of a page and how long it is. The page is first filled up to a
size of few (Padmé), so that looking at it again and again tells no more; then a random length is added, because a proxy
may compress it, and the filled size is no longer what goes over the line. Random letters hardly compress.
"""

import secrets

from flask import Flask, Response, current_app, request

from grievance.crypto.padding import padme
from grievance.views import faces

MOST_OF_A_PAGE = 2048
MOST_OF_A_HEAD = 512
"""Characters in a header: a file, a PDF or an API's answer takes nothing behind it; a proxy takes a head of 4 kB."""
_LETTERS = b"BCDFGHJKLMNPQRSTVWXZbcdfghjkmnpq"
"""32 of them, without vowels and figures: no word and no number stands there by chance."""
_TABLE = _LETTERS * 8
_OPEN, _CLOSE = b"<!-- ", b" -->\n"


def init_app(app: Flask) -> None:
    app.after_request(_pad)


def letters(length: int) -> bytes:
    """So many random ones: five bits in each."""
    return secrets.token_bytes(length).translate(_TABLE)


def _pad(response: Response) -> Response:
    if not _differs():
        return response
    if response.mimetype != "text/html":
        response.headers["X-Padding"] = letters(secrets.randbelow(MOST_OF_A_HEAD)).decode()
    elif not response.is_streamed:
        page = response.get_data()
        response.set_data(page + comment(len(page)))
    return response


def comment(length: int) -> bytes:
    """What stands behind a page of so many bytes."""
    page = length + len(_OPEN) + len(_CLOSE)
    return _OPEN + letters(padme(page) - page + secrets.randbelow(MOST_OF_A_PAGE)) + _CLOSE


def _differs() -> bool:
    """Whether the answer can be another for somebody else. A public page that a browser asks for with no cookie of
    ours is the same for all: its size tells which page it is, and that stays so; a few bytes are much to load there."""
    if request.endpoint == "static":
        return False
    ours = current_app.session_interface.get_cookie_name(current_app)
    return faces.around().differs or request.method == "POST" or ours in request.cookies
