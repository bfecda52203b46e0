"""Parse, call one verb, answer."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request, session, url_for
from flask_babel import format_time, get_locale
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from grievance.version import VERSION
from grievance.views import faces, spoken
from grievance.views.faces import Face
from grievance.workflow import vocabulary, words
from grievance.workflow.choices import LANGUAGES

NAMES = dict(LANGUAGES)


def _offered() -> list[str]:
    """The languages of the page that is asked for."""
    languages: list[str] = current_app.config["LANGUAGES"]
    return [code for code in languages if code in faces.around().languages] or ["en"]


def language() -> str:
    """The page's language: chosen by the list, else by the browser's wish; English where there is no request."""
    offered = _offered()
    if not has_request_context():
        return offered[0]
    wanted = request.args.get("lang") or _sent_language() or session.get("lang")
    if wanted in offered:
        return str(wanted)
    return request.accept_languages.best_match(offered) or offered[0]


def _sent_language() -> str | None:
    """The language of the form that was sent; None where it could not be read: too large, or no room on the disk."""
    try:
        return request.form.get("lang")
    except (HTTPException, OSError):
        return None


def _for_templates() -> dict[str, Any]:
    locale = get_locale()
    language, face = str(locale) if locale else "en", _face()
    return {
        "site_name": current_app.config["SITE_NAME"],
        "languages": [(code, NAMES[code], _in_language(code)) for code in _offered()],
        "lang": language,
        "direction": locale.text_direction if locale else "ltr",
        "full_date": words.full_date,
        "full_time": _full_time,
        "face": face.name,
        "layout": face.layout,
        "home": _home(face),
        "home_title": face.title,
        "me": "",
        "words": spoken.tables(language),
        "pictures": vocabulary.current().signs,
        "kept_language": _kept_language(),
        "solo": current_app.config["ALLOW_SOLO"],
    }


def _full_time(at: datetime) -> str:
    """A moment by the office's clock."""
    there = at.astimezone(ZoneInfo(current_app.config["TIME_ZONE"]))
    return f"{words.full_date(there)}, {format_time(there, 'HH:mm', rebase=False)}"


def _face() -> Face:
    """What this page looks like: of the pages that all staff have, like the face at which who is signed in works;
    errors outside of all like the public one, and without its links where this process has no public pages."""
    face = faces.here()
    if face is faces.ACCOUNT:
        return _own_face()
    if face and face.layout:
        return face
    return faces.PUBLIC if faces.is_served(faces.PUBLIC) else faces.ACCOUNT


def _own_face() -> Face:
    if not current_user.is_authenticated or current_user.person.party_seed is None:
        return faces.ACCOUNT
    own = faces.of_role(current_user.person.role)
    return own if faces.is_served(own) else faces.ACCOUNT


def _home(face: Face) -> str:
    """Where the name of the site leads to."""
    if not has_request_context():
        return ""
    if face.layout == "desk":
        return url_for(face.start)
    if faces.is_served(faces.PUBLIC):
        return url_for(faces.PUBLIC.start) + _kept_language()
    return url_for(faces.ACCOUNT.start) if faces.is_served(faces.ACCOUNT) else f"{request.script_root}/"


def _in_language(code: str) -> str:
    """This page in another language. What the address says besides is kept; no secret is ever in an address."""
    page = request.args.to_dict() if has_request_context() else {}
    return "?" + urlencode({**page, "lang": code})


def _kept_language() -> str:
    """What links carry on, where there is no cookie yet that remembers the chosen language."""
    chosen = request.args.get("lang") if has_request_context() else None
    return f"?lang={chosen}" if chosen in current_app.config["LANGUAGES"] else ""


def init_app(app: Flask) -> None:
    """Register the faces that this process serves, and the one page for every error."""
    from grievance.views import account, addresses, errors, heartbeat

    addresses.init_app(app)
    app.context_processor(_for_templates)
    app.jinja_env.globals["version"] = VERSION
    spoken.init_app(app)
    errors.init_app(app)
    heartbeat.init_app(app)
    account.init_app()
    faces.init_app(app)
