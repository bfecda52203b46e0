"""The people for whom somebody speaks: who they are, one more of them, their slips, and each one's page."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance import clock
from grievance.accounts import receipts, spoken_for
from grievance.accounts.receipts import case_of, complainant_of
from grievance.crypto import receipt_codes
from grievance.deadlines.days import full_date
from grievance.deadlines.rows import timetable
from grievance.extensions import page_language
from grievance.forms.fields import BadInput, Refused
from grievance.intake import groups, opening
from grievance.reports import group_page
from grievance.reports.directions import Quoted
from grievance.reports.group_page import Line
from grievance.reports.pdf import typeset
from grievance.site import site_name
from grievance.views import language, rate_limit
from grievance.views.pages import Page, show_pdf
from grievance.views.public.status import mine, only_with_a_receipt
from grievance.workflow import words

bp = Blueprint("group", __name__, url_prefix="/people")
bp.before_request(only_with_a_receipt)
LEAD = "l"
"""Where the cookie keeps the spokesperson's own session while they look at the page of one of the people."""


@bp.get("")
def show() -> Page:
    return _show()


def _show(sentence: str = "", status: int = 200) -> Page:
    person, _reference = mine()
    case, people = case_of(person), group_page.lines(person, clock.now())
    return render_template(
        "public/people.html", people=people, others=group_page.others(case, people),
        against=groups.against(person, case) if groups.may_speak_for_others(case) else groups.NOT_HERE,
        sentence=sentence, good_for=timetable().slips_for, back=url_for("status.show"),
        contact=opening.contact(language()),
    ), status  # fmt: skip


@bp.get("/new")
def new() -> Page:
    return _form({}, {})


def _form(raw: dict[str, Any], errors: dict[str, str], sentence: str = "", status: int = 200) -> Page:
    return render_template(
        "public/person.html", fields=groups.PERSON, raw=raw, errors=errors, sentence=sentence, back=url_for(".show")
    ), status


@bp.post("/new")
def add() -> Page:
    person, reference = mine()
    raw = request.form.to_dict()
    if request.form.get("only") == "language":
        session["lang"] = page_language()
        return _form(raw, {})
    if seconds := rate_limit.filing.wait():
        return _form(raw, {}, rate_limit.sentence(seconds), 429)
    try:
        groups.add(person, reference, raw)
    except BadInput as bad:
        return _form(raw, bad.errors, status=422)
    except Refused as refused:
        return _form(raw, {}, refused.sentence, 409)
    flash(_("Filed. Give this person the slip: with it they make a receipt of their own."))
    return redirect(url_for(".show"), 303)


@bp.post("/<int:number>/slip")
def slip(number: int) -> Page:
    """Another in the place of one that was lost."""
    person, _reference = mine()
    if seconds := rate_limit.codes.wait():
        return _show(rate_limit.sentence(seconds), 429)
    try:
        groups.new_slip(person, number)
    except Refused as refused:
        return _show(refused.sentence, 409)
    flash(_("The old slip works no more. Print the new one."))
    return redirect(url_for(".slips"), 303)


# --- the slips on paper ------------------------------------------------------------------------------------


def _waiting() -> list[Line]:
    person, _reference = mine()
    return [one for one in group_page.lines(person, clock.now()) if one.until]


def _where() -> str:
    """What somebody types who holds a slip. `SITE_URL` names the site, never the request."""
    return f"{current_app.config['SITE_URL']}/follow"


def _named() -> bool:
    """Whether it is ticked that each slip says how the spokesperson calls its person."""
    return request.args.get("names") == "yes"


@bp.get("/slips")
def slips() -> Page:
    return render_template(
        "public/slips.html", people=_waiting(), named=_named(), lines=receipt_codes.lines, back=url_for(".show"),
        says=groups.ON_A_SLIP,
        where=_where(), contact=opening.contact(language()),
    )  # fmt: skip


@bp.get("/slips.pdf")
def slips_file() -> Page:
    """The same as a file. Its name says nothing, nor does its title."""
    contact = opening.contact(language())
    ask = [one for one in (contact.telephone, contact.mail) if one] if contact else []
    data = {
        "title": _("Information"), "lang": page_language(), "site": site_name(),
        "slips": [_slip(one) for one in _waiting()],
        "says": [*map(str, groups.ON_A_SLIP), *([f"{_('Ask us:')} {' · '.join(ask)}"] if ask else [])],
        "where": _where(),
    }  # fmt: skip
    return show_pdf(typeset("slips", data), "information")


def _slip(one: Line) -> dict[str, Any]:
    until = _("It works once, until %(date)s.", date=full_date(one.until)) if one.until else ""
    of = Quoted(one.called) if _named() else words.digits(str(one.number))
    return {"of": of, "lines": receipt_codes.lines(one.slip), "until": str(until)}


# --- the page of one of them -------------------------------------------------------------------------------


@bp.post("/<int:number>/open")
def enter(number: int) -> Page | Response:
    """The spokesperson's own page is kept open behind it, also where the page of another one was open."""
    within = complainant_of(session.get(LEAD, ""))
    followed = spoken_for.enter(within or mine()[0], number, clock.now())
    if followed is None:
        return _show(_("You speak for this person no more."), 409)
    if within:
        receipts.leave(session["c"])
    else:
        session[LEAD] = session["c"]
    session["c"] = followed.session
    return redirect(url_for("status.show"), 303)


@bp.post("/back")
def leave_page() -> Response:
    """From the page of one of them to the people. Who is there already stays."""
    if LEAD in session:
        receipts.leave(session.get("c", ""))
        session["c"] = session.pop(LEAD)
    return redirect(url_for(".show" if complainant_of(session.get("c", "")) else "public.follow"), 303)
