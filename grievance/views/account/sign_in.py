"""Signing in and out, accepting an invitation, and one's own password."""

from flask import Blueprint, Request, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_required
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from grievance.access import Person, may_administer
from grievance.accounts import (
    about_me,
    app_code_setup,
    app_codes,
    calendar_tokens,
    one_session,
    people,
    sessions,
    staff_pepper,
    waits,
)
from grievance.accounts import language as account_language
from grievance.accounts.ceremonies import NoSecret, NotRight, TooOld
from grievance.crypto.turns import NoTurn
from grievance.deadlines.lengths import length
from grievance.extensions import login_manager
from grievance.forms.fields import BadInput, Refused
from grievance.intake import opening
from grievance.models.people import SECRETARIAT_ROLES
from grievance.record import as_told
from grievance.views import faces, rate_limit
from grievance.views.account import asking, enrolment
from grievance.views.addresses import at_site
from grievance.views.errors import A_MINUTE, sign_in_and_return
from grievance.views.pages import Page, carried, returned
from grievance.views.picture import picture_of
from grievance.views.sent_twice import shows_a_secret

bp = Blueprint("account", __name__)
ACCOUNT_SESSION = "a"
"""Where in our cookie the secret of an account's session is, beside `c` of a case and `f` of a form."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """Whom Flask-Login keeps: the person, and the secret of the session as the identifier."""

    def __init__(self, secret: str, person: Person) -> None:
        self.id, self.person = secret, person


def init_app() -> None:
    login_manager.request_loader(_load)
    login_manager.unauthorized_handler(_stranger)


def _load(_request: Request) -> SignedIn | None:
    """Whose secret is in the cookie. On the page that says that the database is away nobody is signed in: asking would
    fail once more. Nor is anybody where this process has no pages for them: its database role reads no session."""
    secret = session.get(ACCOUNT_SESSION)
    if secret is None or g.get("failed") or not faces.is_served(faces.ACCOUNT):
        return None
    person = sessions.person_of(secret)
    if person and person.company_id:
        as_told.as_company(person.company_id)
    return SignedIn(secret, person) if person else None


def _stranger() -> Page:
    """Nobody is signed in: what was typed is kept on the way through the sign-in page."""
    return sign_in_and_return() if request.method == "POST" else redirect(url_for("account.sign_in"), 303)


def me() -> Person:
    """The person who is signed in; only behind `login_required`."""
    person: Person = current_user.person
    return person


def admitted() -> Person:
    """The same, where somebody of the own party admitted them; 403 for who still waits."""
    if me().party_seed is None:
        abort(403)
    return me()


def start_page(person: Person) -> str:
    """Where this person works; who waits to be admitted, or works in another process, sees the people alone. Until the
    office was open once, an approver begins with what is missing."""
    own = faces.of_role(person.role)
    if may_administer(person) and faces.is_served(own) and not opening.was_opened():
        return url_for("admin.setup_list")
    return url_for(own.start if person.party_seed and faces.is_served(own) else "people.everybody")


@bp.get("")
def start() -> Response:
    """Where this person works; errors, which know nobody, lead here."""
    if not current_user.is_authenticated:
        return redirect(url_for(".sign_in"), 303)
    return redirect(start_page(me()), 303)


@bp.get("/sign-in")
def sign_in() -> Page:
    return render_template("account/sign_in.html", error="", email="")


@bp.post("/sign-in")
def press_sign_in() -> Page:
    email = request.form.get("email", "")[:200]
    try:
        shown = asking.signed_in(email)
    except (TooOld, NoSecret) as fault:
        return _not_yet(asking.why_not(fault)), 422
    except NotRight:
        shown, email = None, ""  # nobody's: that takes as long as a wrong password, and says as much
    if seconds := asking.slowed(shown, email):
        return _not_yet(rate_limit.sentence_at_sign_in(seconds)), 429
    try:
        secret = sessions.sign_in(email, request.form.get("password", ""), request.form.get("otp", ""), shown)
    except NoTurn:
        return _no_turn()
    person = sessions.person_of(secret) if secret else None
    if secret is None or person is None:
        return _not_yet(_why_not()), 422
    session.clear()
    session[ACCOUNT_SESSION] = secret
    _say_what_ended()
    kept = carried() if person.party_seed else MultiDict()
    found = enrolment.begin(person)
    if enrolment.leads_elsewhere(found, kept):
        return enrolment.page(person, found, kept) if kept else redirect(url_for("passkeys.ask"), 303)
    if kept:
        return returned(person, request.form.get("next", ""), kept, start_page(person))
    return redirect(start_page(person), 303)


def _no_turn() -> Page:
    """Very many sign in at once: what was typed stays, and the password is typed again."""
    g.retry_after = A_MINUTE
    return _not_yet(
        _("Very many people sign in just now. Please try again in %(seconds)s seconds.", seconds=A_MINUTE)
    ), 503


def _say_what_ended() -> None:
    """One session for each account: whoever is signed out elsewhere by this sign-in is told here."""
    if one_session.ended_another():
        flash(_("You were still signed in somewhere else, and are signed out there now. If that was not you, change"
                " your password and tell a colleague: your page People leads to both."))  # fmt: skip


def _why_not() -> str:
    """The same for every address: whether there is an account is not told."""
    if staff_pepper.lacking():
        return str(_("The server lacks a key (STAFF_PEPPER), and some people cannot sign in without it. Tell whoever"
                     " runs the server."))  # fmt: skip
    return str(_("These do not fit together. Please try again. Whoever has a passkey shows it; whoever has an app for"
                 " codes types the one of now, and each code works once."))  # fmt: skip


def _not_yet(sentence: str) -> str:
    """Once more, with what was typed before."""
    email, kept = request.form.get("email", "")[:200], list(carried().items(multi=True))
    if not kept:
        return render_template("account/sign_in.html", error=sentence, email=email)
    return render_template(
        "account/again.html", sentence=sentence, email=email, kept=kept, next=request.form.get("next", ""),
        entry=faces.ACCOUNT.entry,
    )  # fmt: skip


@bp.post("/sign-out")
def sign_out() -> Response:
    """Also for whoever pressed it a moment before: they are where they wanted to be."""
    if current_user.is_authenticated:
        sessions.sign_out(current_user.id)
    session.clear()
    return redirect(url_for(".sign_in"), 303)


@bp.get("/invitation")
def invitation() -> Page:
    """The code stands in the link behind `#`, which no browser sends anywhere: the page's script puts it into its
    field, and who has none types it."""
    return render_template("account/invitation.html", code="", error="")


@bp.get("/invitation/<of_before>")
def invitation_of_before(of_before: str) -> Page:
    """A link of before, in which the code is a part of the address: it is not taken from there any more."""
    flash(_("This link is from before, and its code has passed through logs. Ask whoever invited you for a new one. Or"
            " copy what stands behind the last / of the link into the field, while it is good."))  # fmt: skip
    return redirect(url_for(".invitation"), 303)


def _invitation(code: str, error: str, status: int = 422) -> Page:
    """Once more, with the code, and for whom it is."""
    try:
        account = people.invited(code)
    except Refused as refused:
        return render_template("account/invitation.html", code=code, error=refused.sentence), 410
    return render_template("account/invitation.html", code=code, account=account, error=error), status


@bp.post("/invitation")
def accept() -> Page:
    code, password = request.form.get("code", "").strip()[:200], request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _invitation(code, _("The two passwords are not the same."))
    try:
        people.accept(code, password)
    except BadInput as bad:
        return _invitation(code, bad.errors["password"])
    except Refused:
        return _invitation(code, "")
    flash(_("Your account is ready. Please sign in."))
    return redirect(url_for(".sign_in"), 303)


@bp.get("/password")
@login_required
def password() -> Page:
    return _password({})


def _password(errors: dict[str, str], status: int = 200) -> Page:
    return render_template("account/password.html", me=me(), errors=errors), status


@bp.post("/password")
@login_required
def change_password() -> Page:
    """The same key under a new password; every other session of this person ends, and the address of their calendar."""
    form = request.form
    if seconds := rate_limit.for_account(me().account_id):
        return _password({"old": rate_limit.sentence_at_sign_in(seconds)}, 429)
    if form.get("password", "") != form.get("again", ""):
        return _password({"password": _("The two passwords are not the same.")}, 422)
    try:
        sessions.change_password(current_user.id, form.get("old", ""), form.get("password", ""))
    except BadInput as bad:
        return _password(bad.errors, 422)
    flash(_("Your password is changed. Wherever else you were signed in, you are signed out, and the address of your"
            " calendar works no more."))  # fmt: skip
    return redirect(url_for("people.everybody"), 303)


@bp.get("/language")
@login_required
def language() -> Page:
    return _language({"account_language": account_language.chosen(me())})


def _language(raw: dict[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Page:
    page = render_template("account/language.html", asks=account_language.asked(me()), raw=raw, errors=errors or {})
    return page, status


@bp.post("/language")
@login_required
def choose_language() -> Page:
    raw = {"account_language": request.form.get("account_language", "")[:20]}
    try:
        account_language.choose(me(), raw["account_language"])
    except BadInput as bad:
        return _language(raw, bad.errors, 422)
    flash(_("Saved."))
    return redirect(url_for("people.everybody"), 303)


@bp.get("/about-me")
@login_required
def about() -> Page:
    return _about({"sex": about_me.said(me())})


def _about(raw: dict[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Page:
    if me().role not in SECRETARIAT_ROLES:
        abort(403)
    return render_template("account/about_me.html", asks=about_me.ASKED, raw=raw, errors=errors or {}), status


@bp.post("/about-me")
@login_required
def say_about() -> Page:
    if me().role not in SECRETARIAT_ROLES:
        abort(403)
    raw = {"sex": request.form.get("sex", "")[:20]}
    try:
        about_me.say(me(), raw["sex"])
    except BadInput as bad:
        return _about(raw, bad.errors, 422)
    flash(_("Saved."))
    return redirect(url_for("people.everybody"), 303)


@bp.get("/address")
@login_required
def address() -> Page:
    return _own_address({}, "")


def _own_address(errors: dict[str, str], typed: str, status: int = 200) -> Page:
    return render_template(
        "account/address.html", me=me(), errors=errors, email=typed, alone_after=waits.ALONE_AFTER
    ), status


@bp.post("/address")
@login_required
def change_address() -> Page:
    """The password is asked for: a screen that was left alone must not send somebody's mail elsewhere."""
    form = request.form
    if seconds := rate_limit.for_account(me().account_id):
        return _own_address({"password": rate_limit.sentence_at_sign_in(seconds)}, form.get("email", ""), 429)
    try:
        sessions.change_address(current_user.id, form.get("password", ""), form.get("email", ""))
    except BadInput as bad:
        return _own_address(bad.errors, form.get("email", ""), 422)
    flash(_("Asked for. Until a second person has confirmed it, or %(time)s have passed, you sign in with the old one.",
            time=length(waits.ALONE_AFTER)))  # fmt: skip
    return redirect(url_for("people.everybody"), 303)


@bp.get("/app")
@login_required
def app_code() -> Page:
    return _app_code({})


def _app_code(errors: dict[str, str], begun: app_code_setup.Begun | None = None, status: int = 200) -> Page:
    picture = picture_of(begun.address) if begun else None
    on = app_codes.is_on(me().account_id)
    return render_template("account/app.html", me=me(), on=on, begun=begun, picture=picture, errors=errors), status


@bp.post("/app")
@login_required
def begin_app_code() -> Page:
    """The secret is in this answer and nowhere else, until a code confirms it."""
    if seconds := rate_limit.codes.wait():
        return _app_code({"password": rate_limit.sentence(seconds)}, status=429)
    try:
        begun = app_code_setup.begin(me(), request.form.get("password", ""))
    except BadInput as bad:
        return _app_code(bad.errors, status=422)
    except Refused as refused:
        return _app_code({"password": refused.sentence}, status=409)
    shows_a_secret()
    return _app_code({}, begun)


@bp.post("/app/confirm")
@login_required
def confirm_app_code() -> Page:
    form = request.form
    if seconds := rate_limit.codes.wait():
        return _app_code({"password": rate_limit.sentence(seconds)}, status=429)
    try:
        app_code_setup.confirm(current_user.id, me(), form.get("made", ""), form.get("otp", ""))
    except BadInput as bad:
        return _app_code(bad.errors, app_code_setup.again(me(), form.get("made", "")), 422)
    except Refused as refused:
        return _app_code({"password": refused.sentence}, status=409)
    enrolment.fulfilled()
    flash(_("From now on you are asked for a code when you sign in. Wherever else you were signed in, you are signed"
            " out."))  # fmt: skip
    return redirect(url_for("people.everybody"), 303)


@bp.post("/app/off")
@login_required
def end_app_code() -> Page:
    form = request.form
    if seconds := rate_limit.codes.wait():
        return _app_code({"password": rate_limit.sentence(seconds)}, status=429)
    try:
        app_code_setup.end(me(), form.get("password", ""), form.get("otp", ""))
    except BadInput as bad:
        return _app_code(bad.errors, status=422)
    flash(_("Switched off."))
    return redirect(url_for(".app_code"), 303)


@bp.get("/calendar")
@login_required
def calendar() -> Page:
    return _calendar()


def _calendar(token: str = "") -> Page:
    person = admitted()
    address = at_site("calendar.feed", token=token) if token else ""
    return render_template("account/calendar.html", on=calendar_tokens.has_calendar(person), address=address)


@bp.post("/calendar")
@login_required
def make_calendar() -> Page:
    """The address is in this answer and nowhere else."""
    token = calendar_tokens.make_calendar(admitted())
    shows_a_secret()
    return _calendar(token)


@bp.post("/calendar/off")
@login_required
def end_calendar() -> Page:
    calendar_tokens.end_calendar(admitted())
    flash(_("Switched off."))
    return redirect(url_for(".calendar"), 303)
