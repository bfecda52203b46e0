"""The calendars that other programs read: no sign-in, so the address itself is the key."""

from functools import partial

from flask import Blueprint, Response, abort

from grievance.accounts.calendar_tokens import calendar_reader
from grievance.record import as_told
from grievance.views import faces
from grievance.views.addresses import at_site
from grievance.views.faces import Face

bp = Blueprint("calendar", __name__)


@bp.get("/<token>.ics")
def feed(token: str) -> Response:
    """An unknown address, a switched-off one and one of a person who left look like any page that does not exist."""
    reader = calendar_reader(token)
    if reader is None:
        abort(404)
    if reader.person.company_id:
        as_told.as_company(reader.person.company_id)
    from grievance.reports.calendar import calendar  # with its library: no page needs them

    face = faces.of_role(reader.person.role)
    if not faces.is_served(face):
        abort(404)  # its links would lead nowhere
    return Response(calendar(reader, partial(_address, face)), mimetype="text/calendar")


def _address(face: Face, reference: str) -> str:
    """Of a case; of the first page, where that says all that this person may know."""
    return at_site(face.case, reference=reference) if face.case else at_site(face.start)
