"""The calendars that other programs read: no sign-in, so the address itself is the key."""

from flask import Blueprint, Response, abort

from grievance.workflow.calendar_tokens import calendar_reader

bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@bp.get("/<token>.ics")
def feed(token: str) -> Response:
    """An unknown address, a switched-off one and one of a person who left look like any page that does not exist."""
    reader = calendar_reader(token)
    if reader is None:
        abort(404)
    from grievance.reports.calendar import calendar  # with its library: no page needs them

    return Response(calendar(reader), mimetype="text/calendar")
