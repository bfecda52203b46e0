"""What the APIs share: how a body is read, and how whatever is refused is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance.accounts.keys.party_keys import Closed
from grievance.forms.fields import BadInput, Refused
from grievance.record import sent_forms
from grievance.views.problems import problem

Answer = Response | tuple[Response, int]


def body() -> dict[str, Any]:
    """The request's JSON object. Raises `BadInput` for anything else."""
    try:
        said = request.get_json(silent=True)
    except RecursionError:  # nested without end
        abort(400)
    if not isinstance(said, dict):
        raise BadInput({"": _("Send a JSON object, as application/json.")})
    return said


def answered(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Every refusal as a problem document with a sentence per field."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Answer:
        try:
            return view(*args, **kwargs)
        except sent_forms.OtherBody:
            return problem(422, _("This key was used before, for a request that said something else. Use a new one."))
        except sent_forms.InProgress:
            return problem(409, _("The same request is being done just now. Send it again in a moment."))
        except BadInput as bad:
            return problem(422, _("Look at this:"), bad.errors, bad.candidates)
        except Closed as closed:
            return problem(503, closed.sentence)
        except Refused as refused:
            return problem(409, refused.sentence)

    return guarded
