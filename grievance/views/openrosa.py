"""What ODK Collect and KoBoCollect ask for and send (OpenRosa 1.0): the list of forms, the blank form, filled-in ones.

A phone shows nothing of a complaint: the password in it sends, and reads the blank form alone. Apps show the sentence
in an answer to whoever holds the phone, and keep the form unless the answer is 201 or 202.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from grievance.accounts.keys.party_keys import Closed
from grievance.extensions import csrf
from grievance.forms.fields import FILE_SIZE, MEGABYTES, Upload
from grievance.intake import field_arrivals, field_form, field_keys, field_tokens
from grievance.intake.field_xml import NotAForm
from grievance.models.field import FieldToken
from grievance.views import rate_limit
from grievance.views.addresses import at_site

bp = Blueprint("openrosa", __name__)
csrf.exempt(bp)  # it reads no cookie

LIST = "http://openrosa.org/xforms/xformsList"
RESPONSE = "http://openrosa.org/http/response"
XML = "text/xml; charset=utf-8"
THE_FORM, NOT_WHOLE = "xml_submission_file", "*isIncomplete*"
"""Names of parts of a request, as OpenRosa has them."""
MOST = FILE_SIZE + 1024 * 1024
"""Bytes that an app puts into one request: the largest file, and the form beside it."""
View = Callable[..., Response]


@bp.after_request
def _version(response: Response) -> Response:
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(MOST)
    return response


def _says(sentence: str, status: int) -> Response:
    nature = "submit_success" if status < 400 else "error"
    message = f'<message nature="{nature}">{escape(sentence)}</message>'
    return Response(f'<OpenRosaResponse xmlns="{RESPONSE}">{message}</OpenRosaResponse>', status, content_type=XML)


def with_password(view: View) -> View:
    """Apps ask without a password first, and again with one when they are told to: Basic, over HTTPS alone."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Response:
        said = request.authorization
        if said is None or said.type != "basic":
            return _asks(_("The user name or the password is not right. Ask the Secretariat for a new one."))
        token = field_tokens.known(said.password or "")
        if token is None and (seconds := rate_limit.codes.wait()):
            return _says(rate_limit.sentence(seconds), 429)
        if token is None:
            return _asks(_("The user name or the password is not right. Ask the Secretariat for a new one."))
        if seconds := rate_limit.programs.wait():
            return _says(rate_limit.sentence(seconds), 429)
        try:
            return view(token, *args, **kwargs)
        except Closed as closed:
            return _says(closed.sentence, 503)

    return guarded


def _asks(sentence: str) -> Response:
    response = _says(sentence, 401)
    response.headers["WWW-Authenticate"] = 'Basic realm="forms", charset="UTF-8"'
    return response


@bp.get("/formList")
@with_password
def form_list(_token: FieldToken) -> Response:
    form = field_form.current(field_keys.current())
    digest = hashlib.md5(field_form.xform(form), usedforsecurity=False).hexdigest()
    said = (
        f'<?xml version="1.0" encoding="utf-8"?><xforms xmlns="{LIST}"><xform><formID>{field_form.FORM_ID}</formID>'
        f"<name>{field_form.TITLE}</name><version>{form.version}</version><hash>md5:{digest}</hash>"
        f"<downloadUrl>{escape(at_site('openrosa.form'))}</downloadUrl></xform></xforms>"
    )
    return Response(said, content_type=XML)


@bp.get("/form.xml")
@with_password
def form(_token: FieldToken) -> Response:
    return Response(field_form.xform(field_form.current(field_keys.current())), content_type=XML)


@bp.route("/submission", methods=["HEAD", "POST"])
@with_password
def submission(token: FieldToken) -> Response:
    if request.method == "HEAD":
        return Response(status=204)
    sent = [(name, Upload(one.filename or name, one.stream)) for name, one in request.files.items(multi=True)]  # type: ignore[arg-type]
    xml = next((one for name, one in sent if name == THE_FORM), None)
    try:
        if xml is None:
            raise NotAForm
        media = [one for _name, one in sent if one is not xml]
        new = field_arrivals.take(token, xml, media, whole=NOT_WHOLE not in request.form)
    except NotAForm:
        return _says(_("This is not the form of this office. Get the blank form here, and fill it in."), 400)
    except field_arrivals.TooLarge as large:
        return _says(
            _("%(name)s is too large: a file may have at most %(number)s MB.", name=large, number=MEGABYTES), 413
        )
    return (
        _says(_("We have it. It is safe with us."), 201)
        if new
        else _says(_("We had this already. Nothing was lost."), 202)
    )
