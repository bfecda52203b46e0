"""In which language a page is: chosen by whoever reads it, and never by whom the page is about.

On the public pages that is the list at the top, else the browser's wish. Whoever is signed in chose it for themselves
(`accounts.language`): two people of one company may each read another one. The office's own pages are in English.
"""

from babel import Locale
from flask import current_app, has_request_context, request, session
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from grievance import languages
from grievance.views import faces

ENGLISH = "en"
SIGNING_IN = "account.press_sign_in"
"""Who signs in is not asked for once more in the same request: what it says is in the language of its page."""


def offered() -> list[str]:
    """The languages among which this page can be chosen here; of whoever is signed in, their own alone."""
    if own := _own():
        return [own]
    chosen: list[str] = current_app.config["LANGUAGES"]
    here = faces.languages_here()
    return [code for code in chosen if code in here] or [ENGLISH]


def language() -> str:
    """The page's language: the person's own where somebody is signed in; else chosen by the list, else by the browser's
    wish; the first of the office's languages where there is no request."""
    choices = offered()
    if not has_request_context() or len(choices) == 1:
        return choices[0]
    wanted = request.args.get("lang") or _sent_language() or session.get("lang")
    if wanted in choices:
        return str(wanted)
    asked_for = languages.asked_for(choices)
    return asked_for.get(request.accept_languages.best_match(asked_for) or "", choices[0])


def page_locale() -> Locale:
    """The same as CLDR calls it."""
    return languages.locale_of(language())


def _own() -> str:
    """Of who is signed in, where a page knows them and is there in more than English; empty for nobody."""
    if not has_request_context() or faces.around() not in (faces.COMPANY, faces.ACCOUNT):
        return ""
    if request.endpoint == SIGNING_IN:
        return ""
    if not current_user.is_authenticated:
        return ""
    person = current_user.person
    return person.language if person.language in faces.of_role(person.role).languages else ENGLISH


def _sent_language() -> str | None:
    """The language of the form that was sent; None where it could not be read: too large, or no room on the disk."""
    try:
        return request.form.get("lang")
    except (HTTPException, OSError):
        return None
