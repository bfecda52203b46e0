"""Who is to have a passkey, or the code of an app: asked at each sign-in for two weeks, and shown nothing else after
that (`accounts.obliged`).

What a sign-in found stands in the browser's signed session beside the secret that it made, so that no page asks the
database again; it ends with that session, or with the passkey.
"""

from flask import Flask, abort, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import Person
from grievance.accounts import ceremonies, obliged, people
from grievance.accounts.obliged import Standing
from grievance.views import faces

OWES = "o"
"""Where in our cookie it stands that this session may do nothing but enrol."""
OPEN = frozenset(
    {
        "account.start",
        "account.sign_in",
        "account.press_sign_in",
        "account.sign_out",
        "account.app_code",
        "account.begin_app_code",
        "account.confirm_app_code",
        "passkeys.ask",
        "passkeys.show",
        "passkeys.add",
        "passkeys.press_add",
    }
)
"""Default deny: the only pages of the staff that such a session sees."""


def init_app(app: Flask) -> None:
    app.before_request(_only_these)


def begin(person: Person) -> Standing:
    """What somebody is asked who has just signed in."""
    session.pop(OWES, None)
    found = standing(person)
    if found == Standing.OBLIGED:
        session[OWES] = True
    return found


def standing(person: Person) -> Standing:
    return obliged.standing(people.account_of(person.account_id), clock.now())


def fulfilled() -> None:
    """They have one now: every page is open again."""
    session.pop(OWES, None)


def leads_elsewhere(found: Standing, kept: MultiDict[str, str]) -> bool:
    """Whether the sign-in leads to the question. Who comes back with words that they wrote is not asked in between, as
    long as it can be passed over."""
    return found == Standing.OBLIGED or (found == Standing.ASKED and not kept)


def _only_these() -> Response | None:
    face = faces.here()
    if not session.get(OWES) or face is None or face.layout not in ("desk", "account") or request.endpoint in OPEN:
        return None
    if request.method != "GET":
        abort(403)
    return redirect(url_for("passkeys.ask"), 303)


def page(person: Person, found: Standing, kept: MultiDict[str, str] | None = None) -> str:
    """`kept`: words that were typed when the session ended, to be copied: the page that they are for comes later."""
    account = people.account_of(person.account_id)
    return render_template(
        "account/passkey_ask.html", me=person, may_pass=found == Standing.ASKED, until=obliged.obliged_from(account),
        possible=ceremonies.are_possible(), kept=list((kept or MultiDict()).items(multi=True)),
    )  # fmt: skip
