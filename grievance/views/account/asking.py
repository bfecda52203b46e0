"""What a page carries where it asks for a passkey, and what its form brings back, which no page gives back."""

from typing import Any

from flask import Flask, current_app, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from grievance.accounts import ceremonies, passkeys, people
from grievance.accounts.ceremonies import Answer, Asked, Known, NotRight
from grievance.accounts.passkeys import Shown
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.views import rate_limit

CONFIRM = _l("Confirm at your device.")
MAKE = _l("1 of 3: your device makes the passkey.")
FIRST = _l("2 of 3: confirm once more, to see that it opens what it should.")
SECOND = _l("3 of 3: and a last time, to see that it opens the same.")


def init_app(app: Flask) -> None:
    app.jinja_env.globals["passkey_to_sign_in"] = to_sign_in


def browser() -> str:
    """What a challenge is bound to: the browser's session with us, which exists from the first form on."""
    generate_csrf()
    return str(session["csrf_token"])


def to_sign_in() -> dict[str, Any] | None:
    """For the page to sign in: the same for everybody. None where the site's address lets no browser ask."""
    return said(ceremonies.to_sign_in(browser()), (CONFIRM,)) if ceremonies.are_possible() else None


def said(asked: Asked, words: tuple[Label, ...]) -> dict[str, Any]:
    """Each ceremony with what the page says meanwhile."""
    options = [{"say": str(say), **one} for say, one in zip(words, asked.options, strict=True)]
    return {"made": asked.made, "options": options, "address": current_app.config["STAFF_URL"]}


def signed_in(email: str) -> Shown | None:
    """The passkey that the form came with, checked before any password is; None where it came with none. `email`: as it
    was typed, empty or of the passkey's person. Raises what `ceremonies.signed_in` raises."""
    form = request.form
    if "passkey" not in form:
        return None
    answer = ceremonies.signed_in(browser(), form.get("made", ""), form["passkey"], form.get("prf", ""), _known)
    if email.strip().lower() not in ("", people.account_of(answer.known.account_id).email):
        raise NotRight
    return _shown(answer, "")


def slowed(shown: Shown | None, email: str) -> int:
    """Seconds to wait before this password may be tried: of the passkey's person, or of the address that was typed."""
    row = passkeys.owner_of(shown.credential_id) if shown else None
    return rate_limit.for_account(row.account_id) if row else rate_limit.at_sign_in(email)


def _known(credential_id: bytes) -> Known | None:
    row = passkeys.owner_of(credential_id)
    return Known(row.account_id, row.public_key, row.sign_count) if row else None


def to_enrol(account_id: int, email: str) -> dict[str, Any]:
    """For the page on which somebody adds a passkey."""
    known = [row.credential_id for row in passkeys.of(account_id)]
    return said(ceremonies.to_enrol(browser(), account_id, email, known), (MAKE, FIRST, SECOND))


def enrolled(account_id: int, name: str) -> Shown:
    """Raises what `ceremonies.enrolled` raises."""
    form = request.form
    shown, prf = form.getlist("passkey"), form.getlist("prf")
    return _shown(ceremonies.enrolled(browser(), form.get("made", ""), account_id, shown, prf), name)


def _shown(answer: Answer, name: str) -> Shown:
    known = answer.known
    return Shown(answer.credential_id, known.public_key, known.sign_count, answer.prf, name)


def why_not(fault: Exception) -> str:
    """What is said of an answer that was not taken; nothing that tells whose account there is."""
    if isinstance(fault, ceremonies.TooOld):
        return str(_("This page lay open too long, or was sent twice. Please press once more."))
    if isinstance(fault, ceremonies.NoSecret):
        return str(_("This device cannot be used here: its passkeys open nothing (it has no PRF). Use another device,"
                     " or a code from an app: a gate, and no key."))  # fmt: skip
    return str(_("The device's answer did not fit. Please press once more."))
