"""For whoever runs the service: is this process alive, and can it do its work?"""

from flask import Blueprint, Response, jsonify

from grievance.maintenance import health
from grievance.version import VERSION

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(alive=True, version=VERSION)


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when the database answers and is as new as the code, both parties have keys, the clock has swept lately and
    files can be kept; else 503 and which."""
    state = health.state()
    return jsonify(state.as_dict()), 200 if state.ready else 503
