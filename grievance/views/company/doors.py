"""Who comes in: each blueprint of the companies' pages begins with `bp.before_request(companies_only)`."""

from flask import abort
from flask_login import login_required

from grievance.models.people import Role
from grievance.views.account.sign_in import me


@login_required
def companies_only() -> None:
    """Default deny: an admitted person of a company, and nobody else."""
    if me().role != Role.COMPANY or me().party_seed is None:
        abort(403)
