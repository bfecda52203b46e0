"""Parse, call one verb, answer."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import get_locale
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from grievance import clock
from grievance.views import spoken
from grievance.views.picture import SIGNS
from grievance.workflow import days
from grievance.workflow.choices import LANGUAGES

NAMES = dict(LANGUAGES)


STAFF_LANGUAGES = ("en",)
"""What the desks are translated into: a page that is half in one language and half in another helps nobody."""


def _offered() -> list[str]:
    """The languages of the page that is asked for."""
    languages: list[str] = current_app.config["LANGUAGES"]
    staff = has_request_context() and request.path.startswith(("/desk", "/company", "/custodian", "/account"))
    return [code for code in languages if code in STAFF_LANGUAGES] or ["en"] if staff else languages


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
    language = str(locale) if locale else "en"
    return {
        "site_name": current_app.config["SITE_NAME"],
        "languages": [(code, NAMES[code], _in_language(code)) for code in _offered()],
        "lang": language,
        "direction": locale.text_direction if locale else "ltr",
        **_day_words(),
        "face": _face(),
        "me": "",
        "words": spoken.tables(language),
        "pictures": SIGNS,
        "kept_language": _kept_language(),
        "solo": current_app.config["ALLOW_SOLO"],
    }


_FACES = {
    "filing": "public", "paper": "public", "calendar": "public", "admin": "desk", "changes": "desk", "wording": "desk",
}  # fmt: skip
"""Blueprints that are part of another one's face."""


def _day_words() -> dict[str, Any]:
    """How this page says days: moments by its reader's clock, in `own_zone`; what is owed by that of who owes it."""
    of_reader = _zone_of_reader()
    own = clock.reader_zone(of_reader)
    return {
        "full_date": days.full_date,
        "reader_day": partial(clock.reader_day, own=of_reader),
        "full_time": partial(days.time_there, zone=own),
        "due_day": days.due_day,
        "due_shortly": partial(days.due_shortly, own=own),
        "end_of": days.end_of,
        "day_there": days.day_there,
        "place": days.place,
        "unreachable": days.unreachable,
        "own_zone": own,
    }


def _zone_of_reader() -> str:
    """Of who is signed in, on the pages for that. The public ones ask for nobody: they know no place."""
    if _face() not in ("company", "account") or not current_user.is_authenticated:
        return ""
    zone: str = current_user.person.zone
    return zone


def _face() -> str:
    """Which of the faces this page belongs to; errors outside of all look like the public one."""
    blueprint = request.blueprint if has_request_context() else None
    if blueprint in ("account", "people"):
        return _own_face()
    return _FACES.get(blueprint, blueprint) if blueprint else "public"


def _own_face() -> str:
    """Of the pages that all staff have: the face at which the person who is signed in works."""
    from grievance.views.account import start_page

    if not current_user.is_authenticated or current_user.person.party_seed is None:
        return "account"
    return start_page(current_user.person).split("/")[1]


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
    from grievance.views import (
        account,
        addresses,
        admin,
        api,
        calendar,
        changes,
        company,
        custodian,
        desk,
        errors,
        filing,
        health,
        heartbeat,
        paper,
        public,
        status,
        wording,
    )

    addresses.init_app(app)
    app.context_processor(_for_templates)
    for name in ("dateformat", "datetimeformat", "timeformat"):
        del app.jinja_env.filters[name]  # Flask-Babel's: they say no zone
    spoken.init_app(app)
    errors.init_app(app)
    heartbeat.init_app(app)
    app.register_blueprint(health.bp)
    faces = app.config["FACES"]
    if "public" in faces:
        app.register_blueprint(public.bp)
        app.register_blueprint(filing.bp)
        app.register_blueprint(paper.bp)
        app.register_blueprint(status.bp)
    if "api" in faces:
        app.register_blueprint(api.bp)
    if "desk" in faces or "company" in faces:
        account.init_app(app)
        app.register_blueprint(calendar.bp)
    if "desk" in faces:
        app.register_blueprint(desk.bp)
        app.register_blueprint(admin.bp)
        app.register_blueprint(changes.bp)
        app.register_blueprint(wording.bp)
        app.register_blueprint(custodian.bp)
    if "company" in faces:
        app.register_blueprint(company.bp)
