"""Errors as pages, and the policy headers on every response, errors too."""

import logging
from urllib.parse import quote

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from grievance import logs
from grievance.access import NoSuchCase, WrongKey
from grievance.companies.companies import NoSuchCompany
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.turns import NoTurn
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.views import arrivals, faces, listening
from grievance.views.addresses import may_be_kept
from grievance.views.origin import is_ours, only_ours
from grievance.views.problems import problem
from grievance.views.sent_twice import FIELD

log = logging.getLogger(__name__)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
SENTENCES = {
    400: (_l("We could not read what was sent."), _l("Go back and try once more.")),
    403: (_l("This page is not for you."), _l("Go back to your own start page.")),
    404: (_l("There is no such page."), _l("Check the address, or begin at the start page.")),
    405: (_l("This page cannot be used in this way."), _l("Go back and use the button there.")),
    409: (
        _l("What is kept here does not open."),
        _l("It was damaged, or changed from outside. Please tell the Secretariat."),
    ),
    413: (
        _l("What you sent is too large."),
        _l("Send less text, or fewer files at once. Go back: what you wrote is still there."),
    ),
    429: (_l("Too many people try at once."), _l("Wait a minute and try again. Nothing is lost.")),
    500: (_l("Something went wrong here, not with you."), _l("Nothing was half-saved. Please try again later.")),
    503: (_l("This cannot be done just now."), _l("Nothing was half-saved. Please try again later.")),
}
NOT_THE_KEY = (
    _l("The key of this complaint is not the one that the record names."),
    _l(
        "Nothing was read and nothing was changed. Please tell the Secretariat: somebody has to look at what is stored."
    ),
)
AWAY = (OperationalError, InterfaceError, InternalError, PendingRollbackError, NoConnection, OSError)
"""The database is away, busy, full or read-only, or the disk is: as the drivers say it, and as the session does that is
asked something more on a line that broke."""
A_MINUTE = 60
"""Seconds, where nobody counted them: what the page says, too."""
NOT_KEPT = ("csrf_token", "password", "old", "again", "code", "otp", "made", "prf", "passkey")
"""Names of fields with which somebody shows who they are: no page gives back what was typed there."""


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NoSuchCase, lambda _fault: _page(404))
    app.register_error_handler(WrongKey, _wrong_key)
    app.register_error_handler(NoSuchCompany, lambda _fault: _page(404))
    app.register_error_handler(CannotOpen, _does_not_open)
    app.register_error_handler(NoTurn, _no_turn)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_headers)


def _page(code: int, said: tuple[Label, Label] | None = None) -> tuple[str | Response, int]:
    what, do = said or SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])
    if faces.around().problems:
        return problem(code, f"{what} {do}")
    return render_template("errors/error.html", what=what, do=do, start=_start(), first=_first_page(code)), code


def _wrong_key(_fault: WrongKey) -> tuple[str | Response, int]:
    """Somebody may have put another key into the database: that is no accident of this request, and no secret."""
    log.error("a key that the record does not name at %s", request.endpoint)
    return _page(409, NOT_THE_KEY)


def _start() -> str:
    """Where staff find their own start page: this page knows nobody."""
    return url_for(faces.ACCOUNT.start) if faces.around().noted and faces.is_served(faces.ACCOUNT) else ""


def _first_page(code: int) -> str:
    """Where an address that does not exist leads whoever reads it as a public page. After other faults the words are
    one page back."""
    return url_for(faces.PUBLIC.start) if code == 404 and faces.is_served(faces.PUBLIC) else ""


def _http(fault: HTTPException) -> tuple[str | Response, int] | HTTPException:
    if fault.code is None or fault.code < 400:
        return fault
    if isinstance(fault, InternalServerError) and isinstance(fault.original_exception, Exception):
        return _unexpected(fault.original_exception)  # in a hook after the page was made
    if arrivals.was_ended(request.environ):
        return _page(503)
    if fault.code == 413:
        arrivals.let_arrive(request.environ)
    page = _page(fault.code)
    return _with_ways(page, fault) if isinstance(fault, MethodNotAllowed) and faces.around().problems else page


def _with_ways(page: tuple[str | Response, int], fault: MethodNotAllowed) -> tuple[str | Response, int]:
    """A program is told how an address can be used (RFC 9110, 15.5.6); what a page can do is nobody's business."""
    answer = make_response(page)
    answer.headers["Allow"] = ", ".join(sorted(fault.valid_methods or ()))
    return answer, answer.status_code


def _does_not_open(fault: CannotOpen) -> tuple[str | Response, int]:
    """Keys were there and did not fit: nothing of it is shown, and whoever runs the server learns where."""
    log.error("something sealed does not open at %s", request.endpoint, extra=logs.fault(fault))
    g.failed = True
    return _page(409)


def _no_turn(_fault: NoTurn) -> tuple[str | Response, int]:
    """Very many passwords or receipts at once: nothing is wrong, and what was typed is kept."""
    g.retry_after = A_MINUTE
    return _once_more()


def _csrf(_fault: CSRFError) -> tuple[str | Response, int]:
    """The session ended while somebody wrote: what was typed is shown again, to be sent after signing in."""
    if faces.around().keeps_words and is_ours():
        return sign_in_and_return()
    return _page(400)


def sign_in_and_return() -> tuple[str, int]:
    """Sign in again; the words that were typed stay on the page and travel with the form, and so does the version of
    the case that they were written for."""
    only_ours()
    kept = [(name, value) for name, value in _typed() if name != FIELD]  # the page to come draws its own
    entry = faces.around().entry
    sentence = _("You were away for a while, so we closed the session. What you wrote is kept here.")
    page = render_template(
        "account/again.html", kept=kept, next=request.path, entry=entry, sentence=sentence,
        typing=url_for(entry) if entry == faces.PUBLIC.entry else "",
    )  # fmt: skip
    return page, 401


def _typed() -> list[tuple[str, str]]:
    return [(n, v) for n, v in request.form.items(multi=True) if n not in NOT_KEPT]


def _unexpected(fault: Exception) -> tuple[str | Response, int]:
    """What the program stands on is busy or away, and that is said; anything else is our own mistake.

    No stack trace with local values in a log: those values are what people wrote. And no question to a database
    that does not answer: who is signed in does not matter on this page.
    """
    log.error("unexpected %s at %s", type(fault).__name__, request.endpoint, extra=logs.fault(fault))
    g.failed = True
    if not _is_away(fault):
        return _page(500)
    return _once_more() if request.method == "POST" else _page(503)


def _is_away(fault: Exception) -> bool:
    """Whatever a driver calls it: a line that is no more is nobody's mistake."""
    return isinstance(fault, AWAY) or (isinstance(fault, DBAPIError) and fault.connection_invalidated)


def _once_more() -> tuple[str | Response, int]:
    """What was typed stays on the page and can be sent again from there, for the browser may have forgotten it. The
    same form is never counted twice: its secret, or the case's version, tells. Files and passwords cannot stay."""
    if faces.around().problems:
        return _page(503)
    try:
        kept, files = _typed(), any(one.filename for one in request.files.values())
        secret = any(name in request.form for name in NOT_KEPT[1:])
    except (OSError, HTTPException):  # it broke off while the form was still arriving
        kept, files, secret = [], True, False
    what, _do = SENTENCES[503]
    action = "" if files or secret else request.script_root + request.full_path
    return render_template("errors/again.html", what=what, kept=kept, files=files, action=action), 503


def _headers(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return _of_a_part(response) if may_be_kept(response) else _of_a_page(response)


NOT_OF_A_PART = ("Content-Disposition", "Last-Modified", "ETag", "Accept-Ranges")


def _of_a_part(response: Response) -> Response:
    """A sheet or a script of exactly this version. What is said of pages means nothing here, and on an old connection
    the heads of a page's parts weighed as much as a page."""
    for name in NOT_OF_A_PART:
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "max-age=31536000, immutable"
    return response


def _of_a_page(response: Response) -> Response:
    policy, permissions = listening.policies(POLICY, PERMISSIONS)
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    onion = current_app.config["ONION_URL"] if current_app.config["SESSION_COOKIE_SECURE"] else ""
    if onion and faces.here() is faces.PUBLIC:
        response.headers["Onion-Location"] = onion + quote(request.script_root + request.path)
    response.headers["Permissions-Policy"] = permissions
    if response.status_code == 429 or "retry_after" in g:
        response.headers["Retry-After"] = str(g.get("retry_after", A_MINUTE))
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
