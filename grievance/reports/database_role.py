"""As whom this process is connected to the database, and whether that is more than its pages need."""

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance.extensions import db

OPEN_TO_ALL = frozenset({"public", "form", "follow"})
"""Values of `FACES` with pages for whoever comes; tests compare them with the table of faces."""


def is_open_to_all() -> bool:
    """Whether this process serves whoever comes, over a database that knows roles."""
    return db.engine.dialect.name == "postgresql" and bool(OPEN_TO_ALL & set(current_app.config["FACES"]))


def says_of_roles() -> str:
    """What no setting of this database can give."""
    if db.engine.dialect.name == "postgresql":
        return ""
    return str(_("SQLite has no roles: what one process may write, each may."))


def may_swap_keys() -> bool:
    """Whether its role could put another public key into a party's row."""
    return bool(db.session.scalar(select(func.has_column_privilege("parties", "public_key", "UPDATE"))))


def lacks_role() -> str:
    """A sentence, where somebody who takes this process over could swap the keys that complaints are sealed to."""
    if not is_open_to_all() or not may_swap_keys():
        return ""
    return str(_("Pages for everybody run with a role that may change the parties' keys. Serve them by processes of"
                 " their own, FACES=form and FACES=follow, as grievance_form and grievance_follow: see \"Database"
                 " roles\" in docs/operations.md."))  # fmt: skip
