"""A form that is sent twice, by a double press or by a browser that asks again, has one effect.

Each page draws a token into each of its forms. Whatever the form does is done once with it; the second sending changes
nothing and is led to where the first was (docs/decisions/0031-one-form-one-effect.md).
"""

import secrets
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, flash, g, redirect, request, session
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from grievance.record import sent_forms
from grievance.record.sent_forms import Claim, Repeated
from grievance.views import faces

FIELD = "form_token"
SENT = "sent form"
"""Where `g` keeps what this request's form is known by."""


def init_app(app: Flask) -> None:
    """After the check of the CSRF token: what another site sends is not even looked up."""
    app.before_request(_before)
    app.after_request(_after)
    app.register_error_handler(Repeated, _answer)
    app.jinja_env.globals[FIELD] = new_token


def new_token() -> str:
    return secrets.token_urlsafe(16)


def _before() -> None:
    """Whether this form had its effect already is asked before anything else looks at it: by then the page it came
    from may be gone. A form that says something else the second time is another one; the page that it is for tells."""
    if request.method != "POST" or faces.around().problems or not (token := request.form.get(FIELD, "")):
        return
    said = sent_forms.mac_of_pairs(_said())
    key = sent_forms.mac(token, str(session.get("csrf_token", "")), request.path, said)
    g.setdefault(SENT, claim := Claim(key, said, page_above(request.path)))
    sent_forms.begin(claim)


def _said() -> list[tuple[str, str]]:
    words = [(name, value) for name, value in request.form.items(multi=True) if name not in (FIELD, "csrf_token")]
    files = [(name, f"{one.filename}:{getattr(one.stream, 'fingerprint', '')}")
             for name, one in request.files.items(multi=True)]  # fmt: skip
    return words + files


def page_above(path: str) -> str:
    """The nearest page above an address: of a step the case, of an invitation the people."""
    adapter = current_app.create_url_adapter(request)
    while adapter and (path := path.rpartition("/")[0]):
        try:
            adapter.match(path, method="GET")
            return request.script_root + path
        except HTTPException:
            continue
    return f"{request.script_root}/"


def shows_a_secret() -> None:
    """The answer that is made now holds something that is shown once and kept nowhere."""
    g.secret_shown = True


def _after(response: Response) -> Response:
    claim: Claim | None = g.get(SENT)
    if claim is not None and claim.taken:
        refused = 400 <= response.status_code < 500  # after 5xx what was committed before stands
        sent_forms.settle(claim, _address(response, claim), refused, g.get("secret_shown", False))
    return response


def _address(response: Response, claim: Claim) -> str:
    """Where the answer leads, if that is a page of ours; the address of a link that is sent to somebody is none."""
    to = urlsplit(response.headers.get("Location", ""))
    address = urlunsplit(("", "", to.path, to.query, to.fragment))
    return address if is_ours(address) and len(address) <= sent_forms.LONGEST_ADDRESS else claim.result


def is_ours(address: str) -> bool:
    """Whether a browser that is led there stays with us: the note is a row of the database, and who writes there could
    name a page that asks for a password. A browser takes a backslash for a slash, and passes over what is not seen."""
    seen = address.isascii() and address.isprintable() and not {" ", "\\"} & set(address)
    return seen and address.startswith("/") and not address.startswith("//")


def _answer(repeated: Repeated) -> AnyResponse:
    sentence = _("You sent this twice. It counts once.")
    if repeated.secret_shown:
        more = _("What the first answer showed is not shown again: if you did not see it, make a new one.")
        sentence = f"{sentence} {more}"
    flash(sentence)
    to = repeated.result if is_ours(repeated.result) else page_above(request.path)
    return redirect(to, 303)
