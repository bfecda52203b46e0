"""A loss is said: files that a form brought and that no page can keep are named wherever the form comes back.

Whoever is not told believes that they were sent. A page that answers a form says it by itself (`base.html`): a view has
to say only that the files are kept.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from flask import Flask, flash, g, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from grievance.crypto.streams import SealingSpool
from grievance.forms.fields import Upload, checked

FIELD = "lost_file"
"""How the names travel through the page to sign in again."""
NO_ERRORS: Mapping[str, str] = MappingProxyType({})


def init_app(app: Flask) -> None:
    app.jinja_env.globals["lost_files"] = names


def kept() -> None:
    """What this request brought is stored: nothing of it is lost, whatever the page says."""
    g.files_kept = True


def names(errors: Mapping[str, str] = NO_ERRORS) -> list[str]:
    """Of the files that came with this form, or with one before it, and that are not kept. None where the request could
    not be read: it was too large, or broke off. A file that the page refuses by its name (`errors`) is not asked for
    again above its refusal."""
    if request.method != "POST" or g.get("files_kept"):
        return []
    try:
        came = [one for _field, one in request.files.items(multi=True) if one.filename]
        arrived = [str(one.filename) for one in came if _refusal(one) not in errors.values()]
        return [*dict.fromkeys([*request.form.getlist(FIELD), *arrived])]
    except (HTTPException, OSError):
        return []


def _refusal(file: FileStorage) -> str:
    try:
        checked(Upload(file.filename or "", cast(SealingSpool, file.stream)))
    except ValueError as sentence:
        return str(sentence)
    return ""


def tell() -> None:
    """Where the answer is another page than the form's."""
    if lost := names():
        flash(f"{_('Choose the files again: a page cannot keep them.')} {', '.join(lost)}")
