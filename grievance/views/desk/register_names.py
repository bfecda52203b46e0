"""The names of companies in old registers: anybody of the Secretariat confirms each, merges it, or says that it is
nobody's."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.companies.companies import NoSuchCompany
from grievance.forms.fields import Refused
from grievance.intake import register_names
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("register_names", __name__, url_prefix="/admin")
bp.before_request(members_only)


@bp.get("/register-names")
def everything() -> Page:
    return _everything()


def _everything(sentence: str = "", status: int = 200) -> Page:
    page = render_template(
        "admin/register_names.html", names=register_names.waiting(), number=register_names.number_waiting(),
        companies=register_names.living(), sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("/register-names/<int:company_id>")
def decide(company_id: int) -> Page:
    answer, other = request.form.get("answer", ""), request.form.get("other", 0, type=int)
    try:
        if answer == "confirm":
            register_names.confirm(me(), company_id)
            flash(_("The name is confirmed: it stands in the public list."))
        elif answer == "merge":
            if not other:
                return _everything(_("Choose the company whose name it is."), 422)
            flash(_moved(register_names.merge(me(), company_id, other)))
        elif answer == "nobody":
            register_names.nobody(me(), company_id)
            flash(_("It is no company's name. Its cases name no company now."))
        else:
            return _everything(_("Press what you mean."), 422)
    except NoSuchCompany:
        return _everything(_("Choose another company from the list."), 422)
    except Refused as refused:
        return _everything(refused.sentence, 409)
    return redirect(url_for(".everything"), 303)


def _moved(many: int) -> str:
    told = ngettext("%(num)d case is about that company now.", "%(num)d cases are about that company now.", many)
    return str(told)
