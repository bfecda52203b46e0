"""For whoever runs the service: is this process alive, and can it do its work?"""

from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request

from grievance.maintenance import health
from grievance.version import VERSION

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(alive=True, version=VERSION)


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when the database answers and is as new as the code, both parties have keys, the clock has swept lately and
    files can be kept; else 503. Which of them is told on the machine itself alone."""
    state = health.state()
    told = state.as_dict() if _asked_here() else {"ready": state.ready}
    return jsonify(told), 200 if state.ready else 503


def _asked_here() -> bool:
    """By this machine, and not by way of a proxy, which all others come by."""
    try:
        own = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return own and not {"X-Forwarded-For", "Forwarded", "Via"} & {name for name, _value in request.headers}
