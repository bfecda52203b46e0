"""Pages on which somebody types the fingerprint of a key as its holder reads it out: who admits a person, hands over
half of a company's key, confirms a company's first key, vouches for somebody of the office's other party, hears whom
one colleague alone has let in, or confirms a first passkey.

The digits are nowhere on these pages, or they would be copied and not heard.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.access import Person
from grievance.accounts import fingerprints, hands, let_in_by, passkeys, people, waits
from grievance.accounts.keys import company_keys, escrow, vouching
from grievance.accounts.waits import OFFICE_ROLES
from grievance.companies import companies
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.account_waits import Began
from grievance.models.people import Account, Role
from grievance.reports import meanwhile
from grievance.reports.waits import company_keys_waiting
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, came_second

bp = Blueprint("fingerprints", __name__)
CALL = _l("Call the person on a number that you had before, or meet them: whoever sent the invitation, or wrote to you,"
          " could be somebody else. Let them read out the 24 digits that are on their page when they are signed in, and"
          " type them here. They are not shown to you, so that they are heard and not copied.")  # fmt: skip
CALL_COMPANY = _l("Call the company on a number that you had before, not on one from a mail of today. Let one of its"
                  " people read out the 24 digits of its key, which are on their page People, and type them here. They"
                  " are not shown to you, so that they are heard and not copied.")  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a page says: about whom, what follows, and how the digits are come by."""

    heading: Label
    whom: str
    follows: Label
    call: Label
    press: Label
    done: Label


ADMIT = (_l("Admit to our keys"), _l("From then on this person reads everything that your party reads."), CALL,
         _l("The digits were read out: admit"), _l("Admitted."))  # fmt: skip
HALF = (_l("Hand over our half of a company's key"),
        _l("With both halves this person reads everything that was ever handed to this company. Your half opens nothing"
           " by itself, and neither do you read anything by this."),
        CALL, _l("The digits were read out: hand over our half"), _l("Your half is handed over."))  # fmt: skip
COMPANY_KEY = (_l("Confirm the key of a company"),
               _l("From then on cases can be handed over to this company: they are sealed to this key, and whoever has"
                  " it reads them."),
               CALL_COMPANY, _l("The digits were read out: confirm the key"),
               _l("The key is confirmed: cases can be handed over to this company."))  # fmt: skip
VOUCH = (_l("Let somebody in by the recovery code"),
         _l("Nobody is left of the other party of this office who could admit this person. Its recovery code does it,"
            " once you have heard who they are. Neither do you read anything by this."),
         CALL, _l("The digits were read out: let the code admit them"),
         _l("Noted. Now their recovery code admits them."))  # fmt: skip
HEAR = (_l("Hear a person whom one colleague let in"),
        _l("What this person decides together with that colleague is marked, because one person could be both. Once you"
           " have heard them it is marked no more. You let nobody in by this, and nobody reads anything by it."),
        CALL, _l("The digits were read out: I heard them"), _l("Noted: this person was heard by two."))  # fmt: skip
PASSKEY = (_l("Confirm a first passkey"),
           _l("Once it counts, this person does not sign in without it. Ask whether they enrolled it: whoever has their"
              " password could have enrolled one of their own. If they did not, go back and object."),
           CALL, _l("The digits were read out: confirm the passkey"),
           _l("Confirmed: the passkey counts with its next use."))  # fmt: skip


def _reading(words: tuple[Label, Label, Label, Label, Label], whom: str) -> Reading:
    heading, follows, call, press, done = words
    return Reading(heading, whom, follows, call, press, done)


def _admitted() -> Person:
    if me().party_seed is None:
        abort(403)
    return me()


def _page(asked: Reading, error: str = "", typed: str = "", status: int = 200) -> Page:
    return render_template("account/fingerprint.html", me=me(), asked=asked, error=error, typed=typed), status


def _type(asked: Reading, verb: Callable[[str], None]) -> Page:
    """What was typed stays where it is wrong."""
    typed = request.form.get(fingerprints.FIELD, "")
    try:
        verb(typed)
    except BadInput as bad:
        return _page(asked, bad.errors[fingerprints.FIELD], typed, 422)
    except Refused as refused:
        return _refused(refused)
    flash(str(asked.done))
    return redirect(url_for("people.everybody"), 303)


def _refused(refused: Refused) -> Page:
    return render_template("refused.html", sentence=refused.sentence, back=url_for("people.everybody")), 409


def _second(account_id: int, theirs: Callable[[Account], bool]) -> NoReturn:
    """`theirs`: whether whoever looks decides about such a person, so that another one like them was faster."""
    if said := meanwhile.about_one(account_id, theirs):
        came_second(said, url_for("people.everybody"))
    abort(403)


def _who_waits(account_id: int) -> Account:
    """To be admitted to the keys of whoever looks."""
    found = next((one for one in people.waiting(_admitted()) if one.id == account_id), None)
    if found is None:
        _second(account_id, lambda account: account.party_id == me().party_id)
    return found


def _name_of(account_id: int) -> str:
    found = _who_waits(account_id)
    return f"{found.name} ({found.email})"


@bp.get("/people/<int:account_id>/admit")
@login_required
def ask_admit(account_id: int) -> Page:
    """Whoever may not admit this person calls nobody for it."""
    account = _who_waits(account_id)
    if not people.may_admit(me(), account):
        return _refused(Refused(let_in_by.why_not(me(), account)))
    return _page(_reading(ADMIT, _name_of(account_id)))


@bp.post("/people/<int:account_id>/admit")
@login_required
def admit(account_id: int) -> Page:
    by = _admitted()
    return _type(_reading(ADMIT, _name_of(account_id)), lambda typed: people.admit(by, account_id, typed))


def _stranded(account_id: int) -> str:
    found = next((one for one in escrow.stranded(_admitted()) if one.id == account_id), None)
    if found is None:
        _second(account_id, lambda account: account.role == Role.COMPANY and me().role in escrow.HOLDERS)
    return f"{found.name} ({found.email}), {found.company}"


@bp.get("/people/<int:account_id>/half")
@login_required
def ask_half(account_id: int) -> Page:
    asked = _reading(HALF, _stranded(account_id))
    if escrow.has_handed(me(), account_id):
        return _refused(Refused(_("Your half is handed over already: the other one is missing still, or they open the"
                                  " key with both.")))  # fmt: skip
    return _page(asked)


@bp.post("/people/<int:account_id>/half")
@login_required
def hand_over_half(account_id: int) -> Page:
    by = _admitted()
    return _type(_reading(HALF, _stranded(account_id)), lambda typed: escrow.hand_over(by, account_id, typed))


def _of_the_other_party(account_id: int) -> str:
    found = next((one for one in vouching.to_vouch(_admitted()) if one.id == account_id), None)
    if found is None:
        _second(account_id, lambda account: {account.role, me().role} <= OFFICE_ROLES)
    return f"{found.name} ({found.email})"


@bp.get("/people/<int:account_id>/vouch")
@login_required
def ask_vouch(account_id: int) -> Page:
    return _page(_reading(VOUCH, _of_the_other_party(account_id)))


@bp.post("/people/<int:account_id>/vouch")
@login_required
def vouch(account_id: int) -> Page:
    by = _admitted()
    asked = _reading(VOUCH, _of_the_other_party(account_id))
    return _type(asked, lambda typed: vouching.vouch(by, account_id, typed))


def _to_hear(account_id: int) -> str:
    found = next((one for one in hands.to_hear(_admitted()) if one.id == account_id), None)
    if found is None:
        _second(account_id, lambda account: {account.role, me().role} <= OFFICE_ROLES)
    return f"{found.name} ({found.email})"


@bp.get("/people/<int:account_id>/hear")
@login_required
def ask_hear(account_id: int) -> Page:
    return _page(_reading(HEAR, _to_hear(account_id)))


@bp.post("/people/<int:account_id>/hear")
@login_required
def hear(account_id: int) -> Page:
    by = _admitted()
    return _type(_reading(HEAR, _to_hear(account_id)), lambda typed: hands.hear(by, account_id, typed))


def _whose_passkey(wait_id: int) -> str:
    by = _admitted()
    wait = waits.open_one(by, wait_id)
    if wait is None or wait.what != Began.PASSKEY:
        if said := meanwhile.of_wait(by, wait_id):
            came_second(said, url_for("people.everybody"))
        abort(403)
    if not passkeys.may_confirm(by, wait.account, wait):
        abort(403)
    return f"{wait.account.name} ({wait.account.email})"


@bp.get("/people/waits/<int:wait_id>/passkey")
@login_required
def ask_passkey(wait_id: int) -> Page:
    return _page(_reading(PASSKEY, _whose_passkey(wait_id)))


@bp.post("/people/waits/<int:wait_id>/passkey")
@login_required
def confirm_passkey(wait_id: int) -> Page:
    by = _admitted()
    return _type(_reading(PASSKEY, _whose_passkey(wait_id)), lambda typed: passkeys.confirm(by, wait_id, typed))


def _company(company_id: int) -> str:
    found = next((one for one in company_keys_waiting(_admitted()) if one.company_id == company_id), None)
    if found is None and company_keys.may_confirm(me()):
        company = companies.find_company(company_id)
        came_second(meanwhile.about_company(company.id, company.name), url_for("people.everybody"))
    if found is None:
        abort(403)
    return "; ".join((found.company, *found.people))


@bp.get("/companies/<int:company_id>/key")
@login_required
def ask_company_key(company_id: int) -> Page:
    return _page(_reading(COMPANY_KEY, _company(company_id)))


@bp.post("/companies/<int:company_id>/key")
@login_required
def confirm_company_key(company_id: int) -> Page:
    by = _admitted()
    asked = _reading(COMPANY_KEY, _company(company_id))
    return _type(asked, lambda typed: company_keys.confirm(by, company_id, typed))
