"""A begun form that is opened again asks first: who has the phone now may not be who wrote it.

Within a pause it stays open, as a paper on a table does. After it, or from the start page, it shows no word: who typed
one of the lines back when she wrote them down types that line; without lines there is a button.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from grievance import clock
from grievance.accounts import draft_receipts
from grievance.accounts.receipts import FOLLOWED_FOR
from grievance.crypto.hashes import sha256
from grievance.crypto.receipt_codes import lines, typed_digits
from grievance.intake import form_draft
from grievance.intake.form_draft import FormDraft
from grievance.views import origin
from grievance.views.pages import Page
from grievance.views.public.form_pages import BY_KEY, KEYS, START
from grievance.workflow.words import digits

bp = Blueprint("begun", __name__)
bp.before_request(origin.only_ours)
PAUSE: timedelta = FOLLOWED_FOR
"""For how long a form that nobody touches stays open: as long as the page of a case does."""
SHOWN, ANEW = (START, *BY_KEY, "all", "check"), "anew"
"""Pages with words of the form; and the one on which it is deleted."""
MOST_WRONG = 5
"""Wrong lines, of 10,000 that there are; then all five are asked for, as from any other phone."""


def asked_back(secret: str) -> int:
    """Which of the five lines is asked back: always the same one of a form."""
    return int(sha256(secret), 16) % 5


def is_line(secret: str, typed: str) -> bool:
    """Whether this is the line that is asked back."""
    return typed_digits(typed) == lines(draft_receipts.code_of(secret))[asked_back(secret)]


def not_the_line(secret: str) -> str:
    number = digits(str(asked_back(secret) + 1))
    return str(_("This is not line %(number)s. Compare it with your note.", number=number))


def _mark(name: str, secret: str) -> None:
    session[name] = [sha256(secret)[:16], int(clock.now().timestamp())]


def _is_marked(name: str, secret: str) -> bool:
    """A mark of another form counts for nothing; one that is not yet holds: the machine's clock was set back."""
    form, seconds = session.get(name) or ("", 0)
    return form == sha256(secret)[:16] and clock.now() - datetime.fromtimestamp(seconds, UTC) < PAUSE


def open_it(secret: str) -> None:
    """Whoever sends a page of the form, or sees one that is open, has it open."""
    _mark("open", secret)


def is_open(secret: str) -> bool:
    return _is_marked("open", secret)


def may_show(secret: str, draft: FormDraft, step: str) -> bool:
    """Whether this page of the form may be shown now; it stays open with it. Else the form is closed."""
    if step == ANEW:  # it has no word, and deletes what she cannot come back to
        return is_open(secret) or not _wants_line(draft, secret)
    if step not in SHOWN or not is_open(secret):
        session.pop("open", None)
        return False
    open_it(secret)
    return True


def lines_were_typed(secret: str) -> None:
    """All five, at *Follow a complaint*: they are not asked for once more."""
    _mark("typed", secret)


def _wants_line(draft: FormDraft, secret: str) -> bool:
    return draft.line_known and not _is_marked("typed", secret)


def asks(secret: str, draft: FormDraft, typed: str = "", error: str = "", status: int = 200) -> Page:
    """The page without a word of the form."""
    wants = _wants_line(draft, secret)
    page = render_template(
        "public/begun.html", kept_for=draft.lives, number=asked_back(secret) + 1, typed=typed, error=error,
        wants_line=wants, too_many=wants and draft.wrong_lines >= MOST_WRONG, typing=url_for("begun.go_on"),
        typed_before=_is_marked("typed", secret), with_lines=bool(draft.receipt),
    )  # fmt: skip
    return page, status


@bp.post("/complain/go-on")
def go_on() -> Page:
    secret, typed = session.get("f", ""), request.form.get("line", "")[:60]
    draft = form_draft.load(secret) if secret else None
    if draft is None:
        return redirect(url_for("filing.complain"), 303)
    if request.form.get("only") == "language":
        return asks(secret, draft, typed)
    if request.form.get("go") == "another":
        return _another(secret)
    if _wants_line(draft, secret) and not _is_let_in(secret, typed):
        return asks(secret, form_draft.load(secret) or draft, typed, not_the_line(secret), 422)
    if _is_marked("typed", secret):
        form_draft.try_line(secret, True)
    session.pop("typed", None)
    open_it(secret)
    return redirect(url_for("filing.complain", step=where(draft)), 303)


def _is_let_in(secret: str, typed: str) -> bool:
    return bool(typed.strip()) and form_draft.try_line(secret, is_line(secret, typed), MOST_WRONG)


def where(draft: FormDraft) -> str:
    """The page that she comes to."""
    return str(session.get("at") or draft.at or ("check" if draft.answers else KEYS[0]))


def _another(secret: str) -> Page:
    """As *Leave*: what has lines stays under them, and this browser forgets it."""
    form_draft.leave(secret)()
    for name in ("f", "at", "typed", "open"):
        session.pop(name, None)
    return redirect(url_for("filing.complain"), 303)
