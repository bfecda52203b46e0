"""The API for hotlines: with a token a call files, adds its recording, and hears the state by a receipt.

It reads no case: who listens to a call, or to a line, learns no word of a complaint.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask_babel import gettext as _

from grievance.accounts import hotlines, printed_cards, receipts
from grievance.crypto.receipt_codes import BadReceipt, grouped
from grievance.extensions import csrf
from grievance.forms.fields import BadInput, Field, Kind
from grievance.intake import filing
from grievance.models.hotline import Hotline
from grievance.record import sent_forms
from grievance.reports import by_telephone, said_aloud
from grievance.views import language, rate_limit
from grievance.views.api import hotline_described, idempotency, openapi
from grievance.views.api.complaints import secret_of
from grievance.views.api.guarded import Answer, answered, body
from grievance.views.cards import if_known
from grievance.views.pages import sent
from grievance.views.problems import problem

bp = Blueprint("hotline_api", __name__, url_prefix="/v1/hotline")
csrf.exempt(bp)  # it reads no cookie: nobody can be made to act by a page that they visit
RECORDING = Field("recording", "", Kind.SPOKEN, False)


def with_token(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Default deny: a hotline whose token works, and no receipt in its place."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Answer:
        if seconds := rate_limit.hotlines.wait():
            return problem(429, rate_limit.sentence(seconds))
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        hotline = hotlines.known(token.strip()[:200]) if scheme.lower() == "bearer" else None
        if hotline is None:
            refused, status = problem(401, _("This token does not work. It was ended, or nobody made it. Ask the"
                                             " Secretariat for another."))  # fmt: skip
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused, status
        return answered(view)(hotline, *args, **kwargs)

    return guarded


# --- filing ------------------------------------------------------------------------------------------------


@bp.post("/complaints")
@with_token
def file(hotline: Hotline) -> Answer:
    """A call becomes a complaint: what was said, or what was written down and read back. The receipt comes in words."""
    said = _complaint()
    own = {name: said.pop(name) for name in hotline_described.OWN if name in said}
    raw, country = openapi.answers(said, language())
    raw["spoken"] = sent((RECORDING,))["recording"]
    read_back = own.get("read_back", False)
    if not isinstance(read_back, bool) or (raw.get("account") and not read_back):
        raise BadInput({"read_back": _("Read it back first: send true when the complainant said that it is right.")})
    tongue, secret = str(said.get("language") or language()), secret_of(said.get("external_id"))
    card = _card(own.get("card", ""))
    idempotency.begin(hotline.id, again=True)
    try:
        filed = filing.file_complaint(raw, secret, tongue, country=country, card=card, hotline=hotline.id)
    except sent_forms.Repeated:  # the same request came at the same moment, and was faster
        filed = filing.file_complaint(raw, secret, tongue, country=country, card=card, hotline=hotline.id)
    if not filed.code:  # sent again after the hour in which the receipt is shown
        return jsonify(reference=filed.reference, receipt=None, spoken=[], says=[]), 200
    person = receipts.person_with(filed.code)
    says = by_telephone.said(person, receipts.case_of(person), tongue) if person else []
    return jsonify(
        reference=filed.reference, receipt=grouped(filed.code), spoken=said_aloud.receipt(filed.code, tongue), says=says
    ), 201


def _complaint() -> dict[str, Any]:
    """The JSON object of the request, alone or beside a recording. Raises `BadInput`."""
    if request.mimetype != "multipart/form-data":
        return body()
    try:
        said = json.loads(request.form.get("complaint", ""))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        sentence = _(
            'Send the complaint as JSON, or as a form with JSON in the part "complaint" and the recording in the part'
            ' "recording".'
        )
        raise BadInput({"complaint": sentence})
    return said


def _card(typed: object) -> str:
    """By what the card is found; empty for one that is unknown, used or revoked, of which no caller is told. Raises
    `BadInput` for digits that are none."""
    return "" if typed == "" else if_known(typed if isinstance(typed, str) else "")


# --- the state ---------------------------------------------------------------------------------------------


@bp.post("/state")
@with_token
def state(_hotline: Hotline) -> Answer:
    """What may be said to whoever has the receipt: where it stands, and whose the next step is. No word of the case."""
    typed, tongue = body().get("receipt"), body().get("language")
    try:
        tried = receipts.Tried(typed if isinstance(typed, str) else "")
    except BadReceipt:
        return problem(404, _("A receipt has 20 digits, and one of them is not right."))
    person = receipts.person_with(str(typed))
    if person is None:
        a_card = _("This is the number of a card, and no receipt. Begin with it where you file a complaint.")
        unknown = _("We do not know this receipt. Check it, or ask the Secretariat.")
        return problem(404, a_card if printed_cards.found(tried) else unknown)
    case = receipts.case_of(person)
    spoken = str(tongue) if tongue in current_app.config["LANGUAGES"] else case.language
    return jsonify(state=case.state.value, language=spoken, says=by_telephone.said(person, case, spoken))
