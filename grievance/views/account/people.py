"""The people of a party: inviting, admitting, leaving, being away, and a new key for those who stay."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance import clock
from grievance.access import Person
from grievance.accounts import (
    absence,
    changes,
    code_mails,
    exposure,
    fingerprints,
    hands,
    leaving,
    let_in_by,
    new_address,
    passkeys,
    people,
    resets,
    sessions,
    waits,
)
from grievance.accounts.keys import company_keys, escrow, recovery, rotation, vouching
from grievance.accounts.roles import ROLES
from grievance.crypto.receipt_codes import grouped
from grievance.forms.fields import BadInput, Refused
from grievance.models.account_waits import Began
from grievance.models.people import Role
from grievance.reports import backups, meanwhile, stuck
from grievance.reports.people import Member, changes_waiting, members, one, print_command
from grievance.reports.waits import account_waits, company_keys_waiting
from grievance.views import rate_limit
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.pages import Page, came_second, sent
from grievance.views.sent_twice import shows_a_secret
from grievance.workflow import words

bp = Blueprint("people", __name__)
BATCHES = 10
"""How many batches of a rotation one press does: a second or two."""


def _admitted() -> Person:
    """Default deny: whoever waits to be admitted sees who they are, and nothing else."""
    if me().party_seed is None:
        abort(403)
    return me()


@bp.get("/people")
@login_required
def everybody() -> Page:
    return _people()


def _people(error: str = "", typed: dict[str, Any] | None = None, status: int = 200) -> Page:
    admitted = me().party_seed is not None
    decides = admitted and me().role in (Role.APPROVER, Role.CUSTODIAN)
    waiting = people.waiting(me()) if admitted else []
    page = render_template(
        "account/people.html", me=me(), waiting=waiting, error=error,
        mine={one.id: let_in_by.why_not(me(), one) for one in waiting if not people.may_admit(me(), one)},
        members=members(me()) if admitted else {}, roles=people.may_invite(me()), companies=people.companies(me()),
        typed=typed or {}, exposed=exposure.why(me()) if admitted else "", under_way=rotation.progress(me().party_id),
        may_be_away=absence.may_be_away(me()), makes_paper=recovery.may_make(me()),
        paper=recovery.paper_of(me().party_id), stranded=escrow.stranded(me()),
        own_half=escrow.HOLDERS.get(me().role), by_mail=code_mails.go_out(),
        changes=changes_waiting(me()), **_of_two(admitted),
        staff=stuck.staff() if decides else None, restored=backups.here(clock.now()) if decides else [],
    )  # fmt: skip
    return page, status


def _of_two(admitted: bool) -> dict[str, Any]:
    """What waits for a second person, and the fingerprints that whoever looks reads out."""
    if not admitted:
        by_paper = recovery.is_the_only_way(me())
        needs = vouching.still_needed(me())
        return {"own_fingerprint": fingerprints.own(me()), "recovery_needs": needs, "by_paper": by_paper}
    unconfirmed = me().company_id and company_keys.unconfirmed(me())
    return {
        "account_waits": account_waits(me()),
        "company_keys": company_keys_waiting(me()),
        "to_vouch": vouching.to_vouch(me()),
        "to_hear": hands.to_hear(me()),
        "own_fingerprint": fingerprints.own(me()) if hands.heard_by_one_hand(me()) else "",
        "company_fingerprint": fingerprints.of_company(me()) if unconfirmed else "",
    }


@bp.post("/people/invite")
@login_required
def invite() -> Page:
    form: Any = request.form
    try:
        role = Role(form.get("role", ""))
        company_id = form.get("company", type=number) if role == Role.COMPANY else None
        people.invite(_admitted(), form.get("email", ""), form.get("name", ""), role, company_id)
    except ValueError:
        return _people(_("Choose a role."), typed=form, status=422)
    except BadInput as bad:
        return _people(bad.errors["email"], typed=form, status=422)
    except Refused as refused:
        return _people(refused.sentence, typed=form, status=403)
    return _invited(form.get("email", ""))


def _invited(email: str) -> Page:
    """The code is on nobody's screen: it proves that whoever accepts reads this mailbox."""
    email = email.strip().lower()
    if code_mails.go_out():
        flash(_("The link goes to %(email)s by mail, and to nobody else. It works once, for %(time)s.", email=email,
                time=words.length(people.INVITED_FOR)))  # fmt: skip
    else:
        flash(_("Noted. No mail is set up here, so no link goes out. Whoever runs the server prints it and gives it to"
                " this person alone: %(command)s", command=print_command(email)))  # fmt: skip
    return redirect(url_for(".everybody"), 303)


# --- leaving, and a new invitation -------------------------------------------------------------------------


def _whom(account_id: int, *, left: bool = True) -> Member:
    """The person that this is about, where whoever asks may decide it; `left`: also about somebody who has left."""
    found = one(me(), account_id)
    if found is None:
        abort(403)
    if found.back and not left:
        came_second(meanwhile.about_account(account_id), url_for(".everybody"))
    return found


@bp.get("/people/<int:account_id>/leave")
@login_required
def ask_leave(account_id: int) -> Page:
    who = _whom(account_id, left=False)
    return render_template("account/leave.html", me=me(), who=who, alone_after=waits.ALONE_AFTER)


@bp.post("/people/<int:account_id>/leave")
@login_required
def leave(account_id: int) -> Page:
    who = _whom(account_id, left=False)
    try:
        leaving.leave(me(), account_id)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".everybody")), 409
    flash(_("The invitation of %(name)s is withdrawn.", name=who.name) if who.corrects
          else _("%(name)s has left, and opens nothing here any more.", name=who.name))  # fmt: skip
    return redirect(url_for(".everybody" if account_id != me().account_id else "account.sign_in"), 303)


@bp.get("/people/<int:account_id>/again")
@login_required
def ask_again(account_id: int) -> Page:
    return _again(_whom(account_id))


def _again(who: Member, error: str = "", typed: str = "", status: int = 200) -> Page:
    page = render_template(
        "account/invite_again.html", me=me(), who=who, error=error, email=typed or who.email,
        alone_after=waits.ALONE_AFTER,
    )  # fmt: skip
    return page, status


@bp.post("/people/<int:account_id>/again")
@login_required
def again(account_id: int) -> Page:
    who, email = _whom(account_id), request.form.get("email", "")
    try:
        asked = resets.ask(me(), account_id, email=email)
    except BadInput as bad:
        return _again(who, bad.errors["email"], email, 422)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".everybody")), 409
    if not asked.code:
        flash(_("Asked for. A second person confirms it; or after %(time)s it can be made here without one.",
                time=words.length(waits.ALONE_AFTER)))  # fmt: skip
        return redirect(url_for(".everybody"), 303)
    return _invited(people.address_of(account_id))


@bp.post("/people/waits/<int:wait_id>")
@login_required
def decide_wait(wait_id: int) -> Page:
    """A second person confirms what one began about an account, or ends it."""
    by, confirm = _admitted(), request.form.get("answer") == "confirm"
    wait = waits.open_one(by, wait_id)
    what = wait.what if wait else None
    cut = what == Began.LEFT_FOR_GOOD
    try:
        code = _decided(by, wait_id, confirm, what)
    except (BadInput, Refused) as refused:
        return _people(meanwhile.of_wait(by, wait_id) or getattr(refused, "sentence", ""), status=409)
    if code and wait:
        return _invited(people.address_of(wait.account_id))
    flash(_("Done.") if confirm else _("Taken back. They wait to be admitted again.") if cut else _("Refused."))
    return redirect(url_for(".everybody"), 303)


def _decided(by: Person, wait_id: int, confirm: bool, what: Began | None) -> str:
    if what == Began.LEFT_FOR_GOOD:
        (leaving.confirm_left if confirm else leaving.take_back)(by, wait_id)
        return ""
    if what == Began.ADDRESS:
        (new_address.finish if confirm else new_address.object_to)(by, wait_id)
        return ""
    if what == Began.PASSKEY:
        if confirm:
            raise Refused(_("Call them first, and type the digits of the passkey."))
        passkeys.object_to(by, wait_id)
        return ""
    if confirm:
        return resets.finish(by, wait_id)
    resets.object_to(by, wait_id)
    return ""


# --- another role, another head ----------------------------------------------------------------------------


@bp.get("/people/<int:account_id>/role")
@login_required
def ask_role(account_id: int) -> Page:
    return _role(_whom(account_id), {}, {})


def _role(who: Member, typed: Any, errors: dict[str, str], status: int = 200) -> Page:
    _may_get_another_role(who)
    page = render_template(
        "account/role.html", me=me(), who=who, roles=tuple(ROLES), companies=people.every_company(), typed=typed,
        errors=errors,
    )  # fmt: skip
    return page, status


def _may_get_another_role(who: Member) -> None:
    if who.back:
        came_second(meanwhile.about_account(who.id), url_for(".everybody"))
    if not who.to_role:
        abort(403)


@bp.post("/people/<int:account_id>/role")
@login_required
def propose_role(account_id: int) -> Page:
    who, form = _whom(account_id), request.form
    _may_get_another_role(who)
    try:
        changes.propose_role(me(), account_id, Role(form.get("role", "")), form.get("company", type=number))
    except ValueError:
        return _role(who, form, {"role": _("Choose a role.")}, 422)
    except BadInput as bad:
        return _role(who, form, bad.errors, 422)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".everybody")), 409
    flash(_("Proposed. Another approver confirms it; where there is none, a custodian."))
    return redirect(url_for(".everybody"), 303)


@bp.post("/people/<int:account_id>/head")
@login_required
def propose_head(account_id: int) -> Page:
    try:
        changes.propose_head(_admitted(), account_id)
    except Refused as refused:
        return _people(refused.sentence, status=403)
    flash(_("Proposed. Another approver confirms it; where there is none, a custodian."))
    return redirect(url_for(".everybody"), 303)


@bp.post("/people/changes/<int:change_id>")
@login_required
def decide_change(change_id: int) -> Page:
    confirm = request.form.get("answer") == "confirm"
    try:
        changes.decide(_admitted(), change_id, confirm)
    except Refused as refused:
        return _people(meanwhile.of_change(me(), change_id) or refused.sentence, status=409)
    flash(_("Done.") if confirm else _("Refused."))
    return redirect(url_for(".everybody"), 303)


# --- being away --------------------------------------------------------------------------------------------


@bp.get("/away")
@login_required
def ask_away() -> Page:
    return _away({}, {})


def _away(raw: dict[str, Any], errors: dict[str, str], status: int = 200) -> Page:
    if not absence.may_be_away(me()):
        abort(403)
    page = render_template(
        "account/away.html", me=me(), fields=absence.ASKS, raw=raw, errors=errors, own=absence.own(me()),
        choices={"stand_in": absence.colleagues(me())}, leads=absence.leads(me()),
    )  # fmt: skip
    return page, status


@bp.post("/away")
@login_required
def away() -> Page:
    if not absence.may_be_away(me()):
        abort(403)
    if request.form.get("answer") == "back":
        absence.come_back(me())
        flash(_("You are back: nobody stands in for you."))
        return redirect(url_for(".everybody"), 303)
    raw = sent(absence.ASKS)
    try:
        absence.announce(me(), raw)
    except BadInput as bad:
        return _away(raw, bad.errors, 422)
    flash(_("We have noted it. On those days your cases and your mail go to who stands in."))
    return redirect(url_for(".everybody"), 303)


# --- the party's key ---------------------------------------------------------------------------------------


@bp.get("/keys")
@login_required
def keys() -> Page:
    return _keys(rotation.progress(_admitted().party_id))


def _keys(progress: rotation.Progress | None, status: int = 200, error: str = "") -> Page:
    page = render_template(
        "account/keys.html", me=me(), progress=progress, exposed=exposure.why(me()), error=error,
        makes_paper=recovery.may_make(me()), paper=recovery.paper_of(me().party_id),
        paper_from_before=recovery.is_from_before(me().party_id),
    )  # fmt: skip
    return page, status


@bp.post("/keys")
@login_required
def press_keys() -> Page:
    """The first press makes the new key, each further one seals some more. Between the two lies a page: whoever
    asked for something a moment before has both keys by then."""
    by = _admitted()
    try:
        if rotation.progress(by.party_id) is None:
            rotation.begin(by)
            return redirect(url_for(".keys"), 303)
        progress = rotation.go_on(by, BATCHES)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".keys")), 409
    if not progress.finished:
        return _keys(progress)
    flash(_("The key is changed: %(number)s pieces are sealed again.", number=progress.done))
    return redirect(url_for(".everybody"), 303)


# --- the recovery code -------------------------------------------------------------------------------------


@bp.post("/keys/paper")
@login_required
def make_paper() -> Page:
    """The code is in this answer and nowhere else. The password is asked for: a screen that was left alone must not
    give a code that opens everything from then on."""
    progress = rotation.progress(_admitted().party_id)
    if not recovery.may_make(me()):
        abort(403)
    if seconds := rate_limit.for_account(me().account_id):
        return _keys(progress, 429, rate_limit.sentence_at_sign_in(seconds))
    if not sessions.is_password_of(me(), request.form.get("password", "")):
        return _keys(progress, 422, _("This is not your password."))
    try:
        code = recovery.make(me())
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".keys")), 409
    shows_a_secret()
    return render_template("account/paper.html", code=grouped(code), me=me(), made_at=clock.now())


@bp.post("/recover")
@login_required
def recover() -> Page:
    """Somebody who waits, and of whose party nobody is left: the paper admits them."""
    if seconds := rate_limit.codes.wait():
        return _people(rate_limit.sentence(seconds), typed=request.form, status=429)
    try:
        recovery.recover(me(), request.form.get("code", ""), request.form.get("other", ""))
    except BadInput as bad:
        return _people(next(iter(bad.errors.values())), typed=request.form, status=422)
    except Refused as refused:
        return _people(refused.sentence, typed=request.form, status=409)
    flash(_("You are admitted."))
    return redirect(url_for(".everybody"), 303)


# --- a company that has lost its key -----------------------------------------------------------------------


@bp.post("/people/open")
@login_required
def open_key() -> Page:
    """Somebody of a company who waits, and to whom both halves were handed."""
    try:
        escrow.open_key(me())
    except Refused as refused:
        return _people(refused.sentence, status=409)
    flash(_("Your company's key is open again. Please change it now, so that the halves open nothing later."))
    return redirect(url_for(".keys"), 303)
