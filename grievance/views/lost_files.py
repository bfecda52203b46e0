"""A loss is said: files that a form brought and that no page can keep are named wherever the form comes back.

Whoever is not told believes that they were sent. A page that answers a form says it by itself (`base.html`): a view has
to say only that the files are kept.
"""

from flask import Flask, flash, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

FIELD = "lost_file"
"""How the names travel through the page to sign in again."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["lost_files"] = names


def kept() -> None:
    """What this request brought is stored: nothing of it is lost, whatever the page says."""
    g.files_kept = True


def names() -> list[str]:
    """Of the files that came with this form, or with one before it, and that are not kept. None where the request could
    not be read: it was too large, or broke off."""
    if request.method != "POST" or g.get("files_kept"):
        return []
    try:
        arrived = [one.filename for _field, one in request.files.items(multi=True) if one.filename]
        return [*dict.fromkeys([*request.form.getlist(FIELD), *arrived])]
    except (HTTPException, OSError):
        return []


def tell() -> None:
    """Where the answer is another page than the form's."""
    if lost := names():
        flash(f"{_('Please choose the files again: a page cannot keep them.')} {', '.join(lost)}")
