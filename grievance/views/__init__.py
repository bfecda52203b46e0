"""Parse, call one verb, answer."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, has_request_context, request, url_for
from flask_login import current_user

from grievance import clock, languages
from grievance.companies import certificates
from grievance.deadlines import days
from grievance.extensions import babel
from grievance.extensions import page_language as spoken_here
from grievance.forms import vocabulary
from grievance.forms.choices import LANGUAGES
from grievance.intake import opening
from grievance.site import site_name
from grievance.version import VERSION
from grievance.views import addresses, faces, page_language, template_i18n
from grievance.views.faces import Face
from grievance.views.page_language import language as language
from grievance.views.page_language import page_locale as page_locale
from grievance.views.tabs import tab_title

NAMES = dict(LANGUAGES)


def _for_templates() -> dict[str, Any]:
    spoken, face = spoken_here() or "en", _face()
    return {
        "site_name": site_name(),
        "languages": _in_each_language(),
        "lang": spoken,
        "direction": languages.direction(spoken),
        **_day_words(),
        "face": face.name,
        "layout": face.layout,
        "home": _home(face),
        "home_title": face.title,
        "me": "",
        "words": template_i18n.tables(spoken),
        "pictures": vocabulary.current().signs,
        "means": {"topics": vocabulary.current().means, "severity": vocabulary.current().criteria},
        "by_heading": vocabulary.by_heading,
        "kept_language": _kept_language(),
        "office": opening.contact(spoken) if face.layout == "public" else None,
        "solo": current_app.config["ALLOW_SOLO"],
    }


def _day_words() -> dict[str, Any]:
    """How this page says days: moments by its reader's clock, in `own_zone`; what is owed by that of who owes it."""
    of_reader = _zone_of_reader()
    own = clock.reader_zone(of_reader)
    return {
        "full_date": days.full_date,
        "day_of_the_week": days.day_of_the_week,
        "reader_day": partial(clock.reader_day, own=of_reader),
        "full_time": partial(days.time_there, zone=own),
        "due_day": days.due_day,
        "time_there": days.time_there,
        "due_shortly": partial(days.due_shortly, own=own),
        "end_of": days.end_of,
        "day_there": days.day_there,
        "place": days.place,
        "unreachable": days.unreachable,
        "own_zone": own,
    }


def _zone_of_reader() -> str:
    """Of who is signed in, on the pages for that. The public ones ask for nobody: they know no place."""
    if faces.around().layout not in ("desk", "account") or not current_user.is_authenticated:
        return ""
    zone: str = current_user.person.zone
    return zone


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


def _in_each_language() -> list[tuple[str, str, str]]:
    """Code, name and this page. What the address says besides is kept; no secret is ever in an address."""
    page = addresses.said() if has_request_context() else {}
    return [(code, NAMES[code], "?" + urlencode({**page, "lang": code})) for code in page_language.offered()]


def _kept_language() -> str:
    """What links carry on, where there is no cookie yet that remembers the chosen language."""
    chosen = request.args.get("lang") if has_request_context() else None
    return f"?lang={chosen}" if chosen in current_app.config["LANGUAGES"] else ""


def _is_hers() -> bool:
    """Whether this page speaks plain English: those of the form and of whoever follows a complaint."""
    return faces.around().layout == faces.PUBLIC.layout


def init_app(app: Flask) -> None:
    """Register the faces that this process serves, and the one page for every error."""
    from grievance.views import apart, errors, heartbeat, lost_files, one_name, sent_twice, sizes, step_addresses
    from grievance.views.account import asking, enrolment, sign_in

    addresses.init_app(app)
    one_name.init_app(app)
    babel.domain_instance.is_hers = _is_hers
    apart.init_app(app)
    app.context_processor(_for_templates)
    app.jinja_env.globals["program_version"] = VERSION
    app.jinja_env.globals["tab_title"] = tab_title
    app.jinja_env.globals["certificate_lapses"] = certificates.lapses
    app.jinja_env.globals["step_address"] = step_addresses.at
    for name in ("dateformat", "datetimeformat", "timeformat"):
        del app.jinja_env.filters[name]  # Flask-Babel's: they say no zone
    template_i18n.init_app(app)
    errors.init_app(app)
    sizes.init_app(app)
    sent_twice.init_app(app)
    lost_files.init_app(app)
    heartbeat.init_app(app)
    asking.init_app(app)
    enrolment.init_app(app)
    sign_in.init_app()
    faces.init_app(app)
