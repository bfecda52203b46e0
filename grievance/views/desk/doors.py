"""Who comes in: each blueprint of the desk begins with `bp.before_request(members_only)`."""

from flask import abort
from flask_login import login_required

from grievance.models.people import SECRETARIAT_ROLES
from grievance.views.account.sign_in import me


@login_required
def members_only() -> None:
    """Default deny: an admitted member of the Secretariat, and nobody else."""
    if me().role not in SECRETARIAT_ROLES or me().party_seed is None:
        abort(403)
